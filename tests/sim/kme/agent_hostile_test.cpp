// Bytes that nobody promised to form a request to the agents' interface: the fuzzer's corpus, and mutations of it. The
// entry aborts when an answer is missing, doubled, of a code that the interface does not have, or no JSON.
#include "sim/base/rng.hpp"
#include "tests/fuzz/agent_entry.hpp"
#include "tests/support/corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace qkdes {
namespace {

TEST(AgentHostile, TheCorpusIsAnswered) {
    test::AgentEntry entry;
    std::map<int, int> codes;
    for (auto const& input : test::corpus("agent"))
        ++codes[entry(input)];
    EXPECT_GE(codes[200], 4) << "keys, routes, metrics and a series";
    EXPECT_EQ(codes[202], 1);
}

// 10,000 mutations: bytes changed, cut, inserted, spliced. The codes prove that mutants reach behind the parser as
// well.
TEST(AgentHostile, MutantsAreAnswered) {
    auto const seeds = test::corpus("agent");
    ASSERT_GE(seeds.size(), 6u);
    RngStream rng{9, "agent/mutants"};
    std::map<int, int> codes;
    for (int round = 0; round < 10; ++round) {
        test::AgentEntry entry; // the device's key is finite
        for (int i = 0; i < 1'000; ++i) {
            std::string input = seeds[rng.below(seeds.size())];
            for (auto changes = 1 + rng.below(2); changes > 0; --changes) {
                std::size_t const at = rng.below(input.size() + 1);
                std::size_t const length = rng.below(std::min<std::size_t>(input.size() - at, 12) + 1);
                std::string const& other = seeds[rng.below(seeds.size())];
                switch (rng.below(4)) {
                case 0:
                    if (at < input.size()) input[at] = static_cast<char>(rng.below(256));
                    break;
                case 1:
                    input.erase(at, length);
                    break;
                case 2:
                    input.insert(at, other.substr(rng.below(other.size() + 1)));
                    break;
                default:
                    input.insert(at, input.substr(at, length));
                }
            }
            ++codes[entry(input)];
        }
    }
    for (int code : {200, 400, 404, 405})
        EXPECT_GT(codes[code], 50) << code;
}

} // namespace
} // namespace qkdes
