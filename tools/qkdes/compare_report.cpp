#include "tools/qkdes/compare_report.hpp"

#include "tools/qkdes/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {

std::string number(double x) { return std::isfinite(x) ? fmt::format("{:.4g}", x) : "-"; }
std::string signed_number(double x) { return std::isfinite(x) ? fmt::format("{:+.4g}", x) : "-"; }

std::string interval(Estimate const& e) {
    return e.count < 2 ? "-" : fmt::format("{} .. {}", signed_number(e.low), signed_number(e.high));
}

std::string verdict(MetricComparison const& c) {
    std::string text{to_string(c.verdict)};
    if (c.verdict == Verdict::undecided)
        text += c.pairs ? fmt::format(", needs {} pairs", *c.pairs) : ", needs over 1000000 pairs";
    return text;
}

bool judged(std::vector<MetricComparison> const& all) {
    return std::any_of(all.begin(), all.end(), [](auto const& c) { return c.verdict != Verdict::no_data; });
}

std::string sentence(std::vector<MetricComparison> const& all) {
    if (!judged(all)) return "no verdict: it takes two runs of each, from `qkdes run --replications`";
    std::vector<std::string_view> worse;
    std::size_t open = 0;
    for (auto const& c : all) {
        if (c.verdict == Verdict::regression) worse.push_back(info(c.metric).name);
        open += c.verdict == Verdict::undecided;
    }
    std::string text = worse.empty() ? "no regression" : fmt::format("REGRESSION of {}", fmt::join(worse, ", "));
    if (open != 0) text += fmt::format("; {} of {} metrics undecided", open, all.size());
    return text;
}

struct Printer {
    CompareReport const& report;

    std::string head(char const* line_end) const {
        std::string const family = judged(report.comparisons)
                                       ? fmt::format("; {:.3g} % family-wise over all metrics", report.alpha * 100)
                                       : "";
        return fmt::format("base       {}{}candidate  {}{}{}{}", report.base, line_end, report.candidate, line_end,
                           report.how, family);
    }
    std::string interval_title() const { return fmt::format("{:.3g} % interval", (1 - report.alpha) * 100); }
    std::vector<std::string> titles() const {
        return {"metric",         "unit",     "base",     "candidate", "difference",
                interval_title(), "limit +-", "p (Holm)", "verdict"};
    }
    std::vector<std::string> row(MetricComparison const& c) const {
        MetricInfo const& about = info(c.metric);
        std::vector<std::string> cells{std::string{about.name}, std::string{about.unit}};
        if (c.base.count == 0 || c.candidate.count == 0) {
            cells.insert(cells.end(), {"-", "-", "-", "-", "-", "-", "no data"});
            return cells;
        }
        bool const known = c.verdict != Verdict::no_data;
        cells.insert(cells.end(),
                     {number(c.base.value), number(c.candidate.value), signed_number(c.paired.difference.value),
                      interval(c.paired.difference), known ? number(c.limit) : "-",
                      known ? fmt::format("{:.2g}", c.adjusted_p) : "-", known ? verdict(c) : "none"});
        return cells;
    }
    std::vector<std::string> fault_titles() const {
        return {"recovery after", "unit", "base", "candidate", "difference", interval_title()};
    }
    std::vector<std::string> row(RecoveryComparison const& c) const {
        return {c.fault,
                "s",
                number(c.base.value),
                number(c.candidate.value),
                signed_number(c.difference.difference.value),
                interval(c.difference.difference)};
    }
    std::string text() const {
        TextTable table{titles()};
        for (auto const& c : report.comparisons)
            table.add(row(c));
        table.paint("verdict", tone_of_verdict);
        std::string out = fmt::format("{}\n\n{}\n", fitted(head("\n"), 11), table.text());
        if (!report.recoveries.empty()) {
            TextTable faults{fault_titles()};
            for (auto const& c : report.recoveries)
                faults.add(row(c));
            out += faults.text() + "\n";
        }
        std::string const verdict = sentence(report.comparisons);
        return out + painted(tone_of_verdict(verdict), verdict) + "\n";
    }
    std::string markdown() const {
        std::string out = fmt::format("**qkdes compare: {}**\n\n", sentence(report.comparisons));
        out += fmt::format("| {} |\n|{}\n", fmt::join(titles(), " | "), "---|---|--:|--:|--:|--:|--:|--:|---|");
        for (auto const& c : report.comparisons)
            out += fmt::format("| {} |\n", fmt::join(row(c), " | "));
        if (!report.recoveries.empty()) {
            out += fmt::format("\n| {} |\n|{}\n", fmt::join(fault_titles(), " | "), "---|---|--:|--:|--:|--:|");
            for (auto const& c : report.recoveries)
                out += fmt::format("| {} |\n", fmt::join(row(c), " | "));
        }
        return out + fmt::format("\n{}\n", head("  \n"));
    }
    std::string json() const {
        auto const finite = [](double x) {
            return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
        };
        nlohmann::ordered_json out{{"base", report.base}, {"candidate", report.candidate}};
        for (auto const& [name, value] : report.facts)
            std::visit([&](auto const& v) { out[name] = v; }, value);
        out["alpha"] = report.alpha;
        out["judged"] = judged(report.comparisons);
        out["regression"] = any_regression(report.comparisons);
        out["metrics"] = nlohmann::ordered_json::array();
        for (auto const& c : report.comparisons) {
            nlohmann::ordered_json one{{"name", info(c.metric).name},
                                       {"unit", info(c.metric).unit},
                                       {"meaning", info(c.metric).meaning},
                                       {"verdict", to_string(c.verdict)}};
            if (c.base.count > 0 && c.candidate.count > 0) {
                one["base"] = finite(c.base.value);
                one["candidate"] = finite(c.candidate.value);
                one["difference"] = finite(c.paired.difference.value);
            }
            if (c.verdict != Verdict::no_data) {
                one["low"] = finite(c.paired.difference.low);
                one["high"] = finite(c.paired.difference.high);
                one["limit"] = finite(c.limit);
                one["p_holm"] = finite(c.adjusted_p);
                if (c.pairs) one["pairs_needed"] = *c.pairs;
            }
            out["metrics"].push_back(std::move(one));
        }
        out["recoveries"] = nlohmann::ordered_json::array();
        for (auto const& c : report.recoveries) {
            nlohmann::ordered_json one{{"fault", c.fault},
                                       {"unit", "s"},
                                       {"base", finite(c.base.value)},
                                       {"candidate", finite(c.candidate.value)},
                                       {"difference", finite(c.difference.difference.value)}};
            if (c.difference.difference.count >= 2) {
                one["low"] = finite(c.difference.difference.low);
                one["high"] = finite(c.difference.difference.high);
            }
            out["recoveries"].push_back(std::move(one));
        }
        return out.dump(2) + "\n";
    }
};

} // namespace

std::string CompareReport::as(std::string const& format) const {
    Printer const printer{*this};
    return format == "json" ? printer.json() : format == "markdown" ? printer.markdown() : printer.text();
}

} // namespace qkdes
