#include "models/postprocessing/cv/reconciliation.hpp"

#include "models/postprocessing/cv/met_code.hpp"
#include "models/postprocessing/cv/modular_slices.hpp"
#include "models/postprocessing/cv/octonion_rotation.hpp"
#include "models/postprocessing/cv/reconciliation_cost.hpp"
#include "models/postprocessing/cv/reconciliation_plan.hpp"
#include "models/postprocessing/cv/syndrome_decoder.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <cmath>

namespace qkdes {

double CvChannelEstimate::capacity() const { return 0.5 * std::log2(1 + snr()); }

CvReconciliationMethod cv_method_for(double snr) {
    return snr < 0.6 ? CvReconciliationMethod::rotation : CvReconciliationMethod::slices;
}

namespace {

using cv::MetCode;
using cv::SyndromeDecoder;
using Symbols = std::span<float const>;

/// One frame's two strings; `found` false when Alice has to give it up.
struct Frame {
    Bits alice, bob;
    bool found = true;
    std::uint64_t iterations = 0;
};

/// Bob's bits under a syndrome, and Alice's attempt at them.
void correct(Frame& frame, MetCode const& code, SyndromeDecoder& decoder, std::span<std::int16_t const> channel,
             Bits const& bob, unsigned max_iterations) {
    auto const outcome = decoder.decode(channel, syndrome_of(code, bob), max_iterations);
    frame.iterations += outcome.iterations;
    frame.found = outcome.found;
    frame.alice.append(outcome.word);
    frame.bob.append(bob);
}

class RotationReconciler {
  public:
    RotationReconciler(cv::ReconciliationPlan const& plan, CvReconciliationParameters const& p)
        : p_{p}, scale_{plan.scale}, code_{make_met_code(plan.shapes[0])}, decoder_{code_, plan.scale},
          channel_(code_.length()) {}

    Frame frame(Symbols alice, Symbols bob, RngStream& secret) {
        Bits u{bob.size()};
        secret.fill(u.mutable_words()); // frames are whole words
        auto const messages = cv::rotate_to_bits(bob, u);
        cv::channel_values(alice, messages, p_.channel, scale_, channel_);
        Frame out;
        correct(out, code_, decoder_, channel_, u, p_.max_iterations);
        return out;
    }

  private:
    CvReconciliationParameters const& p_;
    unsigned scale_;
    MetCode code_;
    SyndromeDecoder decoder_;
    std::vector<std::int16_t> channel_;
};

class SliceReconciler {
  public:
    SliceReconciler(cv::ReconciliationPlan const& plan, CvReconciliationParameters const& p)
        : p_{p}, levels_{plan.levels}, scale_{plan.scale} {
        codes_.reserve(plan.shapes.size()); // decoders keep references
        for (std::size_t l = 0; l < plan.shapes.size(); ++l) {
            codes_.push_back(l < 2 ? make_met_code(plan.shapes[l]) : make_thin_code(plan.shapes[l]));
            decoders_.emplace_back(codes_.back(), plan.scale);
        }
        channel_.resize(plan.frame_symbols());
    }

    Frame frame(Symbols alice, Symbols bob, RngStream&) {
        cv::SlicedSymbols const sliced = cv::slice(bob, p_.channel, levels_);
        cv::SliceReader reader{alice, sliced.place, p_.channel, scale_};
        Frame out;
        for (unsigned level = 0; level < levels_ && out.found; ++level) {
            reader.channel_values(level, channel_);
            Bits const bits = level_bits(sliced, level);
            if (level < codes_.size())
                correct(out, codes_[level], decoders_[level], channel_, bits, p_.max_iterations);
            else {
                out.alice.append(signs());
                out.bob.append(bits);
            }
            if (level + 1 < levels_) reader.decide(level, out.alice.slice(level * bits.size(), bits.size()));
        }
        return out;
    }

  private:
    static Bits level_bits(cv::SlicedSymbols const& sliced, unsigned level) {
        Bits bits{sliced.cells.size()};
        auto const words = bits.mutable_words();
        for (std::size_t i = 0; i < sliced.cells.size(); ++i)
            words[i / 64] |= std::uint64_t{sliced.cells[i] >> level & 1u} << (i % 64);
        return bits;
    }
    Bits signs() const {
        Bits bits{channel_.size()};
        for (std::size_t i = 0; i < channel_.size(); ++i)
            if (channel_[i] < 0) bits.flip(i);
        return bits;
    }

    CvReconciliationParameters const& p_;
    unsigned levels_, scale_;
    std::vector<MetCode> codes_;
    std::vector<SyndromeDecoder> decoders_;
    std::vector<std::int16_t> channel_;
};

template <class Reconciler>
CvReconciliationResult run(Symbols alice, Symbols bob, CvReconciliationParameters const& p,
                           cv::ReconciliationPlan const& plan, std::uint64_t private_seed) {
    CvReconciliationResult result;
    std::size_t const n = plan.frame_symbols();
    result.frame_symbols = n;
    result.beta = plan.beta(p.channel.capacity());
    result.unused_symbols = alice.size() % n;
    Reconciler reconciler{plan, p};
    for (std::size_t from = 0; from + n <= alice.size(); from += n) {
        RngStream secret{private_seed, "cv/private", result.frames++};
        Frame const frame = reconciler.frame(alice.subspan(from, n), bob.subspan(from, n), secret);
        result.iterations += frame.iterations;
        if (!frame.found) {
            ++result.failed_frames;
            continue;
        }
        result.alice.append(frame.alice);
        result.bob.append(frame.bob);
        result.symbols += n;
        result.leaked += plan.leaked();
        result.raw_entropy += plan.raw_entropy();
    }
    return result;
}

} // namespace

CvReconciliationResult reconcile_reverse(Symbols alice, Symbols bob, CvReconciliationParameters const& parameters,
                                         std::uint64_t private_seed) {
    QKDES_EXPECTS(alice.size() == bob.size());
    CvReconciliationParameters const p = cv::filled_in(parameters);
    cv::ReconciliationPlan const plan = cv::make_plan(p);
    if (p.method == CvReconciliationMethod::rotation) return run<RotationReconciler>(alice, bob, p, plan, private_seed);
    return run<SliceReconciler>(alice, bob, p, plan, private_seed);
}

} // namespace qkdes
