// The adversaries of a scenario: what each can do, what it computes from that, and which of the delivered keys it knows
// (/exposure, and a table in the summary by pair, protection and adversary).
//
// A captured node tells every key that is in its memory, from its capture on: what lies there at that moment, and what
// comes into the clear later. What it had wiped by then stays unknown, however much was recorded before. A dishonest
// relay is captured, too, while it cheats and from then on.
//
// Knowing a key means having its bytes: every claim is compared with what the applications got. A claim that does not
// fit is no knowledge; unless somebody alters keys on the way there can be none, and the auditor says so.
//
// A key that went as shares is known to who knows k of them and so computes it (share_combiner.hpp), or finds it whole
// at one of its ends.
//
// Keys of agents are judged from when the leading one has got them; they have no row in /exposure, which tells of
// requests.
//
// Leaves out: keys that both ends compute from pools. Who has them is a matter of the pools' servers, and said in the
//             sections of `digital`; here they have no rows. What agents and applications keep outside the nodes.
// Checked: tests/sim/world/adversary_test.cpp, adversary_shares_test.cpp, adversary_agents_test.cpp,
//          adversary_middle_test.cpp.
#pragma once
#include "sim/world/adversary/eavesdropper.hpp"
#include "sim/world/adversary/middle.hpp"
#include "sim/world/agent_system.hpp"
#include "sim/world/key_in_shares.hpp"
#include "sim/world/system.hpp"

#include <array>

namespace qkdes {

class ShareDeliveries;

class AdversarySystem final : public System {
  public:
    /// `kem`: the one that the nodes use.
    AdversarySystem(WorldParts const& parts, OracleKem& kem);

    /// Where keys that go as shares come from; outlives this one. It hears of requests that are over after this one.
    void judge_shares_of(ShareDeliveries const& shares) { shares_ = &shares; }

    void start() override;
    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    std::vector<SummarySection> finish() override;

    /// A pair of agents has got a key: judged like a demand's, and in the summary alone.
    void agent_key(AgentSystem::Handed const& key);

    /// A message of a node has left for its neighbour: what goes on, if anything does.
    std::optional<std::vector<std::uint8_t>> on_the_way(LinkId link, NodeId from, NodeId to,
                                                        std::vector<std::uint8_t> message);
    /// Of the nodes' telemetry.
    void key_in_clear(NodeId node, KeyId key) override;
    void block_stored(LinkId link, std::uint64_t block) override;

  private:
    /// A request is judged this long after it was over, so that what is learned late counts.
    static constexpr SimDuration kJudgedAfter = std::chrono::minutes{1};

    struct Adversary {
        Adversary(AdversarySpec const& of, HopOpener const& opener, OracleKem const& kem)
            : spec{of}, eavesdropper{of, opener, kem, knowledge} {}
        AdversarySpec const& spec;
        Knowledge knowledge;
        Eavesdropper eavesdropper;
        std::deque<Middle> middles;         ///< in the order of the scenario
        std::map<NodeId, SimTime> captured; ///< from when on
        std::uint64_t wrong = 0;            ///< claims that fit no delivered key
    };
    struct Row { ///< of the summary
        std::uint64_t delivered = 0, known = 0;
        SimTime first = kSimNever;
        std::array<std::uint64_t, kMeans> means{};
    };
    struct Over { ///< a request, or an agents' key
        SimTime at;
        std::size_t asker; ///< a demand, or past all demands a pair of agents
        SecurityClass security;
        std::optional<std::uint64_t> request; ///< `index` of /requests
        std::vector<KeyId> ids;
        std::vector<std::uint64_t> digests; ///< of ids
        std::vector<KeyInShares> cut;       ///< likewise, of a demand via shares
    };
    using RowName = std::tuple<std::size_t, SecurityClass, std::size_t>;

    void read_memory(Adversary& adversary, NodeId node, KeyId key);
    /// What it has that fits the key; its other claims are counted, and all are forgotten.
    std::optional<Claim> settle(Adversary& adversary, KeyId key, std::uint64_t digest);
    std::optional<Claim> settle(Adversary& adversary, KeyInShares const& cut, std::uint64_t digest);
    void claimed_wrongly(Adversary& adversary);
    void judge(Over const& over);
    void judge_until(SimTime now);
    SummarySection section() const;
    std::vector<std::string> notes() const;

    WorldParts parts_; ///< references to what outlives it
    OracleKem& kem_;
    Table& exposure_;
    ShareDeliveries const* shares_ = nullptr;
    HopOpener opener_;
    Origin origin_;
    std::vector<std::unique_ptr<Adversary>> adversaries_;
    std::deque<Over> over_;
    std::map<RowName, Row> rows_;
};

} // namespace qkdes
