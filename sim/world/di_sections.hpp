// What a summary says of device-independent links: the ten figures of operations at rest and at their worst, and which
// alert told of which fault, how late.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/world/di_watch.hpp"
#include "sim/world/figures.hpp"

#include <array>
#include <map>
#include <optional>
#include <vector>

namespace qkdes {

class DiSections {
  public:
    explicit DiSections(Scenario const& scenario) : scenario_{scenario} {}
    void report(DiReport const& report);
    /// Empty without device-independent links.
    std::vector<SummarySection> finish(SimTime end) const;

  private:
    /// An alert from the block after which it was up to the one after which it was not.
    struct Raised {
        LinkId link;
        DiAlert alert;
        SimTime begin, at; ///< of the block that raised it
        std::optional<SimTime> cleared;
    };
    struct Figures {
        DiFigures last;
        std::array<double, 10> best{}, worst{}; ///< M1 to M10, over the reports
        std::uint64_t reports = 0;
        std::array<std::uint64_t, 4> states{}; ///< reports by DiState
    };
    SummarySection figures() const;
    SummarySection alerts(SimTime end) const;

    Scenario const& scenario_;
    std::map<LinkId, Figures> links_;
    std::vector<Raised> raised_;
    std::map<std::pair<LinkId, DiAlert>, std::size_t> up_; ///< index into raised_
};

} // namespace qkdes
