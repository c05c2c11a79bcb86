#include "sim/look/report/layout.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes::look {

namespace {

void fit(std::vector<Point>& points) {
    if (points.empty()) return;
    auto const [left, right] = std::ranges::minmax(points, {}, &Point::x);
    auto const [low, high] = std::ranges::minmax(points, {}, &Point::y);
    double const size = std::max({right.x - left.x, high.y - low.y, 1e-9});
    double const x0 = left.x, y0 = low.y;
    for (auto& p : points)
        p = {(p.x - x0) / size, (p.y - y0) / size};
}

} // namespace

std::vector<Point> spring_layout(std::size_t nodes, std::vector<std::pair<std::size_t, std::size_t>> const& links) {
    std::vector<Point> at(nodes), push(nodes);
    for (std::size_t i = 0; i < nodes; ++i) {
        // Not quite a circle: a perfect one holds mirror images in balance.
        double const angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(nodes);
        double const radius = 0.5 + 0.02 * std::sin(7.0 * static_cast<double>(i));
        at[i] = {radius * std::cos(angle), radius * std::sin(angle)};
    }
    if (nodes > 2 && nodes <= kSprings) {
        double const k = 1 / std::sqrt(static_cast<double>(nodes));
        int const rounds = nodes <= 200 ? 400 : 120;
        for (int round = 0; round < rounds; ++round) {
            std::ranges::fill(push, Point{});
            for (std::size_t i = 0; i < nodes; ++i)
                for (std::size_t j = i + 1; j < nodes; ++j) {
                    double const dx = at[i].x - at[j].x, dy = at[i].y - at[j].y;
                    double const square = std::max(dx * dx + dy * dy, 1e-9);
                    double const force = k * k / square;
                    push[i].x += dx * force, push[i].y += dy * force;
                    push[j].x -= dx * force, push[j].y -= dy * force;
                }
            for (auto const& [a, b] : links) {
                if (a >= nodes || b >= nodes || a == b) continue;
                double const dx = at[a].x - at[b].x, dy = at[a].y - at[b].y;
                double const force = std::sqrt(dx * dx + dy * dy) / k;
                push[a].x -= dx * force, push[a].y -= dy * force;
                push[b].x += dx * force, push[b].y += dy * force;
            }
            double const heat = 0.1 * (1 - static_cast<double>(round) / rounds);
            for (std::size_t i = 0; i < nodes; ++i) {
                // Weak pull to the middle, so that parts without links between them stay near.
                push[i].x -= 0.3 * at[i].x, push[i].y -= 0.3 * at[i].y;
                double const length = std::max(std::sqrt(push[i].x * push[i].x + push[i].y * push[i].y), 1e-9);
                double const step = std::min(length, heat) / length;
                at[i].x += push[i].x * step, at[i].y += push[i].y * step;
            }
        }
    }
    fit(at);
    return at;
}

} // namespace qkdes::look
