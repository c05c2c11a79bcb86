#include "sim/world/worker.hpp"

#include <algorithm>

namespace qkdes {

namespace {

std::array<SimDuration, kWorkKinds> by_kind(ServiceSpec const& spec) {
    std::array<SimDuration, kWorkKinds> costs{};
    auto const set = [&](Work kind, SimDuration cost) { costs[static_cast<std::size_t>(kind)] = cost; };
    set(Work::tls_handshake, spec.tls_handshake);
    set(Work::tls_resumption, spec.tls_resumption);
    set(Work::database_insert, spec.database_insert);
    set(Work::tpm, spec.tpm);
    set(Work::kem, spec.kem);
    set(Work::seal, spec.seal);
    set(Work::json, spec.json);
    return costs;
}

} // namespace

Worker::Worker(Engine& engine, Origin origin, SimDuration processing, ServiceSpec const& costs)
    : engine_{engine}, origin_{origin}, processing_{processing}, costs_{by_kind(costs)} {}

void Worker::serve(std::function<void()> job) {
    waiting_.push_back(std::move(job));
    if (!serving_) begin(std::max(engine_.now(), done_at_));
}

void Worker::begin(SimTime at) {
    serving_ = true;
    worked_at_begin_ = worked_;
    process(at + processing_);
}

void Worker::process(SimTime at) {
    engine_.schedule(at, EventClass::arrival, origin_, [this, life = life_] {
        if (life != life_) return;
        if (SimDuration const between = worked_ - worked_at_begin_; between > SimDuration::zero()) {
            worked_at_begin_ = worked_; // timers took the worker away meanwhile
            return process(engine_.now() + between);
        }
        auto const job = std::move(waiting_.front());
        waiting_.pop_front();
        ++served_;
        job();
        if (life != life_) return;
        serving_ = false;
        if (!waiting_.empty()) begin(std::max(engine_.now(), done_at_));
    });
}

void Worker::worked(Work kind) {
    auto const k = static_cast<std::size_t>(kind);
    ++works_[k];
    worked_ += costs_[k];
    done_at_ = std::max(engine_.now(), done_at_) + costs_[k];
}

void Worker::drop() {
    ++life_;
    waiting_.clear();
    serving_ = false;
    done_at_ = engine_.now();
}

SimDuration Worker::time(Work kind) const {
    auto const k = static_cast<std::size_t>(kind);
    return costs_[k] * static_cast<std::int64_t>(works_[k]);
}

SimDuration Worker::busy() const { return worked_ + processing_ * static_cast<std::int64_t>(served_); }

} // namespace qkdes
