// Which figures `published` means, and its values in their units.
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {

bool PublishedSpec::holds(double simulated) const {
    if (!std::isfinite(simulated)) return false;
    double const slack = absolute ? tolerance : tolerance * std::abs(value);
    bool const low = simulated >= value - slack, high = simulated <= value + slack;
    return (low || relation == PublishedRelation::at_most) && (high || relation == PublishedRelation::at_least);
}

namespace {

/// In the figure's unit, not below 0.
std::optional<double> amount(Reader& reader, JsonNode const& node, std::string_view unit) {
    if (unit == "1") return reader.number(node, from(0), "0.027");
    if (unit == "s") {
        auto const ns = reader.quantity(node, units::duration, from(0, 1e18), Storage::real, R"("1 h")");
        return ns ? std::optional{*ns * 1e-9} : std::nullopt;
    }
    bool const rate = unit == "bit/s";
    return reader.quantity(node, rate ? units::bit_rate : units::bits, from(0, 1e18), Storage::real,
                           rate ? R"("81.7 kbit/s")" : R"("2 MiB")");
}

/// The unit of the figure that is meant.
std::optional<std::string_view> unit_of(Resolution& r, RawPublished const& raw,
                                        std::vector<std::string> const& owners) {
    auto const& of = place(*raw.node, "of");
    if (std::ranges::find(owners, raw.spec.of) == owners.end()) {
        auto const near = nearest(raw.spec.of, owners);
        r.reader.error(of, fmt::format("nothing has figures under \"{}\"", printable(raw.spec.of, 80)),
                       fmt::format("a run of this scenario has figures of {}", quoted_list(owners, "and", 12)),
                       near ? repair_of(of, json_string(*near)) : "");
        return {};
    }
    std::vector<std::string> names;
    for (auto const& figure : figures_of(raw.spec.of)) {
        if (figure.name == raw.spec.figure) return figure.unit;
        names.emplace_back(figure.name);
    }
    auto const& at = place(*raw.node, "figure");
    auto const near = nearest(raw.spec.figure, names);
    r.reader.error(at, fmt::format("unknown figure \"{}\" of \"{}\"", printable(raw.spec.figure, 80), raw.spec.of),
                   fmt::format("there are {}", quoted_list(names, "and")),
                   near ? repair_of(at, json_string(*near)) : "");
    return {};
}

void resolve_tolerance(Resolution& r, RawPublished const& raw, PublishedSpec& spec) {
    if (raw.tolerance && raw.within) {
        r.reader.error_at_key(*raw.node->find("within"), "\"tolerance\" and \"within\" in one figure",
                              "the one is a share of the value, the other in its unit", "leave one out");
    } else if (raw.within) {
        spec.absolute = true;
        if (auto const x = amount(r.reader, *raw.within, spec.unit)) spec.tolerance = *x;
    } else if (raw.tolerance) {
        spec.tolerance = *raw.tolerance;
    } else if (spec.relation == PublishedRelation::equal) {
        r.reader.error(*raw.node, "a published figure without a tolerance",
                       "no two measurements agree to the last digit", R"("tolerance": "10 %")");
    }
}

} // namespace

void resolve_published(Resolution& r) {
    auto const unknown = [&](std::string_view list) {
        auto const* node = r.root.find(list);
        return node != nullptr && !r.reader.intact(node);
    };
    bool const names_known = !unknown("links") && !unknown("demands") && !unknown("applications");
    auto const owners = names_known ? figure_owners(r.out) : std::vector<std::string>{};
    for (auto const& raw : r.raw.published) {
        PublishedSpec spec = raw.spec;
        if (names_known && r.reader.intact(raw.node)) {
            if (auto const unit = unit_of(r, raw, owners)) {
                spec.unit = *unit;
                if (auto const x = amount(r.reader, *raw.value, spec.unit)) spec.value = *x;
                resolve_tolerance(r, raw, spec);
            }
        }
        r.out.published.push_back(std::move(spec));
    }
}

} // namespace qkdes
