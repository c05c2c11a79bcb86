// qkdes calibrate MEASUREMENTS.csv: latencies of key requests -> the service times of a vendor's key server.
#include "models/service/service_fit.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/measurements.hpp"
#include "tools/qkdes/text_table.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

namespace qkdes {

namespace {

struct CalibrateOptions {
    std::string file, format = "text";
    double overhead_ms = 0;
};

struct Calibrated {
    MeasuredNode measured;
    ServiceFit fit;
    double drift = 0;
    bool drift_known = false;
};

/// What the scenario is told: the server's own time, without what the node and the network add.
nlohmann::ordered_json vendor(Calibrated const& node, double overhead_ms) {
    ServiceParameters const& p = node.fit.parameters;
    double const own = p.median - overhead_ms;
    nlohmann::ordered_json out{{"latency", fmt::format("{:.4g} ms", own)},
                               {"spread", std::round(p.spread * p.median / own * 1e4) / 1e4},
                               {"stall", std::round(p.stall * 1e4) / 1e4},
                               {"stall_time", fmt::format("{:.4g} ms", p.stall_mean)}};
    if (node.drift_known) out["drift"] = std::round(node.drift * 1e4) / 1e4;
    return out;
}

std::string text(std::vector<Calibrated> const& nodes, double overhead_ms) {
    TextTable table{{"node", "latency", "spread", "stalls", "stall time", "drift", "requests", "median", "jitter p50",
                     "jitter p95", "rolling std p95"}};
    for (auto const& node : nodes) {
        auto const& p = node.fit.parameters;
        auto const& m = node.measured.statistics;
        auto const& f = node.fit.fitted;
        auto const ratio = [](double model, double measured) { return fmt::format("{:.3f}", model / measured); };
        table.add({node.measured.node, fmt::format("{:.4g} ms", p.median), fmt::format("{:.3f}", p.spread),
                   fmt::format("{:.2f} %", 100 * p.stall), fmt::format("{:.4g} ms", p.stall_mean),
                   node.drift_known ? fmt::format("{:.3f}", node.drift) : "-",
                   node.measured.requests == 0 ? "-" : std::to_string(node.measured.requests),
                   ratio(f.median, m.median), ratio(f.jitter_median, m.jitter_median),
                   ratio(f.jitter_p95, m.jitter_p95), ratio(f.rolling_std_p95, m.rolling_std_p95)});
    }
    std::string out = table.text();
    out += "\nThe last four columns are fitted / measured. Time of a request: latency x e^(spread N), and with the "
           "probability of stalls\nan exponential stall on top.\n\nFor a scenario, under \"kms\" of each node";
    if (overhead_ms > 0) out += fmt::format(" ({:.4g} ms that are not the server's are taken off)", overhead_ms);
    out += ":\n";
    for (auto const& node : nodes)
        out += fmt::format("  {}: \"vendor\": {}\n", node.measured.node, vendor(node, overhead_ms).dump());
    return out;
}

std::string json(std::vector<Calibrated> const& nodes, double overhead_ms) {
    auto out = nlohmann::ordered_json::array();
    for (auto const& node : nodes) {
        auto const figures = [](LatencyStatistics const& s) {
            return nlohmann::ordered_json{{"latency_median_ms", s.median},
                                          {"jitter_median_ms", s.jitter_median},
                                          {"jitter_p95_ms", s.jitter_p95},
                                          {"rollstd_p95_ms", s.rolling_std_p95}};
        };
        out.push_back({{"node", node.measured.node},
                       {"requests", node.measured.requests},
                       {"vendor", vendor(node, overhead_ms)},
                       {"measured", figures(node.measured.statistics)},
                       {"fitted", figures(node.fit.fitted)}});
    }
    return out.dump(2) + "\n";
}

int calibrate(CalibrateOptions const& options) {
    int code = kExitOk;
    auto const measured = load_measurements(options.file, code);
    if (!measured) return code;
    std::vector<Calibrated> nodes;
    bool far = false;
    for (auto const& node : *measured) {
        if (options.overhead_ms >= node.statistics.median * 0.9) {
            fmt::print(
                stderr,
                "--overhead: error: {:.4g} ms leave nothing for the server of {}\n  because its median latency is "
                "{:.4g} ms\n  try: a smaller one\n",
                options.overhead_ms, node.node, node.statistics.median);
            return kExitBadInput;
        }
        Calibrated one{node, fit_service(node.statistics), 0, node.run_medians.size() > 1};
        one.drift = drift_of_runs(node.run_medians, std::max(1.0, node.requests_per_run), one.fit.parameters.spread);
        far = far || std::abs(std::log(one.fit.worst)) > std::log(1.25);
        nodes.push_back(one);
    }
    fmt::print("{}", options.format == "json" ? json(nodes, options.overhead_ms) : text(nodes, options.overhead_ms));
    if (far) fmt::print(stderr, "warning: a fitted figure is more than 25 % off: this is not a body with stalls\n");
    return far ? kExitFellShort : kExitOk;
}

} // namespace

void add_calibrate(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<CalibrateOptions>();
    auto* command = app.add_subcommand("calibrate", "Fit a vendor's key server to measured latencies of key requests");
    command->add_option("measurements", options->file, "CSV: node,latency_ms[,run] per request, or published figures")
        ->type_name("FILE.csv")
        ->required();
    command
        ->add_option("--overhead", options->overhead_ms,
                     "Milliseconds of each request that are not the server's; default: 0")
        ->type_name("MS")
        ->check(CLI::Range(0.0, 1e6));
    command->add_option("--format", options->format, "text or json; default: text")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    command->footer(
        "Columns of a published table: node,latency_median_ms,jitter_median_ms,jitter_p95_ms,rollstd_p95_ms.\n"
        "Exit code 1 when a fitted figure is more than 25 % off the measured one.\n"
        "Examples:\n  qkdes calibrate tests/tools/published-delay.csv\n"
        "  qkdes calibrate measured.csv --overhead 4.5 --format json");
    command->callback([options, &exit_code] { exit_code = calibrate(*options); });
}

} // namespace qkdes
