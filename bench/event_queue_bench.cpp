// Hold model: a queue of constant size, run the soonest event and schedule a later one: the inner loop of every run. In
// the cancelling variant each event also sets a timeout that its successor cancels, so that half of all timers are
// cancelled. Goal: see bench/README.md; the ratio to std::priority_queue<std::function> in the same run is what counts,
// and the table at the end prints it. Both loops must give the same hash of executed keys, or the program fails.
#include "bench/priority_queue_loop.hpp"
#include "sim/base/distributions.hpp"
#include "sim/engine/engine.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <vector>

namespace qkdes::bench {
namespace {

constexpr double kMeanDelay = 1e6; ///< ns between an actor's events

template <class Loop>
class Hold {
  public:
    Hold(std::size_t pending, bool cancelling) : cancelling_{cancelling}, timeouts_(cancelling ? pending : 0) {
        RngStream rng{1, "bench/event_queue/delays"};
        for (auto& delay : delays_)
            delay = SimDuration{1 + static_cast<std::int64_t>(kMeanDelay * sample_exponential(rng))};
        for (std::size_t i = 0; i < pending; ++i) {
            Origin const actor = loop.new_origin("actor");
            next(actor);
        }
    }
    void run(SimDuration span) { loop.run_until(loop.now() + span); }

    Loop loop;

  private:
    using Handle = decltype(std::declval<Loop&>().schedule(SimTime{}, EventClass::timer, Origin{}, [] {}));

    void next(Origin actor) {
        SimTime const at = loop.now() + delay();
        loop.schedule(at, EventClass::arrival, actor, [this, actor] {
            if (cancelling_) loop.cancel(timeouts_[actor.index]);
            next(actor);
        });
        if (cancelling_)
            timeouts_[actor.index] =
                loop.schedule(at + delay(), EventClass::timer, actor, [this, actor] { next(actor); });
    }
    SimDuration delay() { return delays_[(draws_++ * 0x9e3779b1u >> 16) % delays_.size()]; }

    bool cancelling_;
    std::vector<Handle> timeouts_;
    std::array<SimDuration, 1024> delays_;
    std::uint64_t draws_ = 0;
};

struct Row {
    double ours = 0, baseline = 0; ///< ns per event, best of the repetitions
    std::uint64_t our_hash = 0, baseline_hash = 0;
};
std::map<std::pair<bool, std::size_t>, Row>& rows() {
    static std::map<std::pair<bool, std::size_t>, Row> table;
    return table;
}

template <class Loop>
void hold(benchmark::State& state, double Row::*time, std::uint64_t Row::*hash) {
    auto const pending = static_cast<std::size_t>(state.range(0));
    bool const cancelling = state.range(1) != 0;
    Row& row = rows()[{cancelling, pending}];

    Hold<Loop> model{pending, cancelling};
    SimDuration const lap{static_cast<std::int64_t>(2e4 * kMeanDelay / static_cast<double>(pending))}; // 20,000 events
    SimDuration const warm_up = std::max(5 * lap, SimDuration{static_cast<std::int64_t>(2 * kMeanDelay)});
    model.run(warm_up);
    row.*hash = model.loop.trace_hash();

    std::uint64_t const first = model.loop.events();
    auto const begin = std::clock();
    for (auto _ : state)
        model.run(lap);
    double const ns = 1e9 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    auto const events = static_cast<double>(model.loop.events() - first);
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    if (row.*time == 0 || ns / events < row.*time) row.*time = ns / events;
}

void ours(benchmark::State& state) { hold<Engine>(state, &Row::ours, &Row::our_hash); }
void baseline(benchmark::State& state) { hold<PriorityQueueLoop>(state, &Row::baseline, &Row::baseline_hash); }

/// Rows as bench/README.md shows them; false if a hash differs.
bool print_table() {
    bool equal = true;
    std::printf("\n%-28s %12s %12s %7s %6s  %s\n", "event_queue", "ours ns/ev", "std ns/ev", "ratio", "goal", "hash");
    for (auto const& [key, row] : rows()) {
        if (row.ours == 0 || row.baseline == 0) continue; // filtered out
        std::string const name = std::string{key.first ? "hold-half-cancelled/" : "hold/"} + std::to_string(key.second);
        bool const same = row.our_hash == row.baseline_hash;
        equal = equal && same;
        std::printf("%-28s %12.1f %12.1f %7.2f %6s  %016llx%s\n", name.c_str(), row.ours, row.baseline,
                    row.baseline / row.ours, key.second == 10000 ? ">= 3" : "-",
                    static_cast<unsigned long long>(row.our_hash), same ? "" : " DIFFERS");
    }
    return equal;
}

} // namespace
} // namespace qkdes::bench

int main(int argc, char** argv) {
    using namespace qkdes::bench;
    for (auto const& [name, function] :
         {std::pair{"event_queue/ours", &ours}, std::pair{"event_queue/priority_queue", &baseline}})
        benchmark::RegisterBenchmark(name, function)
            ->ArgsProduct({{100, 10'000, 1'000'000}, {0, 1}})
            ->ArgNames({"pending", "cancelling"})
            ->Unit(benchmark::kMillisecond)
            ->MinTime(0.2)
            ->Repetitions(3)
            ->ReportAggregatesOnly();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return print_table() ? 0 : 1;
}
