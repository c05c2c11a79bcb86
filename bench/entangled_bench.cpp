// The photon-level link with entangled pairs: time tags alone, tags from the source to matched coincidences, the whole
// chain to final key, and one block at `block` fidelity; against a loop that draws every pair, lost or not, which it is
// to beat. Goals: see bench/README.md. The hash keeps an "optimisation" from changing the answer. Times are of this
// process's processor, so that a busy machine shows what the code costs.
#include "models/link/entangled/coincidence_matcher.hpp"
#include "models/link/entangled/entangled_block.hpp"
#include "models/link/entangled/photon_tags.hpp"
#include "models/link/entangled/tag_source.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/hash.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <string>

namespace {
using namespace qkdes;

ConditionStep const kSteady[1];

double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

void row(std::string const& name, double figure, char const* unit, std::string const& goal, std::uint64_t hash) {
    std::printf("%-44s %10.3g %-14s goal %-10s hash %016" PRIx64 "\n", name.c_str(), figure, unit, goal.c_str(), hash);
}

/// Best of three: the machine is shared, and the code cannot run faster than it does.
template <class Work>
double best(Work work) {
    double shortest = 1e99;
    for (int i = 0; i < 3; ++i) {
        double const start = cpu_seconds();
        work();
        shortest = std::min(shortest, cpu_seconds() - start);
    }
    return shortest;
}

void tags(std::string const& name, EntangledParameters const& p, SimDuration length, bool match, char const* goal) {
    std::uint64_t hash = 0, made = 0;
    double const time = best([&] {
        TagSource source{p, kSteady, length, RngStream{1, "bench"}};
        CoincidenceMatcher matcher{clock_settings(p, light_model(p, {}).spread_ps), p.timing.window_ps};
        std::vector<TimeTag> alice, bob;
        std::vector<Coincidence> found;
        RunningHash running;
        made = 0;
        for (;;) {
            auto& a = match ? matcher.alice() : alice;
            auto& b = match ? matcher.bob() : bob;
            if (!match) a.clear(), b.clear();
            std::size_t const before = a.size() + b.size();
            if (!source.next(a, b)) break;
            made += a.size() + b.size() - before;
            if (match) {
                found.clear();
                matcher.match(found);
                for (auto const& c : found)
                    running.add(static_cast<std::uint64_t>(c.alice.packed ^ c.bob.packed));
            } else {
                running.add(static_cast<std::uint64_t>(a.back().packed ^ b.back().packed));
            }
        }
        hash = running.value();
    });
    row(name, static_cast<double>(made) / time, "tags/s", goal, hash);
}

/// The same tags, unmatched, from one draw for every pair that the source emits.
void one_draw_per_pair(EntangledParameters const& p) {
    auto const light = light_model(p, {});
    double const both = light.events / light.emitted, only = (light.noise_a - 400) / light.emitted;
    std::uint64_t const pairs = 10'000'000;
    std::uint64_t hash = 0, made = 0;
    double const time = best([&] {
        RngStream rng{1, "bench"};
        RunningHash running;
        double at = 0;
        made = 0;
        for (std::uint64_t i = 0; i < pairs; ++i) {
            at += 1e12 / light.emitted * sample_exponential(rng);
            double const u = rng.uniform();
            if (u > both + 2 * only) continue;
            made += u < both ? 2 : 1;
            running.add(static_cast<std::uint64_t>(at));
        }
        hash = running.value();
    });
    row("baseline: one draw per pair", static_cast<double>(made) / time, "tags/s", "-", hash);
}

void chain(std::string const& name, EntangledParameters const& p, Fidelity fidelity) {
    LinkBlock block;
    double const time =
        best([&] { block = simulate_entangled_block(p, kSteady, std::chrono::hours{10}, fidelity, 1, "bench", 0); });
    RunningHash running;
    running.add(block.alice_key.bits().words());
    running.add(block.bob_key.bits().words());
    if (fidelity == Fidelity::photon)
        row(name, static_cast<double>(block.yield.sifted.total_z()) / time, "sifted bit/s", "-", running.value());
    else
        row(name, time * 1e6, "us/block", "-", running.value());
}

} // namespace

int main() {
    using namespace std::chrono_literals;
    EntangledParameters near, far, pulsed, ekert;
    far.fibre.length = Kilometres{100};
    pulsed.source.emission = PairEmission::pulsed;
    pulsed.source.pairs_per_pulse = 0.005;
    ekert.protocol = EntangledProtocol::e91;
    tags("tags/20 km", near, 5s, false, "-");
    tags("tags to coincidences/20 km", near, 5s, true, ">= 1e7");
    tags("tags to coincidences/100 km", far, 30s, true, ">= 1e7");
    tags("tags to coincidences/20 km, pulsed", pulsed, 4s, true, ">= 1e7");
    one_draw_per_pair(far);
    chain("chain/BBM92, 20 km, 1e6 bits", near, Fidelity::photon);
    chain("chain/E91, 20 km, 1e6 bits", ekert, Fidelity::photon);
    chain("block fidelity/BBM92, 1e6 bits", near, Fidelity::block);
}
