// qkdes import: a topology of another program's file becomes a scenario.
#include "sim/import/import.hpp"
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/quantity.hpp"
#include "tools/qkdes/cli_model.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/text_table.hpp"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

namespace qkdes {
namespace {

/// As given on the command line.
struct ImportArguments {
    std::string file, output, coordinates, length_attribute = "length_km";
    std::string format = "auto", demands = "auto";
    std::string duration = "1h", start, min_length = "5km", default_length, max_span, attenuation = "0.2dB/km",
                min_rate = "50kbit/s", rate = "4/s", min_distance = "25km";
    bool no_relays = false;
    ImportOptions options;
};

std::map<std::string, TopologyFormat> const kFormats{{"auto", TopologyFormat::automatic},
                                                     {"gml", TopologyFormat::gml},
                                                     {"graphml", TopologyFormat::graphml},
                                                     {"sndlib", TopologyFormat::sndlib},
                                                     {"csv", TopologyFormat::csv}};
std::map<std::string, DemandModel> const kDemandModels{{"auto", DemandModel::automatic},
                                                       {"gravity", DemandModel::gravity},
                                                       {"uniform", DemandModel::uniform},
                                                       {"file", DemandModel::file},
                                                       {"none", DemandModel::none}};

int refuse(std::string const& option, std::string const& what, std::string const& because, std::string const& repair) {
    fmt::print(stderr, "qkdes import: error: {} in {}\n  because {}\n  try: {} {}\n", what, option, because, option,
               repair);
    return kExitBadInput;
}

/// A quantity of an option, in the family's base unit; false after a message.
bool read(std::string const& option, std::string const& text, UnitFamily const& family, double low, double high,
          std::string const& example, double& value) {
    auto const read = read_quantity(text, family);
    if (read.outcome == QuantityText::Outcome::ok && read.value >= low && read.value <= high) {
        value = read.value;
        return true;
    }
    refuse(option, fmt::format("\"{}\"", text),
           fmt::format("it is {} with its unit ({}), from {} to {}", family.name, list_units(family),
                       print_quantity(low, family), print_quantity(high, family)),
           example);
    return false;
}

bool read_quantities(ImportArguments const& arguments, ImportOptions& out) {
    double ns = 0;
    if (!read("--duration", arguments.duration, units::duration, 1e9, 1e18, "1h", ns)) return false;
    out.duration_s = std::round(ns / 1e9);
    if (!arguments.start.empty()) {
        if (!read("--start", arguments.start, units::duration, 0, ns - 1e9, "15min", ns)) return false;
        out.start_s = std::round(ns / 1e9);
    }
    double km = 0;
    if (!arguments.default_length.empty()) {
        if (!read("--default-length", arguments.default_length, units::length, 0.1, 2e4, "50km", km)) return false;
        out.default_length_km = km;
    }
    if (!arguments.max_span.empty()) {
        if (!read("--max-span", arguments.max_span, units::length, 0.1, 2e4, "80km", km)) return false;
        out.max_span_km = km;
    }
    return read("--min-length", arguments.min_length, units::length, 0.1, 2e4, "5km", out.min_length_km) &&
           read("--attenuation", arguments.attenuation, units::attenuation, 0.01, 100, "0.2dB/km", out.db_per_km) &&
           read("--min-rate", arguments.min_rate, units::bit_rate, 1, 1e12, "50kbit/s", out.min_rate) &&
           read("--min-distance", arguments.min_distance, units::length, 0.001, 2e4, "25km", out.min_distance_km) &&
           read("--rate", arguments.rate, units::rate, 1e-6, 1e9, "4/s", out.rate);
}

int write(std::string const& path, std::string const& text) {
    std::ofstream out{path, std::ios::binary};
    out << text;
    out.close();
    if (out) return kExitOk;
    fmt::print(stderr, "{}: error: the scenario cannot be written\n  because {}\n  try: another -o\n", path,
               std::strerror(errno));
    return kExitIo;
}

/// Of the scenario as it was written: it must load, and without a warning that the import did not give.
int check(std::string const& text, std::string const& name) {
    auto const loaded = load_scenario_text(text, name);
    std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
    return loaded.ok() ? kExitOk : kExitBadInput;
}

int run_import(ImportArguments const& arguments) {
    auto options = arguments.options;
    if (!read_quantities(arguments, options)) return kExitBadInput;
    options.relays = !arguments.no_relays;
    options.demands = kDemandModels.at(arguments.demands);
    auto const path = std::filesystem::path{arguments.file};
    options.source_name = path.filename().string();
    if (options.device.ends_with(".json")) {
        auto const folder = std::filesystem::absolute(arguments.output).parent_path();
        options.device_reference =
            std::filesystem::absolute(options.device).lexically_relative(folder).generic_string();
    }
    auto const text = read_text(path);
    if (!text.text) {
        fmt::print(stderr, "{}: error: the file cannot be read\n  because {}\n  try: a readable file\n", arguments.file,
                   text.because);
        return kExitIo;
    }
    auto parsed = parse_topology(*text.text, arguments.file, kFormats.at(arguments.format), arguments.length_attribute);
    std::fputs(format_diagnostics(parsed.diagnostics).c_str(), stderr);
    if (!parsed.topology) return kExitBadInput;
    if (!arguments.coordinates.empty()) {
        auto const places = read_text(arguments.coordinates);
        if (!places.text) {
            fmt::print(stderr, "{}: error: the file cannot be read\n  because {}\n  try: a readable file\n",
                       arguments.coordinates, places.because);
            return kExitIo;
        }
        std::vector<Diagnostic> problems;
        bool const placed = add_coordinates(*parsed.topology, *places.text, arguments.coordinates, problems);
        std::fputs(format_diagnostics(problems).c_str(), stderr);
        if (!placed) return kExitBadInput;
    }
    if (options.name.empty() && parsed.topology->title.empty()) options.name = path.stem().string();
    auto const result = import_topology(std::move(*parsed.topology), *text.text, arguments.file, options);
    std::fputs(format_diagnostics(result.diagnostics).c_str(), stderr);
    if (!result.scenario) return kExitBadInput;
    if (int const code = check(*result.scenario, arguments.output); code != kExitOk) return code;
    if (int const code = write(arguments.output, *result.scenario); code != kExitOk) return code;
    fmt::print("{}: {} sites, {} relays, {} links ({} with QKD), {} demands\n", arguments.output, result.sites,
               result.relays, result.links, result.qkd_links, result.demands);
    if (result.qkd_links > 0)
        fmt::print("spans of at most {:g} km; the longest makes {}{}\n", result.span_km,
                   engineering(result.least_rate, "bit/s"),
                   result.demands == 0
                       ? ""
                       : fmt::format("; requests begin at {}", duration_text(from_seconds(result.start_s))));
    return kExitOk;
}

} // namespace

void add_import(CLI::App& app, int& exit_code) {
    auto const arguments = std::make_shared<ImportArguments>();
    auto& a = *arguments;
    auto& o = arguments->options;
    auto* command = app.add_subcommand("import", "Make a scenario of a topology: GraphML, GML, SNDlib, CSV");
    auto const text = [&](char const* name, std::string& to, char const* what, char const* about) {
        return command->add_option(name, to, about)->type_name(what);
    };
    text("file", a.file, "FILE", "The topology")->required();
    text("-o,--output", a.output, "FILE.json", "The scenario to write")->required();
    text("--format", a.format, "FORMAT", "Of the file; default: auto, by what is in it")
        ->check(CLI::IsMember({"auto", "graphml", "gml", "sndlib", "csv"}));
    text("--name", o.name, "TEXT", "Of the scenario; default: the file's title");
    command->add_option("--seed", o.seed, "Of the scenario; default: 1")->type_name("N");
    text("--duration", a.duration, "TIME", "Of the scenario; default: 1h");
    text("--coordinates", a.coordinates, "FILE.csv",
         "CSV with node,lat,lon and further numbers of sites; default: what the topology says");
    text("--length-attribute", a.length_attribute, "NAME",
         "Number of a line that is its length in km; default: length_km");
    command->add_option("--detour", o.detour, "Fibre / great circle; default: 1.25")
        ->type_name("RATIO")
        ->check(CLI::Range(1.0, 5.0));
    text("--min-length", a.min_length, "LENGTH", "Of a fibre between sites at the same place; default: 5km");
    text("--default-length", a.default_length, "LENGTH",
         "Of a line of which nothing is known; default: such a line is refused");
    complete_with(*text("--device", o.device, "NAME", "Preset or data sheet on every span; default: toshiba-ld"),
                  {"bb84-metro", "decoy-bb84-ingaas", "decoy-bb84-snspd", "toshiba-ld", "toshiba-mu", "idq-clavis3",
                   "idq-cerberis-xg"});
    text("--attenuation", a.attenuation, "LOSS", "Of the fibre; default: 0.2dB/km");
    text("--min-rate", a.min_rate, "RATE", "Key that a span must give; decides how long it may be; default: 50kbit/s");
    text("--max-span", a.max_span, "LENGTH", "Longest span, whatever it gives; default: as --min-rate allows");
    command->add_flag("--no-relays", a.no_relays, "Lines longer than a span have no QKD instead of relays");
    command->add_option("--pqc-only", o.pqc_only, "No QKD on a link (site.site) or at a site; may be given again")
        ->type_name("ID")
        ->allow_extra_args(false);
    text("--demands", a.demands, "MODEL",
         "gravity; uniform: the same pairs, equal rates; file: SNDlib's; none; default: auto, file if it has any")
        ->check(CLI::IsMember({"auto", "gravity", "uniform", "file", "none"}));
    command->add_option("--pairs", o.pairs, "Most important pairs that ask; default: 40")
        ->type_name("N")
        ->check(CLI::Range(0, 100'000));
    text("--rate", a.rate, "RATE", "Requests of all pairs together; default: 4/s");
    command->add_option("--exponent", o.exponent, "e of gravity: w w / distance^e; default: 1")
        ->type_name("E")
        ->check(CLI::Range(0.0, 10.0));
    text("--min-distance", a.min_distance, "LENGTH", "Nearer pairs count as so far apart; default: 25km");
    text("--weight", o.weight, "NAME", "Number of the sites that is their weight; default: how many lines");
    text("--start", a.start, "TIME", "Of the demands; default: when the slowest link has made a block");
    text("--routing", o.routing, "POLICY", "Of the scenario; default: key-aware")
        ->check(CLI::IsMember(
            {"static-dijkstra", "a-star", "key-aware", "widest", "widest-shortest", "k-shortest", "disjoint"}));
    text("--kem", o.kem, "KIND", "modelled or real; default: modelled")->check(CLI::IsMember({"modelled", "real"}));
    command->footer(
        "Examples:\n  qkdes import Surfnet.gml -o surfnet.json --pairs 200 --rate 200/min --demands uniform\n"
        "  qkdes import lines.csv --coordinates sites.csv --weight population -o national.json");
    command->callback([arguments, &exit_code] { exit_code = run_import(*arguments); });
}

} // namespace qkdes
