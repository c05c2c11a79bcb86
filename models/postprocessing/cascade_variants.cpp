#include "models/postprocessing/cascade_variants.hpp"

#include "models/postprocessing/cascade_layers.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace qkdes {
namespace {

using cascade_layers::Layer;
using cascade_layers::Range;

constexpr std::size_t kLargestFrame = std::size_t{1} << 25;
constexpr unsigned kAgreementsInARow = 10;

struct Search {
    std::uint32_t layer, node;
};

/// Holds her key; answers for one node at a time.
class Alice {
  public:
    Alice(Bits const& key, std::deque<Layer> const& layers) : key_{key}, layers_{layers} {}
    bool parity(Search s) const { return layers_[s.layer].parity(key_, layers_[s.layer].range(s.node)); }

  private:
    Bits const& key_;
    std::deque<Layer> const& layers_;
};

/// Holds his key, and what Alice's parities were.
class Bob {
  public:
    Bob(Bits key, std::deque<Layer> const& layers) : key_{std::move(key)}, layers_{layers} {}

    /// Takes the parities that open the next layer, one per block. From layer 1 on that of the last block of a whole
    /// key may be missing: it follows from the others.
    void open(Bits const& parities) {
        auto const layer = static_cast<std::uint32_t>(told_.size());
        Layer const& l = layers_[layer];
        told_.emplace_back(std::size_t{l.blocks()} * l.tree_size());
        searched_.emplace_back(l.blocks());
        bool all = false;
        for (std::uint32_t b = 0; b < l.blocks(); ++b) {
            bool const parity = b < parities.size() ? parities.get(b) : all != whole_;
            all ^= parity;
            told_[layer][l.root(b)] = parity ? kOdd : kEven;
            search_if_different(layer, b);
        }
        if (layer == 0) whole_ = all;
    }
    void forget_from(std::size_t layer) {
        told_.resize(layer);
        searched_.resize(layer);
    }
    bool whole_parity_of_alice() const { return whole_; }

    /// The left halves he needs next, one per open search; empty when every search has come to its end.
    std::vector<Search> ask() {
        std::vector<Search> questions;
        while (questions.empty() && !searches_.empty()) {
            std::vector<Search> const current = std::exchange(searches_, {});
            std::vector<std::uint32_t> wrong;
            for (Search const top : current)
                descend(top, questions, wrong);
            std::sort(wrong.begin(), wrong.end());
            wrong.erase(std::unique(wrong.begin(), wrong.end()), wrong.end());
            for (std::uint32_t const bit : wrong)
                mend(bit);
        }
        return questions;
    }
    void hear(std::span<Search const> questions, Bits const& answers) {
        QKDES_EXPECTS(answers.size() == questions.size());
        for (std::size_t i = 0; i < questions.size(); ++i) {
            auto& told = told_[questions[i].layer];
            std::uint32_t const left = questions[i].node, parent = layers_[questions[i].layer].parent(left);
            told[left] = answers.get(i) ? kOdd : kEven;
            told[left + 1] = told[left] == told[parent] ? kEven : kOdd;
        }
    }
    bool differs(std::uint32_t layer, std::uint32_t node) const {
        return (told_[layer][node] == kOdd) != layers_[layer].parity(key_, layers_[layer].range(node));
    }
    Bits const& key() const { return key_; }
    std::uint64_t flips() const { return flips_; }

  private:
    enum Told : std::uint8_t { kUnknown, kEven, kOdd };

    // From a block's top to a half whose parity must be asked, or to the wrong bit. Blocks that agree by now are left.
    void descend(Search top, std::vector<Search>& questions, std::vector<std::uint32_t>& wrong) {
        Layer const& l = layers_[top.layer];
        searched_[top.layer][l.block_of(top.node)] = false;
        if (!differs(top.layer, top.node)) return;
        for (std::uint32_t node = top.node;;) {
            Range const range = l.range(node);
            if (range.to - range.from == 1) {
                wrong.push_back(l.bit_at(range.from));
                return;
            }
            std::uint32_t const left = l.left(node);
            if (told_[top.layer][left] == kUnknown) {
                questions.push_back({top.layer, left});
                searched_[top.layer][l.block_of(top.node)] = true;
                searches_.push_back(top);
                return;
            }
            node = differs(top.layer, left) ? left : left + 1;
        }
    }
    void mend(std::uint32_t bit) {
        key_.flip(bit);
        ++flips_;
        for (std::uint32_t layer = 0; layer < told_.size(); ++layer)
            if (std::uint32_t const block = layers_[layer].block_of_bit(bit); block != Layer::kNowhere)
                search_if_different(layer, block);
    }
    void search_if_different(std::uint32_t layer, std::uint32_t block) {
        std::uint32_t const root = layers_[layer].root(block);
        if (searched_[layer][block] || !differs(layer, root)) return;
        searched_[layer][block] = true;
        searches_.push_back({layer, root});
    }

    Bits key_;
    std::deque<Layer> const& layers_;
    std::vector<std::vector<Told>> told_;     // what Alice said of each node
    std::vector<std::vector<bool>> searched_; // blocks with an open search
    std::vector<Search> searches_;            // roots
    bool whole_ = false;                      // Alice's parity of the whole key
    std::uint64_t flips_ = 0;
};

/// One frame; every parity and every query crosses here, and is counted and kept here.
class Frame {
  public:
    Frame(Bits const& alice, Bits const& bob, Conversation* conversation)
        : bits_{static_cast<std::uint32_t>(alice.size())}, alice_{alice, layers_}, bob_{bob, layers_},
          conversation_{conversation} {}

    CorrectionResult run(CascadeVariant variant, double qber, std::uint64_t public_seed) {
        bool const original = variant == CascadeVariant::original;
        double const first = std::min(std::ceil((original ? 0.73 : 0.92) / qber), static_cast<double>(bits_));
        auto block = static_cast<std::uint64_t>(first);
        for (std::uint32_t pass = 0; pass < (original ? 4u : 2u); ++pass, block *= original ? 2 : 3) {
            auto const size = static_cast<std::uint32_t>(std::min<std::uint64_t>(block, bits_));
            layers_.push_back(pass == 0 ? Layer::identity(bits_, size)
                                        : Layer::permuted(bits_, size, public_seed, pass));
            open_layer(layers_.back().blocks() - (pass > 0));
            search();
        }
        if (!original) confirm(public_seed);
        result_.corrected = bob_.key();
        result_.flips = bob_.flips();
        return std::move(result_);
    }

  private:
    void open_layer(std::uint32_t told) {
        auto const layer = static_cast<std::uint32_t>(layers_.size() - 1);
        Bits parities{told};
        for (std::uint32_t b = 0; b < told; ++b)
            parities.set(b, alice_.parity({layer, layers_[layer].root(b)}));
        if (told > 0) alice_says(parities);
        bob_.open(parities);
    }
    void search() {
        for (auto questions = bob_.ask(); !questions.empty(); questions = bob_.ask()) {
            std::vector<std::uint32_t> said;
            Bits answers{questions.size()};
            for (std::size_t i = 0; i < questions.size(); ++i) {
                said.insert(said.end(), {questions[i].layer, questions[i].node});
                answers.set(i, alice_.parity(questions[i]));
            }
            result_.message_bits += 32 * said.size();
            if (conversation_) conversation_->from_bob.add(said);
            alice_says(answers);
            bob_.hear(questions, answers);
        }
    }
    // BICONF. Corrections reach back to the blocks of both passes as all corrections do.
    void confirm(std::uint64_t public_seed) {
        std::size_t const passes = layers_.size();
        for (unsigned agreed = 0, round = 0; agreed < kAgreementsInARow && round < kMostRounds; ++round) {
            layers_.push_back(Layer::subset(bits_, false, public_seed, round));
            bool agrees = true;
            if (layers_.back().blocks() > 0) { // else nothing to say
                open_layer(1);
                auto const layer = static_cast<std::uint32_t>(passes);
                agrees = !bob_.differs(layer, layers_[layer].root(0));
                bool const subset = alice_said_;
                layers_.push_back(Layer::subset(bits_, true, public_seed, round));
                Bits rest{layers_.back().blocks()};
                if (!rest.empty()) rest.set(0, subset != bob_.whole_parity_of_alice());
                bob_.open(rest); // follows from what is known
                search();
            }
            bob_.forget_from(passes);
            layers_.resize(passes, Layer::identity(0, 1));
            agreed = agrees ? agreed + 1 : 0;
        }
    }
    void alice_says(Bits const& parities) {
        ++result_.round_trips;
        result_.leaked += parities.size();
        result_.message_bits += parities.size();
        alice_said_ = parities.get(0);
        if (conversation_) conversation_->from_alice.add(parities);
    }

    static constexpr unsigned kMostRounds = 1000;
    std::uint32_t bits_;
    std::deque<Layer> layers_;
    Alice alice_;
    Bob bob_;
    Conversation* conversation_;
    CorrectionResult result_;
    bool alice_said_ = false; // first bit of Alice's last message
};

} // namespace

CorrectionResult correct_in_frames(Bits const& alice, Bits const& bob, std::size_t frame_bits, CascadeVariant variant,
                                   double qber_estimate, std::uint64_t public_seed, Conversation* conversation) {
    QKDES_EXPECTS(alice.size() == bob.size());
    CorrectionResult block;
    std::size_t const n = alice.size();
    if (n == 0) return block;
    QKDES_EXPECTS(frame_bits > 0);
    double const qber = qber_estimate > 1e-6 ? std::min(qber_estimate, 0.5) : 1e-6; // not-a-number: 1e-6
    block.frames = std::max<std::size_t>(1, (n + frame_bits / 2) / frame_bits);
    std::size_t const longer = n % block.frames; // that many frames have one bit more than the rest
    block.corrected.reserve(n);
    for (std::size_t f = 0, from = 0; f < block.frames; ++f) {
        std::size_t const size = n / block.frames + (f < longer);
        QKDES_EXPECTS(size <= kLargestFrame);
        Bits const alice_frame = alice.slice(from, size), bob_frame = bob.slice(from, size);
        CorrectionResult const frame = Frame{alice_frame, bob_frame, conversation}.run(variant, qber, public_seed);
        block.corrected.append(frame.corrected);
        block.leaked += frame.leaked;
        block.flips += frame.flips;
        block.message_bits += frame.message_bits;
        block.round_trips = std::max(block.round_trips, frame.round_trips);
        from += size;
    }
    return block;
}

} // namespace qkdes
