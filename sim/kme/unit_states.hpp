// What became of each unit of a block: two bits a unit. The stores of a large network hold millions of blocks of a few
// units, so these stand in the block itself; only those of larger blocks stand elsewhere.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace qkdes {

enum class UnitState : std::uint8_t { free, reserved, drawn, gone };

class UnitStates {
  public:
    UnitStates() = default;
    /// All free.
    explicit UnitStates(std::size_t units) {
        if (units > kInWord) many_ = std::make_unique<std::uint64_t[]>((units + kInWord - 1) / kInWord);
    }
    UnitState operator[](std::size_t unit) const {
        return static_cast<UnitState>((many_ ? many_[unit / kInWord] : few_) >> shift(unit) & 3);
    }
    void set(std::size_t unit, UnitState state) {
        std::uint64_t& word = many_ ? many_[unit / kInWord] : few_;
        word = (word & ~(std::uint64_t{3} << shift(unit))) | std::uint64_t{static_cast<std::uint8_t>(state)}
                                                                 << shift(unit);
    }

  private:
    static constexpr std::size_t kInWord = 32;
    static unsigned shift(std::size_t unit) { return 2 * static_cast<unsigned>(unit % kInWord); }

    std::uint64_t few_ = 0;
    std::unique_ptr<std::uint64_t[]> many_; ///< instead
};

} // namespace qkdes
