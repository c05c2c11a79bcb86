// The engine, the streams and the intervals together, against closed forms of queueing theory
// (L. Kleinrock, Queueing Systems, vol. 1, 1975).
#include "sim/base/distributions.hpp"
#include "sim/engine/engine.hpp"
#include "sim/study/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <functional>

namespace qkdes {
namespace {

SimDuration ticks(double seconds_) { return SimDuration{static_cast<std::int64_t>(seconds_ * 1e9)}; }

/// One server, an unbounded queue, Poisson arrivals of rate `load`, services of mean 1 s.
class SingleServer {
  public:
    SingleServer(std::uint64_t seed, double load, bool exponential)
        : load_{load}, exponential_{exponential}, arrivals_{seed, "arrivals"}, services_{seed, "services"},
          origin_{engine_.new_origin("server")} {}

    std::vector<double> waits(std::size_t customers) {
        wanted_ = customers;
        arrive();
        engine_.run_until(kSimStart + ticks(2 * static_cast<double>(customers) / load_));
        EXPECT_EQ(waits_.size(), customers);
        return waits_;
    }

  private:
    void arrive() {
        engine_.schedule(engine_.now() + ticks(sample_exponential(arrivals_) / load_), EventClass::arrival, origin_,
                         [this] {
                             queue_.push_back(engine_.now());
                             if (queue_.size() == 1) serve();
                             if (++arrived_ < wanted_) arrive();
                         });
    }
    void serve() { // the first of the queue is being served
        waits_.push_back(seconds(engine_.now() - queue_.front()));
        double const service = exponential_ ? sample_exponential(services_) : 1.0;
        engine_.schedule(engine_.now() + ticks(service), EventClass::timer, origin_, [this] {
            queue_.pop_front();
            if (!queue_.empty()) serve();
        });
    }
    double load_;
    bool exponential_;
    Engine engine_;
    RngStream arrivals_, services_;
    Origin origin_;
    std::deque<SimTime> queue_;
    std::vector<double> waits_;
    std::size_t wanted_ = 0, arrived_ = 0;
};

// Mean waiting time: rho / (1 - rho) for exponential services, half of that for constant ones (Pollaczek, Khinchine).
TEST(Queues, WaitingTimesOfMM1AndMD1) {
    constexpr double rho = 0.7;
    for (bool const exponential : {true, false}) {
        std::vector<double> means;
        for (std::uint64_t r = 0; r < 30; ++r) {
            auto const waits = SingleServer{r, rho, exponential}.waits(6000);
            std::size_t const cut = warm_up(waits);
            auto const kept = std::span<double const>{waits}.subspan(cut);
            means.push_back(mean_estimate(kept).value);
        }
        double const theory = (exponential ? 1.0 : 0.5) * rho / (1 - rho);
        Estimate const seen = mean_estimate(means, 0.999);
        EXPECT_TRUE(seen.contains(theory)) << seen.low << " .. " << seen.high << " against " << theory;
        EXPECT_LT(seen.high - seen.low, 0.3 * theory); // and it says something
    }
}

// P(wait > t) = rho e^(-(1 - rho) t) for exponential services: the 95th percentile.
TEST(Queues, AQuantileOfMM1) {
    constexpr double rho = 0.5;
    auto const waits = SingleServer{4, rho, true}.waits(200'000);
    std::vector<double> thinned; // waits are correlated: every fiftieth is not
    for (std::size_t i = 100; i < waits.size(); i += 50)
        thinned.push_back(waits[i]);
    double const theory = std::log(rho / 0.05) / (1 - rho);
    EXPECT_TRUE(quantile_estimate(thinned, 0.95, 0.999).contains(theory));
}

double erlang_b(double load, unsigned servers) {
    double b = 1;
    for (unsigned n = 1; n <= servers; ++n)
        b = load * b / (n + load * b);
    return b;
}

// Arrivals that find all servers busy are gone. Whatever the law of the services, only their mean matters.
TEST(Queues, ErlangsLossFormula) {
    constexpr unsigned kServers = 5;
    constexpr double load = 4;
    EXPECT_NEAR(erlang_b(load, kServers), 0.1991, 1e-4); // of the published tables
    for (bool const exponential : {true, false}) {
        std::vector<double> blocked;
        for (std::uint64_t r = 0; r < 20; ++r) {
            Engine engine;
            Origin const origin = engine.new_origin("trunk");
            RngStream arrivals{r, "arrivals"}, services{r, "services"};
            unsigned busy = 0;
            std::size_t lost = 0, all = 0;
            std::function<void()> const arrive = [&] {
                ++all;
                if (busy == kServers) {
                    ++lost;
                } else {
                    ++busy;
                    double const service = exponential ? sample_exponential(services) : 1.0;
                    engine.schedule(engine.now() + ticks(service), EventClass::timer, origin, [&busy] { --busy; });
                }
                engine.schedule(engine.now() + ticks(sample_exponential(arrivals) / load), EventClass::arrival, origin,
                                [&arrive] { arrive(); });
            };
            arrive();
            engine.run_until(kSimStart + ticks(3000));
            blocked.push_back(static_cast<double>(lost) / static_cast<double>(all));
        }
        EXPECT_TRUE(mean_estimate(blocked, 0.999).contains(erlang_b(load, kServers)));
    }
}

// A pool of K units that gains r units a second, one by one, and loses them to Poisson requests of rate l > r, is empty
// after K / (l - r) on average (Wald).
TEST(Queues, ALeakyPoolsTimeToEmpty) {
    constexpr double gain = 4, loss = 5;
    constexpr int kUnits = 40;
    std::vector<double> times;
    for (std::uint64_t r = 0; r < 400; ++r) {
        Engine engine;
        Origin const in = engine.new_origin("device"), out = engine.new_origin("application");
        RngStream requests{r, "requests"};
        int held = kUnits;
        std::optional<SimTime> empty;
        std::function<void()> const fill = [&] {
            ++held;
            engine.schedule(engine.now() + ticks(1 / gain), EventClass::timer, in, [&fill] { fill(); });
        };
        std::function<void()> const take = [&] {
            if (--held == 0) {
                empty = engine.now();
                engine.stop();
                return;
            }
            engine.schedule(engine.now() + ticks(sample_exponential(requests) / loss), EventClass::arrival, out,
                            [&take] { take(); });
        };
        engine.schedule(kSimStart + ticks(1 / gain), EventClass::timer, in, [&fill] { fill(); });
        engine.schedule(kSimStart + ticks(sample_exponential(requests) / loss), EventClass::arrival, out,
                        [&take] { take(); });
        engine.run_until(kSimStart + ticks(10'000));
        ASSERT_TRUE(empty);
        times.push_back(seconds(*empty - kSimStart));
    }
    // Wald on the walk until its first zero; the device's phase adds at most one unit, 1 / (l - r).
    Estimate const seen = mean_estimate(times, 0.999);
    double const theory = kUnits / (loss - gain);
    EXPECT_LE(seen.low, theory + 1 / (loss - gain));
    EXPECT_GE(seen.high, theory - 1 / (loss - gain));
    EXPECT_LT(seen.high - seen.low, 0.3 * theory);
}

} // namespace
} // namespace qkdes
