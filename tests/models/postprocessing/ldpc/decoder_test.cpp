#include "models/postprocessing/ldpc/decoder.hpp"

#include "models/postprocessing/ldpc/check_kernel.hpp"
#include "tests/models/postprocessing/random_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes::ldpc {
namespace {

struct Problem {
    Bits pattern, syndrome;
    std::vector<std::int16_t> beliefs;
};

Problem make_problem(Code const& code, double q, std::uint64_t index) {
    RngStream rng{5, "test/decoder", index};
    std::size_t const n = std::size_t{code.columns()} * code.lift();
    Problem p{test::with_errors(rng, Bits{n}, q), Bits{std::size_t{code.rows()} * code.lift()}, {}};
    code.syndrome(p.pattern.words(), p.syndrome.mutable_words());
    p.beliefs.assign(n, static_cast<std::int16_t>(std::lround(kBeliefPerNat * std::log((1 - q) / q))));
    return p;
}

// Both paths, sweep by sweep, where decoding goes well and where it does not. Mutation: any change to one path only,
// such as the rounding of the halves.
TEST(LdpcDecoder, VectorsGiveTheScalarBits) {
    for (auto const& [columns, rows, lift, q] :
         {std::tuple{60u, 14u, 64u, 0.03}, std::tuple{50u, 12u, 192u, 0.08}, std::tuple{120u, 9u, 128u, 0.004}}) {
        Code const code{columns, rows, lift, profile_for(static_cast<double>(rows) / columns), 2};
        Problem const p = make_problem(code, q, 1);
        Decoder vectors{code, true}, scalar{code, false};
        vectors.take(p.beliefs, p.syndrome.words());
        scalar.take(p.beliefs, p.syndrome.words());
        for (unsigned sweep = 0; sweep < 8; ++sweep) {
            EXPECT_EQ(vectors.run(1), scalar.run(1));
            for (std::uint32_t bit = 0; bit < columns * lift; ++bit)
                ASSERT_EQ(vectors.belief(bit), scalar.belief(bit)) << "sweep " << sweep << " bit " << bit;
        }
    }
}

// The check rule against belief propagation in double precision: a single check, whose inputs are the channel's
// beliefs. The rule is exact but for leaving out, for all but the smallest input, that they hear of themselves too:
// there it says less than the truth. Numbers are eighths of a nat, rounded at every step.
TEST(LdpcDecoder, CheckRuleIsBeliefPropagationNearly) {
    RngStream rng{8, "test/rule"};
    for (int trial = 0; trial < 200; ++trial) {
        std::uint32_t const degree = 3 + static_cast<std::uint32_t>(rng.below(20));
        std::vector<Edge> edges;
        std::vector<std::int16_t> beliefs(degree * (64 + kMirror));
        std::vector<std::int8_t> messages(degree * 64), signs(64);
        std::vector<int> inputs(degree);
        double product = 1;
        for (std::uint32_t e = 0; e < degree; ++e) {
            edges.push_back({e, 0});
            inputs[e] = 16 + static_cast<int>(rng.below(32));
            if (rng.bernoulli(0.5)) inputs[e] = -inputs[e];
            std::fill_n(beliefs.begin() + e * (64 + kMirror), 64 + kMirror, static_cast<std::int16_t>(inputs[e]));
            product *= std::tanh(inputs[e] / 16.0);
        }
        bool const odd = rng.bernoulli(0.5);
        std::fill(signs.begin(), signs.end(), static_cast<std::int8_t>(odd ? -1 : 0));
        update_row({edges, beliefs.data(), messages.data(), signs.data(), 64});
        auto const smallest =
            *std::min_element(inputs.begin(), inputs.end(), [](int a, int b) { return std::abs(a) < std::abs(b); });
        for (std::uint32_t e = 0; e < degree; ++e) {
            double const truth = 16 * std::atanh((odd ? -1 : 1) * product / std::tanh(inputs[e] / 16.0));
            double const ours = messages[e * 64];
            double const slack = 1 + 0.12 * degree; // a sixteenth of a nat each time, half of it on average
            if (std::abs(ours) > 0.5 && std::abs(truth) > slack) {
                EXPECT_EQ(ours < 0, truth < 0);
            }
            if (std::abs(inputs[e]) == std::abs(smallest)) {
                EXPECT_NEAR(std::abs(ours), std::abs(truth), slack);
            } else {
                EXPECT_LE(std::abs(ours), std::abs(truth) + slack);
                EXPECT_GE(std::abs(ours), 0.5 * std::abs(truth) - slack);
            }
        }
    }
}

// "Satisfied" is the packed word's own syndrome, never the sweep's opinion of it.
TEST(LdpcDecoder, WhatIsFoundHasTheSyndrome) {
    Code const code{196, 46, 128, profile_for(0.235), 1};
    unsigned found = 0, right = 0;
    for (std::uint64_t i = 0; i < 20; ++i) {
        Problem const p = make_problem(code, 0.031, i);
        Decoder decoder{code};
        decoder.take(p.beliefs, p.syndrome.words());
        if (!decoder.run(60)) continue;
        ++found;
        Bits again{p.syndrome.size()};
        code.syndrome(decoder.pattern(), again.mutable_words());
        EXPECT_EQ(again, p.syndrome);
        right += std::equal(decoder.pattern().begin(), decoder.pattern().end(), p.pattern.words().begin());
    }
    EXPECT_GE(found, 10u);
    EXPECT_EQ(right, found);
}

// A hopeless frame is left early, a revealed bit stays as told, and enough of them make it solvable.
TEST(LdpcDecoder, GivesUpEarlyAndGoesOnWithToldBits) {
    Code const code{100, 20, 128, profile_for(0.2), 1};
    Problem const p = make_problem(code, 0.06, 1);
    Decoder decoder{code};
    decoder.take(p.beliefs, p.syndrome.words());
    EXPECT_FALSE(decoder.run(200));
    EXPECT_LT(decoder.iterations_used(), 100u);
    for (std::uint32_t bit = 0; bit < 12'800; bit += 2)
        decoder.reveal(bit, p.pattern.get(bit));
    ASSERT_TRUE(decoder.run(60));
    EXPECT_TRUE(std::equal(decoder.pattern().begin(), decoder.pattern().end(), p.pattern.words().begin()));
}

} // namespace
} // namespace qkdes::ldpc
