#include "models/link/cv/cv_symbols.hpp"

#include "models/link/cv/discrete_modulation.hpp"
#include "models/link/cv/normal_batch.hpp"
#include "models/postprocessing/estimation.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

std::uint64_t cv_revealed(CvParameters const& p, std::uint64_t symbols) {
    return static_cast<std::uint64_t>(std::floor(p.post.reveal * static_cast<double>(symbols)));
}

std::vector<CvStretch> cv_stretches(CvParameters const& p, std::span<ConditionStep const> conditions,
                                    std::uint64_t end) {
    std::vector<CvStretch> stretches;
    for (auto const& step : conditions) {
        double const first = std::ceil(seconds(step.from) * data_rate(p.source));
        if (first >= static_cast<double>(end) && !stretches.empty()) break;
        auto const channel = cv_channel(p, step);
        CvStretch stretch{.first = static_cast<std::uint64_t>(first),
                          .quadrature = cv_quadrature(p.receiver, channel.transmittance, channel.excess_noise),
                          .intercepted = channel.intercepted};
        stretch.intercept_noise = stretch.quadrature.gain * stretch.quadrature.gain * CvChannel::kInterceptNoise;
        if (!stretches.empty() && stretches.back().first == stretch.first) stretches.pop_back();
        stretches.push_back(stretch);
    }
    return stretches;
}

CvSymbols::CvSymbols(CvParameters const& parameters, std::span<ConditionStep const> conditions, std::uint64_t symbols,
                     std::uint64_t seed, std::string const& name, std::uint64_t index)
    : parameters_{parameters}, stretches_{cv_stretches(parameters, conditions, symbols)}, symbols_{symbols},
      per_symbol_{values_per_symbol(parameters.receiver)}, source_{seed, name + "/alice", index},
      noise_{seed, name + "/noise", index}, eve_{seed, name + "/eve", index}, public_{seed, name + "/reveal", index} {
    std::size_t const values = kCvChunk * per_symbol_;
    for (auto* buffer : {&alice_, &bob_})
        buffer->resize(values);
    if (parameters_.source.modulation == CvModulation::gaussian) return;
    auto const levels = qam_levels(parameters_.source);
    levels_ = levels.values;
    std::vector<std::pair<std::uint16_t, double>> outcomes;
    for (std::size_t i = 0; i < levels_.size(); ++i)
        outcomes.emplace_back(static_cast<std::uint16_t>(i), levels.probabilities[i]);
    level_picker_ = AliasTable{outcomes};
    draws_.resize(values);
}

void CvSymbols::draw_alice() {
    if (levels_.empty()) {
        fill_normal(source_, alice_);
        double const deviation = std::sqrt(parameters_.source.variance);
        for (double& x : alice_)
            x *= deviation;
        return;
    }
    source_.fill(std::span{draws_});
    for (std::size_t i = 0; i < alice_.size(); ++i)
        alice_[i] = levels_[level_picker_.pick(draws_[i])];
}

void CvSymbols::intercept(CvStretch const& stretch, std::size_t from, std::size_t to) {
    extra_.resize(alice_.size());
    fill_normal(eve_, extra_);
    double const deviation = std::sqrt(stretch.intercept_noise);
    for (std::size_t symbol = from; symbol < to; ++symbol)
        if (eve_.bernoulli(stretch.intercepted))
            for (std::size_t k = 0; k < per_symbol_; ++k)
                bob_[symbol * per_symbol_ + k] += deviation * extra_[symbol * per_symbol_ + k];
}

void CvSymbols::draw_noise() {
    fill_normal(noise_, bob_);
    for (std::size_t s = 0; s < stretches_.size(); ++s) {
        std::uint64_t const until = s + 1 < stretches_.size() ? stretches_[s + 1].first : symbols_;
        if (until <= begin_ || stretches_[s].first >= begin_ + size_) continue;
        auto const from = static_cast<std::size_t>(std::max(stretches_[s].first, begin_) - begin_);
        auto const to = static_cast<std::size_t>(std::min(until, begin_ + size_) - begin_);
        double const gain = stretches_[s].quadrature.gain, deviation = std::sqrt(stretches_[s].quadrature.noise);
        for (std::size_t i = from * per_symbol_; i < to * per_symbol_; ++i)
            bob_[i] = gain * alice_[i] + deviation * bob_[i];
        if (stretches_[s].intercepted > 0) intercept(stretches_[s], from, to);
    }
}

bool CvSymbols::next() {
    begin_ += size_;
    size_ = std::min(kCvChunk, symbols_ - begin_);
    if (size_ == 0) return false;
    draw_alice();
    draw_noise();
    revealed_ = Bits{};
    for (std::uint64_t at = begin_; at < begin_ + size_; at += kCvStratum) {
        std::uint64_t const end = std::min(at + kCvStratum, begin_ + size_);
        std::uint64_t const sample = cv_revealed(parameters_, end) - cv_revealed(parameters_, at);
        revealed_.append(choose_sample(end - at, std::min(sample, end - at), public_.next()));
    }
    return true;
}

} // namespace qkdes
