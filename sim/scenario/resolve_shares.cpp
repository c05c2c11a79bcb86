// Shared secrets: who keeps what, and what only makes sense together.
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace qkdes {
namespace {

std::string as_time(SimTime t) {
    return print_quantity(static_cast<double>(t.time_since_epoch().count()), units::duration);
}

/// The bit of a name, made up when it is new; nothing when 32 are taken.
std::optional<std::size_t> bit_of(std::vector<std::string>& names, std::string const& name) {
    auto const found = std::ranges::find(names, name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    if (names.size() >= 32) return {};
    names.push_back(name);
    return names.size() - 1;
}

std::uint32_t bits_of(Resolution& r, JsonNode const& at, std::vector<std::string>& names,
                      std::vector<std::string> const& words) {
    std::uint32_t bits = 0;
    for (auto const& word : words) {
        auto const bit = bit_of(names, word);
        if (!bit)
            r.reader.error(at, fmt::format("\"{}\" is one name too many", word),
                           "all shares together know at most 32 attributes and 31 purposes", "");
        else
            bits |= std::uint32_t{1} << *bit;
    }
    return bits;
}

void resolve_access(Resolution& r, RawShare const& raw, ShareSpec& share) {
    share.policy = raw.policy.spec;
    share.policy.clearance = static_cast<std::uint8_t>(raw.policy.clearance);
    share.policy.max_releases = static_cast<std::uint16_t>(raw.policy.max_releases);
    share.policy.attributes = bits_of(r, *raw.node, r.out.share_attributes, raw.policy.attributes);
    if (!raw.policy.purposes.empty())
        share.policy.purposes = bits_of(r, *raw.node, r.out.share_purposes, raw.policy.purposes);
    share.policy.until = raw.policy.until.value_or(kSimNever);
    if (share.policy.until <= share.policy.from)
        r.reader.error(
            place(place(*raw.node, "policy"), "until"), "shares that nobody may ever have",
            fmt::format("\"from\" is {} and \"until\" is {}", as_time(share.policy.from), as_time(share.policy.until)),
            "");
    share.credentials.clearance = static_cast<std::uint8_t>(raw.credentials.clearance);
    share.credentials.attributes = bits_of(r, *raw.node, r.out.share_attributes, raw.credentials.attributes);
    share.credentials.revoked = raw.credentials.revoked;
    share.credentials.purpose =
        static_cast<std::uint8_t>(bit_of(r.out.share_purposes, raw.credentials.purpose).value_or(0));
}

void check_counts(Resolution& r, RawShare const& raw) {
    std::size_t const n = raw.custodians.size();
    if (raw.k > n)
        r.reader.error(place(*raw.node, "k"), fmt::format("{} of {} shares", raw.k, n),
                       "a secret needs at most as many shares as there are custodians",
                       n == 0 ? "" : fmt::format("\"k\": {}", n));
    if (raw.refresh && raw.refresh->quorum != 0 && (raw.refresh->quorum < raw.k || raw.refresh->quorum > n))
        r.reader.error(place(place(*raw.node, "refresh"), "quorum"),
                       fmt::format("a quorum of {} for {} of {} shares", raw.refresh->quorum, raw.k, n),
                       "at least \"k\" custodians must have the new shares, and there are no more than all",
                       fmt::format("\"quorum\": {}", raw.k));
}

void check_times(Resolution& r, RawShare const& raw) {
    if (!r.knows_duration) return;
    SimTime const end{r.raw.duration};
    auto const inside = [&](JsonNode const& at, SimTime t, std::string_view what) {
        if (t >= end)
            r.reader.error(at, fmt::format("{} at {}, after the run", what, as_time(t)),
                           fmt::format("the run ends at {}", as_time(end)), "");
    };
    inside(place(*raw.node, "deal_at"), raw.spec.deal_at, "dealt");
    auto const& recover = place(*raw.node, "recover");
    for (SimTime t : raw.spec.recover.at)
        inside(place(recover, "at"), t, "put together");
    if (raw.spec.recover.every) inside(place(recover, "first"), raw.spec.recover.first, "put together");
    for (auto const& capture : raw.captured)
        inside(place(*capture.node, "at"), capture.at, "captured");
}

void resolve_custodians(Resolution& r, RawShare const& raw, ShareSpec& share) {
    std::map<std::size_t, std::size_t> seen;
    for (std::size_t i = 0; i < raw.custodians.size(); ++i) {
        auto const node = r.nodes.find(r.reader, raw.custodians[i]);
        if (!node) continue;
        if (!seen.emplace(*node, i).second)
            r.reader.error(*raw.custodians[i].node, fmt::format("custodian \"{}\" twice", raw.custodians[i].id),
                           "who keeps two shares of a secret counts for two when captured", "");
        share.custodians.push_back(NodeId{*node});
    }
    for (auto const& capture : raw.captured) {
        auto const node = r.nodes.find(r.reader, capture.where);
        if (!node) continue;
        if (r.reader.intact(raw.node) && !seen.contains(*node))
            r.reader.error(*capture.where.node, fmt::format("nothing to find at \"{}\"", capture.where.id),
                           "only custodians of this secret hold shares of it", "");
        share.captured.push_back({NodeId{*node}, capture.at});
    }
    std::ranges::stable_sort(share.captured, {}, &ShareCaptureSpec::at);
}

void check_reach(Resolution& r, RawShare const& raw, ShareSpec const& share, std::vector<std::size_t> const& island) {
    auto const check = [&](Reference const& from, NodeId node) {
        for (std::size_t i = 0; i < share.custodians.size(); ++i)
            if (island[share.custodians[i].index()] != island[node.index()])
                return r.reader.error(*raw.custodians[i].node,
                                      fmt::format("no path from \"{}\" to \"{}\"", from.id, raw.custodians[i].id),
                                      "dealer and requester reach every custodian over links, up or down", "");
    };
    if (!share.dealer.valid() || !share.requester.valid() || share.custodians.size() != raw.custodians.size()) return;
    check(raw.dealer, share.dealer);
    if (r.reader.intact(raw.node)) check(raw.requester, share.requester);
}

} // namespace

std::vector<std::size_t> islands_of(Scenario const& scenario) {
    std::vector<std::size_t> least(scenario.nodes.size());
    for (std::size_t i = 0; i < least.size(); ++i)
        least[i] = i;
    auto const root = [&](std::size_t i) {
        while (least[i] != i)
            i = least[i] = least[least[i]];
        return i;
    };
    for (auto const& link : scenario.links) {
        if (!link.a.valid() || !link.b.valid()) continue;
        auto const [low, high] = std::minmax({root(link.a.index()), root(link.b.index())}); // by value
        least[high] = low;
    }
    for (std::size_t i = 0; i < least.size(); ++i)
        least[i] = root(i);
    return least;
}

void resolve_shares(Resolution& r) {
    Names ids{"share"};
    auto const island = islands_of(r.out);
    bool const links_known = r.root.find("links") != nullptr && r.reader.intact(r.root.find("links"));
    r.out.share_purposes = {""}; // of who names none
    std::map<NodeId, std::pair<ShareCredentialsSpec, RawShare const*>> credentials;
    for (auto const& raw : r.raw.shares) {
        ids.add(r.reader, raw.spec.id, raw.node);
        ShareSpec share = raw.spec;
        if (auto const node = r.nodes.find(r.reader, raw.dealer)) share.dealer = NodeId{*node};
        if (auto const node = r.nodes.find(r.reader, raw.requester)) share.requester = NodeId{*node};
        resolve_custodians(r, raw, share);
        if (r.reader.intact(raw.node)) {
            check_counts(r, raw);
            check_times(r, raw);
            resolve_access(r, raw, share);
            if (links_known) check_reach(r, raw, share, island);
        }
        share.k = static_cast<std::uint8_t>(raw.k);
        share.repeat_longest = std::max(share.repeat_longest, share.repeat_first);
        std::ranges::sort(share.recover.at);
        if (raw.refresh)
            share.refresh = ShareRefreshSpec{
                raw.refresh->every, static_cast<std::uint8_t>(raw.refresh->quorum == 0 ? raw.k : raw.refresh->quorum),
                raw.refresh->first_phase};
        if (r.reader.intact(raw.node) && share.requester.valid()) {
            auto const [other, fresh] = credentials.try_emplace(share.requester, share.credentials, &raw);
            if (!fresh && !(other->second.first == share.credentials))
                r.reader.error(place(*raw.node, "credentials"),
                               fmt::format("other credentials of \"{}\"", raw.requester.id),
                               fmt::format("{} says what custodians know of it", other->second.second->node->pointer()),
                               "the same in both");
        }
        r.out.shares.push_back(std::move(share));
    }
}

} // namespace qkdes
