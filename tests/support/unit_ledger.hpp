// A Telemetry that keeps the books a node cannot cheat: every unit's life at each end, every holder of a key in clear.
#pragma once
#include "sim/ports/telemetry.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace qkdes::test {

class UnitLedger final : public Telemetry {
  public:
    struct Life {
        bool ended = false;
        UnitFate end = UnitFate::stored;
    };
    struct Hop {
        NodeId node;
        LinkId link;
        KeyId key;
        SecurityClass protection;
        std::uint32_t units;
    };
    using Place = std::tuple<NodeId, LinkId, UnitId>;

    void block_stored(NodeId node, LinkId link, std::uint64_t block, std::uint32_t units) override {
        for (std::uint32_t i = 0; i < units; ++i)
            if (!lives.emplace(Place{node, link, UnitId{block, i}}, Life{}).second) fault("stored twice");
        fates[{node, link, UnitFate::stored}] += units;
        log.push_back(block << 32 ^ units);
    }
    void unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest) override {
        Place const place{node, link, unit};
        if (fate == UnitFate::stored) fault("not a fate to report");
        if (auto const found = lives.find(place); found == lives.end()) {
            fault("never stored");
        } else {
            if (found->second.ended) fault("ended twice");
            if (digests.try_emplace({link, unit}, digest).first->second != digest)
                fault("differs from the other end's");
            found->second.ended = true;
            found->second.end = fate;
        }
        ++fates[{node, link, fate}];
        log.push_back(static_cast<std::uint64_t>(fate) << 56 ^ unit.block << 32 ^ unit.index ^ digest);
    }
    void key_in_clear(NodeId node, KeyId key) override { holders[key].insert(node); }
    void hop(NodeId node, LinkId link, KeyId key, SecurityClass protection, std::uint32_t units) override {
        hops.push_back({node, link, key, protection, units});
    }
    void count(NodeId, std::string_view what) override { ++counts[std::string{what}]; }
    void work(NodeId node, Work kind) override { ++works[{node, kind}]; }

    std::uint64_t fate(NodeId node, LinkId link, UnitFate what) const {
        auto const found = fates.find({node, link, what});
        return found == fates.end() ? 0 : found->second;
    }
    /// stored - used - expired - voided, by this ledger's count.
    std::uint64_t held(NodeId node, LinkId link) const {
        return fate(node, link, UnitFate::stored) - fate(node, link, UnitFate::used) -
               fate(node, link, UnitFate::expired) - fate(node, link, UnitFate::voided);
    }
    std::uint64_t counted(std::string const& what) const {
        auto const found = counts.find(what);
        return found == counts.end() ? 0 : found->second;
    }

    std::map<Place, Life> lives;
    std::map<std::pair<LinkId, UnitId>, std::uint64_t> digests; ///< of units that left a store
    std::map<std::tuple<NodeId, LinkId, UnitFate>, std::uint64_t> fates;
    std::map<KeyId, std::set<NodeId>> holders;
    std::vector<Hop> hops;
    std::map<std::string, std::uint64_t> counts;
    std::map<std::pair<NodeId, Work>, std::uint64_t> works;
    std::vector<std::uint64_t> log;  ///< every unit event, for comparing runs
    std::vector<std::string> faults; ///< must stay empty

  private:
    void fault(char const* what) { faults.emplace_back(what); }
};

} // namespace qkdes::test
