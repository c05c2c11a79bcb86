#include "models/link/entangled/coincidence_matcher.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace qkdes {
namespace {

constexpr double kMemory = 1 - 1.0 / 4096; ///< weight of a point against the next one
constexpr unsigned kRefitEvery = 32;
constexpr double kMilliseconds = 1e-9; ///< of a picosecond: keeps the sums' magnitudes alike

} // namespace

void PeakTracker::add(std::int64_t time_ps, double difference) {
    double const t = static_cast<double>(time_ps - fit_.when) * kMilliseconds;
    double const off = difference - fit_(time_ps);
    n_ = n_ * kMemory + 1;
    t_ = t_ * kMemory + t;
    d_ = d_ * kMemory + off;
    tt_ = tt_ * kMemory + t * t;
    td_ = td_ * kMemory + t * off;
    if (++since_fit_ < kRefitEvery) return;
    since_fit_ = 0;
    double const spread = n_ * tt_ - t_ * t_;
    if (spread <= 0) return;
    double const slope = (n_ * td_ - t_ * d_) / spread, level = (d_ - slope * t_) / n_;
    // The new line, its origin at the newest point; the sums are carried over to it.
    d_ -= level * n_ + slope * t_;
    td_ -= level * t_ + slope * tt_;
    tt_ += t * (t * n_ - 2 * t_);
    td_ -= t * d_;
    t_ -= t * n_;
    fit_.at = fit_(time_ps) + level + slope * t;
    fit_.drift += slope * kMilliseconds;
    fit_.when = time_ps;
}

bool CoincidenceMatcher::search() {
    while (!gave_up_ && tried_ * 2 <= alice_.size()) {
        std::size_t const tags = tried_ * 2;
        std::span<TimeTag const> const first{alice_.data(), tags};
        double const until = static_cast<double>(first.back().time_ps()) * 1e-12;
        double const bob_rate =
            static_cast<double>(bob_.size()) / (static_cast<double>(alice_.back().time_ps()) * 1e-12);
        gave_up_ = tags > kMostSearchTags ||
                   search_work(static_cast<double>(tags), bob_rate, until, clocks_) > kMostSearchWork;
        if (gave_up_) break;
        tried_ = tags;
        if (auto const found = search_clocks(first, bob_, clocks_)) {
            tracker_ = PeakTracker{found->fit};
            for (auto const& point : found->points)
                tracker_.add(point.time_ps, point.difference);
            return locked_ = true;
        }
    }
    gave_up_ = gave_up_ || bob_.size() > kMostSearchTags;
    return false;
}

void CoincidenceMatcher::forget_used() {
    auto const drop = [](std::vector<TimeTag>& tags, std::size_t& next) {
        if (next < tags.size() / 2) return;
        tags.erase(tags.begin(), tags.begin() + static_cast<std::ptrdiff_t>(next));
        next = 0;
    };
    drop(alice_, next_a_);
    drop(bob_, next_b_);
}

void CoincidenceMatcher::match(std::vector<Coincidence>& out) {
    if (!locked_ && !search()) return;
    std::size_t i = next_a_, j = next_b_;
    std::size_t const all_a = alice_.size(), all_b = bob_.size();
    while (i < all_a && j < all_b) {
        std::int64_t const a = alice_[i].time_ps(), b = bob_[j].time_ps();
        double const off = static_cast<double>(b - a) - tracker_.fit()(a);
        if (off > half_) {
            if (off <= reach_) tracker_.add(a, static_cast<double>(b - a));
            ++i;
        } else if (off < -half_) {
            if (off >= -reach_) tracker_.add(a, static_cast<double>(b - a));
            ++j;
        } else {
            out.push_back({a, alice_[i], bob_[j]});
            tracker_.add(a, static_cast<double>(b - a));
            ++i;
            ++j;
        }
    }
    next_a_ = i;
    next_b_ = j;
    forget_used();
}

} // namespace qkdes
