#include "sim/kme/agent/publisher.hpp"

namespace qkdes::agent {

Publisher::~Publisher() {
    *alive_ = false;
    if (timer_ != 0) clock_.cancel(timer_);
}

void Publisher::publish(KeyRecord record) {
    waiting_ = std::move(record);
    if (under_way_) return; // the attempt under way is of an older key: its end begins the next one
    if (timer_ != 0) clock_.cancel(timer_);
    attempt();
}

void Publisher::restart() {
    if (timer_ != 0) clock_.cancel(timer_); // it is gone, or falls due after the failure
    timer_ = 0;
    under_way_ = false;
    ++attempt_;
    if (waiting_) attempt();
}

void Publisher::attempt() {
    std::uint64_t const number = ++attempt_;
    under_way_ = true;
    began_ = clock_.now();
    timer_ = clock_.call_at(began_ + config_.timeout, [this, number] {
        timer_ = 0;
        over(number, false);
    });
    KeyRecord const record = *waiting_; // a store may answer before it returns
    store_.put(record, [this, number, sequence = record.sequence, alive = alive_](bool stored) {
        if (!*alive || number != attempt_ || !under_way_) return;
        if (timer_ != 0) clock_.cancel(timer_);
        timer_ = 0;
        if (stored && waiting_ && waiting_->sequence == sequence) {
            auto const arrived = std::move(*waiting_);
            waiting_.reset();
            over(number, true);
            stored_(arrived);
            return;
        }
        over(number, stored);
    });
}

void Publisher::over(std::uint64_t number, bool stored) {
    if (number != attempt_ || !under_way_) return;
    under_way_ = false;
    if (stored) {
        ++counts_.success;
        counts_.latency.add(seconds(clock_.now() - began_));
        if (waiting_) attempt(); // a younger key has come meanwhile
        return;
    }
    ++counts_.failure;
    if (!waiting_) return;
    timer_ = clock_.call_at(clock_.now() + config_.retry, [this] {
        timer_ = 0;
        attempt();
    });
}

} // namespace qkdes::agent
