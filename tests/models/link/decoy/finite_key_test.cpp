// Known answers of the finite-key lengths, and properties. A sign, a swapped basis, a missing e^mu / p or 19 for 21 in
// any term moves the golden numbers (tried: gamma with 19 turns R1 red, delta with 21 turns R1 red).
#include "models/link/decoy/finite_key.hpp"

#include "models/link/binary_entropy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

std::uint64_t leak(SiftedCounts const& c, double f) {
    double const n = static_cast<double>(c.total_z());
    return static_cast<std::uint64_t>(f * n * binary_entropy(static_cast<double>(c.errors_z()) / n));
}

struct Golden {
    SourceParameters source;
    SiftedCounts counts;
};
Golden r1() {
    Golden g;
    g.source.intensities = {0.5, 0.2};
    g.source.probabilities = {0.7, 0.3};
    g.counts = {{8536023, 1463976}, {86196, 14998}, {105383, 18073}, {1064, 185}};
    return g;
}
Golden l1() {
    Golden g;
    g.source.intensities = {0.5, 0.1, 2e-4};
    g.source.probabilities = {0.7, 0.2, 0.1};
    g.counts = {{94581812, 5410079, 8107}, {955087, 56749, 1405}, {1167676, 66791, 100}, {11791, 700, 17}};
    return g;
}

TEST(FiniteKey, GoldenOneDecoyR1) {
    auto const [source, counts] = r1();
    EXPECT_EQ(leak(counts, 1.16), 946370u);
    auto const key = finite_key(source, counts, 1e-9, leak(counts, 1.16), std::log2(2 / 1e-15));
    EXPECT_EQ(key.vacuum, 0);
    EXPECT_NEAR(key.single_photon, 5571978.2, 0.05);
    EXPECT_NEAR(key.phase_error, 0.051651, 5e-7);
    EXPECT_EQ(key.secret, 2990707u);
}

TEST(FiniteKey, GoldenTwoDecoysL1) {
    auto const [source, counts] = l1();
    EXPECT_EQ(leak(counts, 1.16), 9473680u);
    auto const key = finite_key(source, counts, 1e-10, leak(counts, 1.16), std::log2(2 / 1e-15));
    EXPECT_NEAR(key.single_photon, 58724950.9, 0.05);
    EXPECT_NEAR(key.phase_error, 0.043269, 5e-7);
    EXPECT_EQ(key.secret, 34153700u);
}

TEST(FiniteKey, TooFewCountsGiveNothing) {
    auto golden = r1();
    for (auto* counts : {&golden.counts.n_z, &golden.counts.m_z, &golden.counts.n_x, &golden.counts.m_x})
        for (auto& n : *counts)
            n /= 1000;
    auto const key = finite_key(golden.source, golden.counts, 1e-9, leak(golden.counts, 1.16), 50);
    EXPECT_EQ(key.secret, 0u);
    EXPECT_EQ(finite_key(golden.source, {}, 1e-9, 0, 50).secret, 0u);
}

RC_GTEST_PROP(FiniteKey, BoundsStayInRange, ()) {
    auto const golden = *rc::gen::arbitrary<bool>() ? r1() : l1();
    SiftedCounts c;
    for (std::size_t k = 0; k < golden.source.intensities.size(); ++k) {
        c.n_z[k] = *rc::gen::inRange<std::uint64_t>(0, 10'000'000);
        c.m_z[k] = *rc::gen::inRange<std::uint64_t>(0, c.n_z[k] / 2 + 1);
        c.n_x[k] = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
        c.m_x[k] = *rc::gen::inRange<std::uint64_t>(0, c.n_x[k] / 2 + 1);
    }
    auto const key = finite_key(golden.source, c, 1e-9, leak(c, 1.1), 50);
    RC_ASSERT(key.vacuum >= 0 && key.single_photon >= 0);
    RC_ASSERT(key.phase_error >= 0 && key.phase_error <= 0.5);
}

// More errors in X, a larger leak or a stricter security never lengthen the key.
RC_GTEST_PROP(FiniteKey, WorseNeverLengthens, (bool one)) {
    auto golden = one ? r1() : l1();
    auto const before = finite_key(golden.source, golden.counts, 1e-9, 900'000, 50).secret;
    auto const more = *rc::gen::inRange<std::uint64_t>(0, 2000);
    RC_ASSERT(finite_key(golden.source, golden.counts, 1e-9, 900'000 + more, 50).secret + more >= before);
    RC_ASSERT(finite_key(golden.source, golden.counts, 1e-9, 900'000 + more, 50).secret <= before);
    RC_ASSERT(finite_key(golden.source, golden.counts, 1e-12, 900'000, 50).secret < before);
    // The papers' upper bound grows with the errors of the brighter of the two intensities it compares.
    golden.counts.m_x[one ? 0 : 1] += more;
    RC_ASSERT(finite_key(golden.source, golden.counts, 1e-9, 900'000, 50).secret <= before);
}

} // namespace
} // namespace qkdes
