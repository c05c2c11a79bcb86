// Key that is drawn when somebody looks must be the key that would have stood there.
#include "sim/base/key_string.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace qkdes {
namespace {

Bits drawn(RngStream stream, std::size_t size) {
    std::vector<std::uint64_t> words((size + 63) / 64);
    stream.fill(std::span{words});
    return Bits{size, std::move(words)};
}

RC_GTEST_PROP(KeyString, EveryLookIsTheStreamsOwnBits, ()) {
    auto const size = *rc::gen::inRange<std::size_t>(0, 5000);
    auto const before = *rc::gen::inRange<int>(0, 4);
    RngStream stream{*rc::gen::arbitrary<std::uint64_t>(), "key"};
    for (int i = 0; i < before; ++i)
        stream.next();
    KeyString const lazy{stream, size};
    Bits const all = drawn(stream, size);
    RC_ASSERT(lazy.size() == size && lazy.lazy() && lazy.bits() == all);
    auto const from = *rc::gen::inRange<std::size_t>(0, size + 1);
    auto const count = *rc::gen::inRange<std::size_t>(0, size - from + 1);
    RC_ASSERT(lazy.slice(from, count) == all.slice(from, count));
    RC_ASSERT(lazy == KeyString{all});
    std::vector<std::uint64_t> words(count / 64), standing(count / 64);
    lazy.read(from, words);
    KeyString{all}.read(from, standing);
    auto const expected = all.slice(from, words.size() * 64);
    RC_ASSERT(std::equal(words.begin(), words.end(), expected.words().begin()) && standing == words);
}

RC_GTEST_PROP(KeyUnits, AreTheRestAndThenTheKey, ()) {
    RngStream const stream{7, "units"};
    auto const rest = *rc::gen::inRange<std::size_t>(0, 256);
    auto const size = *rc::gen::inRange<std::size_t>(0, 3000);
    auto const from = *rc::gen::inRange<std::size_t>(0, size + 1);
    Bits all = drawn(RngStream{8, "rest"}, rest);
    bool const lazy = *rc::gen::arbitrary<bool>();
    KeyUnits const units{all, lazy ? KeyString{stream, size} : KeyString{drawn(stream, size)}, from};
    all.append(drawn(stream, size).slice(from, size - from));
    RC_ASSERT(units.size() == all.size() && units.units() == all.size() / 256);
    for (std::size_t i = 0; i < units.units(); ++i) {
        std::array<std::uint8_t, 32> bytes{};
        units.unit(i, bytes);
        auto const expected = all.slice(i * 256, 256).bytes();
        RC_ASSERT(std::equal(bytes.begin(), bytes.end(), expected.begin()));
    }
    RC_ASSERT(units.slice(units.units() * 256, units.size() % 256) == all.slice(units.units() * 256, all.size() % 256));
}

TEST(KeyString, TellsApartPlacesAndStreams) {
    RngStream a{1, "a"}, later = a;
    later.next();
    EXPECT_EQ((KeyString{a, 700}), (KeyString{a, 700}));
    EXPECT_NE((KeyString{a, 700}), (KeyString{later, 700}));
    EXPECT_NE((KeyString{a, 700}), (KeyString{a, 701}));
    EXPECT_NE((KeyString{a, 700}), (KeyString{RngStream{1, "b"}, 700}));
}

} // namespace
} // namespace qkdes
