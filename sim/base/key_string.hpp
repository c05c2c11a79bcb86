// Secret bits that stand somewhere, or that a stream gives when somebody looks.
//
// At block fidelity a link's key is drawn from a stream of its own, and most of it nobody ever looks at: it finds no
// room in a store, or expires there. Such key is kept as its place in the stream; every look gives the same bits.
//
// Checked: tests/sim/base/key_string_test.cpp.
#pragma once
#include "sim/base/bits.hpp"
#include "sim/base/rng.hpp"

#include <cstdint>
#include <span>
#include <variant>

namespace qkdes {

class KeyString {
  public:
    KeyString() = default;
    KeyString(Bits bits) : size_{bits.size()}, from_{std::move(bits)} {}
    /// The next `size` bits of the stream, as fill() gives them in words.
    KeyString(RngStream stream, std::uint64_t size) : size_{size}, from_{stream} {}

    std::uint64_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Drawn when it is looked at.
    bool lazy() const { return std::holds_alternative<RngStream>(from_); }
    /// Bits [from, from + count), which are there.
    Bits slice(std::uint64_t from, std::uint64_t count) const;
    /// The same of bits [from, from + 64 * words.size()), into the caller's memory.
    void read(std::uint64_t from, std::span<std::uint64_t> words) const;
    Bits bits() const { return slice(0, size_); }
    std::size_t count() const { return bits().count(); }
    /// The same bits; of two places in one stream that is known without looking.
    bool operator==(KeyString const& other) const;

  private:
    std::uint64_t size_ = 0;
    std::variant<Bits, RngStream> from_;
};

/// Key in units of 256 bits: what was left of the last block, then `key` from bit `from` on.
class KeyUnits {
  public:
    static constexpr std::size_t kUnitBits = 256;

    KeyUnits(Bits rest, KeyString key, std::uint64_t from);

    std::uint64_t units() const { return size() / kUnitBits; }
    std::uint64_t size() const { return rest_.size() + key_.size() - from_; } ///< bits, not all in whole units
    bool lazy() const { return key_.lazy(); }
    /// Bits [at, at + count), which are there.
    Bits slice(std::uint64_t at, std::uint64_t count) const;
    /// 32 bytes of unit `index` < units(), the first bit in the lowest place of the first byte.
    void unit(std::uint64_t index, std::span<std::uint8_t, kUnitBits / 8> out) const;

  private:
    Bits rest_;
    KeyString key_;
    std::uint64_t from_;
};

} // namespace qkdes
