#include "models/link/decoy/photon_sampler.hpp"

#include "models/link/decoy/block_gathering.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/log_batch.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace qkdes {
PhotonSampler::PhotonSampler(DecoyBb84Parameters const& p, std::span<ConditionStep const> conditions, std::uint64_t end,
                             RngStream rng)
    : parameters_{p}, conditions_{conditions.begin(), conditions.end()}, rng_{rng}, end_{end},
      passive_{p.receiver.basis_choice == BasisChoice::passive}, all_{passive_ ? 15u : 3u}, dead_{dead_gates(p)},
      afterpulse_{p.receiver.afterpulse_probability}, decay_{static_cast<double>(p.receiver.afterpulse_decay.count()) *
                                                             1e-9 * p.source.clock.value} {
    QKDES_EXPECTS(!conditions.empty());
    each_ = p.receiver.dead_time_mode == DeadTimeMode::each && dead_ > 0;
    enter_step(0);
}

void PhotonSampler::refill_words() {
    rng_.fill(std::span<std::uint64_t>{words_});
    next_word_ = 0;
}

void PhotonSampler::refill_logs() {
    std::array<std::uint64_t, kBatch> draws;
    rng_.fill(std::span<std::uint64_t>{draws});
    log_uniform(draws, logs_);
    next_log_ = 0;
}

void PhotonSampler::enter_step(std::size_t step) {
    step_ = step;
    step_end_ = step + 1 < conditions_.size()
                    ? std::min(end_, first_pulse_at(conditions_[step + 1].from, parameters_.source.clock))
                    : end_;
    pulse_ = std::make_unique<PulseDistribution>(parameters_, conditions_[step]);
    for (auto& t : tables_)
        t.reset();
}

PhotonSampler::LiveTable& PhotonSampler::table(unsigned live) {
    if (!tables_[live]) {
        auto built = std::make_unique<LiveTable>();
        double const q = pulse_->click_probability(live);
        built->never = q <= 0;
        if (!built->never) {
            built->gap_factor = q >= 1 ? 0 : 1 / portable_log1p(-q);
            auto const cells = pulse_->outcomes(live);
            std::vector<std::pair<std::uint16_t, double>> outcomes;
            for (unsigned i = 0; i < PulseOutcome::kStates; ++i)
                if (cells[i] > 0 && PulseOutcome{i}.clicks() != 0)
                    outcomes.emplace_back(static_cast<std::uint16_t>(i), cells[i]);
            built->given_click = AliasTable{outcomes};
        }
        tables_[live] = std::move(built);
    }
    return *tables_[live];
}

void PhotonSampler::build_release(LiveTable& built, unsigned live) {
    auto const cells = pulse_->outcomes(live);
    std::vector<std::pair<std::uint16_t, double>> outcomes;
    for (unsigned i = 0; i < PulseOutcome::kStates; ++i)
        if (cells[i] > 0) outcomes.emplace_back(static_cast<std::uint16_t>(i), cells[i]);
    built.at_release = AliasTable{outcomes};
}

Detection PhotonSampler::detection(std::uint64_t pulse, PulseOutcome outcome, unsigned live, bool afterpulse) {
    unsigned clicks = outcome.clicks();
    if (std::popcount(clicks) > 1) {
        // The n-th of them, n uniform: drop n lowest bits. 32 bits of a draw leave a bias below 2^-30.
        auto n = static_cast<unsigned>((draw() >> 32) * static_cast<unsigned>(std::popcount(clicks)) >> 32);
        for (; n > 0; --n)
            clicks &= clicks - 1;
    }
    auto const detector = static_cast<std::uint8_t>(std::countr_zero(clicks));
    return {pulse,      outcome,
            detector,   live == all_,
            afterpulse, static_cast<std::uint8_t>(passive_ ? detector >> 1 : unsigned{outcome.modulator_x()})};
}

std::size_t PhotonSampler::sample(std::span<Detection> out) {
    return each_ || afterpulse_ > 0 ? sample_with_memory(out) : sample_plain(out);
}

/// No carriers, and dead time blanks all detectors at once: every detection is followed by the same state.
std::size_t PhotonSampler::sample_plain(std::span<Detection> out) {
    std::size_t made = 0;
    while (made < out.size() && now_ < end_) {
        LiveTable const& live = table(all_);
        std::size_t const before = made;
        while (made < out.size() && !live.never) {
            double const gap = draw_log() * live.gap_factor;
            if (gap >= static_cast<double>(step_end_) - static_cast<double>(now_)) break;
            std::uint64_t const at = now_ + static_cast<std::uint64_t>(gap);
            if (at >= step_end_) break;
            out[made++] = detection(at, PulseOutcome{live.given_click.pick(draw())}, all_, false);
            now_ = at + 1 + dead_;
            if (now_ >= step_end_) break;
        }
        if (made == out.size()) break;
        // The step ended, perhaps within a dead time.
        now_ = std::max(now_, step_end_);
        if (made == before && step_ + 1 >= conditions_.size()) break;
        while (now_ >= step_end_ && step_ + 1 < conditions_.size() && now_ < end_)
            enter_step(step_ + 1);
    }
    return made;
}

void PhotonSampler::blank(Detection const& click) {
    std::uint64_t const back = click.pulse + 1 + dead_;
    for (unsigned d = 0; d < 4; ++d) {
        bool const clicked = click.outcome.clicks() >> d & 1;
        if (clicked || !each_) live_from_[d] = back;
        if (!clicked || afterpulse_ <= 0) continue;
        double const u = open_uniform(draw());
        if (u >= afterpulse_) continue;
        // Given that u < p, u / p is uniform again: the same draw gives the release time.
        double const wait = -portable_log(u / afterpulse_) * decay_;
        if (wait > 0x1p60) continue;
        carriers_.push_back({click.pulse + 1 + static_cast<std::uint64_t>(wait), d});
        std::push_heap(carriers_.begin(), carriers_.end(), std::greater<>{});
    }
}

std::size_t PhotonSampler::sample_with_memory(std::span<Detection> out) {
    std::size_t made = 0;
    while (made < out.size() && now_ < end_) {
        if (now_ >= step_end_) {
            enter_step(step_ + 1);
            continue;
        }
        // Who is live now, and until when that lasts.
        unsigned live = 0, released = 0;
        std::uint64_t until = step_end_;
        for (unsigned d = 0; d < (passive_ ? 4u : 2u); ++d) {
            if (live_from_[d] <= now_)
                live |= 1u << d;
            else
                until = std::min(until, live_from_[d]);
        }
        while (!carriers_.empty() && carriers_.front().pulse <= now_) {
            if (carriers_.front().pulse == now_) released |= 1u << carriers_.front().detector;
            std::pop_heap(carriers_.begin(), carriers_.end(), std::greater<>{});
            carriers_.pop_back();
        }
        if (!carriers_.empty()) until = std::min(until, carriers_.front().pulse);
        if (live == 0) {
            now_ = until;
            continue;
        }
        LiveTable& chances = table(live);
        if (released & live) {
            if (chances.at_release.empty()) build_release(chances, live);
            auto const light = PulseOutcome{chances.at_release.pick(draw())};
            out[made] = detection(now_, light.with_clicks(released & live), live, true);
        } else {
            double const gap = chances.never ? 0x1p62 : draw_log() * chances.gap_factor;
            if (gap >= static_cast<double>(until - now_)) {
                now_ = until;
                continue;
            }
            out[made] = detection(now_ + static_cast<std::uint64_t>(gap),
                                  PulseOutcome{chances.given_click.pick(draw())}, live, false);
        }
        blank(out[made]);
        now_ = out[made++].pulse + 1;
    }
    return made;
}

} // namespace qkdes
