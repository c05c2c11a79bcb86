// From what a sweep says to values and pointers: wildcards followed, steps computed, the first point tried.
#include "sim/scenario/load.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/study_file.hpp"
#include "sim/scenario/sweep_file.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace qkdes {
namespace {

/// Columns that sim/study/sweep_record.cpp adds.
constexpr std::string_view kReserved[] = {"point", "status", "runs", "failed", "reason"};
constexpr std::size_t kMostAxes = 64, kMostTargets = 100'000;

/// "40 km" -> 40 and "km".
struct NumberWithUnit {
    double number = 0;
    std::string unit;
    bool quoted = false;
    bool same_kind(NumberWithUnit const& other) const { return unit == other.unit && quoted == other.quoted; }
};
std::optional<NumberWithUnit> number_with_unit(JsonNode const& node) {
    if (!node.is(JsonKind::number) && !node.is(JsonKind::string)) return {};
    std::string_view text = node.text;
    while (text.starts_with(' '))
        text.remove_prefix(1);
    NumberWithUnit out;
    out.quoted = node.is(JsonKind::string);
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out.number);
    if (failure != std::errc{} || !std::isfinite(out.number)) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    if (!out.quoted && !text.empty()) return {};
    out.unit = text;
    return out;
}

/// Twelve digits: enough for any axis, and 0.1 + 0.2 is written 0.3.
double rounded(double x) {
    double out = x;
    auto const text = fmt::format("{:.12g}", x);
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

AxisValue written(SweepAxis const& axis, double number) {
    number = rounded(number);
    std::string text = print_number(number);
    if (!axis.unit.empty()) text += " " + axis.unit;
    return {axis.quoted ? json_string(text) : text, number};
}

double between(SweepAxis const& axis, double u) {
    if (u <= 0) return axis.from;
    if (u >= 1) return axis.to;
    return axis.logarithmic ? axis.from * std::pow(axis.to / axis.from, u) : axis.from + u * (axis.to - axis.from);
}

void resolve_values(SweepAxis& axis, JsonNode const& list) {
    std::optional<NumberWithUnit> first;
    axis.numeric = true;
    for (auto const* each : list.children) {
        auto const number = number_with_unit(*each);
        if (number && !first) first = number;
        if (!number || !number->same_kind(*first)) axis.numeric = false;
        axis.levels.push_back({one_line_json(*each), number ? number->number : AxisValue{}.number});
    }
    if (axis.numeric) {
        axis.unit = first->unit;
        axis.quoted = first->quoted;
    } else {
        for (auto& level : axis.levels)
            level.number = AxisValue{}.number;
    }
}

void resolve_range(Reader& reader, RawAxis const& raw, SweepAxis& axis, bool sampled) {
    if (raw.first == nullptr || raw.last == nullptr)
        return reader.error(*raw.node, "an axis without values",
                            "it has a list `values`, or an interval with `from` and `to`",
                            R"("values": ["20 km", "40 km"])");
    auto const first = number_with_unit(*raw.first), last = number_with_unit(*raw.last);
    for (auto const& [end, node] : {std::pair{&first, raw.first}, {&last, raw.last}})
        if (!*end)
            return reader.error(*node, fmt::format("{} is not a number", reader.as_written(*node)),
                                "between numbers there are others; names are listed in `values`",
                                repair_of(*node, R"("20 km")"));
    if (!first->same_kind(*last))
        return reader.error(*raw.last,
                            fmt::format("{} after {}", reader.as_written(*raw.last), reader.as_written(*raw.first)),
                            "both ends of an axis have the same unit", "");
    axis.from = first->number;
    axis.to = last->number;
    axis.unit = first->unit;
    axis.quoted = first->quoted;
    axis.numeric = true;
    axis.logarithmic = raw.logarithmic;
    if (axis.from == axis.to)
        return reader.error(*raw.last, "the axis ends where it begins", "then there is nothing to vary", "");
    if (axis.logarithmic && (axis.from <= 0 || axis.to <= 0))
        return reader.error(*(axis.from <= 0 ? raw.first : raw.last), "no ratio to this value",
                            "steps of equal ratios lie between numbers above 0", R"("scale": "linear")");
    if (!raw.steps && !sampled)
        return reader.error(*raw.node, "an axis without steps", "a grid and a list have so many values of each axis",
                            R"("steps": 4)");
    for (std::uint64_t s = 0; raw.steps && s < *raw.steps; ++s)
        axis.levels.push_back(
            written(axis, between(axis, static_cast<double>(s) / static_cast<double>(*raw.steps - 1))));
}

/// Every place that the pointer means; a problem ends it.
class Wildcards {
  public:
    Wildcards(Reader& reader, Reference const& pointer, std::vector<std::string>& found)
        : reader_{reader}, pointer_{pointer}, found_{found} {}

    bool follow(JsonNode const& root) {
        std::size_t const before = found_.size();
        if (pointer_.id.find("/*") == std::string::npos) {
            found_.push_back(pointer_.id);
            return true;
        }
        descend(&root, pointer_.id, "");
        if (found_.size() > kMostTargets) {
            reader_.error(*pointer_.node, fmt::format("more than {} values", kMostTargets), "so many are set at most",
                          "");
            return false;
        }
        if (found_.size() > before) return true;
        reader_.error(*pointer_.node, fmt::format("{} matches nothing", reader_.as_written(*pointer_.node)),
                      where_ ? fmt::format("\"*\" stands for the items of a list, and {} is {}",
                                           where_->parent ? where_->pointer() : "the top level",
                                           where_->children.empty() && !where_->is(JsonKind::null)
                                               ? "empty or no list"
                                               : std::string{kind_name(where_->kind)})
                             : "the scenario has no such list",
                      "");
        return false;
    }

  private:
    void descend(JsonNode const* node, std::string_view rest, std::string const& sofar) {
        if (found_.size() > kMostTargets) return;
        if (rest.empty()) {
            found_.push_back(sofar);
            return;
        }
        auto const end = std::min(rest.find('/', 1), rest.size());
        auto const step = rest.substr(1, end - 1);
        rest.remove_prefix(end);
        if (step == "*") {
            if (node != nullptr && node->is(JsonKind::array))
                for (auto const* child : node->children)
                    descend(child, rest, sofar + "/" + std::to_string(child->index));
            if (node != nullptr && (!node->is(JsonKind::array) || node->children.empty())) where_ = node;
            return;
        }
        // Behind the last wildcard a key may be left out, as with --set: loading will tell.
        JsonNode const* child = nullptr;
        if (node != nullptr && node->is(JsonKind::object)) child = node->find(step);
        if (node != nullptr && node->is(JsonKind::array)) {
            std::size_t index = 0;
            auto const [stop, failure] = std::from_chars(step.data(), step.data() + step.size(), index);
            if (failure == std::errc{} && stop == step.data() + step.size() && index < node->children.size())
                child = node->children[index];
        }
        descend(child, rest, sofar + "/" + std::string{step});
    }

    Reader& reader_;
    Reference const& pointer_;
    std::vector<std::string>& found_;
    JsonNode const* where_ = nullptr; ///< what a wildcard met and is no list with items
};

std::string default_name(std::string pointer) {
    pointer.erase(0, 1);
    std::ranges::replace(pointer, '/', '.');
    for (auto& c : pointer)
        if (!is_identifier(std::string(1, c)) && c != '.') c = '_';
    return pointer.substr(0, 64);
}

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t out = 0;
    return __builtin_mul_overflow(a, b, &out) ? std::numeric_limits<std::uint64_t>::max() : out;
}

/// A list's axes go together.
void resolve_list(Reader& reader, RawSweep const& raw, SweepSpec& out) {
    out.points = out.axes.front().levels.size();
    for (std::size_t a = 1; a < out.axes.size(); ++a)
        if (out.axes[a].levels.size() != out.points)
            reader.error(*raw.axes[a].node, fmt::format("{} values beside {}", out.axes[a].levels.size(), out.points),
                         "in a list, the first values of all axes go together, then the second ones, and so on", "");
}

/// Pointers that lead nowhere are told here; values that do not fit are the points' own trouble.
void try_first_point(Reader& reader, RawSweep const& raw, SweepSpec const& sweep, Scenario const& base,
                     std::string const& scenario_file) {
    std::vector<std::string> overrides;
    std::vector<JsonNode const*> from;
    for (std::size_t a = 0; a < sweep.axes.size(); ++a) {
        auto const value = sweep.axes[a].value(0);
        for (auto const& pointer : sweep.axes[a].at) {
            overrides.push_back(pointer + "=" + value.json);
            from.push_back(raw.axes[a].at.front().node);
        }
    }
    for (auto const& problem : load_scenario_text(base.text, scenario_file, overrides).diagnostics) {
        if (problem.severity != Severity::error || !problem.file.starts_with("--set ") || problem.column != 1) continue;
        auto const which = std::ranges::find(overrides, problem.source) - overrides.begin();
        if (which == static_cast<std::ptrdiff_t>(overrides.size())) continue;
        JsonNode const& place = *from[static_cast<std::size_t>(which)];
        if (reader.intact(&place)) // the other items of a wildcard say the same
            reader.error(place, fmt::format("nothing to vary at {}: {}", problem.file.substr(6), problem.what),
                         problem.because, problem.repair);
    }
}

} // namespace

AxisValue SweepAxis::value(double u) const {
    if (levels.empty()) return written(*this, between(*this, u));
    auto const count = static_cast<double>(levels.size());
    return levels[static_cast<std::size_t>(std::clamp(std::floor(u * count), 0.0, count - 1))];
}

SweepSpec resolve_sweep(Reader& reader, RawSweep const& raw, Scenario const& base, std::string const& scenario_file) {
    SweepSpec out;
    out.design = raw.design;
    bool const sampled = raw.design == SweepDesign::latin_hypercube || raw.design == SweepDesign::sobol;
    JsonNode const* axes = raw.node->find("axes");
    if (axes == nullptr || !axes->is(JsonKind::array)) return out; // told by the table
    if (raw.axes.empty() || raw.axes.size() > kMostAxes) {
        reader.error(*axes, fmt::format("{} axes", raw.axes.size()), fmt::format("a sweep has 1 to {}", kMostAxes),
                     R"([{ "at": "/links/0/length", "values": ["20 km", "40 km"] }])");
        return out;
    }
    Document tree;
    SyntaxProblem problem;
    tree.parse(base.text, kMaxScenarioDepth, problem);
    for (auto const& each : raw.axes) {
        if (!reader.intact(each.node)) continue;
        SweepAxis axis;
        for (auto const& pointer : each.at)
            if (pointer.id == "/seed")
                reader.error(*pointer.node, "the seed is no axis",
                             "a study names its worlds by its own seed and the replication", "\"replications\"");
        for (auto const& pointer : each.at)
            if (!Wildcards{reader, pointer, axis.at}.follow(*tree.root())) break;
        axis.name = each.name.empty() ? default_name(each.at.front().id) : each.name;
        if (std::ranges::find(kReserved, axis.name) != std::end(kReserved))
            reader.error(place(*each.node, "name"), fmt::format("an axis called {}", json_string(axis.name)),
                         "the table of points has a column of that name", R"("name": "…")");
        for (auto const& other : out.axes)
            if (other.name == axis.name)
                reader.error(place(*each.node, "name"), fmt::format("two axes called {}", json_string(axis.name)),
                             "each has a column of its own in the results", R"("name": "…")");
        if (each.values != nullptr && (each.first != nullptr || each.last != nullptr || each.steps))
            reader.error(*each.node, "`values` and an interval in one axis", "it has one or the other",
                         "leave one out");
        else if (each.values != nullptr)
            resolve_values(axis, *each.values);
        else
            resolve_range(reader, each, axis, sampled);
        out.axes.push_back(std::move(axis));
    }
    if (!reader.intact(axes)) return out;
    if (sampled && !raw.points)
        reader.error(*raw.node, "how many points?", "this design has as many as one likes", R"("points": 64)");
    if (!sampled && raw.points)
        reader.error_at_key(*raw.node->find("points"), "a number of points",
                            "a grid and a list have as many as their values make", "leave it out");
    out.points = sampled ? raw.points.value_or(0) : 1;
    if (raw.design == SweepDesign::grid)
        for (auto const& axis : out.axes)
            out.points = product(out.points, axis.levels.size());
    if (raw.design == SweepDesign::list) resolve_list(reader, raw, out);
    if (reader.intact(raw.node)) try_first_point(reader, raw, out, base, scenario_file);
    return out;
}

} // namespace qkdes
