#include "sim/world/simulated_store.hpp"

#include <algorithm>

namespace qkdes {

SimulatedStore::SimulatedStore(SecretStoreSpec const& spec, std::string_view link_id, Engine& engine, Origin origin,
                               Host& host, RngStream rng)
    : spec_{spec}, engine_{engine}, origin_{origin}, host_{host}, rng_{rng}, contents_{link_id} {}

SimDuration SimulatedStore::way() {
    if (spec_.jitter.count() == 0) return spec_.latency;
    return spec_.latency + from_seconds(rng_.uniform() * seconds(spec_.jitter));
}

void SimulatedStore::after(SimDuration wait, std::function<void()> then) {
    engine_.schedule(engine_.now() + wait, EventClass::arrival, origin_, std::move(then));
}

void SimulatedStore::work(SimDuration time, std::function<void()> then) {
    busy_until_ = std::max(busy_until_, engine_.now()) + time;
    engine_.schedule(busy_until_, EventClass::timer, origin_, std::move(then));
}

void SimulatedStore::connect(SimDuration request, std::function<void()> serve) {
    after(way(), [this, request, serve = std::move(serve)] {
        if (waiting_ >= kMostWaiting) {
            ++turned_away_;
            return;
        }
        ++waiting_;
        auto const round_trip = way() + way();
        work(spec_.tls_handshake, [this, request, round_trip, serve] {
            after(round_trip, [this, request, serve] {
                work(request, [this, serve] {
                    --waiting_;
                    serve();
                });
            });
        });
    });
}

/// Through the host's clock: a host that is down misses it.
void SimulatedStore::reply(std::function<void()> to_caller) {
    host_.call_at(engine_.now() + way(), std::move(to_caller));
}

void SimulatedStore::put(agent::KeyRecord const& record, std::function<void(bool)> answer) {
    connect(spec_.database_insert + spec_.tpm_call, [this, record, answer = std::move(answer)] {
        bool const refused = spec_.failure > 0 && rng_.bernoulli(spec_.failure);
        if (!refused) contents_.publish(record);
        reply([answer, refused] { answer(!refused); });
    });
}

void SimulatedStore::get(std::function<void(std::optional<agent::KeyRecord>)> answer) {
    connect(spec_.tpm_call,
            [this, answer = std::move(answer)] { reply([answer, found = contents_.current()] { answer(found); }); });
}

} // namespace qkdes
