#include "sim/world/auditor.hpp"

#include "sim/base/contracts.hpp"

#include <fmt/format.h>

namespace qkdes {

namespace {
constexpr std::uint8_t kUnknown = 0, kStored = 1, kGone = 2;
constexpr std::size_t kKeptMessages = 100;
} // namespace

Auditor::Auditor(std::vector<LinkEnds> links)
    : links_{std::move(links)}, ledgers_(links_.size()), blocks_(links_.size()), gone_(links_.size()) {}

void Auditor::violation(std::string message) {
    ++violations_;
    if (messages_.size() < kKeptMessages) messages_.push_back(std::move(message));
}

void Auditor::unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest) {
    LinkEnds const ends = links_[link.index()];
    QKDES_EXPECTS(node == ends.a || node == ends.b);
    std::size_t const end = node == ends.a ? 0 : 1;
    LinkLedger::Pool& pool = ledgers_[link.index()].pool[end];
    Block& block = blocks_[link.index()][unit.block];
    if (block.size() <= unit.index) block.resize(unit.index + 1);
    Unit& known = block[unit.index];
    auto const name = [&] {
        return fmt::format("unit {}/{} of link {} at node {}", unit.block, unit.index, link.value, node.value);
    };

    if (fate == UnitFate::stored) {
        if (known.state[end] != kUnknown) violation(name() + " was stored twice");
        if (known.state[1 - end] != kUnknown && known.digest != digest) {
            violation(name() + " differs from the bits at the other end");
        }
        known.state[end] = kStored;
        known.digest = digest;
        pool.stored += kUnitBits;
        return;
    }
    if (known.state[end] == kUnknown) violation(name() + " left the store without having been stored");
    if (known.state[end] == kGone) violation(name() + " left the store twice");
    if (known.digest != digest) violation(name() + " changed its bits while it was stored");
    bool const first_time = known.state[end] == kStored;
    known.state[end] = kGone;
    (fate == UnitFate::used ? pool.used : fate == UnitFate::expired ? pool.expired : pool.voided) += kUnitBits;

    // A block is kept, and so a second departure seen, until every unit is gone at both ends.
    if (first_time && known.state[1 - end] == kGone) {
        auto& gone = gone_[link.index()][unit.block];
        if (++gone == block.size()) {
            blocks_[link.index()].erase(unit.block);
            gone_[link.index()].erase(unit.block);
        }
    }
}

void Auditor::made(LinkId link, std::uint64_t secret, std::uint64_t authentication, bool ends_equal) {
    LinkLedger& ledger = ledgers_[link.index()];
    ledger.made += secret;
    ledger.authentication += authentication;
    if (!ends_equal)
        violation(fmt::format("link {}: Alice's and Bob's final keys differ after verification", link.value));
}

void Auditor::initial(LinkId link, std::uint64_t bits) { ledgers_[link.index()].initial += bits; }

void Auditor::lost(LinkId link, std::uint64_t bits) { ledgers_[link.index()].lost += bits; }
void Auditor::pending(LinkId link, std::uint64_t bits) { ledgers_[link.index()].pending = bits; }

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
    std::size_t const end = node == links_[link.index()].a ? 0 : 1;
    std::uint64_t const held = ledgers_[link.index()].pool[end].held();
    if (held != held_bits) {
        violation(fmt::format("link {} at node {}: the node says it holds {} bits, the ledger says {}", link.value,
                              node.value, held_bits, held));
    }
}

void Auditor::check_links() {
    for (std::size_t l = 0; l < ledgers_.size(); ++l) {
        LinkLedger const& ledger = ledgers_[l];
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
