// Two streams of time tags become coincidences: the clocks are found (clock_search.hpp), then followed, and tags that
// are closer than half the window are matched.
//
//   Matching  both streams are walked in order of time; the two foremost tags are matched if they are in the window,
//             else the earlier one is passed over. So each tag is used at most once, and of several candidates the
//             earliest wins: a rule that looks at neither setting nor bit.
//   Tracking  every coincidence is a point (Alice's time, difference); a straight line is fitted to the last few
//             thousand, older ones fading out, and drawn anew every 32 (exponentially weighted least squares). Where
//             the window is narrower than the peak, near misses are points too: a fit to what the line itself lets pass
//             would follow its own noise. What is matched by accident lies evenly about the line and only slows the
//             fit.
//
//   Start     until the clocks are found tags are kept, and then matched from the first one. If the tags that a search
//             may look at do not suffice it gives up for good: a block without clocks has no coincidences.
//
// Holds for:  drifts that are constant over some thousand coincidences.
// Leaves out: finding the peak again when it is lost: a block is short, and its clocks are those of its start.
// Checked:    tests/models/link/entangled/matching_test.cpp: every tag at most once, efficiency and accidentals against
//             coincidence_statistics.hpp, offset and drift recovered.
#pragma once
#include "models/link/entangled/clock_search.hpp"

#include <cstdint>
#include <vector>

namespace qkdes {

struct Coincidence {
    std::int64_t time_ps = 0; ///< by Alice's clock
    TimeTag alice, bob;
};

/// The line through the peak, from points that fade out.
class PeakTracker {
  public:
    explicit PeakTracker(ClockFit start = {}) : fit_{start} {}
    void add(std::int64_t time_ps, double difference);
    ClockFit const& fit() const { return fit_; }

  private:
    ClockFit fit_;
    double n_ = 0, t_ = 0, d_ = 0, tt_ = 0, td_ = 0; ///< weighted sums about fit_, times since fit_.when in ms
    unsigned since_fit_ = 0;
};

class CoincidenceMatcher {
  public:
    CoincidenceMatcher(ClockSearchSettings const& clocks, double window_ps)
        : clocks_{clocks}, half_{window_ps / 2}, reach_{clocks.peak_ps} {}

    /// Where new tags are appended, in order of time, before match() is called.
    std::vector<TimeTag>& alice() { return alice_; }
    std::vector<TimeTag>& bob() { return bob_; }
    /// Matches what there is and appends it. Tags that the next call may need are kept.
    void match(std::vector<Coincidence>& out);

    bool locked() const { return locked_; }
    bool gave_up() const { return gave_up_; }
    ClockFit const& clocks() const { return tracker_.fit(); }

  private:
    bool search();
    void forget_used();

    ClockSearchSettings clocks_;
    double half_, reach_; ///< of the window, and of what is looked at to follow the peak
    std::vector<TimeTag> alice_, bob_;
    std::size_t next_a_ = 0, next_b_ = 0, tried_ = kFirstSearchTags / 2;
    bool locked_ = false, gave_up_ = false;
    PeakTracker tracker_;
};

} // namespace qkdes
