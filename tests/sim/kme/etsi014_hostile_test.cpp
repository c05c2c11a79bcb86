// Bytes that nobody promised to form a request: the fuzzer's corpus, and mutations of it. The entry aborts when an
// answer is missing, doubled, of a code that the standard does not know, or when a body that was read cannot be written
// again.
#include "tests/fuzz/etsi014_entry.hpp"
#include "tests/support/corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace qkdes {
namespace {

TEST(Etsi014Hostile, TheCorpusIsAnswered) {
    test::Etsi014Entry entry;
    std::map<int, int> codes;
    for (auto const& input : test::corpus("etsi014"))
        ++codes[entry(input)];
    EXPECT_GE(codes[200], 4) << "status, two enc_keys and an escaped name are good requests";
    EXPECT_GE(codes[400], 10);
}

// 20,000 mutations: bytes changed, cut, doubled, spliced from another input. Fails on an exception, a broken promise or
// a sanitizer report; the codes prove that mutants reach behind the parser as well.
TEST(Etsi014Hostile, MutantsAreAnswered) {
    auto const seeds = test::corpus("etsi014");
    ASSERT_GT(seeds.size(), 10u);
    test::Etsi014Entry entry;
    RngStream rng{9, "etsi014/mutants"};
    std::map<int, int> codes;
    for (int i = 0; i < 20'000; ++i) {
        std::string input = seeds[rng.below(seeds.size())];
        for (auto changes = 1 + rng.below(3); changes > 0; --changes) {
            // Mostly behind the request line: few mutants of that pass the first check.
            std::size_t const body = rng.bernoulli(0.75) ? std::min(input.find('\n'), input.size()) : 0;
            std::size_t const at = body + rng.below(input.size() - body + 1);
            std::size_t const length = rng.below(std::min<std::size_t>(input.size() - at, 24) + 1);
            std::string const& other = seeds[rng.below(seeds.size())];
            switch (rng.below(5)) {
            case 0:
                if (at < input.size()) input[at] = static_cast<char>(rng.below(256));
                break;
            case 1:
                input.erase(at, length);
                break;
            case 2:
                input.insert(at, input.substr(at, length));
                break;
            case 3:
                input.insert(at, other.substr(rng.below(other.size() + 1), 24));
                break;
            default:
                if (at < input.size()) input[at] = "{}[]\",:0123456789-+eE.\\"[rng.below(23)];
            }
        }
        ++codes[entry(input)];
    }
    EXPECT_GT(codes[200], 1000);
    EXPECT_GT(codes[400], 5000);
    EXPECT_EQ(codes[401], 0);
}

} // namespace
} // namespace qkdes
