#include "sim/kme/routing/router.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/routing/news_keys.hpp"
#include "sim/kme/routing/path_sets.hpp"

#include <algorithm>

namespace qkdes {

namespace {

constexpr std::int64_t kSoonerThanDue = 10; ///< a change is told this much of a period after the last advertisement

std::shared_ptr<RoutingGraph const> graph_for(RoutingConfig const& config, Topology const& topology) {
    if (config.graph || config.policy == Routing::static_dijkstra) return config.graph;
    return std::make_shared<RoutingGraph const>(topology);
}

} // namespace

Router::Router(RoutingConfig config, NodeId self, std::shared_ptr<Topology const> topology, Hooks hooks)
    : config_{std::move(config)}, self_{self}, topology_{std::move(topology)}, hooks_{std::move(hooks)},
      graph_{graph_for(config_, *topology_)}, states_{topology_, config_}, started_{hooks_.clock.now()}, advertised_{
                                                                                                             started_} {
    policy_ = make_policy(config_, self_, topology_, graph_, states_);
    if (!dynamic()) return;
    sequence_.resize(topology_->nodes.size());
    last_.resize(topology_->nodes.size());
    QKDES_EXPECTS(config_.advertise_every > SimDuration::zero() && config_.stale_after > config_.advertise_every);
    QKDES_EXPECTS(config_.flood_hops > 0);
    for (auto const& arc : graph_->from(self_.index()))
        own_.push_back({link_of(arc.id), arc.id, started_, {}, 0});
    // Spread over a period, lest all nodes talk at once for ever.
    auto const nodes = static_cast<std::int64_t>(topology_->nodes.size());
    arm(started_ + config_.advertise_every / nodes * static_cast<std::int64_t>(self_.index()));
}

Router::~Router() {
    if (timer_ != 0) hooks_.clock.cancel(timer_);
}

void Router::arm(SimTime at) {
    timer_ = hooks_.clock.call_at(at, [this] {
        timer_ = 0;
        refresh();
        advertise();
        arm(advertised_ + config_.advertise_every);
    });
}

Router::OwnEnd* Router::own(LinkId link) {
    auto const found = std::find_if(own_.begin(), own_.end(), [&](auto const& end) { return end.link == link; });
    return found == own_.end() ? nullptr : &*found;
}

/// The rate is the mean since the oldest of the last arrivals that are remembered, which begins the time and does not
/// count itself; it falls while nothing comes.
EndNews Router::news_of(OwnEnd const& end, SimTime now) const {
    EndNews news;
    news.up = now - end.heard <= config_.stale_after;
    if (!topology_->links[end.link.index()].qkd) return news;
    news.units = hooks_.free_units(end.link);
    std::size_t const size = end.arrivals.size();
    SimTime since = started_;
    std::uint64_t units = 0;
    for (std::size_t i = end.arrived > size ? end.arrived - size : 0; i < end.arrived; ++i) {
        auto const& arrival = end.arrivals[i % size];
        if (end.arrived > size && i == end.arrived - size)
            since = arrival.at;
        else
            units += arrival.units;
    }
    if (double const time = seconds(now - since); time > 0)
        news.rate = static_cast<std::uint32_t>(std::min(256 * static_cast<double>(units) / time, 4e9));
    return news;
}

/// Own ends as they are; tells the others when it matters.
void Router::refresh() {
    SimTime const now = hooks_.clock.now();
    std::uint64_t const before = states_.version();
    for (auto const& end : own_)
        states_.news(end.arc, news_of(end, now), now);
    own_changes_ += states_.version() - before;
    states_.age(now);
}

void Router::advertise() {
    SimTime const now = hooks_.clock.now();
    advertised_ = now;
    advertised_version_ = own_changes_;
    // With the clock in it the number keeps growing after a restart that forgot it.
    own_sequence_ = std::max(own_sequence_ + 1, static_cast<std::uint64_t>(now.time_since_epoch().count()));
    LinkStateMessage message;
    message.origin = self_;
    message.sequence = own_sequence_;
    message.hops_left = static_cast<std::uint8_t>(config_.flood_hops - 1);
    for (auto const& end : own_) {
        auto const& believed = states_.end(end.arc).believed;
        message.ends.push_back({end.link, {believed.up, believed.units, believed.rate}});
    }
    if (config_.keys) sign(message, *config_.keys, hooks_.entropy);
    count("routing.advertisement.made");
    flood(std::move(message));
}

/// Over all links but the one that it came from.
void Router::flood(LinkStateMessage message, std::optional<LinkId> from) {
    onward_.clear();
    for (auto const& end : own_)
        if (end.link != from) onward_.push_back(end.link);
    for (std::size_t i = 0; i < onward_.size(); ++i)
        count("routing.advertisement.sent");
    if (!onward_.empty()) hooks_.send(onward_, std::move(message));
}

bool Router::believable(LinkStateMessage const& message) {
    if (!config_.keys) return true;
    if (!genuine(message, *config_.keys)) return count("routing.advertisement.forged"), false;
    auto const now = static_cast<std::uint64_t>(hooks_.clock.now().time_since_epoch().count());
    bool const fresh =
        message.sequence >= now || now - message.sequence <= static_cast<std::uint64_t>(config_.stale_after.count());
    if (!fresh) count("routing.advertisement.replayed"); // it matters after a restart that forgot the last number
    return fresh;
}

void Router::heard(LinkId from, LinkStateMessage const& message) {
    if (!dynamic()) return;
    if (message.origin.index() >= sequence_.size()) return count("routing.advertisement.refused");
    std::uint64_t& last = sequence_[message.origin.index()];
    if (message.origin == self_ || message.sequence <= last) return count("routing.advertisement.old"); // as most are
    bool const sane = std::all_of(message.ends.begin(), message.ends.end(), [&](auto const& end) {
        if (end.link.index() >= topology_->links.size()) return false;
        auto const& link = topology_->links[end.link.index()];
        return link.a == message.origin || link.b == message.origin;
    });
    if (!sane) return count("routing.advertisement.refused");
    if (!believable(message)) return;
    last = message.sequence;
    SimTime const now = hooks_.clock.now();
    for (auto const& end : message.ends)
        states_.news(arc_of(end.link, topology_->links[end.link.index()].b == message.origin), end.news, now);
    if (message.hops_left == 0) return;
    LinkStateMessage onward = message;
    --onward.hops_left;
    flood(std::move(onward), from);
}

void Router::alive(LinkId link) {
    if (OwnEnd* end = own(link)) end->heard = hooks_.clock.now();
}

void Router::key_arrived(LinkId link, std::uint64_t units) {
    OwnEnd* end = own(link);
    if (end == nullptr) return;
    end->arrivals[end->arrived++ % end->arrivals.size()] = {hooks_.clock.now(), units};
}

void Router::restart() {
    if (!dynamic()) return;
    states_.forget();
    std::fill(sequence_.begin(), sequence_.end(), 0);
    std::fill(last_.begin(), last_.end(), LastChoice{});
    started_ = hooks_.clock.now();
    for (auto& end : own_)
        end = {end.link, end.arc, started_, {}, 0};
    if (timer_ != 0) hooks_.clock.cancel(timer_);
    arm(started_);
}

std::optional<Path> Router::route(NodeId to) {
    if (dynamic()) refresh();
    return policy_->route(to);
}

std::optional<Path> Router::choose(NodeId to) {
    if (!dynamic()) return policy_->choose(to);
    refresh();
    if (own_changes_ != advertised_version_ &&
        hooks_.clock.now() - advertised_ >= config_.advertise_every / kSoonerThanDue)
        advertise();
    auto const best = policy_->route(to);
    auto chosen = policy_->choose(to);
    if (best && chosen) book(to, *best, *chosen);
    return chosen;
}

std::optional<PathPolicy::Next> Router::next(NodeId to) {
    QKDES_EXPECTS(!whole_path());
    if (!dynamic()) return policy_->next(to);
    auto const path = choose(to);
    if (!path || path->empty()) return std::nullopt;
    return PathPolicy::Next{path->front(), static_cast<std::uint32_t>(path->size())};
}

void Router::book(NodeId to, Path const& best, Path const& chosen) {
    SimTime const now = hooks_.clock.now();
    LastChoice& last = last_[to.index()];
    if (!last.any) {
        last = {best, {}, now, true};
    } else if (best != last.now) {
        count("routing.reroute");
        if (best == last.before && now - last.changed <= config_.stale_after) count("routing.flap");
        last.before = std::move(last.now);
        last.now = best;
        last.changed = now;
    }
    NodeId at = self_;
    for (LinkId const link : chosen) {
        bool const from_b = topology_->links[link.index()].b == at;
        auto const& end = states_.end(arc_of(link, from_b));
        if (end.stale || !end.known) return count("routing.stale");
        at = from_b ? topology_->links[link.index()].a : topology_->links[link.index()].b;
    }
}

std::vector<Path> Router::disjoint(NodeId to, std::size_t at_most) {
    if (!graph_) graph_ = std::make_shared<RoutingGraph const>(*topology_);
    if (dynamic()) refresh();
    auto costs = graph_->base_costs();
    for (std::size_t l = 0; dynamic() && l < graph_->links(); ++l)
        if (!states_.up(LinkId{l})) costs[2 * l] = costs[2 * l + 1] = kNoWay;
    std::vector<Path> paths;
    for (auto& path : disjoint_paths(*graph_, self_.index(), to.index(), costs, at_most))
        paths.push_back(std::move(path.links));
    return paths;
}

} // namespace qkdes
