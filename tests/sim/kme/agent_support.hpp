// Two sites of agents under a hand-wound clock, with devices, key supply and secret stores that a test holds in hand.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/kme/agent/consumer.hpp"
#include "sim/kme/agent/qkd_agent.hpp"
#include "sim/kme/agent/site_store.hpp"
#include "tests/support/manual_clock.hpp"

#include <map>
#include <memory>
#include <vector>

namespace qkdes::test {

inline SimTime at(double s) { return kSimStart + from_seconds(s); }

struct HandDevice final : QkdDevice {
    void request_key(std::uint64_t bits, std::function<void(KeyBlockResult)> answer) override {
        if (bits == 0 || bits % 8 != 0 || bits > 65536) return answer(DeviceError::bad_request);
        if (state == DeviceState::failed) return answer(DeviceError::down);
        if (bits > stored) return answer(DeviceError::no_key);
        stored -= bits;
        KeyBlock block;
        block.id.bytes[15] = ++blocks;
        block.material = SecretBytes{bits / 8};
        for (auto& byte : block.material.mutable_view())
            byte = static_cast<std::uint8_t>(blocks + 1);
        block.bits = bits;
        block.qber = status.qber;
        answer(std::move(block));
    }
    ChannelStatus channel_status() const override { return status; }
    DeviceHealth health() const override { return {state, ""}; }
    ChannelStatus status;
    DeviceState state = DeviceState::ok;
    std::uint64_t stored = 1 << 20;
    std::uint8_t blocks = 0;
};

/// Key that both sites can get, as long as there is `stock`.
struct HandSupply {
    struct Side final : agent::KeySupply {
        explicit Side(HandSupply& s) : supply{s} {}
        void fresh(std::uint32_t bits, std::function<void(std::optional<agent::SuppliedKey>)> answer) override {
            if (supply.stock == 0) return answer(std::nullopt);
            --supply.stock;
            agent::SuppliedKey key;
            key.id.bytes[0] = ++supply.made;
            key.key = SecretBytes{bits / 8};
            supply.rng.fill(key.key.mutable_view());
            supply.keys.emplace(key.id, key.key);
            answer(std::move(key));
        }
        std::optional<agent::SuppliedKey> by_id(KeyId id) override {
            auto const found = supply.keys.find(id);
            if (found == supply.keys.end() || !supply.arrived) return {};
            return agent::SuppliedKey{id, found->second};
        }
        HandSupply& supply;
    };
    RngStream rng{1, "supply"};
    std::map<KeyId, SecretBytes> keys;
    std::uint64_t stock = 1000;
    std::uint8_t made = 0;
    bool arrived = true;
    Side a{*this}, b{*this};
};

struct HandStore final : agent::SecretStore {
    HandStore(ManualClock& c, std::string const& link) : clock{c}, store{link} {}
    void put(agent::KeyRecord const& record, std::function<void(bool)> answer) override {
        ++puts;
        if (silent) return;
        clock.call_at(clock.now() + delay, [this, record, answer = std::move(answer)] {
            if (!refuse) store.publish(record);
            answer(!refuse);
        });
    }
    void get(std::function<void(std::optional<agent::KeyRecord>)> answer) override {
        if (!silent) answer(store.current());
    }
    ManualClock& clock;
    agent::SiteStore store;
    SimDuration delay = std::chrono::milliseconds{20};
    bool refuse = false, silent = false;
    int puts = 0;
};

struct Site {
    Site(ManualClock& clock, agent::AgentConfig config, agent::KeySupply& supply)
        : store{clock, config.link_id}, agent{config,
                                              {clock, device, supply, store,
                                               [this](std::vector<std::uint8_t> m) { send(std::move(m)); },
                                               [this](agent::AgentEvent const& e) { events.push_back(e); },
                                               [this](agent::KeyRecord const& r) { issued.push_back(r); },
                                               [this](agent::KeyRecord const& r) { stored.push_back(r); }}} {}
    HandDevice device;
    HandStore store;
    std::function<void(std::vector<std::uint8_t>)> send;
    std::vector<agent::AgentEvent> events;
    std::vector<agent::KeyRecord> issued, stored;
    agent::QkdAgent agent;
};

struct TwoSites {
    explicit TwoSites(agent::AgentConfig config = {}) {
        if (config.link_id.empty()) config.link_id = "hk-lk";
        a = std::make_unique<Site>(clock, config, supply.a);
        config.leads = false;
        b = std::make_unique<Site>(clock, config, supply.b);
        a->send = [this](auto m) { post(std::move(m), *b); };
        b->send = [this](auto m) { post(std::move(m), *a); };
        a->agent.start();
        b->agent.start();
    }
    void post(std::vector<std::uint8_t> message, Site& to) {
        ++messages;
        if (cut) return;
        clock.call_at(clock.now() + std::chrono::milliseconds{3},
                      [&to, message = std::move(message)] { to.agent.on_message(message); });
    }
    void qber(double value) { a->device.status.qber = b->device.status.qber = value; }
    ManualClock clock;
    HandSupply supply;
    std::unique_ptr<Site> a, b;
    bool cut = false;
    int messages = 0;
};

} // namespace qkdes::test
