#include "sim/study/plan/connectivity.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/connected_components.hpp>

#include <algorithm>
#include <iterator>
#include <map>

namespace qkdes {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                    boost::property<boost::edge_index_t, std::size_t>>;

bool protects(LinkSpec const& link, RequiredClass required) {
    switch (required) {
    case RequiredClass::its:
        return link.protection == Protection::otp;
    case RequiredClass::hybrid:
        return link.protection == Protection::otp || link.protection == Protection::hybrid;
    case RequiredClass::qkd_aes:
        return link.protection != Protection::pqc;
    case RequiredClass::pqc:
        return true;
    }
    return true;
}

} // namespace

bool Removed::takes(LinkSpec const& link, LinkId id) const {
    auto const has = [&](NodeId node) { return std::ranges::find(nodes, node) != nodes.end(); };
    return std::ranges::find(links, id) != links.end() || has(link.a) || has(link.b);
}

std::vector<Path> paths_left(Scenario const& scenario, Removed const& removed) {
    std::map<RequiredClass, std::vector<std::size_t>> parts; // component of each node
    auto const components = [&](RequiredClass required) -> std::vector<std::size_t> const& {
        auto const [entry, fresh] = parts.try_emplace(required);
        if (!fresh) return entry->second;
        Graph graph{scenario.nodes.size()};
        for (std::size_t l = 0; l < scenario.links.size(); ++l) {
            LinkSpec const& link = scenario.links[l];
            if (!removed.takes(link, LinkId{l}) && protects(link, required))
                boost::add_edge(link.a.index(), link.b.index(), graph);
        }
        entry->second.resize(scenario.nodes.size());
        boost::connected_components(graph, entry->second.data());
        return entry->second;
    };
    std::vector<Path> out;
    for (auto const& demand : scenario.demands) {
        NodeId const from = scenario.applications[demand.from.index()].node,
                     to = scenario.applications[demand.to.index()].node;
        bool const gone = std::ranges::any_of(removed.nodes, [&](NodeId n) { return n == from || n == to; });
        auto const& part = components(demand.require);
        out.push_back(gone ? Path::no_end : part[from.index()] == part[to.index()] ? Path::left : Path::none);
    }
    return out;
}

CutPoints cut_points(Scenario const& scenario) {
    Graph graph{scenario.nodes.size()};
    for (std::size_t l = 0; l < scenario.links.size(); ++l)
        boost::add_edge(scenario.links[l].a.index(), scenario.links[l].b.index(), l, graph);
    std::vector<std::size_t> component(scenario.links.size()), size;
    auto const index = boost::get(boost::edge_index, graph);
    auto const by_edge = boost::make_iterator_property_map(component.begin(), index);
    std::vector<std::size_t> nodes;
    boost::biconnected_components(graph, by_edge, std::back_inserter(nodes));
    size.resize(scenario.links.size() + 1);
    for (std::size_t const c : component)
        ++size[c];
    CutPoints out;
    for (std::size_t l = 0; l < component.size(); ++l)
        if (size[component[l]] == 1)
            out.bridges.push_back(LinkId{l}); // a component of one link: there is no parallel one
    std::ranges::sort(nodes);
    for (std::size_t const n : nodes)
        out.nodes.push_back(NodeId{n});
    return out;
}

} // namespace qkdes
