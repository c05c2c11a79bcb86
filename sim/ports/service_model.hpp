// How long the next request keeps a worker that is not modelled in detail: a vendor's key server, a database, a module.
// A simulation draws from a distribution with a named stream; a deployment, where the worker is real, has no use for
// it.
#pragma once
#include "sim/base/units.hpp"

namespace qkdes {

class ServiceModel {
  public:
    virtual ~ServiceModel() = default;
    /// Asked once per request, when the worker begins with it; >= 0. `now` never goes backwards.
    virtual SimDuration next(SimTime now) = 0;
};

class FixedService final : public ServiceModel {
  public:
    explicit FixedService(SimDuration every) : every_{every} {}
    SimDuration next(SimTime) override { return every_; }

  private:
    SimDuration every_;
};

} // namespace qkdes
