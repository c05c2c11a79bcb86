// qkdes link: one link outside a network; rates, errors and where bits are lost, against the length of its fibre.
#include "models/link/link_survey.hpp"
#include "sim/scenario/device_sheet.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/suggest.hpp"
#include "tools/qkdes/cli_model.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/load.hpp"
#include "tools/qkdes/shipped.hpp"
#include "tools/qkdes/text_table.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <optional>

namespace qkdes {
namespace {

struct LinkOptions {
    std::string file, preset, link, length, fidelity, format = "text";
    std::vector<std::string> overrides;
    std::uint64_t blocks = 1, seed = 1;
};

struct Point {
    FibreParameters fibre;
    LinkSurvey survey;
};

int refuse(std::string const& what, std::string const& because, std::string const& repair) {
    fmt::print(stderr, "qkdes link: error: {}\n  because {}\n  try: {}\n", what, because, repair);
    return kExitBadInput;
}

/// "10km:120km:10km", "10 km:120 km" or "25 km"; empty after a message.
std::vector<Kilometres> lengths_of(std::string const& text) {
    std::vector<double> numbers;
    std::string rest = text + ":";
    for (std::size_t colon; (colon = rest.find(':')) != std::string::npos; rest.erase(0, colon + 1)) {
        auto const read = read_quantity(rest.substr(0, colon), units::length);
        if (read.outcome != QuantityText::Outcome::ok || read.value < 0 || read.value > 1e5) {
            refuse(fmt::format("\"{}\" in --length is not a length", rest.substr(0, colon)),
                   "a length is a number and a unit, at most 100000 km", "--length 10km:120km:10km");
            return {};
        }
        numbers.push_back(read.value);
    }
    if (numbers.size() == 1) return {Kilometres{numbers[0]}};
    double const step = numbers.size() > 2 ? numbers[2] : (numbers[1] - numbers[0]) / 10;
    if (numbers.size() > 3 || numbers[1] < numbers[0] || step <= 0 || (numbers[1] - numbers[0]) / step > 1e4) {
        refuse(fmt::format("--length {} is no range", text),
               "a range is FROM:TO:STEP, upwards, of at most 10000 lengths", "--length 10km:120km:10km");
        return {};
    }
    std::vector<Kilometres> lengths;
    for (double i = 0; numbers[0] + i * step <= numbers[1] * (1 + 1e-12); ++i)
        lengths.emplace_back(numbers[0] + i * step);
    return lengths;
}

FibreParameters const& fibre_of(LinkParameters const& parameters) {
    return std::visit([](auto const& p) -> FibreParameters const& { return p.fibre; }, parameters);
}

/// The link named by --link, or the only one with a device.
std::optional<LinkSetup> link_of(Scenario const& scenario, std::string const& id, int& code) {
    std::vector<std::string> known;
    for (auto const& link : scenario.links)
        if (link.device) known.push_back(link.id);
    for (auto const& link : scenario.links)
        if (link.device && (id.empty() ? known.size() == 1 : link.id == id))
            return LinkSetup{over(scenario.devices[*link.device].physics, link.fibre), link.drift, link.fidelity};
    std::string const there = known.empty() ? "the scenario has no link with a device"
                                            : "the links with devices are " + quoted_list(known, "and");
    code = refuse(id.empty() ? "which link?" : fmt::format("no link \"{}\" with a device", id), there,
                  known.empty() ? "another scenario" : "--link " + known.front());
    return {};
}

/// What FILE or --preset describe.
std::optional<LinkSetup> setup_of(LinkOptions const& options, int& code) {
    if (options.file.empty() == options.preset.empty()) {
        code = refuse("either a file or a preset", "the link must come from one of them",
                      "qkdes link --preset bb84-metro --length 10km:120km:10km");
        return {};
    }
    auto overrides = options.overrides;
    if (!options.fidelity.empty()) overrides.push_back("/fidelity=" + options.fidelity); // before memory is checked
    if (!options.preset.empty()) {
        std::string const text = nlohmann::json{{"device", options.preset}, {"length", "20 km"}}.dump();
        auto loaded = load_link_text(text, "--preset", overrides);
        std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
        if (!loaded.ok()) code = kExitBadInput;
        return loaded.link;
    }
    auto const file = find_input(options.file, {ShippedKind::scenario, ShippedKind::link}, false, code);
    if (!file) return {};
    if (is_scenario(*file)) {
        auto const scenario = load_for(*file, options.overrides, false, code);
        return scenario ? link_of(*scenario, options.link, code) : std::nullopt;
    }
    auto loaded = load_link(*file, overrides);
    std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
    if (!loaded.ok()) code = loaded.failure == LoadFailure::unreadable ? kExitIo : kExitBadInput;
    return loaded.link;
}

double loss_of(FibreParameters const& fibre) { return total_loss(fibre).value; }

char const* outcome_name(BlockOutcome outcome) {
    static constexpr char const* names[] = {"key",           "no key",      "aborted",
                                            "verify failed", "interrupted", "unauthenticated"};
    return names[static_cast<std::size_t>(outcome)];
}

/// The columns of json and csv: name with unit, and value.
std::vector<std::pair<std::string, double>> columns(Point const& p) {
    auto const& s = p.survey;
    return {{"length_km", p.fibre.length.value},
            {"loss_db", loss_of(p.fibre)},
            {"blocks", double(s.blocks)},
            {"blocks_with_key", double(s.with_key)},
            {"block_time_s", s.block_time},
            {"clicks_per_s", s.clicks},
            {"sifted_bps", s.sifted},
            {"qber_z", s.qber},
            {"qber_x", s.qber_x},
            {"chsh", s.chsh},
            {"transmittance", s.transmittance},
            {"excess_noise_snu", s.excess_noise},
            {"frame_errors", s.frame_errors},
            {"secret_bps", s.secret},
            {"net_bps", s.net},
            {"revealed", s.revealed},
            {"leaked", s.leaked},
            {"verification", s.verification},
            {"amplification", s.amplification},
            {"secret", s.kept},
            {"abandoned", s.abandoned}};
}

void print_json(std::vector<Point> const& points, Fidelity fidelity, std::uint64_t seed) {
    nlohmann::ordered_json out;
    out["fidelity"] = fidelity == Fidelity::photon ? "photon" : "block";
    out["seed"] = seed;
    for (auto const& p : points) {
        nlohmann::ordered_json row;
        for (auto const& [name, value] : columns(p))
            row[name] = value;
        row["outcome"] = outcome_name(p.survey.last);
        out["points"].push_back(std::move(row));
    }
    fmt::print("{}\n", out.dump(2));
}

void print_csv(std::vector<Point> const& points) {
    std::string head;
    for (auto const& [name, value] : columns(points.front()))
        head += name + ",";
    fmt::print("{}outcome\n", head);
    for (auto const& p : points) {
        for (auto const& [name, value] : columns(p))
            fmt::print("{},", print_number(value));
        fmt::print("{}\n", outcome_name(p.survey.last));
    }
}

std::string percent(double share) { return share == 0 ? "-" : fmt::format("{:.1f} %", 100 * share); }

void print_text(std::vector<Point> const& points, LinkSetup const& setup) {
    bool const cv = std::holds_alternative<CvParameters>(setup.parameters);
    bool bell = false;
    for (auto const& p : points)
        bell = bell || p.survey.chsh != 0;
    std::vector<std::string> head{"length", "loss", cv ? "symbols" : "clicks", cv ? "raw" : "sifted"};
    if (cv)
        head.insert(head.end(), {"T", "noise"});
    else
        head.push_back("QBER");
    if (bell) head.push_back("S");
    for (auto const* name : {"secret", "block", "outcome", "revealed", "leaked", "amplified", "kept"})
        head.push_back(name);
    TextTable table{head};
    for (auto const& p : points) {
        auto const& s = p.survey;
        std::vector<std::string> row{fmt::format("{:.4g} km", p.fibre.length.value),
                                     fmt::format("{:.1f} dB", loss_of(p.fibre)), engineering(s.clicks, "/s"),
                                     engineering(s.sifted, "bit/s")};
        if (cv)
            row.insert(row.end(), {fmt::format("{:.4f}", s.transmittance), fmt::format("{:.4f} SNU", s.excess_noise)});
        else
            row.push_back(fmt::format("{:.2f} %", 100 * s.qber));
        if (bell) row.push_back(fmt::format("{:.3f}", s.chsh));
        row.insert(row.end(), {engineering(s.secret, "bit/s"), duration_text(from_seconds(s.block_time)),
                               outcome_name(s.last), percent(s.revealed), percent(s.leaked + s.verification),
                               percent(s.amplification), percent(s.kept)});
        table.add(row);
    }
    fmt::print("{}", table.text());
}

void run_link(LinkOptions const& options, int& exit_code) {
    auto const setup = setup_of(options, exit_code);
    if (!setup) return;
    auto fidelity = setup->fidelity;
    if (!options.fidelity.empty()) fidelity = options.fidelity == "photon" ? Fidelity::photon : Fidelity::block;
    std::vector<Kilometres> lengths{fibre_of(setup->parameters).length};
    if (!options.length.empty()) lengths = lengths_of(options.length);
    if (lengths.empty()) {
        exit_code = kExitBadInput;
        return;
    }
    std::vector<Point> points;
    for (auto const length : lengths) {
        FibreParameters fibre = fibre_of(setup->parameters);
        fibre.length = length;
        points.push_back(
            {fibre, survey_link(over(setup->parameters, fibre), fidelity, options.blocks, options.seed, setup->drift)});
    }
    if (options.format == "json")
        print_json(points, fidelity, options.seed);
    else if (options.format == "csv")
        print_csv(points);
    else
        print_text(points, *setup);
}

} // namespace

void add_link(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<LinkOptions>();
    auto* command = app.add_subcommand("link", "One link outside a network: rates, errors, where bits are lost");
    command
        ->add_option("file", options->file, "A link object (JSON), a scenario with --link, or a shipped name of either")
        ->type_name("LINK");
    std::vector<std::string> presets{"bb84-metro", "decoy-bb84-ingaas", "decoy-bb84-snspd", "bbm92",
                                     "e91",        "cv-metro",          "di-ions"};
    for (auto const& sheet : shipped_sheets())
        if (!sheet.name.starts_with("detector-")) presets.emplace_back(sheet.name);
    complete_with(*command
                       ->add_option("--preset", options->preset,
                                    "A preset or data sheet instead of a file: bb84-metro, …; default: the file")
                       ->type_name("NAME"),
                  std::move(presets));
    command->add_option("--link", options->link, "Which link of a scenario; default: the only one with a device")
        ->type_name("ID");
    command
        ->add_option(
            "--length", options->length,
            "Length of the fibre with its unit, or FROM:TO:STEP, 10km:120km:10km; default: the file's, and 20 km "
            "of a preset")
        ->type_name("LENGTH");
    command->add_option("--fidelity", options->fidelity, "block or photon; default: the file's, else block")
        ->type_name("FIDELITY")
        ->check(CLI::IsMember({"block", "photon"}));
    command->add_option("--blocks", options->blocks, "Blocks at each length; default: 1")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--seed", options->seed, "Of the random numbers; default: 1")->type_name("N");
    command->add_option("--set", options->overrides, "Override a value: '/device/block=1e7 bits'; may be given again")
        ->type_name("/POINTER=VALUE")
        ->allow_extra_args(false);
    command->add_option("--format", options->format, "text, json or csv; default: text")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json", "csv"}));
    command->footer("Examples:\n  qkdes link --preset bb84-metro --length 10km:120km:10km\n"
                    "  qkdes link --preset bbm92 --length 20km --fidelity photon --format json\n"
                    "  qkdes link scenarios/two-islands.json --link derio-bilbao --length 10km:60km:5km");
    command->callback([options, &exit_code] { run_link(*options, exit_code); });
}

} // namespace qkdes
