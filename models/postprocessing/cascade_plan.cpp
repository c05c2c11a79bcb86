#include "models/postprocessing/cascade_plan.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::cascade {
namespace {

/// Uniform below `bound` from 32 random bits at a time; exact (Lemire's rejection).
class SmallDraws {
  public:
    explicit SmallDraws(RngStream& rng) : rng_{rng} {}
    std::uint32_t below(std::uint32_t bound) {
        for (;;) {
            std::uint64_t const product = std::uint64_t{next()} * bound;
            std::uint32_t const low = static_cast<std::uint32_t>(product);
            if (low >= bound || low >= -bound % bound) return static_cast<std::uint32_t>(product >> 32);
        }
    }

  private:
    std::uint32_t next() {
        half_ = !half_;
        if (half_) word_ = rng_.next();
        return static_cast<std::uint32_t>(half_ ? word_ : word_ >> 32);
    }
    RngStream& rng_;
    std::uint64_t word_ = 0;
    bool half_ = false;
};

std::vector<std::uint32_t> inverse(std::span<std::uint32_t const> order) {
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        place[order[i]] = i;
    return place;
}

void clear_beyond(std::vector<std::uint64_t>& words, std::size_t bits) {
    words.resize((bits + 63) / 64);
    if (bits % 64 != 0) words.back() &= (std::uint64_t{1} << (bits % 64)) - 1;
}

} // namespace

Plan::Plan(std::size_t frame_bits, CascadeParameters const& parameters, std::uint64_t public_seed)
    : frame_bits_{frame_bits}, passes_{parameters.passes} {
    QKDES_EXPECTS(frame_bits <= kLargestFrame);
    QKDES_EXPECTS(parameters.passes >= kFirstSubsetPass && parameters.passes <= 15);
    log2_whole_ = frame_bits <= 1 ? 0 : static_cast<unsigned>(std::bit_width(frame_bits - 1));

    // Not-a-number and anything below a bit per frame end as "one block"; above 1/2 as blocks of two.
    double const estimate = parameters.qber_estimate;
    double const size = estimate > 0 ? 1 / std::min(estimate, 0.5) : static_cast<double>(kLargestFrame);
    double const log2_size = std::log2(std::min(size, static_cast<double>(kLargestFrame)));
    log2_block_[0] = std::min(static_cast<unsigned>(std::lround(log2_size)), log2_whole_);
    log2_block_[1] = std::min(static_cast<unsigned>(std::lround(log2_size + 2.5)), log2_whole_);

    RngStream shuffle{public_seed, "postprocessing/cascade/permutation"};
    SmallDraws draws{shuffle};
    order_.resize(frame_bits);
    for (std::uint32_t i = 0; i < frame_bits; ++i) {
        std::uint32_t const j = draws.below(i + 1); // inside-out Fisher-Yates
        order_[i] = order_[j];
        order_[j] = i;
    }
    place_ = inverse(order_);

    subsets_.resize(passes_ - kFirstSubsetPass);
    for (std::size_t s = 0; s < subsets_.size(); ++s) {
        RngStream members{public_seed, "postprocessing/cascade/subset", s};
        subsets_[s].resize((frame_bits + 63) / 64);
        members.fill(std::span<std::uint64_t>{subsets_[s]});
        if (frame_bits > 0) clear_beyond(subsets_[s], frame_bits);
    }
}

Plan Plan::shortened() const {
    QKDES_EXPECTS(frame_bits_ > 1);
    Plan plan;
    plan.frame_bits_ = frame_bits_ - 1;
    plan.passes_ = passes_;
    plan.log2_whole_ = plan.frame_bits_ <= 1 ? 0 : static_cast<unsigned>(std::bit_width(plan.frame_bits_ - 1));
    for (unsigned pass = 0; pass < kFirstSubsetPass; ++pass)
        plan.log2_block_[pass] = std::min(log2_block_[pass], plan.log2_whole_);
    plan.order_ = order_;
    plan.order_.erase(plan.order_.begin() + static_cast<std::ptrdiff_t>(place_[frame_bits_ - 1]));
    plan.place_ = inverse(plan.order_);
    plan.subsets_ = subsets_;
    for (auto& members : plan.subsets_)
        clear_beyond(members, plan.frame_bits_);
    return plan;
}

void Plan::permute(std::span<std::uint64_t const> key, std::vector<std::uint64_t>& out) const {
    out.resize(key.size());
    for (std::size_t w = 0; w < out.size(); ++w) {
        std::uint32_t const* const from = order_.data() + 64 * w;
        std::size_t const live = std::min<std::size_t>(64, frame_bits_ - 64 * w);
        std::uint64_t word = 0;
        for (std::size_t i = live; i-- > 0;)
            word = word << 1 | (key[from[i] >> 6] >> (from[i] & 63) & 1);
        out[w] = word;
    }
}

} // namespace qkdes::cascade
