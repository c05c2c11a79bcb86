#include "sim/kme/shares/secret_sharing.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/shares/gf256.hpp"

#include <algorithm>

namespace qkdes {

namespace {

std::uint8_t times(std::uint8_t a, std::uint8_t b) { return gf256_multiply(a, b); }
std::uint8_t plus(std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); }

bool all_different(std::span<SharePoint const> points) {
    std::vector<bool> seen(256);
    for (auto const& point : points) {
        if (point.x == 0 || seen[point.x]) return false;
        seen[point.x] = true;
    }
    return true;
}

/// Connections of the shortest register that produces the sequence (J. L. Massey, IEEE Trans. Inf. Theory 15, 122
/// (1969)): 1 first; its degree may be below its length, which tells that no error pattern fits.
struct Register {
    std::vector<std::uint8_t> connections{1};
    std::size_t length = 0;
};

Register shortest_register(std::span<std::uint8_t const> sequence) {
    Register now;
    std::vector<std::uint8_t> before{1};
    std::size_t since = 1;
    std::uint8_t discrepancy_before = 1;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        std::uint8_t discrepancy = sequence[i];
        for (std::size_t j = 1; j <= now.length && j < now.connections.size(); ++j)
            discrepancy = plus(discrepancy, times(now.connections[j], sequence[i - j]));
        if (discrepancy == 0) {
            ++since;
            continue;
        }
        auto const saved = now.connections;
        std::uint8_t const factor = times(discrepancy, gf256_inverse(discrepancy_before));
        now.connections.resize(std::max(now.connections.size(), before.size() + since));
        for (std::size_t j = 0; j < before.size(); ++j)
            now.connections[j + since] = plus(now.connections[j + since], times(factor, before[j]));
        if (2 * now.length <= i) {
            now.length = i + 1 - now.length;
            before = saved;
            discrepancy_before = discrepancy;
            since = 1;
        } else {
            ++since;
        }
    }
    while (now.connections.size() > 1 && now.connections.back() == 0)
        now.connections.pop_back();
    return now;
}

std::uint8_t value_at(std::vector<std::uint8_t> const& polynomial, std::uint8_t x) {
    std::uint8_t value = 0;
    for (std::size_t i = polynomial.size(); i-- > 0;)
        value = plus(times(value, x), polynomial[i]);
    return value;
}

/// One row per syndrome, one column per byte: sum over points of v_i x_i^j y_i, with v_i = 1 / prod (x_i - x_l).
std::vector<std::vector<std::uint8_t>> syndromes(std::span<SharePoint const> points, std::size_t count) {
    std::vector<std::vector<std::uint8_t>> rows(count, std::vector<std::uint8_t>(points.front().y.size()));
    for (auto const& point : points) {
        std::uint8_t product = 1;
        for (auto const& other : points)
            if (other.x != point.x) product = times(product, plus(point.x, other.x));
        std::uint8_t factor = gf256_inverse(product);
        for (auto& row : rows) {
            gf256_multiply_add(row, point.y, factor);
            factor = times(factor, point.x);
        }
    }
    return rows;
}

} // namespace

std::vector<SharePoint> split_secret(std::span<std::uint8_t const> secret, std::uint8_t k, std::uint8_t n,
                                     Entropy& entropy) {
    QKDES_EXPECTS(k >= 1 && k <= n && !secret.empty());
    std::vector<SecretBytes> coefficients(k - 1u, SecretBytes{secret.size()});
    for (auto& coefficient : coefficients)
        entropy.fill(coefficient.mutable_view());
    std::vector<SharePoint> out;
    out.reserve(n);
    for (unsigned x = 1; x <= n; ++x) {
        SharePoint& share = out.emplace_back(SharePoint{static_cast<std::uint8_t>(x), SecretBytes{secret}});
        std::uint8_t power = 1;
        for (auto const& coefficient : coefficients) {
            power = times(power, share.x);
            gf256_multiply_add(share.y.mutable_view(), coefficient, power);
        }
    }
    return out;
}

SecretBytes interpolate(std::span<SharePoint const> points, std::uint8_t at) {
    QKDES_EXPECTS(!points.empty() && all_different(points));
    SecretBytes out{points.front().y.size()};
    for (auto const& point : points) {
        std::uint8_t above = 1, below = 1;
        for (auto const& other : points) {
            if (other.x == point.x) continue;
            above = times(above, plus(at, other.x));
            below = times(below, plus(point.x, other.x));
        }
        gf256_multiply_add(out.mutable_view(), point.y, times(above, gf256_inverse(below)));
    }
    return out;
}

std::optional<std::vector<std::size_t>> locate_errors(std::span<SharePoint const> points, std::uint8_t k) {
    QKDES_EXPECTS(k >= 1 && points.size() >= k && all_different(points));
    std::size_t const count = points.size() - k, most = count / 2;
    if (count == 0) return std::vector<std::size_t>{};
    auto const rows = syndromes(points, count);
    std::vector<bool> wrong(points.size());
    std::vector<std::uint8_t> sequence(count);
    for (std::size_t byte = 0; byte < points.front().y.size(); ++byte) {
        for (std::size_t j = 0; j < count; ++j)
            sequence[j] = rows[j][byte];
        Register const locator = shortest_register(sequence);
        if (locator.length > most || locator.connections.size() != locator.length + 1) return std::nullopt;
        std::size_t found = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (value_at(locator.connections, gf256_inverse(points[i].x)) != 0) continue;
            wrong[i] = true;
            ++found;
        }
        if (found != locator.length) return std::nullopt; // points elsewhere than the errors: there are more of them
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (wrong[i]) out.push_back(i);
    if (out.size() > most) return std::nullopt;
    return out;
}

} // namespace qkdes
