// What became of keys that both ends computed from pools: a row for each in the results file, figures for the summary.
#pragma once
#include "sim/kme/digital/digital_node.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/figures.hpp"
#include "sim/world/timeline.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qkdes {

enum class DigitalOutcome : std::uint8_t { ///< DigitalStatus, and the run's end
    ok,
    server_down,
    pool_gone,
    peer_silent,
    mismatch,
    bad_request,
    busy,
    restarted,
    unfinished,
};
constexpr std::size_t kDigitalOutcomes = 9;

struct DigitalRow {
    SimTime began;
    AppId from, to;
    DigitalOutcome outcome = DigitalOutcome::unfinished;
    std::uint64_t epoch = 0;
    SimDuration elapsed{0};
    std::size_t compromised = 0; ///< servers whose pool of that epoch the adversary has
    bool exposed = false;        ///< the adversary has the key
};

class DigitalBooks {
  public:
    DigitalBooks(Recorder& recorder, Scenario const& scenario);
    void key(DigitalRow const& row);
    /// `bytes` and `messages` on all links together.
    std::vector<SummarySection> sections(Timelines const& timelines, SimTime end, std::uint64_t bytes,
                                         std::uint64_t messages) const;

  private:
    struct Tally {
        std::array<std::uint64_t, kDigitalOutcomes> outcomes{};
        std::vector<SimDuration> elapsed; ///< of keys that were made
        std::uint64_t exposed = 0;
        SimTime first_exposed = kSimNever;
    };
    SummarySection keys(std::uint64_t bytes, std::uint64_t messages) const;
    SummarySection servers(Timelines const& timelines, SimTime end) const;

    Scenario const& scenario_;
    Table& keys_;
    std::map<std::pair<AppId, AppId>, Tally> tallies_;
};

} // namespace qkdes
