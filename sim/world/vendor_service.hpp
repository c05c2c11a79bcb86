// Service times of a vendor's key server, drawn from a named stream:
//
//   t = latency e^(spread N + level) + [stall] stall_time E,   N standard normal, E exponential of mean 1
//
// level is an Ornstein-Uhlenbeck process of standard deviation `drift` and correlation time `drift_time`, begun in its
// stationary state: a run that starts slow stays slow for a while. The median of t without stalls and drift is
// `latency`.
//
// Holds for:  requests in order of time. Checked: tests/sim/world/vendor_service_test.cpp.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/ports/service_model.hpp"
#include "sim/scenario/vendor_spec.hpp"

namespace qkdes {

class VendorService final : public ServiceModel {
  public:
    VendorService(VendorSpec const& spec, RngStream rng);
    SimDuration next(SimTime now) override;

  private:
    VendorSpec spec_;
    RngStream rng_;
    SimTime last_{};
    double level_ = 0;
};

} // namespace qkdes
