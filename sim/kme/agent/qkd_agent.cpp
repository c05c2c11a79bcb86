#include "sim/kme/agent/qkd_agent.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::agent {

namespace {

constexpr std::uint32_t kKeyBits = 256;

} // namespace

QkdAgent::QkdAgent(AgentConfig const& config, Ports ports)
    : config_{config}, ports_{std::move(ports)}, bands_{config_.bands}, fallback_{config_.fallback, ports_.clock.now()},
      publisher_{config_.rotation.push, ports_.clock, ports_.store, [this](KeyRecord const& record) {
                     if (ports_.stored) ports_.stored(record);
                 }} {
    QKDES_EXPECTS(config_.poll.count() > 0 && config_.rotation.every.count() > 0 && config_.rotation.retry.count() > 0);
}

QkdAgent::~QkdAgent() {
    *alive_ = false;
    for (ClockTimer timer : {poll_timer_, rotation_timer_, fallback_timer_, announce_timer_})
        if (timer != 0) ports_.clock.cancel(timer);
}

void QkdAgent::set(ClockTimer& timer, SimTime when, void (QkdAgent::*what)()) {
    if (timer != 0) ports_.clock.cancel(timer);
    timer = when == kSimNever ? 0 : ports_.clock.call_at(when, [this, &timer, what] {
        timer = 0;
        (this->*what)();
    });
}

void QkdAgent::start() {
    set(poll_timer_, ports_.clock.now(), &QkdAgent::poll);
    if (config_.leads) plan_rotation(std::max(config_.rotation.first, ports_.clock.now()));
}

void QkdAgent::restart() {
    asking_ = false;
    ++request_;
    publisher_.restart();
    after_fallback();
    set(poll_timer_, ports_.clock.now(), &QkdAgent::poll);
    if (config_.leads) plan_rotation(ports_.clock.now());
    if (announced_) announce();
}

bool QkdAgent::calibrate() {
    if (calibrating()) return false;
    calibrated_at_ = ports_.clock.now() + config_.calibration;
    report(AgentWhat::calibration);
    bands_.forget();
    return true;
}

bool QkdAgent::may_generate() const { return fallback_.generating() && bands_.action().rate > 0 && !calibrating(); }

void QkdAgent::report(AgentWhat what, FallbackWhat fallback) {
    if (ports_.event)
        ports_.event({ports_.clock.now(), what, fallback, bands_.band(), fallback_.mode(), bands_.estimate()});
}

void QkdAgent::poll() {
    SimTime const now = ports_.clock.now();
    set(poll_timer_, now + config_.poll, &QkdAgent::poll);
    if (!calibrating()) {
        bool const well = ports_.device.health().state != DeviceState::failed;
        fallback_.health(now, well);
        if (well) measured(ports_.device.channel_status().qber);
        after_fallback();
    }
    if (overdue_ && may_generate()) rotate();
}

void QkdAgent::measured(double qber) {
    if (!std::isfinite(qber)) return; // a driver's mistake is not ours to die of
    SimTime const now = ports_.clock.now();
    QberBand const before = bands_.band();
    QberBand const band = bands_.measured(now, std::clamp(qber, 0.0, 1.0));
    fallback_.measured(now, bands_.estimate());
    if (history_.size() == config_.history) history_.pop_front();
    history_.push_back({now, bands_.estimate(), band});
    if (band == before) return;
    counts_.warnings += band >= QberBand::warning && before < QberBand::warning;
    counts_.criticals += band >= QberBand::critical && before < QberBand::critical;
    report(AgentWhat::band);
}

void QkdAgent::after_fallback() {
    fallback_.tick(ports_.clock.now());
    bool resumed = false;
    for (auto const& event : fallback_.take_events()) {
        resumed |= event.what == FallbackWhat::resumed;
        if (ports_.event)
            ports_.event({event.at, AgentWhat::fallback, event.what, bands_.band(), event.mode, bands_.estimate()});
    }
    set(fallback_timer_, fallback_.next(), &QkdAgent::after_fallback);
    if (resumed && config_.leads) overdue_ = true; // a fresh key, as soon as one may be asked for
    if (overdue_ && may_generate()) rotate();
}

void QkdAgent::plan_rotation(SimTime at) { set(rotation_timer_, at, &QkdAgent::rotate); }

void QkdAgent::rotate() {
    if (asking_) return;
    SimTime const now = ports_.clock.now();
    if (!may_generate()) {
        if (!overdue_) {
            ++counts_.skipped;
            report(AgentWhat::skipped);
        }
        overdue_ = true;
        return;
    }
    overdue_ = false;
    double const slower = static_cast<double>(config_.rotation.every.count()) / bands_.action().rate;
    plan_rotation(now + SimDuration{static_cast<SimDuration::rep>(slower)});
    asking_ = true;
    ports_.supply.fresh(kKeyBits, [this, alive = alive_, request = ++request_](std::optional<SuppliedKey> key) {
        if (*alive && asking_ && request == request_) supplied(std::move(key));
    });
}

void QkdAgent::supplied(std::optional<SuppliedKey> key) {
    asking_ = false;
    SimTime const now = ports_.clock.now();
    if (!key) {
        ++counts_.without_key;
        report(AgentWhat::no_key);
        plan_rotation(now + config_.rotation.retry);
        return;
    }
    KeyRecord record;
    record.sequence = sequence_ + 1;
    record.id = key->id;
    record.key = std::move(key->key);
    record.protocol = config_.protocol;
    record.qber = std::clamp(bands_.estimate(), 0.0, 0.5);
    record.bell = ports_.device.channel_status().bell;
    record.generated_at = now;
    record.expires = now + config_.rotation.lifetime;
    announced_ = record;
    take(std::move(record));
    announce();
}

/// A key has come to this site.
void QkdAgent::take(KeyRecord record) {
    sequence_ = record.sequence;
    count_key(8 * record.key.size());
    fallback_.fresh_key(ports_.clock.now(), record.expires);
    if (ports_.issued) ports_.issued(record);
    publisher_.publish(std::move(record));
    after_fallback();
}

void QkdAgent::count_key(std::uint64_t bits) {
    ++counts_.keys;
    counts_.bits += bits;
}

void QkdAgent::announce() {
    if (!announced_) return;
    set(announce_timer_, ports_.clock.now() + config_.rotation.retry, &QkdAgent::announce);
    KeyRecord named = *announced_;
    named.key = SecretBytes{};
    ports_.send(encode(Announcement{std::move(named)}));
}

void QkdAgent::on_message(std::span<std::uint8_t const> bytes) {
    auto message = decode_agent_message(bytes);
    if (!message) return;
    if (auto const* confirmation = std::get_if<Confirmation>(&*message)) {
        if (!config_.leads || !announced_ || announced_->sequence != confirmation->sequence) return;
        announced_.reset();
        set(announce_timer_, kSimNever, &QkdAgent::announce);
        return;
    }
    if (config_.leads) return;
    KeyRecord record = std::move(std::get<Announcement>(*message).record);
    std::uint64_t const sequence = record.sequence;
    if (sequence > sequence_) {
        auto key = ports_.supply.by_id(record.id);
        if (!key) return; // not here yet: it will be announced again
        record.key = std::move(key->key);
        take(std::move(record));
    }
    ports_.send(encode(Confirmation{sequence}));
}

} // namespace qkdes::agent
