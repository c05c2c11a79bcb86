// The quantum exchange of a block, symbol by symbol: what Alice sent and what Bob measured, in the order of the
// symbols, chunk by chunk. Two sources made from the same arguments give the same symbols, so that a block is walked
// twice (to estimate, then to reconcile) instead of being kept: memory does not grow with the block.
//
//   x ~ V_A (normal, or a level of the constellation);  y = gain x + z,  z ~ noise (cv_channel.hpp); a symbol that Eve
//   takes has 2 SNU of noise more at the channel's input. Homodyne gives one value a symbol, the quadrature that Bob
//   chose; heterodyne two.
//
// Checked:    tests/models/link/cv/cv_symbols_test.cpp.
#pragma once
#include "models/link/alias_table.hpp"
#include "models/link/cv/cv_channel.hpp"
#include "sim/base/bits.hpp"
#include "sim/base/rng.hpp"

#include <span>
#include <string>
#include <vector>

namespace qkdes {

/// Conditions of the symbols from `first` to the next stretch's.
struct CvStretch {
    std::uint64_t first = 0;
    CvQuadrature quadrature;    ///< without Eve
    double intercept_noise = 0; ///< variance that she adds to Bob's value on her share
    double intercepted = 0;     ///< her share of the symbols
};
/// One per step that begins before symbol `end`.
std::vector<CvStretch> cv_stretches(CvParameters const& parameters, std::span<ConditionStep const> conditions,
                                    std::uint64_t end);

/// Symbols a chunk, the last one excepted.
inline constexpr std::uint64_t kCvChunk = 1 << 15;
/// Which symbols are revealed is drawn stratum by stratum, so that they are spread evenly over the block: of the first
/// k symbols cv_revealed(k) = floor(k * reveal), k a multiple of this or the block's end; within a stratum all choices
/// are as likely.
inline constexpr std::uint64_t kCvStratum = 1 << 10;
std::uint64_t cv_revealed(CvParameters const& parameters, std::uint64_t symbols);

class CvSymbols {
  public:
    /// Symbols [0, symbols) of the block.
    CvSymbols(CvParameters const& parameters, std::span<ConditionStep const> conditions, std::uint64_t symbols,
              std::uint64_t seed, std::string const& link_name, std::uint64_t index);

    /// The next chunk; false when there is none.
    bool next();
    std::uint64_t size() const { return size_; } ///< symbols in this chunk
    std::span<double const> alice() const { return {alice_.data(), size_ * per_symbol_}; }
    std::span<double const> bob() const { return {bob_.data(), size_ * per_symbol_}; }
    Bits const& revealed() const { return revealed_; } ///< a bit per symbol

  private:
    void draw_alice();
    void draw_noise();
    void intercept(CvStretch const& stretch, std::size_t from, std::size_t to);

    CvParameters const parameters_;
    std::vector<CvStretch> const stretches_;
    std::uint64_t const symbols_;
    std::size_t const per_symbol_;
    RngStream source_, noise_, eve_, public_;
    AliasTable level_picker_;
    std::vector<double> levels_;
    std::vector<double> alice_, bob_, extra_;
    std::vector<std::uint64_t> draws_;
    Bits revealed_;
    std::uint64_t begin_ = 0, size_ = 0;
};

} // namespace qkdes
