// The fuzzer's door to messages between nodes, opened by real traffic: every message of a relay and what their
// envelopes hold, whole, cut short and with flipped bytes. The entry aborts when a promise is broken.
// QKDES_UPDATE_CORPUS=1 writes the messages to tests/fuzz/corpus/messages.
#include "tests/fuzz/message_entry.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace qkdes {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// One of each kind, and a payload.
std::map<std::string, Bytes> traffic() {
    std::map<std::string, Bytes> out;
    test::LoopbackNetwork net{test::line({true, true})};
    net.give_key_everywhere(20);
    net.record = true;
    auto const asked = net.request(0, 2);
    net.clock.run_for(std::chrono::seconds{1});
    EXPECT_TRUE(asked->ok());
    for (auto const& message : net.sent)
        out.try_emplace("kind-" + std::to_string(message.kind()), message.bytes);
    Payload payload;
    payload.from = AppId{std::size_t{0}};
    payload.to = AppId{std::size_t{1}};
    payload.visited = {NodeId{std::size_t{0}}};
    payload.keys.push_back({{}, SecretBytes{32}});
    SecretBytes const text = encode(payload);
    out["payload"] = {text.data(), text.data() + text.size()};
    return out;
}

TEST(MessageFuzz, RealMessagesCutShortAndAlteredBreakNoPromise) {
    auto const messages = traffic();
    EXPECT_GE(messages.size(), 7u);
    RngStream rng{5, "message fuzz"};
    test::MessageEntry entry{200};
    for (auto const& [name, whole] : messages) {
        if (std::getenv("QKDES_UPDATE_CORPUS") != nullptr) {
            std::filesystem::path const folder = QKDES_SOURCE_DIR "/tests/fuzz/corpus/messages";
            std::filesystem::create_directories(folder);
            std::ofstream{folder / name, std::ios::binary}.write(reinterpret_cast<char const*>(whole.data()),
                                                                 static_cast<std::streamsize>(whole.size()));
        }
        entry(whole);
        for (int round = 0; round < 200; ++round) {
            Bytes bytes = whole;
            for (auto flips = rng.below(4); flips > 0; --flips)
                bytes[rng.below(bytes.size())] = static_cast<std::uint8_t>(rng.below(256));
            if (rng.bernoulli(0.2)) bytes.resize(rng.below(bytes.size() + 1));
            entry(bytes);
        }
    }
}

} // namespace
} // namespace qkdes
