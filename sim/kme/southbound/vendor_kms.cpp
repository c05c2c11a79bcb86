#include "sim/kme/southbound/vendor_kms.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/southbound/pool_source.hpp"

#include <utility>

namespace qkdes {

VendorKms::VendorKms(VendorKmsConfig config, KeyPool& buffer, Clock& clock, ServiceModel& service, NodeId node,
                     Telemetry& telemetry)
    : config_{config}, buffer_{buffer}, clock_{clock}, service_{service}, node_{node},
      telemetry_{telemetry}, patience_{clock, config.wait_limit,
                                       [this](std::uint64_t serial) { give_up_waiting(serial); },
                                       [this](std::uint64_t serial) { return still_open(serial); }} {}

void VendorKms::get(LinkId, std::uint32_t units, KeySourceAnswer answer) {
    QKDES_EXPECTS(units > 0);
    accept({next_serial_++, clock_.now(), units, {}, std::move(answer)});
}

void VendorKms::get_with_ids(LinkId, std::span<UnitId const> ids, KeySourceAnswer answer) {
    QKDES_EXPECTS(!ids.empty());
    accept({next_serial_++, clock_.now(), 0, {ids.begin(), ids.end()}, std::move(answer)});
}

void VendorKms::accept(Job job) {
    if (full()) {
        count("vendor.refused.busy");
        return job.answer(KeySourceError::busy);
    }
    if (job.units > 0 && config_.when_empty == VendorKmsConfig::WhenEmpty::wait) patience_.add(job.serial);
    queue_.push_back(std::move(job));
    if (!busy_) begin();
}

void VendorKms::begin() {
    if (queue_.empty()) return;
    busy_ = true;
    in_service_ = std::move(queue_.front());
    queue_.pop_front();
    SimTime const now = clock_.now();
    working_ = clock_.call_at(now + service_.next(now), [this] {
        Job job = std::move(*std::exchange(in_service_, std::nullopt));
        busy_ = false;
        working_ = 0;
        begin(); // before the answer: its receiver may ask again, behind those who wait already
        serve(std::move(job));
    });
}

void VendorKms::serve(Job job) {
    if (job.units == 0) {
        auto drawn = draw_by_ids(buffer_, job.ids);
        if (drawn) return give(job, std::move(*drawn));
        count("vendor.refused.not_found");
        return job.answer(KeySourceError::not_found);
    }
    if (parked_.empty()) {
        if (auto drawn = draw_fresh(buffer_, job.units)) return give(job, std::move(*drawn));
    }
    bool const hopeless = job.units > buffer_.capacity_units() / 2 || clock_.now() - job.asked >= config_.wait_limit;
    if (config_.when_empty == VendorKmsConfig::WhenEmpty::refuse || hopeless) {
        count("vendor.refused.empty");
        return job.answer(KeySourceError::buffer_empty);
    }
    count("vendor.parked");
    parked_.push_back(std::move(job));
}

void VendorKms::on_key() {
    while (!parked_.empty()) {
        auto drawn = draw_fresh(buffer_, parked_.front().units);
        if (!drawn) return;
        Job const job = std::move(parked_.front());
        parked_.pop_front();
        give(job, std::move(*drawn));
    }
}

void VendorKms::give(Job const& job, std::vector<KeyUnit> units) {
    count("vendor.served");
    job.answer(std::move(units));
}

/// Serials are served in order, but those that are parked let others pass that ask by id.
bool VendorKms::still_open(std::uint64_t serial) const {
    if (!parked_.empty()) return parked_.front().serial <= serial;
    if (in_service_) return in_service_->serial <= serial;
    return !queue_.empty() && queue_.front().serial <= serial;
}

void VendorKms::give_up_waiting(std::uint64_t serial) {
    if (parked_.empty() || parked_.front().serial != serial) return; // it waits for the worker, who will refuse it
    Job const job = std::move(parked_.front());
    parked_.pop_front();
    count("vendor.refused.empty");
    job.answer(KeySourceError::buffer_empty);
    on_key(); // a request for many may have held up others that can be served
}

void VendorKms::settle(LinkId, UnitId unit, UnitFate fate) {
    // A vendor's interface has no way back: what was handed out and not used is spent.
    settle_in(buffer_, unit, fate == UnitFate::stored ? UnitFate::voided : fate);
}

bool VendorKms::give_up(LinkId, UnitId unit) { return buffer_.annul_for_peer(unit); }

void VendorKms::on_restart() {
    queue_.clear();
    parked_.clear();
    in_service_.reset();
    if (working_ != 0) clock_.cancel(working_);
    working_ = 0;
    busy_ = false;
    patience_.clear();
}

} // namespace qkdes
