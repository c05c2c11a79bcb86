#include "sim/world/quantum_link.hpp"

#include "models/link/conditions.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

namespace {

constexpr std::size_t kWaitingBlocks = 2;
constexpr std::size_t kLookAhead = 3; ///< of photon fidelity; a block that is drawn costs less than waking a thread
constexpr unsigned kFruitless = 2;    ///< blocks in a row before the devices begin to pause

/// A block's own walk away from where feedback put its signals.
std::vector<ConditionStep> drifting(DriftParameters const& drift, LinkParameters const& parameters, std::uint64_t seed,
                                    std::string const& name, std::uint64_t index) {
    return drift_steps(drift, longest_gathering(parameters), seed, name, index);
}

/// Splits `units` between the ends so that both halves are left with as nearly the same room as can be.
std::pair<std::uint64_t, std::uint64_t> share(std::uint64_t units, std::uint64_t room_a, std::uint64_t room_b) {
    if (units >= room_a + room_b) return {room_a, room_b};
    std::uint64_t const level = (room_a + room_b - units) / 2; // of room, afterwards
    std::uint64_t const a = level >= room_a ? 0 : std::min(room_a - level, units);
    std::uint64_t const for_a = units - std::min(units - a, room_b);
    return {for_a, units - for_a};
}

} // namespace

QuantumLink::QuantumLink(Scenario const& scenario, LinkId self, Surroundings around)
    : spec_{scenario.links[self.index()]}, device_{scenario.devices[*spec_.device]}, self_{self},
      around_{std::move(around)}, origin_{around_.engine.new_origin("link/" + spec_.id + "/quantum")},
      name_{"link/" + spec_.id}, parameters_{over(device_.physics, spec_.fibre)},
      nominal_{around_.workers,
               [prepared = PreparedLink{parameters_, spec_.fidelity}, drift = spec_.drift, fidelity = spec_.fidelity,
                seed = around_.seed, name = name_, library = around_.library, self](std::uint64_t i) {
                   auto const make = [&] {
                       std::vector<ConditionStep> calm(1);
                       if (drift) calm = drifting(*drift, prepared.parameters, seed, name, i);
                       return simulate_block(prepared, calm, SimDuration::max(), fidelity, seed, name, i);
                   };
                   return library != nullptr && fidelity == Fidelity::photon ? library->take(self, i, make) : make();
               },
               spec_.fidelity == Fidelity::photon ? kLookAhead : 0},
      reserve_{device_.initial_secret} {}

void QuantumLink::start() {
    around_.engine.schedule(around_.engine.now(), EventClass::timer, origin_, [this] {
        stock();
        gather();
    });
}

LinkBlock QuantumLink::simulate(SimTime begin, SimDuration horizon) {
    std::uint64_t const index = next_index_++;
    LinkTimeline const& timeline = around_.timeline;
    LinkWindow const* const window = timeline.window(begin);
    SimDuration const closes = window != nullptr ? window->end - begin : SimDuration::max();
    if (timeline.calm(begin)) {
        // Nothing scripted may happen until the block is full; otherwise it is computed again, under what does happen.
        LinkBlock block = nominal_.take(index);
        SimTime const change = timeline.next_change(begin);
        if (block.gathering > horizon && closes > horizon) {
            block = LinkBlock{};
            block.outcome = BlockOutcome::interrupted;
            block.gathering = horizon;
            return block;
        }
        if (change == kSimNever || block.gathering <= change - begin) return block;
    }
    auto conditions = timeline.conditions(begin, horizon);
    if (spec_.drift) conditions = together(conditions, drifting(*spec_.drift, parameters_, around_.seed, name_, index));
    return simulate_block(closing_by(parameters_, closes), conditions, horizon, spec_.fidelity, around_.seed, name_,
                          index);
}

void QuantumLink::wait_until(SimTime when) {
    if (when >= around_.end) return;
    gathering_ = true;
    around_.engine.schedule(when, EventClass::timer, origin_, [this] {
        gathering_ = false;
        gather();
    });
}

void QuantumLink::gather() {
    if (gathering_ || stopped_ || queue_.size() >= kWaitingBlocks) return;
    if (fruitless_ >= kFruitless && unfinished_ > 0) return; // hope, one block at a time
    SimTime const now = around_.engine.now();
    if (SimTime const back = around_.timeline.quantum.end_of(now); back > now) {
        // Between planned windows the devices wait for each other; after a cut they must find each other again.
        bool const planned = !around_.timeline.unplanned.contains(back - SimDuration{1});
        SimTime const again = planned ? back : back + device_.restart;
        return wait_until(again);
    }
    if (now < pause_until_) return wait_until(pause_until_);
    SimTime const stop = std::min(around_.timeline.quantum.next_begin(now), around_.end);
    if (stop <= now) return;
    auto waiting = std::make_unique<Waiting>();
    waiting->record.link = self_;
    waiting->record.index = next_index_;
    waiting->record.begin = now;
    waiting->block = simulate(now, stop - now);
    gathering_ = true;
    SimTime const full = now + std::max(waiting->block.gathering, SimDuration{1});
    around_.engine.schedule(full, EventClass::timer, origin_,
                            [this, waiting = std::move(waiting)]() mutable { gathered(std::move(waiting)); });
}

void QuantumLink::gathered(std::unique_ptr<Waiting> waiting) {
    gathering_ = false;
    waiting->record.gathered = around_.engine.now();
    waiting->record.outcome = waiting->block.outcome;
    waiting->record.yield = waiting->block.yield;
    waiting->record.di = waiting->block.di;
    if (waiting->block.outcome == BlockOutcome::interrupted) {
        waiting->record.done = around_.engine.now();
        around_.record(waiting->record);
    } else {
        queue_.push_back(std::move(waiting));
        ++unfinished_;
        process_next();
    }
    gather();
}

void QuantumLink::process_next() {
    if (computing_ || queue_.empty()) return;
    SimTime const now = around_.engine.now();
    LinkBlock const& block = queue_.front()->block;
    SimDuration const talking = 2 * around_.channel.latency(now) * block.yield.round_trips;
    SimDuration const whole = block.computing + talking;
    Outages const& classical = around_.timeline.classical;
    SimTime const outage = classical.contains(now) ? now : classical.next_begin(now);
    if (outage < now + whole) { // the conversation would break off: it begins anew when the channel is back
        computing_ = true;
        ++queue_.front()->record.outages;
        SimTime const back = classical.end_of(outage);
        if (back >= around_.end) return;
        around_.engine.schedule(back, EventClass::timer, origin_, [this] {
            computing_ = false;
            process_next();
        });
        return;
    }
    computing_ = true;
    auto waiting = std::move(queue_.front());
    queue_.pop_front();
    around_.engine.schedule(now + block.computing, EventClass::timer, origin_, [this] {
        computing_ = false;
        process_next();
    });
    around_.engine.schedule(now + whole, EventClass::timer, origin_,
                            [this, waiting = std::move(waiting)]() mutable { finish(std::move(waiting)); });
    gather();
}

void QuantumLink::finish(std::unique_ptr<Waiting> waiting) {
    --unfinished_;
    BlockRecord& record = waiting->record;
    record.done = around_.engine.now();
    std::uint64_t const tags = record.yield.authentication_bits;
    if (stopped_ || reserve_ < tags) {
        record.outcome = BlockOutcome::unauthenticated;
        record.yield.secret = 0;
        if (!stopped_) stopped_ = record.done;
    } else {
        reserve_ -= tags;
        if (record.outcome == BlockOutcome::key) deliver(*waiting);
    }
    fruitless_ = record.outcome == BlockOutcome::key ? 0 : fruitless_ + 1;
    if (fruitless_ >= kFruitless)
        pause_until_ = record.done +
                       std::min<SimDuration>(device_.longest_pause,
                                             std::chrono::seconds{1} * (1 << std::min(fruitless_ - kFruitless, 20u)));
    around_.record(record);
    gather();
}

void QuantumLink::deliver(Waiting& waiting) {
    LinkBlock& block = waiting.block;
    BlockRecord& record = waiting.record;
    QKDES_ENSURES(block.alice_key.size() == block.yield.secret && block.bob_key.size() == block.yield.secret);
    std::uint64_t const refill = std::min(device_.initial_secret - reserve_, block.yield.secret);
    reserve_ += refill;
    record.authentication = refill;
    record.keys_equal = block.alice_key == block.bob_key;
    around_.auditor.made(self_, block.yield.secret, refill, record.keys_equal);

    constexpr std::uint64_t unit = Auditor::kUnitBits;
    // One for both where they agree, which is nearly always: stores of a large network hold millions.
    bool const one = record.keys_equal && rest_a_ == rest_b_;
    auto const key_a = std::make_shared<KeyUnits>(std::move(rest_a_), std::move(block.alice_key), refill);
    auto const key_b = one ? key_a : std::make_shared<KeyUnits>(std::move(rest_b_), std::move(block.bob_key), refill);
    bool const both_up = around_.a.up() && around_.b.up();
    std::uint64_t const whole = key_a->units();
    PoolRoom const at_a = both_up ? around_.a.node().room(self_) : PoolRoom{};
    PoolRoom const at_b = both_up ? around_.b.node().room(self_) : PoolRoom{};
    auto const [for_a, for_b] = share(whole, std::min(at_a.own, at_b.peer), std::min(at_b.own, at_a.peer));
    std::uint64_t const units = for_a + for_b, left = key_a->size() - whole * unit;
    record.delivered = units * unit;
    record.for_a = for_a * unit;
    record.lost = whole * unit - record.delivered;
    rest_a_ = key_a->slice(whole * unit, left);
    rest_b_ = key_b->slice(whole * unit, left);
    if (units > 0) {
        give(around_.a, key_a, units, for_a);
        give(around_.b, key_b, units, for_a);
        ++delivered_blocks_;
    }
    around_.auditor.lost(self_, record.lost);
    around_.auditor.pending(self_, left);
}

/// Key that stands in bits is copied into the store, which wipes each unit when it goes.
void QuantumLink::give(Host& end, std::shared_ptr<KeyUnits const> key, std::uint64_t units, std::uint64_t for_a) {
    if (key->lazy())
        end.node().on_key_block(self_, delivered_blocks_, std::move(key), units, for_a);
    else
        end.node().on_key_block(self_, delivered_blocks_, key->slice(0, units * Auditor::kUnitBits), for_a);
}

} // namespace qkdes
