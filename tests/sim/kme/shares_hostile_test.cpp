// Bytes that nobody promised to form a message of shares or of pools: the fuzzer's corpora, and mutations of them. The
// entries abort when what was read cannot be written again.
#include "tests/fuzz/digital_entry.hpp"
#include "tests/fuzz/shares_entry.hpp"
#include "tests/support/corpus.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using Input = std::vector<std::uint8_t>;

/// Bytes changed, cut, doubled, spliced from another input. Mostly one change: two are seldom still a message.
Input mutant(std::vector<Input> const& seeds, RngStream& rng) {
    Input input = seeds[rng.below(seeds.size())];
    for (auto changes = rng.bernoulli(.7) ? 1 : 1 + rng.below(3); changes > 0; --changes) {
        std::size_t const at =
            rng.bernoulli(.5) ? rng.below(std::min<std::size_t>(input.size(), 40) + 1) : rng.below(input.size() + 1);
        std::size_t const length = rng.below(std::min<std::size_t>(input.size() - at, 24) + 1);
        auto const here = input.begin() + static_cast<std::ptrdiff_t>(at);
        Input const& other = seeds[rng.below(seeds.size())];
        switch (rng.below(4)) {
        case 0:
            if (at < input.size()) input[at] = static_cast<std::uint8_t>(rng.below(256));
            break;
        case 1:
            input.erase(here, here + static_cast<std::ptrdiff_t>(length));
            break;
        case 2:
            input.insert(here, other.begin(), other.begin() + static_cast<std::ptrdiff_t>(rng.below(other.size() + 1)));
            break;
        default:
            if (at < input.size()) input[at] = rng.bernoulli(.5) ? 0xff : 0x00;
        }
    }
    return input;
}

/// How many of so many mutants some reader took for a message.
template <class Entry>
int replay(std::string const& name, int mutants) {
    auto const seeds = test::corpus<Input>(name);
    EXPECT_GE(seeds.size(), 6u);
    Entry entry;
    int known = 0;
    for (auto const& input : seeds)
        known += entry(input);
    EXPECT_GE(known, static_cast<int>(seeds.size()) - 1) << "all but the empty one are messages";
    RngStream rng{11, "mutants/" + name};
    known = 0;
    for (int i = 0; i < mutants; ++i)
        known += entry(mutant(seeds, rng));
    return known;
}

TEST(SharesHostile, CorpusAndMutantsOfMessagesOfShares) { EXPECT_GT(replay<test::SharesEntry>("shares", 5'000), 500); }

TEST(SharesHostile, CorpusAndMutantsOfMessagesOfPools) { EXPECT_GT(replay<test::DigitalEntry>("digital", 5'000), 500); }

} // namespace
} // namespace qkdes
