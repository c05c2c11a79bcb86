#include "sim/study/key_rates.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/moments.hpp"

#include <cmath>

namespace qkdes {

RateCell rate_cell(std::span<Answer const> answers, double bits_per_request) {
    std::vector<double> rates;
    for (auto const& answer : answers)
        if (answer.has_key) rates.push_back(bits_per_request / seconds(answer.answered));
    if (rates.empty()) return {};
    auto const m = moments(rates);
    return {m.mean, m.deviation, rates.size()};
}

double row_mean(RateTable const& table, std::size_t row, bool (*leave_out)(std::size_t, std::size_t)) {
    double sum = 0, count = 0;
    for (std::size_t to = 0; to < table.size(); ++to) {
        if (table[row][to].requests == 0 || leave_out(row, to)) continue;
        sum += table[row][to].mean;
        ++count;
    }
    return sum / count;
}

Estimate hop_slope(RateTable const& table, double bits, bool (*leave_out)(std::size_t, std::size_t)) {
    struct Cell {
        double hops, ms, weight;
    };
    double xx = 0, xy = 0, yy = 0, cells = 0;
    for (std::size_t from = 0; from < table.size(); ++from) {
        std::vector<Cell> row;
        double weight = 0, hops = 0, ms = 0;
        for (std::size_t to = 0; to < table.size(); ++to) {
            auto const& cell = table[from][to];
            if (cell.requests < 2 || leave_out(from, to)) continue;
            double const time = bits / cell.mean * 1e3;
            double const error = time * cell.deviation / cell.mean / std::sqrt(static_cast<double>(cell.requests));
            QKDES_EXPECTS(error > 0);
            row.push_back({std::abs(static_cast<double>(from) - static_cast<double>(to)), time, 1 / (error * error)});
        }
        for (auto const& c : row) {
            weight += c.weight;
            hops += c.weight * c.hops;
            ms += c.weight * c.ms;
        }
        for (auto const& c : row) {
            double const x = c.hops - hops / weight, y = c.ms - ms / weight;
            xx += c.weight * x * x;
            xy += c.weight * x * y;
            yy += c.weight * y * y;
        }
        if (!row.empty()) cells += static_cast<double>(row.size()) - 1;
    }
    QKDES_EXPECTS(cells > 1 && xx > 0);
    double const slope = xy / xx, error = std::sqrt(std::max(0.0, yy - slope * xy) / (cells - 1) / xx);
    constexpr double kNormal95 = 1.96; // some forty degrees of freedom
    return {slope, slope - kNormal95 * error, slope + kNormal95 * error, static_cast<std::size_t>(cells) + 1};
}

} // namespace qkdes
