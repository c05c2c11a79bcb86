#include "models/link/entangled/tag_source.hpp"

#include "models/link/log_batch.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {
namespace {

constexpr double kChunkTags = 32'768;
constexpr double kLongestChunk = 1e13; ///< ps
constexpr std::int64_t kLongest = std::int64_t{6} * 86'400 * 1'000'000'000'000;
constexpr double kSigmaOfWidth = 0x1.b2da4e9808a53p-2; ///< 1 / (2 sqrt(2 ln 2))

std::int64_t picoseconds(SimDuration t) {
    return t.count() > kLongest / 1'000 ? kLongest : static_cast<std::int64_t>(t.count()) * 1'000;
}

AliasTable noise_table(std::array<double, 3> const& settings) {
    std::vector<std::pair<std::uint16_t, double>> channels;
    for (unsigned s = 0; s < 3; ++s)
        for (unsigned bit = 0; bit < 2; ++bit)
            if (settings[s] > 0) channels.emplace_back(static_cast<std::uint16_t>(TagChannel::of(s, bit)), settings[s]);
    return AliasTable{channels};
}

} // namespace

double nominal_shift_ps(EntangledParameters const& p) {
    constexpr double light_km_per_ps = 299'792.458e-12;
    return (1 - 2 * p.source.position) * p.fibre.length.value * p.fibre.group_index / light_km_per_ps;
}

void fill_words(RngStream& rng, std::span<std::uint64_t> out) { rng.fill(out); }

void fill_logs(RngStream& rng, std::span<double> out) {
    std::array<std::uint64_t, 1024> draws;
    QKDES_EXPECTS(out.size() <= draws.size());
    rng.fill(std::span{draws}.first(out.size()));
    log_uniform(std::span{draws}.first(out.size()), out);
}

// The three kinds of numbers come from streams of their own, named by draws of the given one.
TagSource::TagSource(EntangledParameters const& p, std::span<ConditionStep const> conditions, SimDuration end,
                     RngStream rng)
    : parameters_{p}, conditions_{conditions.begin(), conditions.end()}, logs_{RngStream{rng.next(), "gaps"}},
      words_{RngStream{rng.next(), "words"}}, normals_{RngStream{rng.next(), "normals"}}, end_{picoseconds(end)} {
    QKDES_EXPECTS(!conditions.empty());
    alice_.sigma = p.alice.jitter_ps * kSigmaOfWidth;
    bob_.sigma = p.bob.jitter_ps * kSigmaOfWidth;
    share_a_ = p.source.position;
    offset_ = nominal_shift_ps(p) + static_cast<double>(picoseconds(p.timing.clock_offset));
    drift_ = p.timing.clock_drift_ppb * 1e-9;
    enter_step(0);
}

void TagSource::enter_step(std::size_t step) {
    step_ = step;
    step_end_ = step + 1 < conditions_.size() ? picoseconds(conditions_[step + 1].from) : 2 * kLongest;
    light_ = light_model(parameters_, conditions_[step]);
    if (!light_.outcomes.empty()) outcomes_ = AliasTable{light_.outcomes};
    noise_a_ = noise_table(light_.noise_settings_a);
    noise_b_ = noise_table(light_.noise_settings_b);
    dispersion_ = light_.dispersion_ps * kSigmaOfWidth;
    double const lit = light_.events * (light_.pulsed ? light_.emitted : 1);
    double const busiest = std::max(light_.noise_a, light_.noise_b) + lit;
    chunk_ = std::max(1.0, std::floor(std::min(kLongestChunk, kChunkTags / busiest * 1e12)));
}

void TagSource::make_light(double length) {
    alice_.lit.clear();
    bob_.lit.clear();
    if (light_.events <= 0) return;
    // Gaps between events: exponential in ps, or geometric in pulses.
    bool const pulsed = light_.pulsed;
    double const period = 1e12 / light_.emitted;
    double const factor = pulsed ? (light_.events < 1 ? 1 / portable_log1p(-light_.events) : 0) : -1e12 / light_.events;
    double const first = pulsed ? std::ceil(static_cast<double>(now_) / period) : 0; // pulse of the chunk
    double const start = pulsed ? first * period - static_cast<double>(now_) : 0;
    double pulse = 0, at = 0;
    for (;;) {
        double const gap = logs_.next() * factor;
        if (pulsed) {
            pulse += std::floor(gap);
            at = start + pulse * period;
            pulse += 1;
        } else {
            at += gap;
        }
        if (at >= length) return;
        unsigned const code = outcomes_.pick(words_.next()), a = code & 7, b = code >> 3;
        double const dispersed = dispersion_ > 0 ? dispersion_ * normals_.next() : 0;
        auto const add = [&](End& end, double late, unsigned channel) {
            double const seen = at + late + (end.sigma > 0 ? end.sigma * normals_.next() : 0);
            // Nearly in order already: each moves past few others, if any.
            Click click{std::clamp(seen, 0.0, length - 0.5), channel};
            end.lit.push_back(click);
            auto i = end.lit.size() - 1;
            for (; i > 0 && end.lit[i - 1].at > click.at; --i)
                end.lit[i] = end.lit[i - 1];
            end.lit[i] = click;
        };
        bool const both = a != TagChannel::kNone && b != TagChannel::kNone;
        if (a != TagChannel::kNone) add(alice_, share_a_ * dispersed, a | (both ? 8u : 0u));
        if (b != TagChannel::kNone) add(bob_, (share_a_ - 1) * dispersed, b | (both ? 8u : 0u));
    }
}

void TagSource::make_noise(double rate, AliasTable const& channels, std::vector<Click>& into, double length) {
    into.clear();
    if (rate <= 0) return;
    double const mean = 1e12 / rate;
    double at = -mean * logs_.next();
    while (at < length) {
        // One word does for two tags: 32 bits pick a channel to within 2^-29.
        std::uint64_t const word = words_.next();
        into.push_back({at, channels.pick(word)});
        at -= mean * logs_.next();
        if (at >= length) return;
        into.push_back({at, channels.pick(word << 32)});
        at -= mean * logs_.next();
    }
}

void TagSource::register_tags(End& end, std::int64_t dead, bool is_bob, std::vector<TimeTag>& out) {
    Click const last{std::numeric_limits<double>::infinity(), 0};
    end.lit.push_back(last);
    end.noise.push_back(last);
    std::size_t const total = end.lit.size() + end.noise.size() - 2;
    std::size_t const before = out.size();
    out.resize(before + total);
    TimeTag* to = out.data() + before;
    Click const *lit = end.lit.data(), *noise = end.noise.data();
    std::int64_t live_from = end.live_from;
    for (std::size_t n = 0; n < total; ++n) {
        Click const click = lit->at < noise->at ? *lit++ : *noise++;
        std::int64_t const at = now_ + static_cast<std::int64_t>(click.at);
        std::int64_t const shown = is_bob ? at + static_cast<std::int64_t>(bob_shift_ps(static_cast<double>(at))) : at;
        *to = TimeTag::make(shown, click.channel & 7, click.channel & 8);
        bool const live = at >= live_from && at < end_;
        to += live;
        live_from = live ? at + dead : live_from;
    }
    end.live_from = live_from;
    out.resize(static_cast<std::size_t>(to - out.data()));
}

bool TagSource::next(std::vector<TimeTag>& alice, std::vector<TimeTag>& bob) {
    while (now_ >= step_end_)
        enter_step(step_ + 1);
    if (now_ >= end_) return false;
    // A chunk is as long as it is, whatever the end: a block must not depend on when it would be cut off.
    double const length = std::min(chunk_, static_cast<double>(step_end_ - now_));
    make_light(length);
    make_noise(light_.noise_a, noise_a_, alice_.noise, length);
    make_noise(light_.noise_b, noise_b_, bob_.noise, length);
    register_tags(alice_, picoseconds(parameters_.alice.dead_time), false, alice);
    register_tags(bob_, picoseconds(parameters_.bob.dead_time), true, bob);
    now_ += static_cast<std::int64_t>(length);
    return true;
}

} // namespace qkdes
