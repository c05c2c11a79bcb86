#include "sim/world/auditor.hpp"

#include "sim/base/contracts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {
constexpr std::size_t kKeptMessages = 100;
} // namespace

Auditor::Auditor(std::vector<LinkEnds> links) : links_(links.size()) {
    for (std::size_t l = 0; l < links.size(); ++l)
        links_[l].ends = links[l];
}

void Auditor::violation(std::string message) {
    ++violations_;
    if (messages_.size() < kKeptMessages) messages_.push_back(std::move(message));
}

std::size_t Auditor::end_of(NodeId node, LinkId link) const {
    LinkEnds const ends = links_[link.index()].ends;
    QKDES_EXPECTS(node == ends.a || node == ends.b);
    return node == ends.a ? 0 : 1;
}

void Auditor::block_stored(NodeId node, LinkId link, std::uint64_t number, std::uint32_t units) {
    std::size_t const end = end_of(node, link);
    Block* const known = links_[link.index()].blocks.find(number);
    Block& block = known != nullptr ? *known : links_[link.index()].blocks.add(number, {});
    if (block.units[end] != 0)
        violation(fmt::format("block {} of link {} was stored twice at node {}", number, link.value, node.value));
    if (block.units[1 - end] != 0 && block.units[1 - end] != units)
        violation(fmt::format("block {} of link {} is not of one size at both ends", number, link.value));
    block.units[end] = units;
    block.gone.resize((std::max(block.units[0], block.units[1]) + 3) / 4);
    links_[link.index()].ledger.pool[end].stored += units * kUnitBits;
}

void Auditor::unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest) {
    std::size_t const end = end_of(node, link);
    Link& of = links_[link.index()];
    LinkLedger::Pool& pool = of.ledger.pool[end];
    (fate == UnitFate::used ? pool.used : fate == UnitFate::expired ? pool.expired : pool.voided) += kUnitBits;
    auto const name = [&] {
        return fmt::format("unit {}/{} of link {} at node {}", unit.block, unit.index, link.value, node.value);
    };
    Block* const block = of.blocks.find(unit.block);
    if (block == nullptr || unit.index >= block->units[end])
        return violation(name() + " left the store without being there");
    if (block->is_gone(unit.index, end)) return violation(name() + " left the store twice");
    block->go(unit.index, end);
    // Of this very unit, so that two that are swapped do not cancel.
    std::uint64_t const said = mix64(digest ^ mix64(unit.index + 1));
    if (!block->is_gone(unit.index, 1 - end)) {
        if (fate == UnitFate::expired)
            block->unbalanced ^= said;
        else
            of.digests.insert_or_assign(unit, digest | 1);
        return;
    }
    if (auto const* const known = of.digests.find(unit)) {
        if (known->second != (digest | 1)) violation(name() + " differs from the bits at the other end");
        of.digests.erase(unit);
    } else {
        block->unbalanced ^= said;
    }
    // A block is kept, and so a second departure seen, until every unit is gone at both ends.
    if (++block->through < std::max(block->units[0], block->units[1])) return;
    if (block->unbalanced != 0)
        violation(
            fmt::format("block {} of link {}: units that expired differ at its two ends", unit.block, link.value));
    of.blocks.erase(unit.block);
}

void Auditor::made(LinkId link, std::uint64_t secret, std::uint64_t authentication, bool ends_equal) {
    LinkLedger& ledger = links_[link.index()].ledger;
    ledger.made += secret;
    ledger.authentication += authentication;
    if (!ends_equal)
        violation(fmt::format("link {}: Alice's and Bob's final keys differ after verification", link.value));
}

void Auditor::initial(LinkId link, std::uint64_t bits) { links_[link.index()].ledger.initial += bits; }

void Auditor::lost(LinkId link, std::uint64_t bits) { links_[link.index()].ledger.lost += bits; }
void Auditor::pending(LinkId link, std::uint64_t bits) { links_[link.index()].ledger.pending = bits; }

void Auditor::delivered(KeyId key, bool first, std::uint64_t digest) {
    auto const [entry, inserted] = first_copy_.try_emplace(key, digest);
    if (first) {
        if (!inserted) violation("one key id was handed out for two keys");
        return;
    }
    if (inserted) {
        violation("the far application got a key that the near one never had");
    } else if (entry->second != digest && altered_expected_) {
        ++altered_;
    } else if (entry->second != digest) {
        violation("two applications got different keys under one id");
    }
    ++keys_compared_;
}

std::optional<std::uint64_t> Auditor::digest(KeyId key) const {
    auto const found = first_copy_.find(key);
    if (found == first_copy_.end()) return std::nullopt;
    return found->second;
}

void Auditor::closed(KeyId key) { first_copy_.erase(key); }

void Auditor::check_pool(LinkId link, NodeId node, std::uint64_t held_bits) {
    std::size_t const end = node == links_[link.index()].ends.a ? 0 : 1;
    std::uint64_t const held = links_[link.index()].ledger.pool[end].held();
    if (held != held_bits) {
        violation(fmt::format("link {} at node {}: the node says it holds {} bits, the ledger says {}", link.value,
                              node.value, held_bits, held));
    }
}

void Auditor::check_links() {
    for (std::size_t l = 0; l < links_.size(); ++l) {
        LinkLedger const& ledger = links_[l].ledger;
        for (auto const& pool : ledger.pool) {
            std::uint64_t const booked = ledger.authentication + ledger.pending + ledger.lost + pool.stored;
            if (ledger.initial + ledger.made != booked) {
                violation(fmt::format("link {}: {} bits made, but {} booked", l, ledger.initial + ledger.made, booked));
            }
            if (pool.used + pool.expired + pool.voided > pool.stored) {
                violation(fmt::format("link {}: more bits left a pool than entered it", l));
            }
        }
    }
}

} // namespace qkdes
