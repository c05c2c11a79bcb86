#include "models/postprocessing/ldpc/code.hpp"

#include "tests/models/postprocessing/random_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace qkdes::ldpc {
namespace {

std::uint32_t shift_in(Code const& code, std::uint32_t r, std::uint32_t c) {
    for (Edge const edge : code.row(r))
        if (edge.column == c) return edge.shift;
    return ~0u;
}

/// Pairs of rows and pairs of columns whose four circulants close a cycle of length four.
std::uint64_t four_cycles(Code const& code) {
    std::uint64_t cycles = 0;
    for (std::uint32_t a = 0; a < code.rows(); ++a)
        for (std::uint32_t b = a + 1; b < code.rows(); ++b) {
            std::map<std::uint32_t, std::uint64_t> differences;
            for (Edge const edge : code.row(a))
                if (std::uint32_t const other = shift_in(code, b, edge.column); other != ~0u)
                    cycles += differences[(edge.shift + code.lift() - other) % code.lift()]++;
        }
    return cycles;
}

// Mutation: without the cost of four-cycles in Growth::best_shift, dozens appear.
TEST(LdpcCode, NoFourCyclesWhereRowsAreNotCrowded) {
    for (double const ratio : {0.16, 0.22, 0.32, 0.45, 0.57}) {
        auto const rows = static_cast<std::uint32_t>(392 * ratio);
        Code const code{392, rows, 256, profile_for(ratio), 1};
        EXPECT_EQ(four_cycles(code), 0u) << ratio;
    }
}

TEST(LdpcCode, DegreesAreTheProfiles) {
    DegreeProfile const profile = profile_for(0.22);
    Code const code{400, 88, 256, profile, 1};
    std::vector<std::uint32_t> degree(400);
    std::uint32_t fewest = ~0u, most = 0;
    for (std::uint32_t r = 0; r < code.rows(); ++r) {
        std::set<std::uint32_t> distinct;
        for (Edge const edge : code.row(r)) {
            ++degree[edge.column];
            EXPECT_LT(edge.shift, 256u);
            EXPECT_TRUE(distinct.insert(edge.column).second);
        }
        fewest = std::min(fewest, static_cast<std::uint32_t>(code.row(r).size()));
        most = std::max(most, static_cast<std::uint32_t>(code.row(r).size()));
    }
    auto const share = [&](std::uint32_t d) {
        return static_cast<double>(std::count(degree.begin(), degree.end(), d)) / 400;
    };
    EXPECT_NEAR(share(2), profile.two, 0.002);
    EXPECT_NEAR(share(3), profile.three, 0.002);
    EXPECT_NEAR(share(profile.middle), profile.middle_share, 0.002);
    EXPECT_EQ(degree[0], 3u);
    EXPECT_LE(most - fewest, 2u) << "checks of much different size decode worse";
}

// Columns of degree 2 must not close a cycle among themselves: their words would have two bits in error per check.
TEST(LdpcCode, ColumnsOfDegreeTwoFormNoCycle) {
    Code const code{400, 180, 256, profile_for(0.45), 1};
    std::map<std::uint32_t, std::vector<std::uint32_t>> rows_of;
    for (std::uint32_t r = 0; r < code.rows(); ++r)
        for (Edge const edge : code.row(r))
            rows_of[edge.column].push_back(r);
    std::vector<std::uint32_t> root(code.rows());
    for (std::uint32_t r = 0; r < root.size(); ++r)
        root[r] = r;
    auto const find = [&](std::uint32_t r) {
        while (root[r] != r)
            r = root[r];
        return r;
    };
    unsigned links = 0;
    for (auto const& [column, rows] : rows_of) {
        if (rows.size() != 2) continue;
        ++links;
        EXPECT_NE(find(rows[0]), find(rows[1]));
        root[find(rows[0])] = find(rows[1]);
    }
    EXPECT_GT(links, 100u);
}

// The packed syndrome against one check at a time, from the definition.
TEST(LdpcCode, SyndromeIsTheDefinitions) {
    Code const code{20, 6, 192, profile_for(0.3), 3};
    RngStream rng{1, "test"};
    Bits const word = test::random_bits(rng, 20 * 192);
    Bits syndrome{6 * 192};
    code.syndrome(word.words(), syndrome.mutable_words());
    for (std::uint32_t r = 0; r < 6; ++r)
        for (std::uint32_t i = 0; i < 192; ++i) {
            bool sum = false;
            for (Edge const edge : code.row(r))
                sum ^= word.get(edge.column * 192 + (i + edge.shift) % 192);
            ASSERT_EQ(syndrome.get(r * 192 + i), sum) << r << " " << i;
        }
}

TEST(LdpcCode, SameArgumentsSameCode) {
    auto const edges = [](std::uint64_t seed) {
        Code const code{100, 30, 64, profile_for(0.3), seed};
        std::vector<std::uint32_t> all;
        for (std::uint32_t r = 0; r < 30; ++r)
            for (Edge const edge : code.row(r))
                all.insert(all.end(), {edge.column, edge.shift});
        return all;
    };
    EXPECT_EQ(edges(1), edges(1));
    EXPECT_NE(edges(1), edges(2));
}

} // namespace
} // namespace qkdes::ldpc
