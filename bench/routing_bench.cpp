// A routing decision in a network of 1,000 nodes and 3,000 links: through the node's router, from an advertisement that
// a link is down, or back at another level, to the path of the next message; and again when nothing has changed.
// Goal: see bench/README.md. The hash of all paths keeps an "optimisation" from changing the answer.
#include "bench/country.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/rng.hpp"
#include "sim/kme/routing/router.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>

namespace qkdes {
namespace {

constexpr std::size_t kNodes = 1000, kLinks = 3000;

class StoppedClock final : public Clock {
  public:
    SimTime now() const override { return kSimStart + SimDuration{1}; }
    ClockTimer call_at(SimTime, std::function<void()>) override { return ++timers_; }
    void cancel(ClockTimer) override {}

  private:
    ClockTimer timers_ = 0;
};

class NoTelemetry final : public Telemetry {
  public:
    void block_stored(NodeId, LinkId, std::uint64_t, std::uint32_t) override {}
    void unit(NodeId, LinkId, UnitId, UnitFate, std::uint64_t) override {}
    void key_in_clear(NodeId, KeyId) override {}
    void hop(NodeId, LinkId, KeyId, SecurityClass, std::uint32_t) override {}
    void count(NodeId, std::string_view) override {}
};

Topology country() {
    auto const made = bench::country(kNodes, kLinks);
    Topology out;
    for (std::size_t n = 0; n < kNodes; ++n)
        out.nodes.push_back(fmt::format("node-{}", n));
    for (auto const& line : made.lines)
        out.links.push_back({NodeId{line.a}, NodeId{line.b}, 1.0, true});
    return out;
}

/// Advertisements are not signed here.
struct NoEntropy final : Entropy {
    void fill(std::span<std::uint8_t>) override {}
};

class Place {
  public:
    explicit Place(Routing policy) : topology_{std::make_shared<Topology const>(country())} {
        RoutingConfig config;
        config.policy = policy;
        config.hold_down = SimDuration{0};
        router_ =
            std::make_unique<Router>(config, NodeId{std::size_t{0}}, topology_,
                                     Router::Hooks{clock_, telemetry_, [](LinkId) { return 100u; },
                                                   [](std::span<LinkId const>, LinkStateMessage const&) {}, entropy_});
        for (std::size_t n = 1; n < kNodes; ++n)
            tell(NodeId{n}, [&](LinkId) { return EndNews{true, 50 + static_cast<std::uint32_t>(rng_.below(500)), 0}; });
    }
    /// One end of a link goes down or, next time, comes back at another level: every policy must look again.
    void change() {
        if (up_) changed_ = LinkId{rng_.below(kLinks)};
        up_ = !up_;
        LinkStateMessage message;
        message.origin = topology_->links[changed_.index()].b; // never node 0: it is the lower end of its links
        message.sequence = ++sequence_;
        message.ends = {{changed_, {up_, static_cast<std::uint32_t>(1 + rng_.below(4000)), 0}}};
        router_->heard(LinkId{std::size_t{0}}, message);
    }
    NodeId somewhere() { return NodeId{1 + rng_.below(kNodes - 1)}; }
    void decide(NodeId to) {
        auto const path = router_->choose(to);
        hash_.add(path ? path->size() : ~std::uint64_t{0});
        hops_ += path ? path->size() : 0;
        ++paths_;
        if (path)
            for (LinkId const link : *path)
                hash_.add(link.value);
    }
    std::string answer() const {
        return fmt::format("{:.1f} hops, hash {:016x}", static_cast<double>(hops_) / static_cast<double>(paths_),
                           hash_.value());
    }

  private:
    template <class News>
    void tell(NodeId node, News news) {
        LinkStateMessage message;
        message.origin = node;
        message.sequence = ++sequence_;
        for (std::size_t l = 0; l < kLinks; ++l)
            if (topology_->links[l].a == node || topology_->links[l].b == node)
                message.ends.push_back({LinkId{l}, news(LinkId{l})});
        router_->heard(LinkId{std::size_t{0}}, message);
    }
    std::shared_ptr<Topology const> topology_;
    StoppedClock clock_;
    NoTelemetry telemetry_;
    NoEntropy entropy_;
    std::unique_ptr<Router> router_;
    RngStream rng_{2, "bench/changes"};
    std::uint64_t sequence_ = 0;
    LinkId changed_;
    bool up_ = true;
    RunningHash hash_;
    std::uint64_t hops_ = 0, paths_ = 0;
};

void after_a_change(benchmark::State& state, Routing policy) {
    Place place{policy};
    for (auto _ : state) {
        place.change();
        place.decide(place.somewhere());
    }
    state.SetLabel(place.answer());
}

void unchanged(benchmark::State& state, Routing policy) {
    Place place{policy};
    std::vector<NodeId> to;
    for (int i = 0; i < 64; ++i)
        to.push_back(place.somewhere());
    for (NodeId const each : to)
        place.decide(each);
    std::size_t i = 0;
    for (auto _ : state)
        place.decide(to[++i % to.size()]);
    state.SetLabel(place.answer());
}

constexpr std::pair<char const*, Routing> kPolicies[] = {
    {"a-star", Routing::a_star},         {"key-aware", Routing::key_aware}, {"widest", Routing::widest},
    {"k-shortest", Routing::k_shortest}, {"disjoint", Routing::disjoint},
};

int const registered = [] {
    for (auto const& [name, policy] : kPolicies) {
        benchmark::RegisterBenchmark(fmt::format("routing/after-a-change/{}", name).c_str(), after_a_change, policy)
            ->Unit(benchmark::kMicrosecond)
            ->Iterations(2000);
        benchmark::RegisterBenchmark(fmt::format("routing/unchanged/{}", name).c_str(), unchanged, policy)
            ->Unit(benchmark::kMicrosecond)
            ->Iterations(100'000);
    }
    return 0;
}();

} // namespace
} // namespace qkdes

BENCHMARK_MAIN();
