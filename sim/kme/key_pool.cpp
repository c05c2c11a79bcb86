#include "sim/kme/key_pool.hpp"

#include "sim/base/byte_words.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/hash.hpp"

#include <algorithm>

namespace qkdes {

KeyPool::KeyPool(NodeId node, LinkId link, End end, std::uint64_t capacity_bits, Telemetry& telemetry,
                 std::uint64_t kept_bits)
    : kept_{(kept_bits + kUnitBits - 1) / kUnitBits}, node_{node}, link_{link},
      telemetry_{telemetry}, end_{end}, capacity_{capacity_bits / kUnitBits} {}

void KeyPool::store(std::uint64_t number, Bits const& key, std::uint64_t units_of_a) {
    QKDES_EXPECTS(key.size() % kUnitBits == 0);
    Block block;
    block.bits = std::make_unique<SecretBytes>(key.size() / 8);
    for (std::size_t i = 0; i < block.bits->size() / 8; ++i)
        store_word(key.words()[i], block.bits->data() + 8 * i);
    store(number, std::move(block), key.size() / kUnitBits, units_of_a);
}

void KeyPool::store(std::uint64_t number, std::shared_ptr<KeyUnits const> key, std::uint64_t units,
                    std::uint64_t units_of_a) {
    QKDES_EXPECTS(units <= key->units());
    Block block;
    block.source = std::move(key);
    store(number, std::move(block), units, units_of_a);
}

void KeyPool::store(std::uint64_t number, Block block, std::uint64_t units, std::uint64_t units_of_a) {
    QKDES_EXPECTS(units_of_a <= units && blocks_.find(number) == nullptr);
    std::uint64_t const own = end_ == End::a ? units_of_a : units - units_of_a;
    QKDES_EXPECTS(own <= room_units(Half::own) && units - own <= room_units(Half::peer));
    if (units == 0) return;
    block.states = UnitStates{units};
    block.units = static_cast<std::uint32_t>(units);
    block.units_of_a = static_cast<std::uint32_t>(units_of_a);
    block.remaining = static_cast<std::uint32_t>(units);
    block.free_own = static_cast<std::uint32_t>(own);
    block.first_free = end_ == End::a ? 0 : block.units_of_a;
    telemetry_.block_stored(node_, link_, number, block.remaining);
    free_own_ += own;
    held_own_ += own;
    account_.stored += units;
    free_in(number);
    blocks_.add(number, std::move(block));
}

SecretBytes KeyPool::bits_of(Block const& block, std::uint32_t index) {
    if (!block.source) return SecretBytes{block.bits->view().subspan(index * kUnitBytes, kUnitBytes)};
    SecretBytes bits{kUnitBytes};
    block.source->unit(index, bits.mutable_view().first<kUnitBytes>());
    return bits;
}

std::uint64_t KeyPool::digest_of(std::span<std::uint64_t const> words) {
    PairHash digest;
    for (std::size_t i = 0; i < kUnitWords; i += 2)
        digest.add(words[i], words[i + 1]);
    return digest.value();
}

std::uint64_t KeyPool::digest_of(SecretBytes const& unit) {
    PairHash digest;
    digest.add(unit.view().first<kUnitBytes>());
    return digest.value();
}

std::optional<UnitId> KeyPool::reserve() {
    if (free_own_units() == 0) return std::nullopt;
    Block& block = first_free();
    std::uint32_t index = block.first_free;
    while (block.states[index] != State::free || !owns(block, index))
        ++index;
    block.first_free = index + 1;
    block.states.set(index, State::reserved);
    --block.free_own;
    --free_own_;
    UnitId const unit{first_block_, index};
    if (block.free_own == 0) look_on();
    return unit;
}

std::optional<SecretBytes> KeyPool::draw(UnitId unit) {
    Block* const block = find(unit);
    if (block == nullptr) return std::nullopt;
    if (block->states[unit.index] != (owns(*block, unit.index) ? State::reserved : State::free)) return std::nullopt;
    block->states.set(unit.index, State::drawn);
    SecretBytes bits = bits_of(*block, unit.index);
    drawn_ = unit;
    drawn_digest_ = digest_of(bits);
    return bits;
}

std::optional<SecretBytes> KeyPool::draw_of_peer(UnitId unit) {
    Block* const block = find(unit);
    if (block == nullptr || owns(*block, unit.index)) return std::nullopt;
    return draw(unit);
}

std::optional<SecretBytes> KeyPool::peek(UnitId unit) const {
    Block const* const block = blocks_.find(unit.block);
    if (block == nullptr || unit.index >= block->units || block->states[unit.index] == State::gone) return std::nullopt;
    return bits_of(*block, unit.index);
}

void KeyPool::release(UnitId unit) {
    Block& block = held(unit);
    QKDES_EXPECTS(block.states[unit.index] == State::reserved);
    if (block.own_expired) {
        settle(unit.block, block, unit.index, UnitFate::expired);
        return drop_if_empty(unit.block, block);
    }
    block.states.set(unit.index, State::free);
    block.first_free = std::min(block.first_free, unit.index);
    ++block.free_own;
    ++free_own_;
    free_in(unit.block);
}

void KeyPool::put_back(UnitId unit) {
    Block& block = held(unit);
    QKDES_EXPECTS(block.states[unit.index] == State::drawn);
    bool const own = owns(block, unit.index);
    if (own) {
        block.states.set(unit.index, State::reserved);
        return release(unit);
    }
    if (block.peer_expired) {
        settle(unit.block, block, unit.index, UnitFate::expired);
        return drop_if_empty(unit.block, block);
    }
    block.states.set(unit.index, State::free);
}

void KeyPool::use(UnitId unit) {
    Block& block = held(unit);
    QKDES_EXPECTS(block.states[unit.index] == State::drawn);
    settle(unit.block, block, unit.index, UnitFate::used);
    drop_if_empty(unit.block, block);
}

void KeyPool::annul(UnitId unit) {
    Block& block = held(unit);
    QKDES_EXPECTS(block.states[unit.index] == State::reserved || block.states[unit.index] == State::drawn);
    settle(unit.block, block, unit.index, UnitFate::voided);
    drop_if_empty(unit.block, block);
}

bool KeyPool::annul_for_peer(UnitId unit) {
    Block* const block = find(unit);
    if (block == nullptr || owns(*block, unit.index) || block->states[unit.index] != State::free) return false;
    settle(unit.block, *block, unit.index, UnitFate::voided);
    drop_if_empty(unit.block, *block);
    return true;
}

void KeyPool::expire(std::uint64_t number, Half half) {
    Block* const found = blocks_.find(number);
    if (found == nullptr) return;
    Block& block = *found;
    bool& expired = half == Half::own ? block.own_expired : block.peer_expired;
    if (expired) return;
    expired = true;
    std::vector<std::uint32_t> units;
    for (std::uint32_t i = 0; i < block.units; ++i)
        if (block.states[i] == State::free && owns(block, i) == (half == Half::own)) units.push_back(i);
    if (block.source && !units.empty()) { // a stream gives many at once much faster than one by one
        std::uint32_t const first = units.front(), count = units.back() + 1 - first;
        Bits const bits = block.source->slice(first * kUnitBits, count * kUnitBits);
        for (std::uint32_t const unit : units)
            settle(number, block, unit, UnitFate::expired,
                   digest_of(bits.words().subspan((unit - first) * kUnitWords, kUnitWords)));
    } else {
        for (std::uint32_t const unit : units)
            settle(number, block, unit, UnitFate::expired);
    }
    if (half == Half::own) {
        free_own_ -= block.free_own;
        block.free_own = 0;
    }
    drop_if_empty(number, block);
}

std::vector<UnitId> KeyPool::annul_open() {
    std::vector<UnitId> open;
    for (std::size_t rank = 0; rank < blocks_.size(); ++rank) {
        auto const& [number, block] = blocks_[rank];
        for (std::uint32_t i = 0; i < block->units; ++i)
            if (block->states[i] == State::reserved || block->states[i] == State::drawn) open.push_back({number, i});
    }
    for (UnitId unit : open)
        annul(unit);
    return open;
}

KeyPool::Block& KeyPool::first_free() {
    if (first_ != nullptr && first_->free_own > 0) return *first_;
    std::size_t rank = blocks_.lower_bound(first_block_);
    while (blocks_[rank].value->free_own == 0)
        ++rank;
    first_block_ = blocks_[rank].number;
    return *(first_ = blocks_[rank].value.get());
}

/// This block has a free own unit.
void KeyPool::free_in(std::uint64_t number) {
    if (number >= first_block_) return;
    first_block_ = number;
    first_ = nullptr;
}

/// The next block is known before it is asked for, so that foresee_reserve() can ask for it.
void KeyPool::look_on() {
    std::size_t const rank = blocks_.lower_bound(first_block_ + 1);
    if (rank == blocks_.size()) return;
    first_block_ = blocks_[rank].number;
    first_ = blocks_[rank].value.get();
}

KeyPool::Block* KeyPool::find(UnitId unit) {
    Block* const found = blocks_.find(unit.block);
    return found != nullptr && unit.index < found->units ? found : nullptr;
}

KeyPool::Block& KeyPool::held(UnitId unit) {
    Block* const block = find(unit);
    QKDES_EXPECTS(block != nullptr);
    return *block;
}

void KeyPool::settle(std::uint64_t number, Block& block, std::uint32_t index, UnitFate fate) {
    bool const drawn = drawn_ == UnitId{number, index};
    settle(number, block, index, fate, drawn ? drawn_digest_ : digest_of(bits_of(block, index)));
}

void KeyPool::settle(std::uint64_t number, Block& block, std::uint32_t index, UnitFate fate, std::uint64_t digest) {
    telemetry_.unit(node_, link_, {number, index}, fate, digest);
    if (!block.source)
        std::ranges::fill(block.bits->mutable_view().subspan(index * kUnitBytes, kUnitBytes), std::uint8_t{0});
    block.states.set(index, State::gone);
    --block.remaining;
    held_own_ -= owns(block, index);
    ++(fate == UnitFate::used ? account_.used : fate == UnitFate::expired ? account_.expired : account_.voided);
}

void KeyPool::drop_if_empty(std::uint64_t number, Block const& block) {
    if (block.remaining != 0) return;
    if (first_ == &block) first_ = nullptr;
    if (drawn_ && drawn_->block == number) drawn_.reset();
    blocks_.erase(number);
}

} // namespace qkdes
