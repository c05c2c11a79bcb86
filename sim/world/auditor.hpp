// The auditor watches what no node can see, in every run:
//  - conservation: bits made and initial ones = stored + paid for authentication + pending + lost at the link, and at
//  each end
//    stored = held + used + expired + voided, exactly;
//  - no unit leaves a store twice, and none leaves that was not stored;
//  - both ends of a pool hand out equal bits under the same unit;
//  - both applications get the same key under the same id;
//  - which nodes held a delivered key in clear.
// A violation is our fault, not the user's: it is kept, printed, and ends the run with exit code 3.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/flat_table.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/numbered.hpp"
#include "sim/ports/telemetry.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace qkdes {

/// Bits of a link's key by where they went. `pool` is per end: 0 is the link's `a`.
struct LinkLedger {
    struct Pool {
        std::uint64_t stored = 0, used = 0, expired = 0, voided = 0;
        std::uint64_t held() const { return stored - used - expired - voided; }
    };
    std::array<Pool, 2> pool;
    std::uint64_t initial = 0;        ///< shared before the run
    std::uint64_t made = 0;           ///< secret bits that left privacy amplification
    std::uint64_t authentication = 0; ///< kept back to pay for tags
    std::uint64_t pending = 0;        ///< less than a unit, waits for the next block
    std::uint64_t lost = 0;           ///< no room in a store, or a node was down
};

struct LinkEnds {
    NodeId a, b;
};

class Auditor {
  public:
    /// Bits of a pool unit.
    static constexpr std::uint64_t kUnitBits = 256;

    explicit Auditor(std::vector<LinkEnds> links);

    /// A unit of the link may soon leave: ask the processor for what that needs. Each reads what the one before asked
    /// for.
    void foresee(LinkId link) const {
        cache_hint(&links_[link.index()]);
        cache_hint(&links_[link.index()].ledger);
        cache_hint(&links_[link.index()].blocks);
    }
    void foresee_closer(LinkId link) const { links_[link.index()].blocks.prefetch(); }
    void foresee(LinkId link, UnitId unit) const {
        Link const& of = links_[link.index()];
        cache_hint(of.blocks.find(unit.block));
        of.digests.prefetch(unit);
    }
    /// From Telemetry.
    void block_stored(NodeId node, LinkId link, std::uint64_t block, std::uint32_t units);
    void unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest);
    void initial(LinkId link, std::uint64_t bits);
    void made(LinkId link, std::uint64_t secret, std::uint64_t authentication, bool ends_equal);
    void lost(LinkId link, std::uint64_t bits);
    void pending(LinkId link, std::uint64_t bits);

    /// A key that an application got, at the end that asked (`first`) or at the other; its bytes as a stable hash.
    void delivered(KeyId key, bool first, std::uint64_t digest);
    /// A relay of this run alters keys on purpose: that two applications get different ones is counted, and no
    /// violation.
    void expect_altered_keys() { altered_expected_ = true; }
    bool expects_altered_keys() const { return altered_expected_; }
    std::uint64_t altered() const { return altered_; }
    /// Of the near application's copy, until its story is over.
    std::optional<std::uint64_t> digest(KeyId key) const;
    /// Somebody else than the ledger found the code wrong.
    void found(std::string message) { violation(std::move(message)); }
    /// The key's story is over: forget it (bounded memory).
    void closed(KeyId key);

    /// What a pool holds by the node's own account, to be compared with the ledger at the end.
    void check_pool(LinkId link, NodeId node, std::uint64_t held_bits);
    /// Conservation at every link; call once when the run has ended.
    void check_links();

    LinkLedger const& ledger(LinkId link) const { return links_[link.index()].ledger; }
    std::uint64_t keys_compared() const { return keys_compared_; }
    bool clean() const { return violations_ == 0; }
    std::uint64_t violations() const { return violations_; }
    /// The first hundred, in words.
    std::vector<std::string> const& messages() const { return messages_; }

  private:
    /// Compact, because all key in all stores is here: a line of cache.
    struct alignas(64) Block {
        std::array<std::uint32_t, 2> units{}; ///< stored at each end
        std::uint32_t through = 0;            ///< gone at both ends
        /// Sum of what both ends said of units that expired first: thousands at a time, so that their digests are not
        /// kept one by one. Zero when all are gone at both ends, or they differed.
        std::uint64_t unbalanced = 0;
        boost::container::small_vector<std::uint8_t, 16> gone; ///< two bits a unit, one for each end
        bool is_gone(std::uint32_t unit, std::size_t end) const { return gone[unit / 4] >> bit(unit, end) & 1; }
        void go(std::uint32_t unit, std::size_t end) {
            gone[unit / 4] = static_cast<std::uint8_t>(gone[unit / 4] | 1u << bit(unit, end));
        }
        static unsigned bit(std::uint32_t unit, std::size_t end) { return 2 * (unit % 4) + static_cast<unsigned>(end); }
    };
    struct UnitHash {
        std::size_t operator()(UnitId const& unit) const { return mix64(mix64(unit.block) ^ unit.index); }
    };
    std::size_t end_of(NodeId node, LinkId link) const;
    void violation(std::string message);

    struct alignas(64) Link { ///< first what a unit that leaves asks for
        LinkEnds ends;
        FlatTable<UnitId, UnitHash> digests; ///< of units that were handed out at one end, odd, so that none is 0
        LinkLedger ledger;
        Numbered<Block> blocks; ///< a block goes when both ends are through with it
    };
    std::vector<Link> links_;
    std::unordered_map<KeyId, std::uint64_t, KeyIdHash> first_copy_; ///< looked up, never iterated
    std::uint64_t keys_compared_ = 0, violations_ = 0, altered_ = 0;
    bool altered_expected_ = false;
    std::vector<std::string> messages_;
};

} // namespace qkdes
