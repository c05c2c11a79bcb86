// The engine against what it must equal, a sorted map, under random programs that schedule, cancel and run, from
// outside and from inside callbacks, with times equal, even, of every magnitude, and in clusters with far timeouts.
// Turns red when a bucket is opened unsorted, when a push into the current bucket's span is appended to it, when a
// rebuild loses keys or keeps the order of posting, when ties depend on the layout, when a dead key runs its slot's
// next tenant.
#include "tests/sim/engine/reference_loop.hpp"
#include "tests/support/property.hpp"

#include "sim/base/rng.hpp"
#include "sim/engine/engine.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qkdes {
namespace {

enum class Spread { equal, even, magnitudes, clusters };

struct Outcome {
    std::vector<std::uint64_t> log; ///< labels as they ran, and what cancel() and pending() answered
    std::uint64_t events = 0, trace = 0;
    bool operator==(Outcome const&) const = default;
};

/// One random program. It draws in the order of execution, so that the first difference changes everything after it.
template <class Loop>
class Program {
  public:
    Program(std::uint64_t seed, Spread spread) : rng_{seed, "test/engine/program"}, spread_{spread} {
        for (int i = 0; i < 5; ++i)
            origins_.push_back(loop_.new_origin("origin"));
    }
    Outcome run(int steps) {
        for (int i = 0; i < steps; ++i) {
            std::uint64_t const dice = rng_.below(10);
            if (dice < 6)
                schedule();
            else if (dice < 8)
                cancel();
            else
                loop_.run_until(loop_.now() + delay());
        }
        loop_.run_until(kSimNever - SimDuration{1});
        outcome_.events = loop_.events();
        outcome_.trace = loop_.trace_hash();
        return outcome_;
    }

  private:
    using Handle = decltype(std::declval<Loop&>().schedule(SimTime{}, EventClass::timer, Origin{}, [] {}));

    void schedule() {
        std::uint64_t const label = timers_.size();
        timers_.push_back(loop_.schedule(loop_.now() + delay(), static_cast<EventClass>(rng_.below(4)),
                                         origins_[rng_.below(origins_.size())], [this, label] { fired(label); }));
    }
    void fired(std::uint64_t label) {
        outcome_.log.push_back(label);
        outcome_.log.push_back(loop_.pending(timers_[label]));
        for (std::uint64_t children = rng_.below(20); children >= 18 && loop_.now() < kHorizon; --children)
            schedule();
        if (rng_.below(3) == 0) cancel();
    }
    void cancel() {
        if (timers_.empty()) return;
        // Recent ones, which may well be pending, or any, which are mostly stale.
        std::uint64_t const back =
            rng_.below(rng_.bernoulli(0.5) ? std::min<std::uint64_t>(timers_.size(), 20) : timers_.size());
        outcome_.log.push_back(loop_.cancel(timers_[timers_.size() - 1 - back]));
    }
    SimDuration delay() {
        switch (spread_) {
        case Spread::equal:
            return nanoseconds(rng_.below(4));
        case Spread::even:
            return nanoseconds(rng_.below(1'000'000));
        case Spread::magnitudes:
            return nanoseconds(rng_.next() >> (12 + rng_.below(52)));
        case Spread::clusters:
            return nanoseconds(rng_.below(10) == 0 ? 50'000'000'000'000 : 1000 * rng_.below(3));
        }
        return {};
    }
    static SimDuration nanoseconds(std::uint64_t n) { return SimDuration{static_cast<std::int64_t>(n)}; }
    static constexpr SimTime kHorizon{SimDuration{std::int64_t{1} << 62}}; ///< no children later: times stay valid

    RngStream rng_;
    Spread spread_;
    Loop loop_;
    std::vector<Origin> origins_;
    std::vector<Handle> timers_;
    Outcome outcome_;
};

RC_GTEST_PROP(EngineProperty, EqualsASortedMap, (std::uint64_t seed)) {
    auto const spread = *rc::gen::element(Spread::equal, Spread::even, Spread::magnitudes, Spread::clusters);
    int const steps = *rc::gen::element(30, 300, 3000);
    auto const expected = Program<test::ReferenceLoop>{seed, spread}.run(steps);
    RC_ASSERT(Program<Engine>(seed, spread).run(steps) == expected);
    RC_CLASSIFY(expected.events > 1000, "more than 1000 events");
}

// Large enough for many buckets, several rebuilds, crowded buckets and compactions.
TEST(EngineProperty, EqualsASortedMapWhenLarge) {
    for (Spread spread : {Spread::equal, Spread::even, Spread::magnitudes, Spread::clusters}) {
        auto const expected = Program<test::ReferenceLoop>{11, spread}.run(100'000);
        EXPECT_EQ(Program<Engine>(11, spread).run(100'000), expected) << static_cast<int>(spread);
        EXPECT_GT(expected.events, 30'000u);
    }
}

// Many pending at once: filled before anything runs, so that the first layout has thousands of keys in hundreds of
// buckets.
TEST(EngineProperty, EqualsASortedMapWhenFilledFirst) {
    auto const fill_and_drain = [](auto& loop) {
        RngStream rng{3, "test/engine/fill"};
        std::vector<Origin> origins;
        for (int i = 0; i < 40; ++i)
            origins.push_back(loop.new_origin("origin"));
        for (int i = 0; i < 50'000; ++i) {
            // One in ten at one of three instants; the rest over a second, denser towards its start.
            double const u = rng.uniform();
            auto const ns = static_cast<std::int64_t>(i % 10 == 0 ? 1'000'000 * (1 + rng.below(3))
                                                                  : static_cast<std::uint64_t>(1e9 * u * u * u));
            loop.schedule(kSimStart + SimDuration{ns}, EventClass::timer, origins[rng.below(40)], [] {});
        }
        loop.run_until(kSimStart + SimDuration{2'000'000'000});
        return loop.trace_hash();
    };
    Engine engine;
    test::ReferenceLoop reference;
    EXPECT_EQ(fill_and_drain(engine), fill_and_drain(reference));
    EXPECT_EQ(engine.events(), 50'000u);
}

} // namespace
} // namespace qkdes
