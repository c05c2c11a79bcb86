#include "sim/kme/agent/consumer.hpp"

namespace qkdes::agent {

KeyConsumer::KeyConsumer(std::function<SimDuration()> wait, SimTime first, Clock& clock, SecretStore& store,
                         Install install)
    : wait_{std::move(wait)}, clock_{clock}, store_{store}, install_{std::move(install)} {
    timer_ = clock_.call_at(first, [this] { resync(); });
}

KeyConsumer::~KeyConsumer() {
    *alive_ = false;
    if (timer_ != 0) clock_.cancel(timer_);
}

void KeyConsumer::restart() {
    clock_.cancel(timer_); // it is gone, or falls due after the failure
    resync();
}

void KeyConsumer::resync() {
    timer_ = clock_.call_at(clock_.now() + wait_(), [this] { resync(); });
    store_.get([this, alive = alive_](std::optional<KeyRecord> found) {
        if (!*alive) return;
        SimTime const now = clock_.now();
        if (found && found->expires > now) {
            if (installed_ && installed_->sequence >= found->sequence) return;
            installed_ = std::move(found);
            install_(installed_);
        } else if (installed_ && installed_->expires <= now) {
            installed_.reset();
            install_(installed_);
        }
    });
}

} // namespace qkdes::agent
