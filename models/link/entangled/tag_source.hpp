// The photon level's quantum exchange: the time tags of both ends, as two streams that only chance connects.
//
//   No lost pair is drawn. Pairs that both ends see are jumped to one after the other: exponential gaps for a
//   continuous source, geometric numbers of pulses for a pulsed one, with the joint outcome from an alias table
//   (coincidence_statistics.hpp). All else an end sees is a Poisson process of its own and is jumped through likewise.
//   Arrival   photons of a pair get each end's jitter and, with opposite signs as their wavelengths have, the fibre's
//             dispersion: normal, full widths added in quadrature. A Poisson process displaced at random is the same
//             process, so that lone tags need no jitter.
//   Dead time an end that registered a tag ignores what comes within it.
//   Clock     Bob's times are t (1 + drift) + offset + what his light travels longer than Alice's.
//
// Holds for:  any rates; blocks up to six days; blocks that start with live detectors.
// Leaves out: jitter across the edges of a chunk of 3e4 tags (a tag that would cross is put at the edge: one in 1e9);
//             tails of the jitter that are not normal.
// Checked:    rates, dead time, spreads, independence of the chunks: tests/models/link/entangled/tag_source_test.cpp.
#pragma once
#include "models/link/alias_table.hpp"
#include "models/link/cv/normal_batch.hpp"
#include "models/link/entangled/coincidence_statistics.hpp"
#include "models/link/entangled/time_tag.hpp"
#include "sim/base/rng.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace qkdes {

/// A stream's numbers of one kind, made many at a time.
template <class Number, void fill(RngStream&, std::span<Number>)>
class DrawBuffer {
  public:
    explicit DrawBuffer(RngStream rng) : rng_{rng} {}
    Number next() {
        if (at_ == numbers_.size()) {
            fill(rng_, numbers_);
            at_ = 0;
        }
        return numbers_[at_++];
    }

  private:
    RngStream rng_;
    std::array<Number, 1024> numbers_{};
    std::size_t at_ = 1024;
};
void fill_words(RngStream& rng, std::span<std::uint64_t> out);
/// ln u of uniform numbers: gaps of a Poisson process, but for sign and mean.
void fill_logs(RngStream& rng, std::span<double> out);

class TagSource {
  public:
    /// Tags from 0 until `end` (true time). `conditions` as for simulate_entangled_block.
    TagSource(EntangledParameters const& parameters, std::span<ConditionStep const> conditions, SimDuration end,
              RngStream rng);

    /// Appends a chunk of each end's tags, in order of time; false when `end` was reached before.
    bool next(std::vector<TimeTag>& alice, std::vector<TimeTag>& bob);
    /// True time up to which tags were made, ps.
    std::int64_t now_ps() const { return now_; }
    /// What Bob's clock adds to a true time.
    double bob_shift_ps(double true_ps) const { return offset_ + drift_ * true_ps; }

  private:
    struct Click {
        double at; ///< ps since the chunk's start
        unsigned channel;
    };
    struct End {
        std::vector<Click> lit, noise;
        std::int64_t live_from = 0;
        double sigma = 0; ///< of the jitter, ps
    };
    void enter_step(std::size_t step);
    void make_light(double length);
    void make_noise(double rate, AliasTable const& channels, std::vector<Click>& into, double length);
    void register_tags(End& end, std::int64_t dead, bool is_bob, std::vector<TimeTag>& out);
    EntangledParameters parameters_;
    std::vector<ConditionStep> conditions_;
    DrawBuffer<double, fill_logs> logs_;
    DrawBuffer<std::uint64_t, fill_words> words_;
    DrawBuffer<double, fill_normal> normals_;

    std::int64_t now_ = 0, end_ = 0, step_end_ = 0;
    std::size_t step_ = 0;
    LightModel light_;
    AliasTable outcomes_, noise_a_, noise_b_;
    double chunk_ = 0; ///< ps that hold about 3e4 tags of the busier end
    End alice_, bob_;
    double dispersion_ = 0, share_a_ = 0, offset_ = 0, drift_ = 0;
};

/// What Bob's light travels longer than Alice's, ps: both ends know the fibre.
double nominal_shift_ps(EntangledParameters const& parameters);

} // namespace qkdes
