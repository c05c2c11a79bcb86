// Which of five bands the bit error rate of a QKD link is in, and what an agent does in each.
//
//   band         error rate     action
//   nominal      [0, 3 %)       none
//   degraded     [3 %, 5 %)     more redundancy in error correction
//   warning      [5 %, 8 %)     keys at a reduced rate
//   critical     [8 %, 11 %)    no keys while it lasts
//   compromised  [11 %, ...)    no keys, and nothing is extracted from what was measured
//
// The table is that of HIP-0071, which leaves the boundaries open: here every band is half-open. The limits say nothing
// about security. With one-way post-processing and an error correction that discloses 1.16 h(Q), BB84 yields nothing
// from 9.8 % on (1.22 h(Q): 9.4 %), finite blocks earlier; continuous variables have no such rate at all.
//
// Estimate:   the mean, weighted by bits, of what was measured within `window` before the last measurement.
// Hysteresis: a band is entered upwards at its limit, and left downwards at its lower limit less `hysteresis`.
// Leaves out: statistical confidence. A short window on small blocks takes noise for a change.
// Checked:    tests/sim/kme/agent_bands_test.cpp, against a second implementation on random series.
#pragma once
#include "sim/base/units.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>

namespace qkdes::agent {

enum class QberBand : std::uint8_t { nominal, degraded, warning, critical, compromised };
constexpr std::size_t kQberBands = 5;
std::string_view to_string(QberBand band);

struct BandConfig {
    std::array<double, 4> limits{0.03, 0.05, 0.08, 0.11}; ///< where bands 1 to 4 begin; ascending, in (0, 1/2]
    double hysteresis = 0;                                ///< [0, limits[0])
    SimDuration window{0};                                ///< 0: the last measurement alone
    double redundancy = 1.1;                              ///< of error correction, from `degraded` on, >= 1
    double reduced_rate = 0.5;                            ///< of keys, in `warning`, (0, 1]
};

struct BandAction {
    double redundancy = 1; ///< factor on what error correction discloses; a request to the device
    double rate = 1;       ///< of keys; 0: none
    bool halt = false;     ///< what was measured is not used at all
};

/// The band that a rate lies in, without memory.
QberBand band_of(double qber, BandConfig const& config);
BandAction action_of(QberBand band, BandConfig const& config);

class QberBands {
  public:
    explicit QberBands(BandConfig const& config) : config_{config} {}

    /// `at` never goes back; `bits` >= 1 is how many bits the rate was measured on. The band after it.
    QberBand measured(SimTime at, double qber, std::uint64_t bits = 1);
    /// Begins anew, as after a calibration: nominal until something is measured.
    void forget();

    QberBand band() const { return band_; }
    double estimate() const { return estimate_; } ///< 0 before the first measurement
    bool known() const { return !seen_.empty(); }
    BandAction action() const { return action_of(band_, config_); }

  private:
    struct Measurement {
        SimTime at;
        double qber;
        double bits;
    };
    BandConfig config_;
    std::deque<Measurement> seen_; ///< what the estimate is made of
    QberBand band_ = QberBand::nominal;
    double estimate_ = 0;
};

} // namespace qkdes::agent
