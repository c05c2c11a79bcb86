#include "sim/world/host.hpp"

#include "sim/base/contracts.hpp"
#include "sim/world/southbound.hpp"

#include <algorithm>

namespace qkdes {

/// Most events are these: all in the event.
struct Host::Served {
    Host* host;
    std::shared_ptr<MessageValue const> value;
    std::uint64_t life;
    LinkId link;
    NodeId from;

    void operator()() const {
        if (life != host->life_) return;
        --host->waiting_;
        host->node_->on_value(link, from, *value);
    }
};

struct Host::Foreseen : Served {
    void foresee() const { host->node_->foresee_more(link, *value); }
};

Host::Host(Engine& engine, Network& network, Scenario const& scenario, NodeId self, Outages const& outages,
           std::uint64_t seed)
    : engine_{engine}, never_down_{outages.empty()}, by_value_{messages_by_value(scenario)},
      queue_limit_{scenario.nodes[self.index()].kms.queue_limit},
      processing_{scenario.nodes[self.index()].kms.processing}, origin_{engine.new_origin(
                                                                    "node/" + scenario.nodes[self.index()].id)},
      self_{self}, network_{network}, outages_{outages}, entropy_{seed, "node/" + scenario.nodes[self.index()].id +
                                                                            "/entropy"} {
    auto const& service = scenario.nodes[self.index()].kms.service;
    if (service) worker_ = std::make_unique<Worker>(engine_, origin_, processing_, *service);
    for (std::size_t p = 0; p < kPrograms; ++p) {
        transports_[p].host = this;
        transports_[p].program = static_cast<Program>(p);
    }
}

void Host::run(Program program, Listener listener) {
    auto& place = listeners_[static_cast<std::size_t>(program)];
    QKDES_EXPECTS(program != Program::kme && !place.on_message); // the node has its own way in
    place = std::move(listener);
}

void Host::on_failure() {
    ++life_;
    waiting_ = 0;
    busy_until_ = kSimStart;
    if (worker_) worker_->drop();
}

void Host::on_recovery() {
    node_->on_restart();
    for (auto const& listener : listeners_)
        if (listener.on_restart) listener.on_restart();
}

void Host::crash(SimDuration after) {
    if (crashed_) return;
    crashed_ = true;
    on_failure();
    engine_.schedule(engine_.now() + after, EventClass::fault, origin_, [this] {
        crashed_ = false;
        if (up()) on_recovery(); // otherwise when what keeps it down is over
    });
}

bool Host::admit() {
    if (!up() || waiting_ >= queue_limit_) return false;
    ++waiting_;
    if (!worker_) busy_until_ = std::max(busy_until_, engine_.now()) + processing_;
    return true;
}

bool Host::serve(std::function<void()> work) {
    if (!admit()) return false;
    if (worker_) {
        worker_->serve([this, work = std::move(work)] {
            --waiting_;
            work();
        });
        return true;
    }
    auto job = [this, life = life_, work = std::move(work)] {
        if (life != life_) return;
        --waiting_;
        work();
    };
    static_assert(sizeof job <= 48);
    engine_.schedule(busy_until_, EventClass::arrival, origin_, std::move(job));
    return true;
}

void Host::later(std::function<void()> what) {
    engine_.schedule(worker_->done_at(), EventClass::arrival, origin_, [this, life = life_, what = std::move(what)] {
        if (life == life_) what();
    });
}

void Host::deliver(Program program, LinkId link, NodeId from, std::vector<std::uint8_t> message) {
    if (program == Program::kme) {
        serve([this, link, from, message = std::move(message)] { node_->on_message(link, from, message); });
        return;
    }
    auto const& listener = listeners_[static_cast<std::size_t>(program)];
    if (!listener.on_message) return; // nobody listens there
    serve([&listener, link, from, message = std::move(message)] { listener.on_message(link, from, message); });
}

void Host::deliver_value(LinkId link, NodeId from, std::shared_ptr<MessageValue const> value) {
    if (worker_) {
        serve([this, link, from, value = std::move(value)] { node_->on_value(link, from, *value); });
        return;
    }
    if (!admit()) return;
    bool const more = node_->foresee(link, *value);
    Served job{this, std::move(value), life_, link, from};
    static_assert(sizeof(Foreseen) <= 48);
    if (more)
        engine_.schedule(busy_until_, EventClass::arrival, origin_, Foreseen{std::move(job)});
    else
        engine_.schedule(busy_until_, EventClass::arrival, origin_, std::move(job));
}

ClockTimer Host::call_at(SimTime deadline, std::function<void()> wake) {
    if (free_timers_.empty()) {
        free_timers_.push_back(static_cast<std::uint32_t>(timers_.size()));
        timers_.emplace_back();
    }
    std::uint32_t const place = free_timers_.back();
    free_timers_.pop_back();
    auto fire = [this, place, wake = std::move(wake)] {
        release(place);
        if (up()) wake(); // a host that is down forgets; the node starts over in on_restart
    };
    static_assert(sizeof fire <= 48);
    SimTime const at = std::clamp(deadline, engine_.now(), kSimNever - SimDuration{1});
    Timer& timer = timers_[place];
    timer.handle = engine_.schedule(at, EventClass::timer, origin_, std::move(fire));
    timer.waits = true;
    return std::uint64_t{++timer.taken} << 32 | place; // never 0
}

std::optional<std::uint32_t> Host::place_of(ClockTimer timer) const {
    auto const place = static_cast<std::uint32_t>(timer);
    if (place >= timers_.size() || timers_[place].taken != timer >> 32 || !timers_[place].waits) return std::nullopt;
    return place;
}

void Host::release(std::uint32_t place) {
    timers_[place].waits = false;
    free_timers_.push_back(place);
}

void Host::cancel(ClockTimer timer) {
    auto const place = place_of(timer);
    if (!place) return;
    engine_.cancel(timers_[*place].handle);
    release(*place);
}

void Host::send(LinkId link, NodeId to, std::vector<std::uint8_t> message) {
    if (!behind()) return network_.send(Program::kme, link, self_, to, std::move(message));
    later([this, link, to, message = std::move(message)] { network_.send(Program::kme, link, self_, to, message); });
}

void Host::send_value(LinkId link, NodeId to, std::shared_ptr<MessageValue const> value, std::size_t bytes) {
    if (!behind()) return network_.send_value(link, self_, to, std::move(value), bytes);
    later([this, link, to, value = std::move(value), bytes] { network_.send_value(link, self_, to, value, bytes); });
}

void Host::foresee(LinkId link) const { network_.foresee(link); }

void Host::ProgramTransport::send(LinkId link, NodeId to, std::vector<std::uint8_t> message) {
    if (!host->behind()) return host->network_.send(program, link, host->self_, to, std::move(message));
    host->later([this, link, to, message = std::move(message)] {
        host->network_.send(program, link, host->self_, to, message);
    });
}

} // namespace qkdes
