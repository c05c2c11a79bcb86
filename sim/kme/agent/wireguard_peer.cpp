#include "sim/kme/agent/wireguard_peer.hpp"

#include "sim/kme/wire.hpp"

#include <botan/mac.h>

#include <algorithm>
#include <memory>

namespace qkdes::agent {

namespace {

enum Kind : std::uint8_t { kInitiation = 1, kResponse = 2, kConfirmation = 3 };
constexpr std::size_t kMessageBytes = 1 + 8 + 32;
std::vector<std::uint8_t> message_of(Kind kind, std::uint64_t number, std::array<std::uint8_t, 32> const& proof) {
    std::vector<std::uint8_t> message(kMessageBytes);
    WireWriter out{message};
    out.integer(static_cast<std::uint8_t>(kind));
    out.integer(number);
    out.bytes(proof);
    return message;
}

constexpr int kConfirmations = 3; ///< stand for the packets that would follow one another at once

} // namespace

WireGuardPeer::WireGuardPeer(WireGuardConfig const& config, Ports ports)
    : config_{config}, ports_{std::move(ports)}, mine_{config.begins} {}

WireGuardPeer::~WireGuardPeer() {
    for (ClockTimer timer : {timer_, expiry_, confirmation_})
        if (timer != 0) ports_.clock.cancel(timer);
}

/// That this end, with its pre-shared key, has seen the initiation of that number.
WireGuardPeer::Tag WireGuardPeer::proof_of(std::uint64_t number) const {
    std::array<std::uint8_t, 8> text{};
    WireWriter{text}.integer(number);
    SecretBytes const none{std::size_t{32}}; // WireGuard's own stand-in for "no key"
    auto const mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
    mac->set_key((key_ ? *key_ : none).view());
    mac->update(text);
    Tag made{};
    mac->final(made);
    return made;
}

void WireGuardPeer::start() {
    mine_ = config_.begins;
    if (mine_)
        begin();
    else
        plan();
}

void WireGuardPeer::restart() {
    for (ClockTimer* timer : {&timer_, &expiry_, &confirmation_}) {
        if (*timer != 0) ports_.clock.cancel(*timer);
        *timer = 0;
    }
    session_.reset();
    pending_.reset();
    initiation_ = 0;
    ports_.changed();
    start();
}

std::optional<WireGuardPeer::Session> WireGuardPeer::session() const {
    if (!session_ || ports_.clock.now() - session_->since >= config_.reject_after) return {};
    return session_;
}

void WireGuardPeer::set(SimTime when, void (WireGuardPeer::*what)()) {
    if (timer_ != 0) ports_.clock.cancel(timer_);
    timer_ = ports_.clock.call_at(when, [this, what] {
        timer_ = 0;
        (this->*what)();
    });
}

/// When this end would begin the next handshake, were nothing to happen.
void WireGuardPeer::plan() {
    SimTime const now = ports_.clock.now();
    if (!session_) return set(now + config_.reject_after + config_.rekey_timeout, &WireGuardPeer::begin);
    SimDuration const age = mine_ ? config_.rekey_after : config_.reject_after + config_.rekey_timeout;
    set(std::max(now, session_->since + age), &WireGuardPeer::begin);
}

void WireGuardPeer::begin() {
    trying_since_ = ports_.clock.now();
    initiate();
}

void WireGuardPeer::initiate() {
    std::array<std::uint8_t, 10> random{};
    ports_.entropy.fill(random);
    WireReader in{random};
    initiation_ = std::max<std::uint64_t>(in.integer<std::uint64_t>(), 1);
    SimDuration const jitter{in.integer<std::uint16_t>() * std::int64_t{333'333'333} / 65535};
    ++counts_.initiated;
    set(ports_.clock.now() + config_.rekey_timeout + jitter, &WireGuardPeer::unanswered);
    ports_.send(message_of(kInitiation, initiation_, {}));
}

void WireGuardPeer::unanswered() {
    ++counts_.failed;
    initiation_ = 0;
    if (ports_.clock.now() - trying_since_ < config_.rekey_attempt) return initiate();
    ++counts_.gave_up;
    begin(); // there is always a next packet
}

void WireGuardPeer::confirm(std::uint64_t number, int times) {
    ports_.send(message_of(kConfirmation, number, {}));
    if (confirmation_ != 0) ports_.clock.cancel(confirmation_);
    confirmation_ = 0;
    if (times <= 1) return;
    confirmation_ = ports_.clock.call_at(ports_.clock.now() + config_.rekey_timeout / 5, [this, number, times] {
        confirmation_ = 0;
        if (session_ && session_->number == number) confirm(number, times - 1);
    });
}

void WireGuardPeer::adopt(Session session, bool mine) {
    session_ = session;
    mine_ = mine;
    initiation_ = 0;
    if (expiry_ != 0) ports_.clock.cancel(expiry_);
    SimTime const end = session.since + config_.reject_after;
    expiry_ = ports_.clock.call_at(end, [this] {
        expiry_ = 0;
        ports_.changed();
    });
    plan();
    ports_.changed();
}

void WireGuardPeer::on_message(std::span<std::uint8_t const> message) {
    WireReader in{message};
    auto const kind = in.integer<std::uint8_t>();
    auto const number = in.integer<std::uint64_t>();
    Tag proof{};
    in.copy(proof);
    if (!in.complete() || number == 0) return;
    SimTime const now = ports_.clock.now();
    if (kind == kInitiation) {
        pending_ = Session{number, now, key_.has_value()};
        ports_.send(message_of(kResponse, number, proof_of(number)));
    } else if (kind == kResponse && number == initiation_) {
        if (SecretBytes{proof} != SecretBytes{proof_of(number)}) {
            ++counts_.mismatched;
            return;
        }
        ++counts_.completed;
        adopt({number, now, key_.has_value()}, true);
        confirm(number, kConfirmations);
    } else if (kind == kConfirmation && pending_ && pending_->number == number) {
        auto const session = *pending_;
        pending_.reset();
        adopt(session, false);
    }
}

} // namespace qkdes::agent
