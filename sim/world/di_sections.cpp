#include "sim/world/di_sections.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {

struct Metric {
    char const* name;
    char const* unit;
    char const* goal;
    double (*of)(DiFigures const&);
    bool high_is_good;
};

/// In the order M1 to M10.
std::array<Metric, 10> const& metrics() {
    static std::array<Metric, 10> const all{{
        {"M1 Bell value S", "", "above its threshold", [](DiFigures const& f) { return f.chsh; }, true},
        {"M2 key rate", "bit/s", "", [](DiFigures const& f) { return f.key_rate; }, true},
        {"M3 trial success", "", "0.9", [](DiFigures const& f) { return f.trial_success; }, true},
        {"M4 freshness", "s", "600 s", [](DiFigures const& f) { return f.freshness; }, false},
        {"M5 efficiency", "", "0.9", [](DiFigures const& f) { return f.efficiency; }, true},
        {"M6 sync error", "ns", "1000 ns", [](DiFigures const& f) { return std::abs(f.sync_error_ns); }, false},
        {"M7 RNG health", "", "p above 1e-9", [](DiFigures const& f) { return f.rng_p_value; }, true},
        {"M8 ingestion", "", "1", [](DiFigures const& f) { return f.ingestion; }, true},
        {"M9 integrity failures", "", "0", [](DiFigures const& f) { return static_cast<double>(f.integrity_failures); },
         false},
        {"M10 deviation of S", "", "", [](DiFigures const& f) { return f.chsh_error; }, false},
    }};
    return all;
}

Figure value(double of, char const* unit) {
    std::string text = fmt::format("{:.4g}", of);
    if (*unit != 0) text += fmt::format(" {}", unit);
    return {std::move(text), of};
}

std::string fault_name(FaultSpec const& fault) {
    static constexpr char const* kinds[] = {"cut",       "down",    "slow",       "lossy", "eavesdrop",
                                            "attenuate", "disturb", "illuminate", "impair"};
    static constexpr char const* impairments[] = {"", "sync-drift", "rng-bias", "saturation", "timing-step"};
    if (fault.kind == FaultKind::impair)
        return impairments[std::min<std::size_t>(static_cast<std::size_t>(fault.effect.impairment), 4)];
    return kinds[static_cast<std::size_t>(fault.kind)];
}

} // namespace

void DiSections::report(DiReport const& report) {
    Figures& link = links_[report.link];
    for (std::size_t m = 0; m < metrics().size(); ++m) {
        auto const& metric = metrics()[m];
        double const now = metric.of(report.figures);
        bool const first = link.reports == 0;
        auto const better = [&](double a, double b) { return metric.high_is_good ? a > b : a < b; };
        if (first || better(now, link.best[m])) link.best[m] = now;
        if (first || better(link.worst[m], now)) link.worst[m] = now;
    }
    link.last = report.figures;
    ++link.reports;
    ++link.states[static_cast<std::size_t>(report.state)];
    for (DiAlert const alert : report.alerts)
        if (up_.try_emplace({report.link, alert}, raised_.size()).second)
            raised_.push_back({report.link, alert, report.begin, report.at, {}});
    std::erase_if(up_, [&](auto const& entry) {
        auto const& [link_id, alert] = entry.first;
        bool const over = link_id == report.link && std::ranges::find(report.alerts, alert) == report.alerts.end();
        if (over) raised_[entry.second].cleared = report.at;
        return over;
    });
}

SummarySection DiSections::figures() const {
    SummarySection section{"device_independent", {"device-independent", "goal", "best", "worst", "last"}, {}, {}};
    for (auto const& [link, figures] : links_) {
        section.rows.push_back({scenario_.links[link.index()].id, "", "", "", ""});
        for (std::size_t m = 0; m < metrics().size(); ++m) {
            auto const& metric = metrics()[m];
            std::string const goal =
                m == 0 ? fmt::format("above {:.4f}", figures.last.chsh_threshold) : std::string{metric.goal};
            section.rows.push_back({fmt::format("  {}", metric.name), goal, value(figures.best[m], metric.unit),
                                    value(figures.worst[m], metric.unit), value(metric.of(figures.last), metric.unit)});
        }
        section.notes.push_back(fmt::format(
            "{}: figures of the last day, after each of {} blocks; healthy after {}, degraded after {}, lost after {}",
            scenario_.links[link.index()].id, figures.reports, figures.states[1], figures.states[2],
            figures.states[3]));
    }
    return section;
}

/// With the faults that lay in the block that raised the alert: a block is judged when it is over, hours later.
SummarySection DiSections::alerts(SimTime end) const {
    SummarySection section{
        "di_alerts", {"alert", "link", "weight", "rose at", "stayed", "faults in its block"}, {}, {}};
    for (auto const& raised : raised_) {
        std::string under_way;
        for (auto const& fault : scenario_.faults) {
            bool const ours = fault.kind != FaultKind::down && fault.link == raised.link;
            if (!ours || fault.begin > raised.at || fault.end <= raised.begin) continue;
            under_way += (under_way.empty() ? "" : ", ") + fault_name(fault) + " (after " +
                         duration_text(raised.at - fault.begin) + ")";
        }
        section.rows.push_back({std::string{to_string(raised.alert)}, scenario_.links[raised.link.index()].id,
                                pages(raised.alert) ? "page" : "warn", raised.at - kSimStart,
                                raised.cleared.value_or(end) - raised.at, under_way.empty() ? "none" : under_way});
    }
    if (raised_.empty()) section.notes.push_back("no alert rose");
    return section;
}

std::vector<SummarySection> DiSections::finish(SimTime end) const {
    if (links_.empty()) return {};
    return {figures(), alerts(end)};
}

} // namespace qkdes
