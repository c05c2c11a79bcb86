// Codes and their decoder. Mutations tried: `lane + 16 > to_wrap` made `lane >= to_wrap` in the vector path
// (VectorPathGivesTheScalarBits turns red); syndrome_of rotating the other way (SyndromeFollowsTheDefinition and
// whatever decodes); f's knee halved (BoxPlusIsNearTheExactOne); without the message limit,
// LimitKeepsPosteriorsHonestLong.
#include "models/postprocessing/cv/syndrome_decoder.hpp"

#include "tests/models/postprocessing/cv/cv_symbols.hpp"

#include <gtest/gtest.h>

#include <set>

namespace qkdes::cv {
namespace {

double exact_box_plus(double a, double b) { return 2 * std::atanh(std::tanh(a / 2) * std::tanh(b / 2)); }

TEST(CheckKernel, BoxPlusIsNearTheExactOne) {
    for (unsigned scale : {8u, 10u})
        for (double a = -12; a <= 12; a += 0.37)
            for (double b = -12; b <= 12; b += 0.41) {
                double const unit = std::exp2(scale);
                auto const got = box_plus(static_cast<std::int16_t>(std::lround(a * unit)),
                                          static_cast<std::int16_t>(std::lround(b * unit)), scale);
                EXPECT_NEAR(got / unit, exact_box_plus(a, b), 0.022 + 1 / unit) << a << " " << b;
            }
}

/// All that a row update may touch, as one array: columns (two padded copies each), then messages.
struct RowWorld {
    std::vector<std::int16_t> memory, constant, sign;
    std::vector<RowEdge> edges;
    std::size_t lift;

    RowWorld(std::size_t degree, std::size_t size, unsigned bits) : constant(size), sign(size), lift{size} {
        RngStream rng{degree, "row-world", size};
        auto const value = [&] {
            // Mostly of the given size, sometimes at the rails.
            if (rng.below(20) == 0) return static_cast<std::int16_t>(rng.below(2) ? 32767 : -32767);
            return static_cast<std::int16_t>(static_cast<int>(rng.below(2u << bits)) - (1 << bits));
        };
        std::size_t const stride = 2 * (lift + kColumnPad);
        memory.resize(degree * (stride + lift));
        edges.resize(degree);
        for (std::size_t e = 0; e < degree; ++e) {
            std::int16_t* const column = &memory[e * stride + kColumnPad];
            std::size_t const shift = rng.below(lift);
            edges[e] = {column + shift, &memory[degree * stride + e * lift], lift - shift};
            for (std::size_t i = 0; i < lift; ++i) {
                column[i] = column[i + lift] = value();
                edges[e].message[i] = value();
            }
        }
        for (std::size_t i = 0; i < lift; ++i) {
            constant[i] = value();
            sign[i] = rng.below(2) ? -1 : 0;
        }
    }
    /// Updates, and returns what is left: both copies of each column, and the messages; not the padding.
    std::vector<std::int16_t> after(void (*update)(RowUpdate const&, std::int16_t*), bool extension) {
        std::vector<std::int16_t> scratch(kernel_scratch(edges.size()));
        update({edges, extension ? constant.data() : nullptr, sign.data(), lift, 8}, scratch.data());
        std::vector<std::int16_t> out;
        std::size_t const stride = 2 * (lift + kColumnPad);
        for (std::size_t e = 0; e < edges.size(); ++e)
            out.insert(out.end(), &memory[e * stride + kColumnPad], &memory[e * stride + kColumnPad] + 2 * lift);
        out.insert(out.end(), memory.begin() + static_cast<std::ptrdiff_t>(edges.size() * stride), memory.end());
        return out;
    }
};

TEST(CheckKernel, VectorPathGivesTheScalarBits) {
    for (std::size_t degree : {1u, 2u, 3u, 4u, 7u, 30u, 200u})
        for (std::size_t lift : {64u, 192u})
            for (unsigned bits : {6u, 10u, 14u})
                for (bool extension : {false, true}) {
                    if (degree == 1 && !extension) continue;
                    RowWorld a{degree, lift, bits}, b{degree, lift, bits};
                    EXPECT_EQ(a.after(update_row, extension), b.after(update_row_scalar, extension)) << degree;
                }
}

TEST(MetCode, SocketsRatesAndCycles) {
    for (double rate : {0.02, 0.03, 0.05, 0.1, 0.2, 0.27, 0.4}) {
        CodeShape const shape = low_rate_shape(rate, 1'000'000);
        MetCode const code = make_met_code(shape);
        EXPECT_NEAR(code.rate() / rate, 1, 0.01);
        EXPECT_LE(code.length(), 1'000'000u);
        EXPECT_GT(code.length(), 800'000u);
        EXPECT_EQ(code.four_cycles, 0u);
        EXPECT_EQ(code.rows.size(), code.core_rows + code.extensions);
        std::vector<unsigned> core(code.core_columns), extension(code.core_columns);
        for (std::size_t r = 0; r < code.rows.size(); ++r) {
            std::set<std::uint32_t> seen;
            for (CodeEdge const e : code.rows[r]) {
                EXPECT_TRUE(seen.insert(e.column).second) << "a column twice in a row";
                ++(r < code.core_rows ? core : extension)[e.column];
            }
        }
        for (std::size_t c = 0; c < core.size(); ++c) {
            EXPECT_GE(core[c], 2u) << rate;
            EXPECT_GE(extension[c], 2u) << rate;
        }
    }
}

/// Brute force over the rows' definition, for one code.
TEST(MetCode, NoCyclesOfLengthFour) {
    MetCode const code = make_met_code({128, 93, 64});
    for (std::size_t r = 0; r < code.rows.size(); ++r)
        for (std::size_t s = 0; s < r; ++s) {
            std::set<std::uint32_t> differences;
            for (CodeEdge const a : code.rows[r])
                for (CodeEdge const b : code.rows[s])
                    if (a.column == b.column) {
                        EXPECT_TRUE(differences.insert((a.shift + code.lift - b.shift) % code.lift).second);
                    }
        }
}

TEST(SyndromeDecoder, SyndromeFollowsTheDefinition) {
    MetCode const code = make_met_code(low_rate_shape(0.2, 24'000));
    RngStream rng{6, "syndrome"};
    Bits const word = test::random_word(rng, code.length());
    Bits const syndrome = syndrome_of(code, word);
    for (std::size_t r = 0; r < code.rows.size(); ++r)
        for (std::size_t i = 0; i < code.lift; ++i) {
            bool sum = r >= code.core_rows && word.get((code.core_columns + r - code.core_rows) * code.lift + i);
            for (CodeEdge const e : code.rows[r])
                sum ^= word.get(e.column * code.lift + (i + e.shift) % code.lift);
            ASSERT_EQ(sum, syndrome.get(r * code.lift + i));
        }
}

struct Tally {
    int failed = 0, wrong = 0;
};

Tally decode_many(double rate, double snr, std::size_t length, int frames, unsigned scale = 8) {
    MetCode const code =
        make_met_code(rate < 0.6 ? low_rate_shape(rate, length)
                                 : CodeShape{512, static_cast<std::uint32_t>(std::lround((1 - rate) * 512)),
                                             static_cast<std::uint32_t>(length / 512 / 64 * 64)});
    SyndromeDecoder decoder{code, scale};
    Tally tally;
    for (int f = 0; f < frames; ++f) {
        RngStream rng{static_cast<std::uint64_t>(f), "decode"};
        Bits const word = test::random_word(rng, code.length());
        auto values = test::noisy_values(word, snr, rng);
        for (auto& v : values)
            v = static_cast<std::int16_t>(std::clamp(v * (1 << (scale - 8)), -32767, 32767));
        auto const outcome = decoder.decode(values, syndrome_of(code, word), 200);
        tally.failed += !outcome.found;
        tally.wrong += outcome.found && outcome.word != word;
    }
    return tally;
}

/// SNRs at which the channel's capacity is 1.11 times the rate (1.05 for the dense code): clear of the waterfall, so
/// that every frame must come out; and SNRs below capacity, where none may.
TEST(SyndromeDecoder, Decodes) {
    for (auto const [rate, good, hopeless] : {std::array{0.05, 0.0826, 0.070},
                                              {0.1, 0.1705, 0.145},
                                              {0.2, 0.368, 0.31},
                                              {0.27, 0.528, 0.44},
                                              {0.925, 6.2, 3.6}}) {
        Tally const well = decode_many(rate, good, 100'000, 4), not_at_all = decode_many(rate, hopeless, 100'000, 1);
        EXPECT_EQ(well.failed, 0) << rate;
        EXPECT_EQ(well.wrong, 0) << rate;
        EXPECT_EQ(not_at_all.failed, 1) << rate;
    }
}

/// Long low-rate codes near threshold at a fine scale drive posteriors into saturation.
TEST(SyndromeDecoder, LimitKeepsPosteriorsHonestLong) {
    Tally const tally = decode_many(0.0633, 0.0990, 1'000'000, 20, 10);
    EXPECT_EQ(tally.failed, 0);
    EXPECT_EQ(tally.wrong, 0);
}

} // namespace
} // namespace qkdes::cv
