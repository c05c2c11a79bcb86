// Reconciliation of continuous variables, both parties, on one core: symbols a second of CPU time from two arrays of
// reals to equal strings, codes built and rotations, slices, syndromes and decoding included; making the symbols is
// not.
//
// Goals (bench/README.md): 2 million symbols/s at SNR 1 with an efficiency of at least .92 at a frame error rate of at
// most .10 over 200 frames; a measured row at an SNR of .03 to .1.
// The hash covers both strings of every kept frame and the count of failures: an "optimisation" that changes what is
// decided changes it.
#include "models/postprocessing/cv/reconciliation_cost.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/hash.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

namespace qkdes {
namespace {

using Method = CvReconciliationMethod;

double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Symbols {
    std::vector<float> alice, bob;
};

Symbols make_symbols(CvChannelEstimate const& channel, std::size_t count, std::uint64_t seed) {
    Symbols out{std::vector<float>(count), std::vector<float>(count)};
    RngStream rng{seed, "bench/cv"};
    double const x = std::sqrt(channel.alice_variance), z = std::sqrt(channel.noise_variance);
    for (std::size_t i = 0; i < count; ++i) {
        double const sent = x * sample_normal(rng);
        out.alice[i] = static_cast<float>(sent);
        out.bob[i] = static_cast<float>(channel.gain * sent + z * sample_normal(rng));
    }
    return out;
}

CvReconciliationParameters parameters(double snr, Method method, double beta, std::size_t frame) {
    return {.channel = {.gain = 1, .noise_variance = 1, .alice_variance = snr},
            .method = method,
            .beta = beta,
            .frame_symbols = frame,
            .max_iterations = 200};
}

void cv_slices(benchmark::State& state) {
    auto const p = parameters(1, Method::slices, 0.925, 196'608);
    Symbols const data = make_symbols(p.channel, 196'608, 1);
    for (auto _ : state)
        benchmark::DoNotOptimize(reconcile_reverse(data.alice, data.bob, p, 1));
    state.counters["symbol/s"] =
        benchmark::Counter(static_cast<double>(data.bob.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(cv_slices);

/// What a block costs at block fidelity: the plan and the failures, no two SNRs alike. Goal: well below 1 ms.
void cv_cost(benchmark::State& state) {
    auto const method = state.range(0) == 0 ? Method::slices : Method::rotation;
    double snr = method == Method::slices ? 1 : 0.1;
    RngStream rng{1, "bench/cv-cost"};
    for (auto _ : state) {
        auto const p = parameters(snr *= 1.000001, method, 0, 0);
        benchmark::DoNotOptimize(draw_cv_reconciliation_cost(10'000'000, p, rng));
    }
}
BENCHMARK(cv_cost)->Arg(0)->Arg(1);

void row(double snr, Method method, double beta, std::size_t frame, unsigned frames, char const* goal) {
    auto const p = parameters(snr, method, beta, frame);
    double seconds = 0, reached = 0;
    std::uint64_t tried = 0, failed = 0, wrong = 0, symbols = 0, iterations = 0;
    RunningHash hash;
    constexpr unsigned batch = 4; // symbols of all frames at once would not fit
    for (unsigned done = 0; done < frames; done += batch) {
        Symbols const data = make_symbols(p.channel, frame * batch, 100 + done);
        double const start = cpu_seconds();
        auto const r = reconcile_reverse(data.alice, data.bob, p, done);
        seconds += cpu_seconds() - start;
        tried += r.frames;
        failed += r.failed_frames;
        wrong += r.alice != r.bob;
        symbols += r.frames * r.frame_symbols;
        iterations += r.iterations;
        reached = r.beta;
        hash.add(r.bob.words());
        hash.add(r.alice.words());
        hash.add(r.failed_frames);
    }
    std::printf("cv/%-8s snr %-6g %5.2f Msymbol/s (goal %s)   beta %.4f   frame errors %llu/%llu   wrong %llu   "
                "iterations %.0f   hash %016llx\n",
                method == Method::slices ? "slices" : "rotation", snr, static_cast<double>(symbols) / seconds / 1e6,
                goal, reached, static_cast<unsigned long long>(failed), static_cast<unsigned long long>(tried),
                static_cast<unsigned long long>(wrong), static_cast<double>(iterations) / static_cast<double>(tried),
                static_cast<unsigned long long>(hash.value()));
    std::fflush(stdout);
}

} // namespace
} // namespace qkdes

int main(int argc, char** argv) {
    using qkdes::Method;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    qkdes::row(1, Method::slices, 0.925, 196'608, 200, "2, beta .92, errors .10");
    qkdes::row(2.8, Method::slices, 0.96, 196'608, 100, "none");
    qkdes::row(10, Method::slices, 0.97, 196'608, 40, "none");
    qkdes::row(0.46, Method::rotation, 0.915, 1'000'000, 20, "none");
    qkdes::row(0.1, Method::rotation, 0.94, 1'000'000, 40, "none");
    qkdes::row(0.031, Method::rotation, 0.94, 1'000'000, 40, "none");
}
