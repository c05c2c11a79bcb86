#include "sim/world/di_watch.hpp"

#include <variant>

namespace qkdes {

namespace {

constexpr SimDuration kWindow = std::chrono::hours{24};
constexpr std::uint64_t kUnitBits = Auditor::kUnitBits;

DiObservation observed(BlockRecord const& record) {
    DiObservation seen;
    seen.begin = record.begin;
    seen.end = record.gathered;
    seen.stored = record.done;
    seen.outcome = record.outcome;
    seen.statistics = *record.di;
    seen.secret = record.yield.secret;
    // A conversation that an outage broke off is a key that could not be published.
    seen.offered = (record.delivered + record.lost) / kUnitBits + record.outages;
    seen.taken = record.delivered / kUnitBits;
    seen.mismatched = record.keys_equal ? 0 : 1;
    return seen;
}

} // namespace

std::string_view to_string(DiAlert alert) {
    static constexpr std::string_view names[] = {"bell-drop",      "ingest-failure", "integrity",
                                                 "rng-health",     "trial-burn",     "timing",
                                                 "low-efficiency", "stale-key",      "finite-key-short"};
    return names[static_cast<std::size_t>(alert)];
}

std::string_view to_string(DiState state) {
    static constexpr std::string_view names[] = {"unknown", "healthy", "degraded", "lost"};
    return names[static_cast<std::size_t>(state)];
}

std::string joined(std::vector<DiAlert> const& alerts) {
    std::string out;
    for (auto const alert : alerts)
        out += (out.empty() ? "" : ", ") + std::string{to_string(alert)};
    return out;
}

std::optional<DiReport> DiWatch::block(BlockRecord const& record) {
    if (!record.di) return {};
    auto& window = windows_[record.link.index()];
    window.push_back(observed(record));
    while (window.size() > 1 && window.front().end + kWindow < record.done)
        window.pop_front();
    auto const& device = scenario_.devices[*scenario_.links[record.link.index()].device];
    std::vector<DiObservation> const blocks{window.begin(), window.end()};
    DiReport report{record.begin, record.done, record.link, di_figures(std::get<DiParameters>(device.physics), blocks),
                    {},           {}};
    report.state = di_state(report.figures);
    report.alerts = di_alerts(report.figures);
    return report;
}

} // namespace qkdes
