// Bytes that nobody promised to form a request to the agents' interface: the fuzzer's corpus, and mutations of it. The
// entry aborts when an answer is missing, doubled, of a code that the interface does not have, or no JSON.
#include "sim/base/rng.hpp"
#include "tests/fuzz/agent_entry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace qkdes {
namespace {

std::vector<std::string> corpus() {
    std::vector<std::filesystem::path> files;
    for (auto const& file : std::filesystem::directory_iterator{QKDES_SOURCE_DIR "/tests/fuzz/corpus/agent"})
        files.push_back(file.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> out;
    for (auto const& path : files) {
        std::ifstream in{path, std::ios::binary};
        out.emplace_back(std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
    }
    return out;
}

TEST(AgentHostile, TheCorpusIsAnswered) {
    test::AgentEntry entry;
    std::map<int, int> codes;
    for (auto const& input : corpus())
        ++codes[entry(input)];
    EXPECT_GE(codes[200], 4) << "keys, routes, metrics and a series";
    EXPECT_EQ(codes[202], 1);
}

// 10,000 mutations: bytes changed, cut, inserted, spliced. The codes prove that mutants reach behind the parser as
// well.
TEST(AgentHostile, MutantsAreAnswered) {
    auto const seeds = corpus();
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
