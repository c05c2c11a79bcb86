// The QKD key that a node shares with one neighbour, in units of 256 bits, and what became of each.
//
// Both ends hold the same units. So that they never hand out the same one, a unit belongs to one end: of each block the
// first `units_of_a` to `a` of the link, the others to `b`. The owner hands its units out, oldest block first; the peer
// takes the very unit that the owner names. Each half has half of the capacity, so that the half of an idle end cannot
// crowd out that of a busy one; who stores a block gives more of it to the emptier half.
//
//   free --reserve--> reserved --draw--> drawn --> used | voided       the owner's half
//                     reserved --------> free (release) | voided
//   free -------------------draw-------> drawn --> used | voided       the peer's half
//                                        drawn --> free (put_back)     either half: the bits protected nothing
//   free ------------------expire------> expired
//
// Holds: stored = held + used + expired + voided at every moment; a unit is drawn at most once unless it was put back,
// and its bits are wiped when it ends. A reserved unit that passes its block's expiry may still be used; released, it
// expires. The caller holds the timers.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/key_string.hpp"
#include "sim/base/numbered.hpp"
#include "sim/base/secret.hpp"
#include "sim/kme/unit_states.hpp"
#include "sim/ports/telemetry.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

constexpr std::size_t kUnitBits = KeyUnits::kUnitBits, kUnitBytes = kUnitBits / 8, kUnitWords = kUnitBits / 64;

/// Units by fate; `held` is what remains.
struct PoolAccount {
    std::uint64_t stored = 0, used = 0, expired = 0, voided = 0;
    std::uint64_t held() const { return stored - used - expired - voided; }
};

class alignas(64) KeyPool {
  public:
    enum class End : std::uint8_t { a = 0, b = 1 };
    enum class Half : std::uint8_t { own, peer };

    /// `node` and `link` only name the pool to the telemetry. While the pool holds no more than `kept_bits`, both
    /// halves together, this end hands nothing out; what the peer hands out is honoured.
    KeyPool(NodeId node, LinkId link, End end, std::uint64_t capacity_bits, Telemetry& telemetry,
            std::uint64_t kept_bits = 0);

    /// Whole units, of which the first `units_of_a` belong to end a, and that fit; the block's number is not in the
    /// pool.
    void store(std::uint64_t block, Bits const& key, std::uint64_t units_of_a);
    /// The first `units` of `key`, kept as what they are drawn from: no bits stand here that could be wiped.
    void store(std::uint64_t block, std::shared_ptr<KeyUnits const> key, std::uint64_t units, std::uint64_t units_of_a);
    /// The oldest free unit of the own half.
    std::optional<UnitId> reserve();
    /// Hands out the bits of a reserved unit of the own half, or of a free one of the peer's: once, nothing otherwise.
    std::optional<SecretBytes> draw(UnitId unit);
    /// The same, of the peer's half alone: what a message from outside may name.
    std::optional<SecretBytes> draw_of_peer(UnitId unit);
    void release(UnitId unit); ///< reserved, not drawn
    /// The bits of a unit that is not gone, for whoever looks into the pool without taking from it.
    std::optional<SecretBytes> peek(UnitId unit) const;
    /// Drawn, and the bits were neither used nor shown to anybody: free again, or expired if its time has passed.
    void put_back(UnitId unit);
    void use(UnitId unit);   ///< drawn
    void annul(UnitId unit); ///< reserved or drawn: voided
    /// The peer gave up a unit of its half. False when it is not here, not the peer's, or already taken.
    bool annul_for_peer(UnitId unit);
    /// What is free in this half of the block expires now.
    void expire(std::uint64_t block, Half half);
    /// After a crash nobody knows what was reserved or drawn: all of it is voided, in order.
    std::vector<UnitId> annul_open();

    PoolAccount const& account() const { return account_; }
    /// That reserve() gives out, one after the other.
    std::uint64_t free_own_units() const {
        std::uint64_t const left = account_.held() - (held_own_ - free_own_); // but for what this end has handed out
        return std::min(free_own_, left - std::min(kept_, left));
    }
    std::uint64_t capacity_units() const { return capacity_; }
    std::uint64_t room_units(Half half) const { return capacity_ / 2 - (half == Half::own ? held_own_ : held_peer()); }

    /// Ask the processor for what a unit takes that is drawn: where its block is looked up, and then the block; or the
    /// one that reserve() will take from.
    void foresee() const { blocks_.prefetch(); }
    void foresee(std::uint64_t block) const { cache_hint(blocks_.find(block)); }
    void foresee_reserve() const { cache_hint(first_); }

  private:
    using State = UnitState;
    /// A line of cache: stores of a large network hold millions, each with the few units that there was room for.
    struct alignas(64) Block {
        std::unique_ptr<SecretBytes> bits; ///< or `source`
        std::shared_ptr<KeyUnits const> source;
        UnitStates states;
        std::uint32_t units = 0, units_of_a = 0;
        std::uint32_t remaining = 0; ///< not gone
        std::uint32_t free_own = 0;
        std::uint32_t first_free = 0; ///< no free own unit before it
        bool own_expired = false, peer_expired = false;
    };

    static_assert(sizeof(void*) != 8 || sizeof(Block) == 64);
    bool owns(Block const& block, std::uint32_t index) const { return (index < block.units_of_a) == (end_ == End::a); }
    std::uint64_t held_peer() const { return account_.held() - held_own_; }
    void store(std::uint64_t number, Block block, std::uint64_t units, std::uint64_t units_of_a);
    static SecretBytes bits_of(Block const& block, std::uint32_t index);
    static std::uint64_t digest_of(std::span<std::uint64_t const> words);
    static std::uint64_t digest_of(SecretBytes const& unit); ///< the same of the same bits
    /// The oldest with free units of the own half, of which there are some.
    Block& first_free();
    void look_on();
    void free_in(std::uint64_t number);
    Block* find(UnitId unit);
    Block& held(UnitId unit);
    void settle(std::uint64_t number, Block& block, std::uint32_t index, UnitFate fate);
    void settle(std::uint64_t number, Block& block, std::uint32_t index, UnitFate fate, std::uint64_t digest);
    void drop_if_empty(std::uint64_t number, Block const& block);

    // In this order for the caches: what a unit that is handed out asks for.
    std::uint64_t first_block_ = 0; ///< no free own unit in an older one
    Block* first_ = nullptr;        ///< of that number; none: not known
    std::uint64_t free_own_ = 0;
    std::uint64_t held_own_ = 0; ///< of account_.held(), the own half's
    PoolAccount account_;
    std::uint64_t kept_; ///< units
    NodeId node_;
    LinkId link_;
    Telemetry& telemetry_;
    std::uint64_t drawn_digest_ = 0; ///< of the bits of the unit drawn last, which a stream would have to be asked for
    std::optional<UnitId> drawn_;    ///< that unit
    End end_;

    std::uint64_t capacity_; ///< units
    Numbered<Block> blocks_; ///< by age; thousands, once key comes by and by into a store that is full
};

} // namespace qkdes
