#include "sim/scenario/figure_catalogue.hpp"

namespace qkdes {

std::span<CatalogueFigure const> network_figures() {
    static constexpr CatalogueFigure all[] = {
        {"served", "1", Better::more},       {"blocked", "1", Better::less},     {"latency_p50", "s", Better::less},
        {"latency_p95", "s", Better::less},  {"latency_p99", "s", Better::less}, {"key_cost", "1", Better::less},
        {"availability", "1", Better::more}, {"recovery", "s", Better::less},    {"exposure", "1", Better::less},
        {"relay_knows", "1", Better::less},  {"messages", "1", Better::less},
    };
    return all;
}

std::span<CatalogueFigure const> link_figures() {
    static constexpr CatalogueFigure all[] = {
        {"sifted", "bit/s"}, {"qber", "1"},   {"skr", "bit/s"},    {"eskr", "bit/s"}, {"used", "bit/s"},
        {"bursts", "1"},     {"held", "bit"}, {"at_fault", "bit"}, {"emptied", "s"},
    };
    return all;
}

std::span<CatalogueFigure const> demand_figures() {
    static constexpr CatalogueFigure all[] = {
        {"requests", "1"},
        {"served", "1", Better::more},
        {"latency_p50", "s", Better::less},
        {"latency_p95", "s", Better::less},
        {"latency_p99", "s", Better::less},
        {"delivered", "bit/s", Better::more},
        {"first_refusal", "s"},
        {"out_at_end", "s", Better::less},
        {"first_reroute", "s"},
    };
    return all;
}

std::string figure_owner(LinkSpec const& link) { return "link " + link.id; }

std::string figure_owner(Scenario const& scenario, DemandSpec const& demand) {
    return "demand " + scenario.applications[demand.from.index()].id + " > " +
           scenario.applications[demand.to.index()].id;
}

std::vector<std::string> figure_owners(Scenario const& scenario) {
    std::vector<std::string> owners{"network"};
    for (auto const& link : scenario.links)
        if (link.makes_key()) owners.push_back(figure_owner(link));
    for (auto const& demand : scenario.demands)
        if (demand.from.valid() && demand.to.valid()) owners.push_back(figure_owner(scenario, demand));
    return owners;
}

std::span<CatalogueFigure const> figures_of(std::string_view owner) {
    if (owner == "network") return network_figures();
    if (owner.starts_with("link ")) return link_figures();
    if (owner.starts_with("demand ")) return demand_figures();
    return {};
}

} // namespace qkdes
