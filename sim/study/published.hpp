// What a scenario says was published, beside what its run gave.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/run_figures.hpp"
#include "sim/study/statistics.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

enum class PublishedVerdict : std::uint8_t {
    ok,         ///< holds, and nothing was set for it to hold
    fitted,     ///< holds, as it was made to
    fell_short, ///< does not hold, or the run does not have the figure
};
std::string_view to_string(PublishedVerdict verdict); ///< "ok", "fitted", "SHORT"

struct PublishedComparison {
    PublishedSpec published;
    double simulated = 0;             ///< NaN where the run does not say
    std::optional<Estimate> interval; ///< of the mean over replications
    PublishedVerdict verdict = PublishedVerdict::fell_short;
    /// simulated / published; nothing where that says nothing.
    std::optional<double> ratio() const;
};

/// In the order of the file. Several demands between the same applications share a name: the first of them counts.
std::vector<PublishedComparison> published_beside(Scenario const& scenario, std::span<RunFigure const> figures);

} // namespace qkdes
