#include "sim/world/flow_bound.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <queue>

namespace qkdes {

namespace {

/// Links, by the nodes at their ends.
std::vector<std::vector<std::size_t>> links_at(std::size_t nodes, std::vector<FlowLink> const& links) {
    std::vector<std::vector<std::size_t>> at(nodes);
    for (std::size_t l = 0; l < links.size(); ++l) {
        at[links[l].a].push_back(l);
        at[links[l].b].push_back(l);
    }
    return at;
}

std::size_t beyond(FlowLink const& link, std::size_t node) { return link.a == node ? link.b : link.a; }

/// Residual capacities of a network of undirected links.
class MaxFlow {
  public:
    MaxFlow(std::size_t nodes, std::vector<FlowLink> const& links) : arcs_(nodes) {
        for (auto const& link : links) {
            std::uint64_t const capacity = std::min(link.capacity, kUnlimited / 4); // so that sums stay below 2^64
            arcs_[link.a].push_back({link.b, arcs_[link.b].size(), capacity});
            arcs_[link.b].push_back({link.a, arcs_[link.a].size() - 1, capacity});
        }
    }
    /// Of one demand, alone in the network.
    std::uint64_t run(std::size_t from, std::size_t to, std::uint64_t limit) {
        for (; !changed_.empty(); changed_.pop_back())
            changed_.back().first->left = changed_.back().second;
        std::uint64_t flow = 0;
        while (flow < limit && layer(from, to)) {
            next_.assign(arcs_.size(), 0);
            while (std::uint64_t const more = push(from, to, limit - flow))
                flow += more;
        }
        return flow;
    }

  private:
    struct Arc {
        std::size_t to, twin;
        std::uint64_t left;
    };
    bool layer(std::size_t from, std::size_t to) {
        depth_.assign(arcs_.size(), 0);
        depth_[from] = 1;
        std::vector<std::size_t> open{from};
        for (std::size_t i = 0; i < open.size(); ++i)
            for (auto const& arc : arcs_[open[i]])
                if (arc.left > 0 && depth_[arc.to] == 0) {
                    depth_[arc.to] = depth_[open[i]] + 1;
                    open.push_back(arc.to);
                }
        return depth_[to] != 0;
    }
    std::uint64_t push(std::size_t at, std::size_t to, std::uint64_t limit) {
        if (at == to || limit == 0) return limit;
        for (; next_[at] < arcs_[at].size(); ++next_[at]) {
            Arc& arc = arcs_[at][next_[at]];
            if (arc.left == 0 || depth_[arc.to] != depth_[at] + 1) continue;
            std::uint64_t const flow = push(arc.to, to, std::min(limit, arc.left));
            if (flow == 0) continue;
            Arc& twin = arcs_[arc.to][arc.twin];
            changed_.emplace_back(&arc, arc.left);
            changed_.emplace_back(&twin, twin.left);
            arc.left -= flow;
            twin.left += flow;
            return flow;
        }
        return 0;
    }
    std::vector<std::vector<Arc>> arcs_;
    std::vector<std::pair<Arc*, std::uint64_t>> changed_; ///< and what was left before, in order
    std::vector<std::size_t> depth_, next_;
};

/// Whether everything wanted finds room by shortest ways, one demand after the other. If so, no bound is needed.
class Filling {
  public:
    Filling(std::size_t nodes, std::vector<FlowLink> const& links) : links_{links}, at_{links_at(nodes, links)} {}
    bool takes(FlowDemand demand) {
        while (demand.wanted > 0) {
            std::vector<std::size_t> const path = shortest(demand.from, demand.to);
            if (path.empty()) return false;
            std::uint64_t amount = demand.wanted;
            for (std::size_t const l : path)
                amount = std::min(amount, links_[l].capacity);
            for (std::size_t const l : path)
                if (links_[l].capacity != kUnlimited) links_[l].capacity -= amount;
            demand.wanted -= amount;
        }
        return true;
    }

  private:
    /// Over links with room; empty when there is no way.
    std::vector<std::size_t> shortest(std::size_t from, std::size_t to) {
        came_by_.assign(at_.size(), links_.size());
        open_.assign(1, from);
        for (std::size_t i = 0; i < open_.size() && came_by_[to] == links_.size(); ++i)
            for (std::size_t const l : at_[open_[i]]) {
                std::size_t const next = beyond(links_[l], open_[i]);
                if (links_[l].capacity == 0 || next == from || came_by_[next] != links_.size()) continue;
                came_by_[next] = l;
                open_.push_back(next);
            }
        std::vector<std::size_t> path;
        if (came_by_[to] == links_.size()) return path;
        for (std::size_t at = to; at != from; at = beyond(links_[path.back()], at))
            path.push_back(came_by_[at]);
        return path;
    }

    std::vector<FlowLink> links_; ///< with the capacity that is left
    std::vector<std::vector<std::size_t>> at_;
    std::vector<std::size_t> came_by_, open_;
};

/// Lengths grow with use; what is short is used. A demand has a length of its own, its limit being what is wanted.
class Multiflow {
  public:
    Multiflow(std::size_t nodes, std::vector<FlowLink> const& links, std::vector<FlowDemand> const& demands)
        : links_{links}, demands_{demands}, at_{links_at(nodes, links)} {
        for (auto const& link : links)
            capacity_.push_back(static_cast<double>(link.capacity));
        for (auto const& demand : demands)
            capacity_.push_back(static_cast<double>(demand.wanted));
        for (double const capacity : capacity_)
            length_.push_back(capacity == kNoLimit ? 0 : 1 / capacity);
        load_.resize(capacity_.size());
    }

    void run(double accuracy, std::size_t effort) {
        for (std::size_t searches = 0; searches < effort;) {
            double shortest = std::numeric_limits<double>::infinity();
            for (std::size_t d = 0; d < demands_.size(); ++d, ++searches)
                shortest = std::min(shortest, search(d));
            bound_ = std::min(bound_, weight() / shortest);
            if (reached() >= bound_ * (1 - accuracy) || shortest > 1e250) return;
            for (std::size_t d = 0; d < demands_.size(); ++d)
                for (; search(d) <= shortest * (1 + kStep) && searches < effort; ++searches)
                    use(d);
        }
    }
    double bound() const { return bound_; }
    /// What was sent, scaled down until it fits.
    double reached() const {
        double worst = 0;
        for (std::size_t e = 0; e < load_.size(); ++e)
            if (capacity_[e] != kNoLimit) worst = std::max(worst, load_[e] / capacity_[e]);
        return worst == 0 ? 0 : sent_ / worst;
    }

  private:
    static constexpr double kNoLimit = static_cast<double>(kUnlimited);
    static constexpr double kStep = 0.02;

    double weight() const {
        double sum = 0;
        for (std::size_t e = 0; e < length_.size(); ++e)
            if (capacity_[e] != kNoLimit) sum += capacity_[e] * length_[e];
        return sum;
    }
    /// Shortest path of a demand, its own length included; leaves the path in came_by_.
    double search(std::size_t d) {
        distance_.assign(at_.size(), std::numeric_limits<double>::infinity());
        came_by_.assign(at_.size(), links_.size());
        using Entry = std::pair<double, std::size_t>;
        std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap;
        distance_[demands_[d].from] = 0;
        heap.emplace(0.0, demands_[d].from);
        while (!heap.empty()) {
            auto const [so_far, node] = heap.top();
            heap.pop();
            if (node == demands_[d].to) break;
            if (so_far != distance_[node]) continue;
            for (std::size_t const l : at_[node]) {
                std::size_t const next = beyond(links_[l], node);
                double const after = so_far + length_[l];
                if (after >= distance_[next]) continue;
                distance_[next] = after;
                came_by_[next] = l;
                heap.emplace(after, next);
            }
        }
        return distance_[demands_[d].to] + length_[links_.size() + d];
    }
    /// Sends what the path last found takes.
    void use(std::size_t d) {
        std::vector<std::size_t> path{links_.size() + d};
        for (std::size_t at = demands_[d].to; at != demands_[d].from;) {
            std::size_t const l = came_by_[at];
            path.push_back(l);
            at = beyond(links_[l], at);
        }
        double amount = kNoLimit;
        for (std::size_t const e : path)
            amount = std::min(amount, capacity_[e]);
        sent_ += amount;
        for (std::size_t const e : path) {
            load_[e] += amount;
            if (capacity_[e] != kNoLimit) length_[e] *= 1 + kStep * amount / capacity_[e];
        }
    }

    std::vector<FlowLink> const& links_;
    std::vector<FlowDemand> const& demands_;
    std::vector<std::vector<std::size_t>> at_;     ///< links, by node
    std::vector<double> capacity_, length_, load_; ///< links first, then demands
    std::vector<double> distance_;
    std::vector<std::size_t> came_by_;
    double sent_ = 0, bound_ = std::numeric_limits<double>::infinity();
};

} // namespace

std::uint64_t max_flow(std::size_t nodes, std::vector<FlowLink> const& links, std::size_t from, std::size_t to,
                       std::uint64_t limit) {
    QKDES_EXPECTS(from != to && from < nodes && to < nodes);
    return MaxFlow{nodes, links}.run(from, to, limit);
}

FlowBound flow_bound(std::size_t nodes, std::vector<FlowLink> const& links, std::vector<FlowDemand> const& demands,
                     double accuracy, std::size_t effort) {
    FlowBound out;
    MaxFlow single{nodes, links};
    std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> wanted; // both directions of a pair are one
    std::uint64_t asked = 0;
    for (auto const& demand : demands) {
        QKDES_EXPECTS(demand.from != demand.to && demand.from < nodes && demand.to < nodes);
        out.alone.push_back(single.run(demand.from, demand.to, demand.wanted));
        if (out.alone.back() == 0) continue;
        wanted[std::minmax(demand.from, demand.to)] += demand.wanted;
        asked += demand.wanted;
    }
    std::vector<FlowDemand> pairs;
    std::uint64_t alone = 0;
    for (auto const& [ends, sum] : wanted) {
        pairs.push_back({ends.first, ends.second, sum});
        alone += single.run(ends.first, ends.second, sum);
    }
    out.together = alone;
    out.reached = static_cast<double>(alone);
    if (pairs.size() < 2) return out;
    Filling filling{nodes, links};
    if (std::ranges::all_of(pairs, [&](auto const& pair) { return filling.takes(pair); })) return out;
    std::vector<FlowLink> limited;
    bool any = false;
    for (FlowLink link : links) {
        if (link.capacity == 0) continue;
        if (link.capacity >= asked) link.capacity = kUnlimited; // cannot run out
        any |= link.capacity != kUnlimited;
        limited.push_back(link);
    }
    if (!any) return out;
    Multiflow flow{nodes, limited, pairs};
    flow.run(accuracy, effort);
    // Rounded down: requests are whole. A hair is added for the rounding of sums.
    double const bound = std::floor(flow.bound() * (1 + 1e-9) + 1e-9);
    out.together = bound < static_cast<double>(alone) ? static_cast<std::uint64_t>(bound) : alone;
    out.reached = std::min(flow.reached(), static_cast<double>(alone));
    return out;
}

} // namespace qkdes
