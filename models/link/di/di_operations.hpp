// What the operators of a device-independent link watch: ten figures of a window of time, a state by the margin of the
// Bell violation, and alerts. Pure functions of what blocks and the key management say.
//
//   M1  Bell value         S over all games of the window, and its threshold: what the gate of a block asks
//   M2  key rate           secret bits per second of the window
//   M3  trial success      rounds kept over heralds; goal 90 %
//   M4  freshness latency  longest time from a block's first herald to its key in the store; goal 10 minutes
//   M5  efficiency         rounds with a detection over rounds, the worse of the two boxes
//   M6  sync error         |mean time of arrival| of the heralds, ns; goal 1000
//   M7  RNG health         p-value of the setting bits (monobit)
//   M8  ingestion          keys stored over keys offered to the key management; goal 1
//   M9  integrity          keys whose two ends differed, and verification failures; goal 0
//   M10 violation's spread standard deviation of S: the estimator's over the window, and that of S from block to block
//
// State: `lost` at S of 2 + sure sigmas or less (no violation that could be told from chance), `degraded` where S is
// below its threshold by more than chance, or an alert of weight `warn` is up, else `healthy`; `unknown` without games.
//
// Alerts: page when S drops below its threshold by more than `sure` sigmas (F1, F4), when a stored key failed (F5), on
// integrity failures and on an unhealthy RNG (F3); page when trials fail at four times the rate that uses up their
// error budget, over the last hour (`burn`, F2); warn on steps of arrival time (F6), on low efficiency (F4), stale keys
// and blocks too small for key (F7). The burn rate is the share of bad trials over the share that the goal allows,
// after B. Beyer et al. (eds.), "The Site Reliability Workbook", O'Reilly (2018), chapter 5.
//
// Holds for:  blocks of one link in order of time, not overlapping.
// Leaves out: correlations between blocks; a block counts for the hour by the share of its time that lies in it.
// Checked:    tests/models/link/di/di_operations_test.cpp: each fault raises its own alert and calm raises none.
#pragma once
#include "models/link/di/di_parameters.hpp"
#include "models/link/di/di_statistics.hpp"
#include "models/link/link_block.hpp"

#include <span>
#include <vector>

namespace qkdes {

/// One block as operations see it.
struct DiObservation {
    SimTime begin{}, end{}; ///< of the gathering
    SimTime stored{};       ///< when its key was in the store; `end` or later, ignored without key
    BlockOutcome outcome = BlockOutcome::no_key;
    DiStatistics statistics;
    std::uint64_t secret = 0;             ///< bits
    std::uint64_t offered = 0, taken = 0; ///< keys offered to the key management, and those that it took
    std::uint64_t mismatched = 0;         ///< keys whose two ends differed
};

struct DiGoals {
    double trial_success = 0.9;                       ///< M3, (0, 1)
    SimDuration freshness = std::chrono::minutes{10}; ///< M4
    double efficiency = 0.9;                          ///< M5
    double sync_error_ns = 1000;                      ///< M6, absolute
    double sync_step_sigmas = 6;                      ///< M6, change from block to block, in standard errors
    double rng_alarm = 1e-9;                          ///< M7
    double burn_rate = 4;                             ///< M3's budget
    SimDuration burn_window = std::chrono::hours{1};
    double sure = 4; ///< standard deviations before S is believed to be low
};

struct DiFigures {
    std::uint64_t blocks = 0, games = 0;
    double chsh = 0, chsh_threshold = 0, chsh_error = 0; ///< M1; M10, of the window's S
    double chsh_spread = 0;                              ///< M10, from block to block; 0 below two blocks
    double key_rate = 0;                                 ///< M2, bit/s
    double trial_success = 1;                            ///< M3; 1 without heralds
    double freshness = 0;                                ///< M4, s; 0 without key
    double efficiency = 1;                               ///< M5
    double sync_error_ns = 0;                            ///< M6, the largest block's
    double sync_step_sigmas = 0;          ///< M6, the largest change between blocks that follow each other
    double rng_p_value = 1;               ///< M7, the least block's
    double ingestion = 1;                 ///< M8; 1 without offers
    std::uint64_t integrity_failures = 0; ///< M9
    std::uint64_t without_key = 0;        ///< blocks with outcome `no_key`: too small (F7)
    double burn = 0;                      ///< burn rate over the last `burn_window`
};
DiFigures di_figures(DiParameters const& parameters, std::span<DiObservation const> window, DiGoals const& goals = {});

enum class DiAlert : std::uint8_t {
    bell_drop,        ///< page: F1, F4, an eavesdropper
    ingest_failure,   ///< page: F5
    integrity,        ///< page
    rng_health,       ///< page: F3
    trial_burn,       ///< page: F2
    timing,           ///< warn: F6
    low_efficiency,   ///< warn: F4
    stale_key,        ///< warn
    finite_key_short, ///< warn: F7
};
bool pages(DiAlert alert);
/// In the order of the enumeration; each at most once.
std::vector<DiAlert> di_alerts(DiFigures const& figures, DiGoals const& goals = {});

enum class DiState : std::uint8_t { unknown, healthy, degraded, lost };
DiState di_state(DiFigures const& figures, DiGoals const& goals = {});

} // namespace qkdes
