// What became of agents, their keys and their tunnels: rows for the results file as things happen, figures for the
// summary at the end.
//
// Mismatch: services at the two sites have different keys installed, or one of them has none.
// Tunnel:   up while both ends have a session and both hosts are up.
#pragma once
#include "sim/kme/agent/qkd_agent.hpp"
#include "sim/kme/agent/wireguard_peer.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/figures.hpp"
#include "sim/world/time_spent.hpp"

#include <array>
#include <map>
#include <set>
#include <vector>

namespace qkdes {

/// The two sites of a pair of agents; the leading one is `from`.
enum class AgentSide : std::uint8_t { from, to };
constexpr std::size_t side_index(AgentSide side) { return static_cast<std::size_t>(side); }

enum class TunnelState : std::uint8_t { down, keyed, unkeyed };

/// What agents counted themselves, at the end.
struct AgentStanding {
    agent::AgentCounts counts;                    ///< of the leading one
    std::array<agent::PushCounts, 2> pushes;      ///< by side
    std::array<agent::WireGuardCounts, 2> tunnel; ///< by side
    std::uint64_t halts = 0;
};

class AgentBooks {
  public:
    AgentBooks(Recorder& recorder, Scenario const& scenario);

    /// The leading agent has a key: how it was protected on its way, and which nodes held it, sorted.
    void issued(std::size_t agent, agent::KeyRecord const& record, SecurityClass security,
                std::vector<NodeId> const& holders);
    void stored(std::size_t agent, AgentSide side, std::uint64_t sequence, SimTime at);
    /// A service has the key from now on; 0: none.
    void installed(std::size_t agent, AgentSide side, std::uint64_t sequence, SimTime at);
    void event(std::size_t agent, AgentSide side, agent::AgentEvent const& event);
    void tunnel(std::size_t agent, TunnelState state, SimTime at);
    void metrics(std::size_t agent, AgentSide side, SimTime at, agent::QkdAgent const& from);

    std::vector<SummarySection> finish(std::vector<AgentStanding> const& standings, SimTime end);

  private:
    struct Key {
        agent::KeyRecord record; ///< without its bytes
        SecurityClass security = SecurityClass::pqc;
        std::string readable_by;
        std::array<SimTime, 2> stored{kSimNever, kSimNever}, installed{kSimNever, kSimNever};
    };
    struct Told { ///< a line of the timeline
        SimTime at;
        std::string what;
        agent::QberBand band;
        agent::LinkMode mode;
        double qber;
    };
    struct Tally {
        std::map<std::uint64_t, Key> keys; ///< whose row is not written yet, by sequence
        std::array<std::uint64_t, 2> installed{};
        TimeSpent<2> agreement; ///< 0: equal
        TimeSpent<5> bands;     ///< by QberBand
        TimeSpent<3> modes{2};  ///< by LinkMode; before the first key there is none
        TimeSpent<3> tunnel;    ///< by TunnelState
        bool tunnel_was_up = false;
        std::set<NodeId> readers; ///< beside the sites themselves
        std::map<SecurityClass, std::uint64_t> security;
        std::vector<Told> timeline;
        std::uint64_t untold = 0;
        bool without = false; ///< the last rotation found no key
    };
    void write_keys(std::size_t agent, std::uint64_t up_to);
    std::string link_id(std::size_t agent) const;
    NodeId node(std::size_t agent, AgentSide side) const;
    SummarySection keys_section(std::vector<AgentStanding> const& standings) const;
    SummarySection fallback_section(std::vector<AgentStanding> const& standings) const;
    SummarySection timeline_section() const;
    SummarySection tunnel_section(std::vector<AgentStanding> const& standings) const;

    Scenario const& scenario_;
    Table &events_, &keys_, &tunnels_, &metrics_;
    std::vector<Tally> tallies_; ///< by agent
};

} // namespace qkdes
