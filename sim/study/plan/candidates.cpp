#include "sim/study/plan/candidates.hpp"

#include "sim/base/geography.hpp"
#include "sim/scenario/quantity.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace qkdes {

namespace {

using nlohmann::ordered_json;

std::string km(double length) { return print_quantity(std::round(length * 10) / 10, units::length); }

class Maker {
  public:
    Maker(Scenario const& scenario, WhatIfQuestion const& question)
        : scenario_{scenario}, question_{question}, text_(ordered_json::parse(scenario.text)) {
        for (auto const& link : scenario.links)
            joined_.insert(std::minmax(link.a, link.b));
    }

    std::vector<Candidate> make() {
        for (auto const& wanted : question_.links)
            links(wanted);
        for (std::size_t const l : question_.relays)
            relay(l);
        for (auto const& [device, where] : question_.devices)
            for (std::size_t const l : where)
                if (scenario_.links[l].device != device) other_device(l, device);
        return std::move(out_);
    }

  private:
    /// The first of the name and those like it.
    std::string unused_id(std::string const& wanted) const {
        std::string id = wanted.substr(0, 60);
        auto const taken = [&](auto const& all) {
            return std::ranges::any_of(all, [&](auto const& each) { return each.id == id; });
        };
        for (int n = 2; taken(scenario_.links) || taken(scenario_.nodes); ++n)
            id = fmt::format("{}-{}", wanted.substr(0, 60), n);
        return id;
    }

    void links(NewLinks const& wanted) {
        if (wanted.between) return link(wanted.between->first, wanted.between->second, wanted);
        for (std::size_t a = 0; a < scenario_.nodes.size(); ++a)
            for (std::size_t b = a + 1; b < scenario_.nodes.size(); ++b) {
                if (!scenario_.nodes[a].at || !scenario_.nodes[b].at || !at_an_application(a, b, wanted)) continue;
                double const length =
                    great_circle_km(*scenario_.nodes[a].at, *scenario_.nodes[b].at) * question_.fibre_factor;
                if (length <= wanted.up_to_km && length > 0 &&
                    (!wanted.common_neighbours || have_common_neighbour(a, b)))
                    link(a, b, wanted);
            }
    }

    bool at_an_application(std::size_t a, std::size_t b, NewLinks const& wanted) const {
        if (!wanted.sites_only) return true;
        auto const has = [&](std::size_t n) {
            return std::ranges::any_of(scenario_.applications, [&](auto const& app) { return app.node.index() == n; });
        };
        return has(a) && has(b);
    }

    bool have_common_neighbour(std::size_t a, std::size_t b) const {
        for (std::size_t n = 0; n < scenario_.nodes.size(); ++n)
            if (joined_.contains(std::minmax(NodeId{a}, NodeId{n})) &&
                joined_.contains(std::minmax(NodeId{b}, NodeId{n})))
                return true;
        return false;
    }

    void link(std::size_t a, std::size_t b, NewLinks const& wanted) {
        std::pair<NodeId, NodeId> const ends =
            std::minmax(NodeId{a}, NodeId{b}); // a copy: minmax refers to its arguments
        if (joined_.contains(ends) || !made_.insert(std::tuple{ends.first, ends.second, wanted.device}).second) return;
        NodeSpec const &from = scenario_.nodes[a], &to = scenario_.nodes[b];
        double const length =
            wanted.length_km ? *wanted.length_km : great_circle_km(*from.at, *to.at) * question_.fibre_factor;
        ordered_json const link{{"id", unused_id(from.id + "-" + to.id)},
                                {"between", {from.id, to.id}},
                                {"device", scenario_.devices[wanted.device].id},
                                {"length", km(length)}};
        out_.push_back({fmt::format("link {}-{}, {}{}", from.id, to.id, km(length), device_named(wanted.device)),
                        {"/links/-=" + link.dump()},
                        1,
                        0,
                        length});
    }

    std::string device_named(std::size_t device) const {
        return scenario_.devices.size() == 1 ? "" : ", " + scenario_.devices[device].id;
    }

    void relay(std::size_t l) {
        LinkSpec const& spec = scenario_.links[l];
        if (!spec.windows.empty()) return;
        std::string const node = unused_id(spec.id + ".relay"), half = km(spec.fibre.length.value / 2);
        ordered_json relay{{"id", node}};
        auto const &a = scenario_.nodes[spec.a.index()].at, &b = scenario_.nodes[spec.b.index()].at;
        if (a && b) relay["at"] = {((*a)[0] + (*b)[0]) / 2, ((*a)[1] + (*b)[1]) / 2};
        ordered_json first = text_["links"][l], second;
        first["length"] = half;
        if (first.contains("classical") && first["classical"].contains("latency"))
            first["classical"]["latency"] = fmt::format("{} ns", spec.classical.latency.count() / 2);
        second = first;
        first["between"] = {scenario_.nodes[spec.a.index()].id, node};
        second["between"] = {node, scenario_.nodes[spec.b.index()].id};
        second["id"] = unused_id(spec.id + ".far");
        out_.push_back(
            {fmt::format("relay on {}, 2 x {}", spec.id, half),
             {"/nodes/-=" + relay.dump(), fmt::format("/links/{}={}", l, first.dump()), "/links/-=" + second.dump()},
             1,
             1,
             0});
    }

    void other_device(std::size_t l, std::size_t device) {
        out_.push_back({fmt::format("{} on {}", scenario_.devices[device].id, scenario_.links[l].id),
                        {fmt::format("/links/{}/device={}", l, ordered_json(scenario_.devices[device].id).dump())},
                        1,
                        0,
                        0});
    }

    Scenario const& scenario_;
    WhatIfQuestion const& question_;
    ordered_json const text_;
    std::set<std::pair<NodeId, NodeId>> joined_;
    std::set<std::tuple<NodeId, NodeId, std::size_t>> made_;
    std::vector<Candidate> out_;
};

} // namespace

std::vector<Candidate> candidates_of(Scenario const& scenario, WhatIfQuestion const& question) {
    return Maker{scenario, question}.make();
}

} // namespace qkdes
