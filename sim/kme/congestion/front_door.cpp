#include "sim/kme/congestion/front_door.hpp"

#include <utility>

namespace qkdes {

FrontDoor::FrontDoor(CongestionConfig const& config, Clock& clock, Inside inside)
    : config_{config}, clock_{clock}, inside_{std::move(inside)},
      deadlines_{clock, config.wait_limit,
                 [this](Place const& place) {
                     auto node = waiting_.extract(place);
                     inside_.count("request.refused.waited");
                     node.mapped().reply({KeyStatus::no_key, {}});
                 },
                 [this](Place const& place) { return waiting_.contains(place); }} {
    for (auto const& [application, policy] : config_.applications)
        if (policy.rate > 0) buckets_.try_emplace(application, policy.rate, policy.burst_bits);
}

ApplicationPolicy const& FrontDoor::policy(AppId application) const {
    static ApplicationPolicy const ordinary;
    auto const found = config_.applications.find(application);
    return found == config_.applications.end() ? ordinary : found->second;
}

bool FrontDoor::enough(KeyRequest const& request, std::uint32_t priority) const {
    if (config_.reserve_bits == 0 && config_.wait_limit.count() == 0) return true;
    auto const available = inside_.available(request);
    std::uint64_t const kept = priority > 0 ? 0 : config_.reserve_bits;
    return !available || *available >= inside_.cost(request) + kept;
}

void FrontDoor::request(KeyRequest const& request, Reply reply) {
    if (auto const bucket = buckets_.find(request.from); bucket != buckets_.end()) {
        std::uint64_t const bits = std::uint64_t{request.key_bits} * request.number;
        if (!bucket->second.take(clock_.now(), bits)) {
            inside_.count("request.refused.rate");
            return reply({KeyStatus::not_admitted, {}});
        }
    }
    if (inside_.ready(request, reply)) return;
    std::uint32_t const priority = policy(request.from).priority;
    if (enough(request, priority)) return inside_.serve(request, std::move(reply));
    if (config_.wait_limit.count() > 0) return park(request, priority, std::move(reply));
    inside_.count("request.refused.no_key");
    reply({KeyStatus::no_key, {}});
}

void FrontDoor::park(KeyRequest const& request, std::uint32_t priority, Reply reply) {
    if (waiting_.size() >= config_.waiting_limit) {
        auto const last = std::prev(waiting_.end());
        inside_.count("request.refused.queue");
        if (last->first.priority >= priority) return reply({KeyStatus::busy, {}});
        auto node = waiting_.extract(last);
        node.mapped().reply({KeyStatus::busy, {}});
    }
    Place const place{priority, next_serial_++};
    waiting_.emplace(place, Waiting{request, std::move(reply)});
    deadlines_.add(place);
    inside_.count("request.waiting");
}

void FrontDoor::on_key() {
    if (going_on_) return; // an application that got its key asks again from inside: the loop below sees it
    going_on_ = true;
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        if (!enough(next->second.request, next->first.priority)) {
            ++next;
            continue;
        }
        Place const place = next->first;
        auto node = waiting_.extract(next);
        inside_.serve(node.mapped().request, std::move(node.mapped().reply));
        next = waiting_.upper_bound(place); // whatever the reply did to the queue
    }
    going_on_ = false;
}

void FrontDoor::on_restart() {
    waiting_.clear();
    deadlines_.clear();
}

} // namespace qkdes
