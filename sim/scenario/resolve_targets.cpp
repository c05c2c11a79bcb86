// What a fault or an adversary is aimed at: ids become indices, and choices are made.
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace qkdes {
namespace {

std::string_view name_of(TargetKind kind) {
    switch (kind) {
    case TargetKind::link:
        return "link";
    case TargetKind::qkd_link:
        return "QKD link";
    case TargetKind::node:
        return "node";
    case TargetKind::application:
        return "application";
    case TargetKind::group:
        return "shared-risk group";
    }
    return "";
}

bool is_link(TargetKind kind) { return kind == TargetKind::link || kind == TargetKind::qkd_link; }

/// Whatever a choice looks at could be read; else an error has been reported already.
bool can_choose(Resolution const& r) {
    for (char const* list : {"nodes", "links", "applications", "demands"})
        if (auto const* there = r.root.find(list); there != nullptr && !r.reader.intact(there)) return false;
    return std::ranges::all_of(r.out.links, [](auto const& l) { return l.a.valid() && l.b.valid(); }) &&
           std::ranges::all_of(r.out.applications, [](auto const& a) { return a.node.valid(); }) &&
           std::ranges::all_of(r.out.demands, [](auto const& d) { return d.from.valid() && d.to.valid(); });
}

Traffic const& traffic(Resolution& r) {
    if (!r.traffic) r.traffic = expected_traffic(r.out);
    return *r.traffic;
}

/// Whether the choice makes sense among things of this kind.
bool check_pick(Resolution& r, RawPick const& pick, TargetKind kind, bool in_turn) {
    auto const refuse = [&](std::string_view key, std::string what, std::string because, std::string repair) {
        r.reader.error(place(*pick.node, key), std::move(what), std::move(because), std::move(repair));
        return false;
    };
    std::string const kind_name{name_of(kind)};
    if (pick.pick == Pick::each && !in_turn)
        return refuse("pick", "\"each\" where nothing comes in turn", "only faults take one after the other",
                      R"("pick": "all")");
    if (pick.pick == Pick::longest && !is_link(kind))
        return refuse("pick", fmt::format("the longest {}", kind_name), "only links have a length", R"("pick": "all")");
    if (pick.pick == Pick::busiest && kind == TargetKind::group)
        return refuse("pick", "the busiest shared-risk group", "groups are chosen all at once or each in turn",
                      R"("pick": "each")");
    if (pick.of == PickOf::qkd && !is_link(kind))
        return refuse("of", fmt::format("\"qkd\" among {}s", kind_name), "only links have QKD devices",
                      R"("of": "any")");
    if (pick.of == PickOf::relays && kind != TargetKind::node)
        return refuse("of", fmt::format("\"relays\" among {}s", kind_name), "relays are nodes", R"("of": "any")");
    if (pick.group.given() && !is_link(kind) && kind != TargetKind::node)
        return refuse("group", fmt::format("{}s of a group", kind_name), "a group has links and nodes", "leave it out");
    if (pick.node->find("rank") && pick.pick != Pick::busiest && pick.pick != Pick::longest)
        return refuse("rank", "a rank without an order", "\"busiest\" and \"longest\" have one", "leave it out");
    return true;
}

/// All that may be chosen, in the order of the file.
std::vector<std::size_t> candidates(Resolution& r, RawPick const& pick, TargetKind kind) {
    std::size_t const count = is_link(kind)                     ? r.out.links.size()
                              : kind == TargetKind::node        ? r.out.nodes.size()
                              : kind == TargetKind::application ? r.out.applications.size()
                                                                : r.out.groups.size();
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (kind == TargetKind::qkd_link || pick.of == PickOf::qkd)
        std::erase_if(all, [&](auto l) { return !r.out.links[l].device; });
    if (pick.of == PickOf::relays) std::erase_if(all, [&](auto n) { return traffic(r).through[n] <= 0; });
    if (kind == TargetKind::application) // others ask for nothing
        std::erase_if(all, [&](auto a) { return traffic(r).applications[a] <= 0; });
    return all;
}

bool within(GroupSpec const& group, TargetKind kind, std::size_t index) {
    return is_link(kind) ? std::ranges::binary_search(group.links, LinkId{index})
                         : std::ranges::binary_search(group.nodes, NodeId{index});
}

/// The one at that rank; nothing and a report when there are not so many.
std::vector<std::size_t> ranked(Resolution& r, RawPick const& pick, TargetKind kind, std::vector<std::size_t> all) {
    auto const size = [&](std::size_t i) {
        if (pick.pick == Pick::longest) return r.out.links[i].fibre.length.value;
        if (is_link(kind)) return traffic(r).links[i];
        if (kind == TargetKind::application) return traffic(r).applications[i];
        return pick.of == PickOf::relays ? traffic(r).through[i] : traffic(r).nodes[i];
    };
    std::erase_if(all, [&](auto i) { return size(i) <= 0; });
    std::ranges::stable_sort(all, [&](auto a, auto b) { return size(a) > size(b); });
    if (pick.rank <= all.size()) return {all[pick.rank - 1]};
    bool const longest = pick.pick == Pick::longest;
    r.reader.error(place(*pick.node, pick.node->find("rank") ? "rank" : "pick"),
                   fmt::format("no {} to choose", name_of(kind)),
                   fmt::format("{} of them {}", all.size(),
                               longest ? "have a length" : "have traffic of demands on their shortest paths"),
                   all.empty() ? "" : fmt::format("\"rank\": {}", all.size()));
    return {};
}

std::vector<std::size_t> chosen(Resolution& r, RawPick const& pick, TargetKind kind, bool in_turn) {
    if (!r.reader.intact(pick.node) || !check_pick(r, pick, kind, in_turn) || !can_choose(r)) return {};
    auto all = candidates(r, pick, kind);
    if (pick.group.given()) {
        auto const group = r.groups.find(r.reader, pick.group);
        if (!group || !r.reader.intact(r.raw.groups[*group].node)) return {};
        std::erase_if(all, [&](auto i) { return !within(r.out.groups[*group], kind, i); });
    }
    if (all.empty()) {
        std::string because;
        if (pick.group.given())
            because = fmt::format("group \"{}\" has no {}", pick.group.id, name_of(kind));
        else if (pick.of == PickOf::relays)
            because = "no demand's shortest path passes a relay";
        else if (kind == TargetKind::application)
            because = "no application asks for keys";
        else
            because = fmt::format("the scenario has no {}", pick.of == PickOf::qkd ? "QKD link" : name_of(kind));
        r.reader.error(*pick.node, "nothing to choose from", std::move(because), "");
        return {};
    }
    if (pick.pick == Pick::busiest || pick.pick == Pick::longest) return ranked(r, pick, kind, std::move(all));
    return all;
}

} // namespace

std::vector<std::size_t> resolve_target(Resolution& r, RawTarget const& target, TargetKind kind, bool in_turn) {
    if (target.pick) return chosen(r, *target.pick, kind, in_turn);
    Names const& names = is_link(kind)                     ? r.links
                         : kind == TargetKind::node        ? r.nodes
                         : kind == TargetKind::application ? r.applications
                                                           : r.groups;
    auto const index = names.find(r.reader, target);
    return index ? std::vector{*index} : std::vector<std::size_t>{};
}

void resolve_groups(Resolution& r) {
    for (auto const& raw : r.raw.groups) {
        GroupSpec group;
        group.id = raw.id;
        r.groups.add(r.reader, raw.id, raw.node);
        for (auto const& target : raw.links)
            for (auto const l : resolve_target(r, target, TargetKind::link, false))
                group.links.emplace_back(l);
        for (auto const& target : raw.nodes)
            for (auto const n : resolve_target(r, target, TargetKind::node, false))
                group.nodes.emplace_back(n);
        for (auto const& target : raw.sites)
            for (auto const n : resolve_target(r, target, TargetKind::node, false)) {
                group.nodes.emplace_back(n);
                for (std::size_t l = 0; l < r.out.links.size(); ++l)
                    if (r.out.links[l].a == NodeId{n} || r.out.links[l].b == NodeId{n}) group.links.emplace_back(l);
            }
        auto const tidy = [](auto& ids) {
            std::ranges::sort(ids);
            auto const same = std::ranges::unique(ids);
            ids.erase(same.begin(), same.end());
        };
        tidy(group.links);
        tidy(group.nodes);
        if (r.reader.intact(raw.node) && group.links.empty() && group.nodes.empty())
            r.reader.error(*raw.node, fmt::format("shared-risk group \"{}\" of nothing", raw.id),
                           "it says what fails together", R"("links": ["basel-bern"])");
        r.out.groups.push_back(std::move(group));
    }
    if (unreadable_list(r, "shared_risk", JsonKind::array)) r.groups.incomplete();
}

} // namespace qkdes
