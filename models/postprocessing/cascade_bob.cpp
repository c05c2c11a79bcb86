#include "models/postprocessing/cascade_parties.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes::cascade {

Bob::Bob(Plan const& plan) : plan_{plan}, forests_(plan.passes()) {
    for (unsigned pass = 0; pass < plan.passes(); ++pass) {
        std::size_t const nodes = std::size_t{plan.blocks(pass)} << (plan.log2_block(pass) + 1);
        forests_[pass].known.resize((nodes + 63) / 64);
        forests_[pass].odd.resize((nodes + 63) / 64);
    }
}

void Bob::take(Bits const& key) {
    QKDES_EXPECTS(key.size() == plan_.frame_bits());
    key_.assign(key.words().begin(), key.words().end());
    plan_.permute(key_, permuted_);
    for (unsigned pass = 0; pass < open_; ++pass) {
        Forest& forest = forests_[pass];
        if (pass < kFirstSubsetPass) {
            std::fill(forest.known.begin(), forest.known.end(), 0);
            std::fill(forest.odd.begin(), forest.odd.end(), 0);
        }
        for (std::uint32_t const node : forest.touched)
            forest.known[node >> 6] = forest.odd[node >> 6] = 0;
        forest.touched.clear();
    }
    open_ = 0;
    whole_differs_ = false;
    flips_ = 0;
    searches_.clear();
}

void Bob::make_known(unsigned pass, std::uint32_t node) {
    forests_[pass].set_known(node);
    if (pass >= kFirstSubsetPass) forests_[pass].touched.push_back(node);
}

bool Bob::own_parity(Query node) const {
    unsigned const pass = pass_of(node);
    Range const range = plan_.range(node);
    if (pass >= kFirstSubsetPass) return parity(fold_range(key_, plan_.subset(pass), range));
    return parity(fold_range(pass == 0 ? key_ : permuted_, range));
}

// Looks at one word nearly always: 64 places without a member have a chance of 2^-64, but for the frame's end.
bool Bob::has_live_bits(unsigned pass, std::uint32_t node) const {
    Range const range = plan_.range(make_query(pass, node));
    std::size_t const end = std::min(plan_.frame_bits(), range.first + (std::size_t{1} << range.log2_size));
    if (range.first >= end || pass < kFirstSubsetPass) return range.first < end;
    std::uint64_t const invert = range.block == 0 ? 0 : ~std::uint64_t{0};
    for (std::size_t at = range.first; at < end; at = (at | 63) + 1) {
        std::uint64_t members = (plan_.subset(pass)[at >> 6] ^ invert) >> (at & 63);
        if (end - at < 64) members &= (std::uint64_t{1} << (end - at)) - 1;
        if (members != 0) return true;
    }
    return false;
}

void Bob::open_pass(unsigned pass, Bits const& parities) {
    QKDES_EXPECTS(pass == open_ && pass < plan_.passes());
    unsigned const log2_block = plan_.log2_block(pass);
    std::uint32_t const blocks = plan_.blocks(pass);
    Forest& forest = forests_[pass];
    ++open_;
    bool others = false; // do the blocks so far differ together?
    for (std::uint32_t block = 0; block < blocks; ++block) {
        std::uint32_t const root = (block << (log2_block + 1)) + 1;
        Query const node = make_query(pass, root);
        bool const disclosed = block < parities.size();
        bool const odd = disclosed ? parities.get(block) != own_parity(node) : whole_differs_ != others;
        others ^= odd;
        make_known(pass, root);
        if (!odd) continue;
        forest.toggle(root);
        searches_.push_back(node);
    }
    if (pass == 0) whole_differs_ = others;
}

// Goes down from an odd node to the smallest odd node known below it, and asks for that one's left half. Where a half
// has no bits the answer is known.
void Bob::settle(Query query) {
    unsigned const pass = pass_of(query);
    unsigned const log2_block = plan_.log2_block(pass);
    Forest& forest = forests_[pass];
    std::uint32_t const tree = node_of(query) >> (log2_block + 1) << (log2_block + 1);
    std::uint32_t heap = node_of(query) - tree;
    if (!forest.is_odd(tree + heap)) return; // another search's correction made it even
    bool const full = pass < kFirstSubsetPass && (std::size_t{tree} + (2u << log2_block)) / 2 <= plan_.frame_bits();
    while (heap >> log2_block == 0) {
        std::uint32_t const left = tree + 2 * heap;
        if (!forest.is_known(left)) {
            bool const left_live = full || has_live_bits(pass, left);
            bool const right_live = full || has_live_bits(pass, left + 1);
            make_known(pass, left);
            make_known(pass, left + 1);
            if (left_live && right_live) {
                questions_.push_back(make_query(pass, left));
                return;
            }
            forest.toggle(left_live ? left : left + 1);
        }
        if (forest.is_odd(left))
            heap = 2 * heap;
        else if (forest.is_odd(left + 1))
            heap = 2 * heap + 1;
        else
            return; // its halves are being asked by another search
    }
    found_.push_back(make_query(pass, tree + heap));
}

std::span<Query const> Bob::ask() {
    questions_.clear();
    while (questions_.empty() && !searches_.empty()) {
        std::vector<Query> current;
        current.swap(searches_);
        for (Query const node : current)
            settle(node);
        if (questions_.empty()) apply_found(); // may open new searches
    }
    return questions_;
}

void Bob::hear(Bits const& answers) {
    QKDES_EXPECTS(answers.size() == questions_.size());
    for (std::size_t i = 0; i < questions_.size(); ++i) {
        Query const left = questions_[i];
        bool const right_odd = answers.get(i) == own_parity(left);
        Query const odd = left + right_odd;
        forests_[pass_of(odd)].toggle(node_of(odd));
        bool const leaf = node_of(odd) >> plan_.log2_block(pass_of(odd)) & 1;
        (leaf ? found_ : searches_).push_back(odd);
    }
    questions_.clear();
    apply_found();
}

// Two searches may have come to the same error by two passes: the first flip makes the other's leaf even.
void Bob::apply_found() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
        unsigned const pass = pass_of(found_[i]);
        if (!forests_[pass].is_odd(node_of(found_[i]))) continue;
        std::uint32_t const place = plan_.range(found_[i]).first;
        flip(pass == 1 ? plan_.order()[place] : place);
    }
    found_.clear();
}

void Bob::flip(std::uint32_t position) {
    ++flips_;
    QKDES_ENSURES(flips_ <= plan_.frame_bits()); // each mends an error; more of them: answers contradict one another
    std::uint32_t const place = plan_.place()[position];
    key_[position >> 6] ^= std::uint64_t{1} << (position & 63);
    permuted_[place >> 6] ^= std::uint64_t{1} << (place & 63);
    whole_differs_ = !whole_differs_;
    for (unsigned pass = 0; pass < open_; ++pass) {
        Forest& forest = forests_[pass];
        unsigned const log2_block = plan_.log2_block(pass);
        std::uint32_t const at = pass == 1 ? place : position;
        std::uint32_t block = at >> log2_block;
        if (pass >= kFirstSubsetPass) block = !(plan_.subset(pass)[position >> 6] >> (position & 63) & 1);
        std::uint32_t const tree = block << (log2_block + 1);
        std::uint32_t const leaf = (1u << log2_block) + (at & ((1u << log2_block) - 1));
        std::uint32_t smallest_odd = 0;
        for (unsigned shift = log2_block + 1; shift-- > 0;) {
            std::uint32_t const node = tree + (leaf >> shift);
            if (!forest.is_known(node)) break;
            forest.toggle(node);
            if (forest.is_odd(node)) smallest_odd = node;
        }
        if (smallest_odd != 0) searches_.push_back(make_query(pass, smallest_odd));
    }
}

} // namespace qkdes::cascade
