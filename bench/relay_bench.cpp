// What a hop of a relayed key costs: the KEM's operations alone, and whole hops through real nodes (reservation, KEM,
// derivation, AES-256-GCM, JSON both ways, acknowledgement) over a transport that only hands messages on: as bytes, or
// with the modelled KEM as values.
// Goals: 2,000 hybrid hops per second of one core with the real KEM and JSON, 300,000 as values, 100,000 with one-time
// pads as values; bench/README.md. The hash of all delivered keys keeps an "optimisation" from changing the answer.
#include "sim/base/hash.hpp"
#include "sim/base/rng.hpp"
#include "sim/kme/hop_crypto.hpp"
#include "sim/kme/ml_kem.hpp"
#include "sim/kme/modelled_kem.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace qkdes {
namespace {

class StreamEntropy final : public Entropy {
  public:
    void fill(std::span<std::uint8_t> out) override { stream_.fill(out); }

  private:
    RngStream stream_{1, "bench/entropy"};
};

/// Time stands still: relays here end long before their timeout.
class StoppedClock final : public Clock {
  public:
    SimTime now() const override { return kSimStart; }
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

class Line {
  public:
    Line(std::size_t hops, HopProtection protect, Kem& kem, bool by_value) : by_value_{by_value} {
        auto topology = std::make_shared<Topology>();
        for (std::size_t i = 0; i <= hops; ++i) {
            topology->nodes.push_back(fmt::format("node-{}", i));
            topology->applications.emplace_back(i);
            if (i > 0) topology->links.push_back({NodeId{i - 1}, NodeId{i}, 1.0, needs_qkd(protect), protect});
        }
        topology_ = topology;
        for (std::size_t i = 0; i <= hops; ++i) {
            auto& host = hosts_.emplace_back(std::make_unique<Host>(*this, NodeId{i}));
            KmeConfig config;
            config.self = NodeId{i};
            config.name = topology->nodes[i];
            host->node =
                std::make_unique<KmeNode>(config, topology_, KmePorts{clock_, *host, entropy_, kem, telemetry_});
        }
    }
    void give_key() {
        Bits key{kUnits * 256};
        key_.fill(key.mutable_words());
        ++block_;
        for (std::size_t i = 0; i < topology_->links.size(); ++i)
            for (NodeId end : {topology_->links[i].a, topology_->links[i].b})
                hosts_[end.index()]->node->on_key_block(LinkId{i}, block_, key, kUnits);
    }
    bool needs_key() const { return hosts_[0]->node->pool(LinkId{std::size_t{0}}).available_bits < 4 * 256; }
    /// One key from the first to the last application.
    void relay() {
        AppId const to{hosts_.size() - 1};
        DeliveredKey here;
        hosts_.front()->node->request_keys({AppId{std::size_t{0}}, to}, [&](KeyReply reply) {
            QKDES_EXPECTS(reply.status == KeyStatus::ok);
            here = std::move(reply.keys.front());
        });
        while (!mail_.empty()) {
            auto const message = std::move(mail_.front());
            mail_.pop_front();
            KmeNode& node = *hosts_[message.to.index()]->node;
            if (message.value)
                node.on_value(message.link, message.from, *message.value);
            else
                node.on_message(message.link, message.from, message.bytes);
        }
        auto const there = hosts_.back()->node->fetch_keys(to, {&here.id, 1});
        QKDES_EXPECTS(there.status == KeyStatus::ok && there.keys.front().key == here.key);
        for (auto byte : here.key.view())
            answer_.add(byte);
    }
    std::uint64_t answer() const { return answer_.value(); }

  private:
    static constexpr std::uint64_t kUnits = 16384; ///< of a block, all end a's: traffic goes one way

    struct Mail {
        LinkId link;
        NodeId from, to;
        std::vector<std::uint8_t> bytes;
        std::shared_ptr<MessageValue const> value;
    };
    struct Host final : Transport {
        Host(Line& owner, NodeId id) : line{owner}, self{id} {}
        void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override {
            line.mail_.push_back({link, self, to, std::move(message), {}});
        }
        bool by_value() const override { return line.by_value_; }
        void send_value(LinkId link, NodeId to, std::shared_ptr<MessageValue const> value, std::size_t) override {
            line.mail_.push_back({link, self, to, {}, std::move(value)});
        }
        Line& line;
        NodeId self;
        std::unique_ptr<KmeNode> node;
    };

    bool by_value_;
    StoppedClock clock_;
    StreamEntropy entropy_;
    NoTelemetry telemetry_;
    RngStream key_{1, "bench/key"};
    std::uint64_t block_ = 0;
    RunningHash answer_;
    std::shared_ptr<Topology const> topology_;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::deque<Mail> mail_;
};

/// The answer is that of the first relays, so that it does not depend on how many the clock allowed.
constexpr int kAnswered = 64;

template <class Kind>
void hops(benchmark::State& state, HopProtection protect, bool by_value = false) {
    Kind kem;
    auto const count = static_cast<std::size_t>(state.range(0));
    bool const qkd = needs_qkd(protect);
    Line line{count, protect, kem, by_value};
    if (qkd) line.give_key();
    for (int i = 0; i < kAnswered; ++i)
        line.relay();
    state.SetLabel(fmt::format("hash {:016x}", line.answer()));
    for (auto _ : state) {
        if (qkd && line.needs_key()) {
            state.PauseTiming();
            line.give_key();
            state.ResumeTiming();
        }
        line.relay();
    }
    state.counters["hops/s"] =
        benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsIterationInvariantRate);
}

void hybrid_hops_real(benchmark::State& state) { hops<MlKem768>(state, HopProtection::hybrid); }
void pqc_hops_real(benchmark::State& state) { hops<MlKem768>(state, HopProtection::pqc); }
void hybrid_hops_modelled(benchmark::State& state) { hops<ModelledKem>(state, HopProtection::hybrid); }
void hybrid_hops_values(benchmark::State& state) { hops<ModelledKem>(state, HopProtection::hybrid, true); }
void otp_hops(benchmark::State& state) { hops<ModelledKem>(state, HopProtection::otp); }
void otp_hops_values(benchmark::State& state) { hops<ModelledKem>(state, HopProtection::otp, true); }
void qkd_hops(benchmark::State& state) { hops<ModelledKem>(state, HopProtection::qkd); }
BENCHMARK(otp_hops_values)->Name("relay/otp/values")->Arg(1)->Arg(3);
BENCHMARK(otp_hops)->Name("relay/otp/bytes")->Arg(1)->Arg(3);
BENCHMARK(qkd_hops)->Name("relay/qkd/bytes")->Arg(1);
BENCHMARK(hybrid_hops_values)->Name("relay/hybrid/values")->Arg(1)->Arg(3);
BENCHMARK(hybrid_hops_real)->Name("relay/hybrid/real-kem")->Arg(1)->Arg(3);
BENCHMARK(pqc_hops_real)->Name("relay/pqc/real-kem")->Arg(1);
BENCHMARK(hybrid_hops_modelled)->Name("relay/hybrid/modelled-kem")->Arg(1)->Arg(3);

template <class Kind>
void key_generation(benchmark::State& state) {
    Kind kem;
    StreamEntropy entropy;
    for (auto _ : state)
        benchmark::DoNotOptimize(kem.generate(entropy));
}
template <class Kind>
void encapsulation(benchmark::State& state) {
    Kind kem;
    StreamEntropy entropy;
    auto const pair = kem.generate(entropy);
    for (auto _ : state)
        benchmark::DoNotOptimize(kem.encapsulate(pair.public_key, entropy));
}
template <class Kind>
void decapsulation(benchmark::State& state) {
    Kind kem;
    StreamEntropy entropy;
    auto const pair = kem.generate(entropy);
    auto const sent = kem.encapsulate(pair.public_key, entropy).value();
    for (auto _ : state)
        benchmark::DoNotOptimize(pair.private_key->decapsulate(sent.ciphertext));
}
BENCHMARK(key_generation<MlKem768>)->Name("kem/real/generate");
BENCHMARK(encapsulation<MlKem768>)->Name("kem/real/encapsulate");
BENCHMARK(decapsulation<MlKem768>)->Name("kem/real/decapsulate");
BENCHMARK(key_generation<ModelledKem>)->Name("kem/modelled/generate");
BENCHMARK(encapsulation<ModelledKem>)->Name("kem/modelled/encapsulate");
BENCHMARK(decapsulation<ModelledKem>)->Name("kem/modelled/decapsulate");

void envelope(benchmark::State& state) {
    HopCrypto const crypto;
    StreamEntropy entropy;
    SecretBytes const secret{32}, qkd_key{32};
    std::vector<std::uint8_t> const public_key(Kem::kPublicKeyBytes), ciphertext(Kem::kCiphertextBytes), text(64);
    HopEnds const ends{{}, "node-1", "node-2"};
    for (auto _ : state) {
        auto const key = crypto.hop_key(HopDerivation::hkdf, qkd_key, secret, {public_key, ciphertext}, ends);
        benchmark::DoNotOptimize(crypto.open(key, crypto.seal(key, text, ends, entropy), ends));
    }
}
BENCHMARK(envelope)->Name("hop/derive-seal-open");

} // namespace
} // namespace qkdes

BENCHMARK_MAIN();
