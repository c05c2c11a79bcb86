#include "sim/world/demand.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"
#include "sim/world/key_digest.hpp"
#include "sim/world/southbound.hpp"

#include <algorithm>
#include <utility>

namespace qkdes {

namespace {

/// An application that learns a key id before the key has arrived tries again, each time after an eighth of the time
/// that it has tried so far: how long a key was under way is known that well, and long waits take few tries.
constexpr SimDuration kFirstRetry = std::chrono::milliseconds{10};

RequestOutcome outcome_of(KeyStatus status) {
    switch (status) {
    case KeyStatus::ok:
        return RequestOutcome::served;
    case KeyStatus::no_key:
        return RequestOutcome::no_key;
    case KeyStatus::no_route:
        return RequestOutcome::no_route;
    case KeyStatus::busy:
        return RequestOutcome::busy;
    case KeyStatus::timeout:
        return RequestOutcome::timeout;
    case KeyStatus::hop_failed:
        return RequestOutcome::hop_failed;
    case KeyStatus::not_admitted:
        return RequestOutcome::not_admitted;
    case KeyStatus::bad_request:
    case KeyStatus::not_found:
    case KeyStatus::unauthorized:
        return RequestOutcome::refused;
    }
    return RequestOutcome::refused;
}

} // namespace

std::string_view to_string(RequestOutcome outcome) {
    constexpr std::string_view names[] = {"served",     "no key",  "no route",  "busy",       "timeout",
                                          "hop failed", "refused", "node down", "unfinished", "not admitted"};
    return names[static_cast<std::size_t>(outcome)];
}

struct Demand::Request {
    RequestRecord record;
    std::uint32_t client = 0;
    bool asked_again = false; ///< its client went on before this was over
    SimTime first_try;
    bool over = false;
    TimerHandle gives_up;
};

Demand::Demand(Scenario const& scenario, DemandId self, Surroundings around)
    : spec_{scenario.demands[self.index()]}, self_{self}, around_{std::move(around)}, origin_{around_.engine.new_origin(
                                                                                          "demand/" +
                                                                                          std::to_string(self.value))},
      arrivals_{around_.seed,
                "demand/" + scenario.applications[spec_.from.index()].id + "/" +
                    scenario.applications[spec_.to.index()].id + "/arrivals",
                self.value},
      stop_{std::min(spec_.stop, kSimStart + scenario.duration)} {}

void Demand::start() {
    if (spec_.poisson) {
        around_.engine.schedule(spec_.start, EventClass::timer, origin_, [this] { next_arrival(); });
    } else if (spec_.bursts) {
        around_.engine.schedule(spec_.start, EventClass::timer, origin_, [this] { burst(); });
    } else {
        asked_.resize(spec_.closed_loop->clients);
        for (std::uint32_t c = 0; c < spec_.closed_loop->clients; ++c) {
            around_.engine.schedule(spec_.start, EventClass::timer, origin_, [this, c] { ask(c); });
        }
    }
}

void Demand::next_arrival() {
    SimTime const at = around_.surge.over(around_.engine.now(),
                                          from_seconds(sample_exponential(arrivals_) / spec_.poisson->per_second));
    if (at >= stop_) return;
    around_.engine.schedule(at, EventClass::timer, origin_, [this] {
        ask(0);
        next_arrival();
    });
}

void Demand::burst() {
    SimTime const now = around_.engine.now();
    if (now >= stop_) return;
    for (std::uint32_t i = 0; i < spec_.bursts->requests; ++i)
        ask(i);
    around_.engine.schedule(around_.surge.over(now, spec_.bursts->every), EventClass::timer, origin_,
                            [this] { burst(); });
}

void Demand::ask(std::uint32_t client) {
    SimTime const now = around_.engine.now();
    if (now >= stop_) return;
    if (spec_.closed_loop && spec_.closed_loop->requests > 0 && asked_[client]++ >= spec_.closed_loop->requests) return;
    auto request = std::make_shared<Request>();
    request->record.demand = self_;
    request->record.index = around_.request_counter++;
    request->record.asked = now;
    request->client = client;
    open_.emplace(request->record.index, request);
    around_.from.node().foresee();
    bool const accepted = around_.from.serve([this, request] {
        if (request->over) return;
        KeyRequest const wanted{spec_.from, spec_.to, spec_.key_bits, spec_.number, class_of(spec_.require)};
        around_.service.request(wanted, [this, request](KeyReply reply) {
            around_.from.after_work(
                [this, request, reply = std::move(reply)]() mutable { answered(request, std::move(reply)); });
        });
    });
    if (!accepted) {
        finish(request, around_.from.up() ? RequestOutcome::busy : RequestOutcome::node_down);
        return;
    }
    request->gives_up = around_.engine.schedule(now + spec_.timeout, EventClass::timer, origin_,
                                                [this, request] { finish(request, RequestOutcome::timeout); });
}

void Demand::answered(std::shared_ptr<Request> const& request, KeyReply reply) {
    if (request->over) return;
    request->record.answered = around_.engine.now() - request->record.asked;
    if (reply.status != KeyStatus::ok) {
        finish(request, outcome_of(reply.status));
        return;
    }
    request->record.keys = static_cast<std::uint32_t>(reply.keys.size());
    for (auto const& key : reply.keys) {
        around_.auditor.delivered(key.id, true, key_digest(key.key));
        request->record.ids.push_back(key.id);
        request->record.security = key.security;
        request->record.exposure |= key.exposure;
    }
    if (spec_.closed_loop && spec_.closed_loop->until == ClosedLoopArrivals::Until::answered)
        next_of(*request, RequestOutcome::served);
    request->first_try = around_.engine.now() + spec_.notify;
    around_.engine.schedule(request->first_try, EventClass::arrival, origin_, [this, request] { fetch(request); });
}

void Demand::fetch(std::shared_ptr<Request> const& request) {
    if (request->over) return;
    auto const again = [this, request] {
        SimTime const now = around_.engine.now();
        SimDuration const pause = std::max(kFirstRetry, (now - request->first_try) / 8);
        around_.engine.schedule(now + pause, EventClass::timer, origin_, [this, request] { fetch(request); });
    };
    bool const accepted = around_.to.serve([this, request, again] {
        if (request->over) return;
        around_.to.after_work(
            [this, request, again, reply = around_.service.fetch(spec_.to, request->record.ids, spec_.from)] {
                if (request->over) return;
                if (reply.status == KeyStatus::not_found) {
                    again();
                } else if (reply.status != KeyStatus::ok) {
                    finish(request, outcome_of(reply.status));
                } else {
                    for (auto const& key : reply.keys)
                        around_.auditor.delivered(key.id, false, key_digest(key.key));
                    request->record.complete = around_.engine.now() - request->record.asked;
                    finish(request, RequestOutcome::served);
                }
            });
    });
    if (!accepted) again(); // bounded by the application's patience
}

void Demand::finish(std::shared_ptr<Request> const& request, RequestOutcome outcome) {
    if (request->over) return;
    request->over = true;
    request->record.outcome = outcome;
    if (outcome != RequestOutcome::served && request->record.answered == SimDuration{0}) {
        request->record.answered = around_.engine.now() - request->record.asked;
    }
    around_.engine.cancel(request->gives_up);
    around_.record(request->record);
    for (KeyId const& id : request->record.ids)
        around_.auditor.closed(id);
    open_.erase(request->record.index);
    if (spec_.closed_loop && outcome != RequestOutcome::unfinished) next_of(*request, outcome);
}

void Demand::next_of(Request& request, RequestOutcome outcome) {
    if (std::exchange(request.asked_again, true)) return;
    // A refusal comes back at once: without a pause the client would spin without simulated time passing.
    SimTime const now = around_.engine.now(), thought = around_.surge.over(now, spec_.closed_loop->think);
    SimTime const next = outcome == RequestOutcome::served ? thought : std::max(thought, now + kFirstRetry);
    around_.engine.schedule(next, EventClass::timer, origin_, [this, client = request.client] { ask(client); });
}

void Demand::node_failed(Host const& host) {
    if (&host != &around_.from) return;
    std::vector<std::shared_ptr<Request>> waiting;
    for (auto const& [index, request] : open_)
        if (request->record.ids.empty()) waiting.push_back(request);
    for (auto const& request : waiting)
        finish(request, RequestOutcome::node_down);
}

void Demand::close() {
    while (!open_.empty()) {
        auto const request = open_.begin()->second;
        finish(request, RequestOutcome::unfinished);
    }
}

} // namespace qkdes
