// From one number a random small network, demands, faults, fault points and adversaries. Half of the networks calm down
// after 10 s: faults are over, the first demands stop, and from 14 s on a light demand asks for keys, all of which it
// must get (sim/world/flow_bound.hpp says what there would have been room for). The other half is harsh to the end.
#pragma once
#include "sim/base/rng.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace qkdes {

class Swarm {
  public:
    static constexpr std::uint64_t kCalm = 10'000, kLight = 14'000, kLightEnds = 20'000, kRunEnds = 26'000; ///< ms

    explicit Swarm(std::uint64_t seed)
        : rng_{seed, "swarm"}, nodes_{2 + rng_.below(5)}, calms_down_{rng_.below(2) == 0} {}
    bool calms_down() const { return calms_down_; }

    std::string scenario() {
        std::string const links = this->links(); // first: faults and demands refer to them
        std::string demands = list(1 + rng_.below(4), [this](auto) { return demand(); });
        if (calms_down_) demands += ", " + light_demand();
        std::string const faults = list(rng_.below(7), [this](auto) { return fault(); }),
                          more = list(rng_.below(5), [this](auto) { return misbehaviour(); });
        return fmt::format(
            R"({{ "name": "swarm", "seed": {}, "duration": "{} ms", "kem": "modelled", "profile": "{}",
  "kms": {{ "store_capacity": "{} bit", "key_lifetime": "{} ms", "relay_timeout": "{} ms", "queue_limit": {}, "processing": "{} us",
    "wait_for_key": "{} ms" }},
  "routing": {{ "policy": "{}", "advertise_every": "500 ms", "hold_down": "1 s" }},
  "devices": {{ "lab": {{ "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd", "block": "{} bits",
    "initial_secret": "{} bit", "restart": "{} ms", "throughput": "{} Mbit/s" }} }},
  "nodes": [ {} ], "links": [ {} ], "applications": [ {} ], "demands": [ {} ], "faults": [ {}{}{} ], "adversaries": [ {} ] }})",
            rng_.below(1000), calms_down_ ? kRunEnds : 15'000, pick({"etsi-020", "etsi-020", "kmstn-paper"}),
            harsh(5'000, 50'000, 500'000), harsh(1'500, 15'000, 30'000), harsh(100, 1'000, 4'000),
            calms_down_ ? "1000" : pick({"2", "20", "1000"}), harsh(10, 10, 5'000) / (calms_down_ ? 5 : 1),
            pick({"0", "0", "500"}),
            pick({"static-dijkstra", "static-dijkstra", "a-star", "key-aware", "widest", "k-shortest", "disjoint"}),
            between(250'000, 600'000), harsh(400, 50'000, 100'000), between(0, 3'000), between(1, 50),
            list(nodes_, [](auto i) { return fmt::format(R"({{ "id": "n{}" }})", i); }), links,
            list(nodes_, [](auto i) { return fmt::format(R"({{ "id": "a{0}", "node": "n{0}" }})", i); }), demands,
            faults, faults.empty() || more.empty() ? "" : ", ", more, rng_.below(3) == 0 ? adversary() : std::string{});
    }

  private:
    std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + rng_.below(high - low + 1); }
    /// Where life is to go on, not below `enough`.
    std::uint64_t harsh(std::uint64_t low, std::uint64_t enough, std::uint64_t high) {
        return between(calms_down_ ? enough : low, high);
    }
    std::string pick(std::vector<std::string> const& of) { return of[rng_.below(of.size())]; }
    template <class F>
    static std::string list(std::uint64_t count, F item) {
        std::string out;
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string const text = item(i);
            if (!text.empty()) out += (out.empty() ? "" : ", ") + text;
        }
        return out;
    }
    std::string link(std::uint64_t a, std::uint64_t b) {
        if (!pairs_.insert({std::min(a, b), std::max(a, b)}).second) return {};
        std::string const protect = rng_.below(4) == 0
                                        ? std::string{R"("protect": "pqc")"}
                                        : fmt::format(R"("device": "lab", "length": "{} km", "protect": "{}")",
                                                      between(1, 30), pick({"hybrid", "hybrid", "otp", "qkd"}));
        return fmt::format(
            R"({{ "id": "l{}", "between": ["n{}", "n{}"], {}, "classical": {{ "latency": "{} us", "rate": "{} Mbit/s", "loss": {} }} }})",
            links_++, a, b, protect, between(1, 30'000), between(1, 1'000),
            calms_down_ ? "0" : pick({"0", "0", "0.02"}));
    }
    std::string links() {
        std::string tree = list(nodes_ - 1, [this](auto i) { return link(i + 1, rng_.below(i + 1)); });
        std::string const more = list(rng_.below(4), [this](auto) {
            auto const a = rng_.below(nodes_), b = rng_.below(nodes_);
            return a == b ? std::string{} : link(a, b);
        });
        return more.empty() ? tree : tree + ", " + more;
    }
    std::pair<std::uint64_t, std::uint64_t> pair() {
        auto const from = rng_.below(nodes_);
        return {from, (from + 1 + rng_.below(nodes_ - 1)) % nodes_};
    }
    std::string demand() {
        auto const [from, to] = pair();
        std::string const arrivals = rng_.below(2) == 0
                                         ? fmt::format(R"({{ "poisson": "{} /s" }})", between(1, 40))
                                         : fmt::format(R"({{ "closed_loop": {{ "clients": {}, "think": "{} ms" }} }})",
                                                       between(1, 5), between(10, 500));
        return fmt::format(
            R"({{ "from": "a{}", "to": "a{}", "key": "{} bit", "number": {}, "arrivals": {}, "timeout": "{} ms", "notify": "{} ms"{} }})",
            from, to, 64 * between(1, 16), between(1, 5), arrivals, between(50, 5'000), between(0, 50),
            calms_down_ ? fmt::format(R"(, "stop": "{} ms")", kCalm) : std::string{});
    }
    std::string light_demand() {
        auto const [from, to] = pair();
        return fmt::format(
            R"({{ "from": "a{}", "to": "a{}", "arrivals": {{ "poisson": "{} /s" }}, "timeout": "5 s", "start": "{} ms", "stop": "{} ms" }})",
            from, to, between(1, 3), kLight, kLightEnds);
    }
    /// From when, and for how long.
    std::pair<std::uint64_t, std::uint64_t> when() {
        auto const at = between(100, 9'000);
        auto const lasts = between(10, 5'000);
        return {at, calms_down_ ? std::min(lasts, kCalm - at) : lasts};
    }
    /// Faults of one kind never share a target, since overlapping ones are refused.
    std::string fault() {
        std::string const kind = pick({"cut", "down", "slow", "lossy"});
        std::string const target =
            kind == "down" ? fmt::format("n{}", rng_.below(nodes_)) : fmt::format("l{}", rng_.below(links_));
        if (!struck_.insert(kind + target).second) return {};
        std::string extra;
        if (kind == "cut") extra = fmt::format(R"(, "plane": "{}")", pick({"both", "classical"}));
        if (kind == "slow") extra = fmt::format(R"(, "latency": "{} ms")", between(1, 300));
        if (kind == "lossy") extra = fmt::format(R"(, "loss": 0.{})", between(1, 9));
        auto const [at, lasts] = when();
        return fmt::format(R"({{ "at": "{} ms", "for": "{} ms", "{}": "{}"{} }})", at, lasts, kind, target, extra);
    }
    std::string misbehaviour() {
        std::string const how = pick({"drop-ack", "crash-before-ack", "duplicate", "reorder", "slow-disk"});
        std::string const target = fmt::format("n{}", rng_.below(nodes_));
        if (!struck_.insert(how + target).second) return {};
        auto const [at, lasts] = when();
        return fmt::format(
            R"({{ "at": "{} ms", "for": "{} ms", "misbehave": "{}", "how": "{}", "probability": 0.{} }})", at, lasts,
            target, how, between(1, 9));
    }
    /// What it claims to know is compared with what was delivered: a wrong claim is a violation.
    std::string adversary() {
        std::string const middle = fmt::format(R"(, "mitm": [ {{ "link": "l{}", "on": "{}", "until": "{} ms" }} ])",
                                               rng_.below(links_), pick({"kem", "all"}), kCalm);
        auto const cheat = fmt::format(
            R"(, "dishonest": [ {{ "node": "n{}", "does": "{}", "probability": 0.{}, "until": "{} ms" }} ])",
            rng_.below(nodes_), pick({"drop", "replay"}), between(1, 9), kCalm);
        return fmt::format(
            R"({{ "id": "eve", "taps": "all", "from": "{} ms", "nodes": [ {{ "node": "n{}", "from": "{} ms" }} ],
    "breaks": [ {{ "primitive": "{}", "at": "{} ms" }}, {{ "primitive": "{}" }} ]{}{} }})",
            between(0, 5'000), rng_.below(nodes_), between(0, 9'000), pick({"ml-kem", "aes"}), between(0, 20'000),
            pick({"qkd", "signatures"}), rng_.below(2) == 0 ? middle : std::string{},
            rng_.below(2) == 0 ? cheat : std::string{});
    }

    RngStream rng_;
    std::uint64_t nodes_, links_ = 0;
    bool calms_down_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> pairs_;
    std::set<std::string> struck_;
};

} // namespace qkdes
