// The keys of `published`: what is put beside a run's figures.
#include "sim/scenario/published_table.hpp"

#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/reference_key.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

std::string names(std::span<CatalogueFigure const> figures) {
    std::string out;
    for (auto const& figure : figures)
        out += fmt::format("{}`{}`{}", out.empty() ? "" : ", ", figure.name,
                           figure.unit == "1" ? "" : fmt::format(" ({})", figure.unit));
    return out;
}

/// A value whose unit another key decides: resolve_published reads it.
Key<RawPublished> in_the_figures_unit(std::string name, JsonNode const* RawPublished::*to, std::string help,
                                      std::string example) {
    KeyDoc doc{std::move(name), "in the figure's unit", std::move(help), "", "", std::move(example), false, {}, {}};
    doc.schema = {{"type", {"number", "string"}}};
    return {doc, [to](Reader&, JsonNode const& value, RawPublished& target, KeyDoc const&) { target.*to = &value; }};
}

} // namespace

Table<RawPublished> const& published_table() {
    using P = RawPublished;
    using S = PublishedSpec;
    using R = PublishedRelation;
    static Table<RawPublished> const table{
        "published-figure",
        "A figure that was measured or published, to stand beside the run's. It changes nothing in the run, nor the "
        "exit code.",
        text("of", at(&P::spec, &S::of), "Whose: `network`, `link ID` or `demand FROM > TO`, by its applications.")
            .must(R"("link metro")"),
        text("figure", at(&P::spec, &S::figure),
             "Of the network: " + names(network_figures()) + ". Of a link: " + names(link_figures()) +
                 ". Of a demand: " + names(demand_figures()) +
                 "; times since the demand's start, `emptied` and `at_fault` since and at the first scripted fault. "
                 "Shares and counts have no unit.")
            .must(R"("skr")"),
        in_the_figures_unit("value", &P::value, "What was published.", R"("81.7 kbit/s")").must(R"("81.7 kbit/s")"),
        choice("is", at(&P::spec, &S::relation),
               std::vector<Choice<R>>{{"equal", R::equal, ""},
                                      {"at-least", R::at_least, "the run may give more."},
                                      {"at-most", R::at_most, "the run may give less."}},
               "How the run's figure must stand to it."),
        number("tolerance", at(&P::tolerance), from(0, 1e6), "How far off still holds, as a share of the value.")
            .unless_given("0 for `at-least` and `at-most`")
            .such_as(R"("10 %")"),
        in_the_figures_unit("within", &P::within, "The same in the figure's unit, instead.", R"("1 min")"),
        yes_or_no("fitted", at(&P::spec, &S::fitted),
                  "Something in the scenario was set so that this figure comes out: it proves nothing by itself."),
        text("source", at(&P::spec, &S::source), "Who says so.").must(R"("M. Peev et al., New J. Phys. 11, 075001")"),
    };
    return table;
}

} // namespace qkdes
