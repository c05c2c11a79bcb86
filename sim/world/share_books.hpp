// What became of shared secrets: rows for the results file as things happen, figures for the summary at the end.
#pragma once
#include "sim/kme/shares/collector.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/figures.hpp"
#include "sim/world/share_paths.hpp"

#include <map>
#include <string>
#include <vector>

namespace qkdes {

enum class RecoveryOutcome : std::uint8_t {
    ok,
    too_few,
    inconsistent,
    requester_down, ///< the requester's node was, when it should have begun
    unfinished,     ///< the run ended first
};

/// What the world knows of a secret at the end, beside what it booked.
struct ShareStanding {
    SharePaths from_dealer, from_requester;
    std::uint32_t epoch = 0;           ///< of the newest manifest; 0: never dealt
    std::size_t holding = 0;           ///< custodians with a share of that epoch
    std::size_t stolen = 0;            ///< most shares of one epoch that thieves have
    bool exposed = false;              ///< those give the key: tried
    std::optional<double> closed_form; ///< chance of a recovery, where links are up by chance
};

class ShareBooks {
  public:
    ShareBooks(Recorder& recorder, Scenario const& scenario);

    void distribution(std::size_t secret, bool renewed, SimTime at, DistributionReport const& report);
    void recovery(std::size_t secret, SimTime at, RecoveryOutcome outcome, RecoveryReport const& report);
    void capture(std::size_t secret, SimTime at, NodeId node, std::size_t shares, std::uint32_t epoch);
    void opened(std::size_t secret, std::size_t data_keys, std::size_t wrong, bool rotated);

    /// Every share of `secret` was stored before the first recovery, and none was renewed.
    bool complete_from_the_start(std::size_t secret) const;
    SummarySection section(std::vector<ShareStanding> const& standings, std::uint64_t bytes,
                           std::uint64_t messages) const;

  private:
    struct Tally {
        std::vector<SimDuration> elapsed; ///< of those that succeeded
        std::uint64_t tried = 0, requests = 0, down = 0;
        std::map<std::uint8_t, std::uint64_t> culprits;
        std::map<AccessDecision, std::uint64_t> refused;
        std::uint64_t dealt = 0, renewed = 0, renewals = 0;
        std::size_t stored_first = 0; ///< by the first dealing
        SimTime first_dealt = kSimNever, first_recovery = kSimNever;
        SimDuration dealing{0};
        std::uint64_t opened = 0, read = 0, wrong = 0, rotated = 0;
    };
    std::vector<std::string> notes_of(std::size_t secret, ShareStanding const& standing) const;

    Scenario const& scenario_;
    Table &distributions_, &recoveries_, &captures_;
    std::vector<Tally> tallies_; ///< by secret
};

} // namespace qkdes
