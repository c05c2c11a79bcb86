#include "tools/qkdes/next_step.hpp"

#include "sim/world/demand.hpp"
#include "tools/qkdes/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

std::vector<std::string>& known() {
    static std::vector<std::string> names;
    return names;
}

/// Whether it is there to be run: a program built without npm has `report`, but no page.
bool has(std::string_view command) {
    if (command == "report" && !report_page()) return false;
    return std::ranges::find(known(), command) != known().end();
}

/// As a shell takes it for one word.
std::string word(std::string const& text) {
    auto const safe = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) ||
               std::string_view{"_-./:+,=@%"}.find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::ranges::all_of(text, safe)) return text;
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return out + "'";
}

} // namespace

void set_known_commands(std::vector<std::string> names) { known() = std::move(names); }

std::string next_step(std::string const& scenario_file, Scenario const& scenario, RunSummary const& summary,
                      RunFacts const& facts) {
    if (summary.violations != 0) return "";
    std::uint64_t requests = 0, no_key = 0, unserved = 0;
    for (auto const& demand : summary.demands) {
        requests += demand.requests;
        unserved += demand.requests - demand.served;
        no_key += demand.outcomes[static_cast<std::size_t>(RequestOutcome::no_key)];
    }
    std::string const file = word(facts.output), source = word(scenario_file);
    std::string const stem =
        facts.output.ends_with(".h5") ? facts.output.substr(0, facts.output.size() - 3) : facts.output;
    auto const look = [&](std::string const& why) {
        if (has("report")) return fmt::format("qkdes report {}  # {}", file, why);
        return fmt::format("qkdes export {} --csv {}  # {}", file, word(stem + "-tables"), why);
    };
    if (facts.partial) return look("what there is until the interruption");
    bool const fell_short =
        std::ranges::any_of(facts.published, [](auto const& p) { return p.verdict == PublishedVerdict::fell_short; });
    if (fell_short) return fmt::format("qkdes run {} --replications 10  # is what fell short luck?", source);
    if (no_key > 0) {
        if (has("report")) return look(fmt::format("when and where {} requests found no key", no_key));
        char const* other = scenario.routing.policy == RoutingPolicy::key_aware ? "widest-shortest" : "key-aware";
        return fmt::format(
            "qkdes compare {} --set /routing/policy={}  # do {} requests without key need another routing?", source,
            other, no_key);
    }
    if (unserved > 0) return look(fmt::format("when and where {} requests were not served", unserved));
    if (requests > 0 && !has("report"))
        return fmt::format("qkdes run {} --replications 10  # how much of this is luck?", source);
    return look("the run as it went");
}

} // namespace qkdes
