// A node's routing: its policy, the link states it acts on, and the advertisements that keep them up to date.
//
// Every `advertise_every` a node tells its neighbours what its ends of its links can do, under a number that grows; who
// hears a number for the first time passes it on, `flood_hops` far. Something that changes routes (an end down, dry,
// back, or at another level) is told at once, but no sooner than a tenth of the period after the last. News count as
// heard when they arrive: their way here is not added to their age. A neighbour that says nothing for `stale_after` is
// down. Advertisements are messages like others: they take their time on channels and at nodes, and get lost.
//
// With keys (sim/kme/routing/news_keys.hpp) advertisements are signed, and what its origin did not sign, or signed more
// than `stale_after` ago, is neither believed nor passed on: the number is the origin's clock at least, so clocks must
// agree that far. Without keys any node can lie about any other.
// Leaves out: nodes that lie about their own ends.
// Counts: routing.advertisement.{made,sent,old,refused,forged,replayed}; routing.reroute, a destination's best path is
// another than at the last decision; routing.flap, it is back to the one before within `stale_after`; routing.stale,
// the path chosen crosses a link with stale or no news. A loop shows where it closes: relay.refused.loop. Checked:
// tests/sim/kme/routing_advertisement_test.cpp, routing_signed_test.cpp.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/kme/messages.hpp"
#include "sim/kme/routing.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/entropy.hpp"
#include "sim/ports/telemetry.hpp"

#include <array>
#include <functional>
#include <span>

namespace qkdes {

class Router {
  public:
    struct Hooks { ///< into the node
        Clock& clock;
        Telemetry& telemetry;
        std::function<std::uint32_t(LinkId)> free_units; ///< of the own half
        /// To each neighbour over these links.
        std::function<void(std::span<LinkId const>, LinkStateMessage)> send;
        Entropy& entropy; ///< for signatures
    };
    Router(RoutingConfig config, NodeId self, std::shared_ptr<Topology const> topology, Hooks hooks);
    ~Router();
    Router(Router const&) = delete;
    Router& operator=(Router const&) = delete;

    /// As PathPolicy says, by what is known now. Only choose() counts, and takes turns.
    std::optional<Path> route(NodeId to);
    std::optional<Path> choose(NodeId to);
    /// The first step of what choose() says, for policies that do not choose whole paths.
    std::optional<PathPolicy::Next> next(NodeId to);
    /// Up to `at_most` paths without a common relay, whatever the policy: shortest in sum over links that are up.
    std::vector<Path> disjoint(NodeId to, std::size_t at_most);
    /// Ask the processor for what next() will look at: the policy, and once that is there, what it knows of `to`.
    void foresee() const { cache_hint(policy_.get()); }
    void foresee(NodeId to) const { policy_->foresee(to); }
    bool whole_path() const { return policy_->whole_path(); }
    /// It acts on news: asking it, it looks at its own ends.
    bool dynamic() const { return policy_->reads_link_state(); }

    void heard(LinkId from, LinkStateMessage const& message);
    /// Anything from the neighbour: it lives.
    void alive(LinkId link);
    void key_arrived(LinkId link, std::uint64_t units);
    /// What was known is gone, timers too.
    void restart();

    LinkStateTable const& states() const { return states_; }

  private:
    struct OwnEnd {
        LinkId link;
        ArcId arc;
        SimTime heard;
        struct Arrival {
            SimTime at;
            std::uint64_t units = 0;
        };
        std::array<Arrival, 8> arrivals{}; ///< a ring: the latest key
        std::size_t arrived = 0;           ///< ever
    };
    struct LastChoice {
        Path now, before;
        SimTime changed;
        bool any = false;
    };
    bool believable(LinkStateMessage const& message);
    EndNews news_of(OwnEnd const& end, SimTime now) const;
    void refresh();
    void advertise();
    void flood(LinkStateMessage message, std::optional<LinkId> from = std::nullopt);
    void arm(SimTime at);
    void book(NodeId to, Path const& best, Path const& chosen);
    void count(std::string_view what) { hooks_.telemetry.count(self_, what); }
    OwnEnd* own(LinkId link);

    std::unique_ptr<PathPolicy> policy_; ///< first, since every message asks for it
    RoutingConfig config_;
    NodeId self_;
    std::shared_ptr<Topology const> topology_;
    Hooks hooks_;
    std::shared_ptr<RoutingGraph const> graph_;
    LinkStateTable states_;
    std::vector<OwnEnd> own_;
    std::vector<LinkId> onward_;          ///< of flood(), kept for its memory
    std::vector<std::uint64_t> sequence_; ///< last heard, by node; empty when not dynamic
    std::uint64_t own_sequence_ = 0;
    SimTime started_, advertised_;
    std::uint64_t advertised_version_ = 0; ///< of own ends' beliefs, by count
    std::uint64_t own_changes_ = 0;
    ClockTimer timer_ = 0;
    std::vector<LastChoice> last_; ///< by destination; empty when not dynamic
};

} // namespace qkdes
