// What dead time does to the two ends of an entangled link: how many tags each registers, and how often both are live.
//
// An end's tags come at R = S / (1 + S tau). Both ends are live with chance
//   1 / [(1 + S_1 t_1)(1 + S_2 t_2) - C m],  m = t_2 + S_1 t_2 (t_1 - t_2/2) + S_2 ((2 t_2 - t_1)+)^2 / 2,  t_1 >= t_2,
// C the rate of pairs seen at both (pulsed: beyond what independent light in one pulse makes), which blank both at
// once. It is 1 over (1 + mean time per live second until both are live again), the latter taken to second order in
// (rate x dead time): t_2 of m is the time that a pair takes from both, the rest is what tags meanwhile prolong. A
// pulsed source's pulses are on a grid: after a tag of light an end misses the pulses that begin within the dead time,
// jitter deciding about those at its edge. Then t_1 and t_2 are mean numbers of pulses missed, and the first term of m
// is the number that both ends miss.
//
// Holds for:  rate x dead time < .1 (3e-3 of the rate at .3).
// Checked:    tests/models/link/entangled/: matching_test.cpp and fidelity_test.cpp, against the tags.
#pragma once
#include "models/link/entangled/entangled_parameters.hpp"

namespace qkdes {

class EndDeadTime {
  public:
    /// `period` of a pulsed source, s (0: continuous); `lit_share`: of the end's tags, those that light of the source
    /// made on that grid; `spread_ps`: full width of their arrival times.
    EndDeadTime(SimDuration dead_time, double period, double lit_share, double spread_ps);
    /// Seconds of a tag's process, and of a pulse's, that a tag costs.
    double of_any() const { return any_; }
    double of_light() const { return light_; }

    /// What `m` is above, from each end's dead time and rate of tags before it.
    static double shared(EndDeadTime const& a, double in_a, EndDeadTime const& b, double in_b);

  private:
    double missed(double pulse) const; ///< chance that this pulse after a tag of light falls into the dead time
    double tau_, period_, width_;
    double certain_ = 0, last_ = 0; ///< pulses missed for sure, and the last that may be
    double any_, light_;
};

} // namespace qkdes
