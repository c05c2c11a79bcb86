// Bits against a naive std::vector<bool>. Turns red when a word boundary is handled wrongly or the tail is left dirty.
#include "sim/base/bits.hpp"
#include "tests/support/property.hpp"

#include <vector>

namespace qkdes {
namespace {

using Naive = std::vector<bool>;

Bits pack(Naive const& naive) {
    Bits out;
    for (bool bit : naive)
        out.push_back(bit);
    return out;
}
Naive unpack(Bits const& bits) {
    Naive out;
    for (std::size_t i = 0; i < bits.size(); ++i)
        out.push_back(bits.get(i));
    return out;
}
/// Whole words are compared and hashed, so nothing may lie beyond the end.
void check_tail(Bits const& bits) {
    RC_ASSERT(bits.words().size() == (bits.size() + 63) / 64);
    if (bits.size() % 64 != 0) {
        RC_ASSERT(bits.words().back() >> (bits.size() % 64) == 0u);
    }
}
/// Lengths around several words, not rapidcheck's few dozen.
Naive arbitrary() {
    auto const size = *rc::gen::inRange<std::size_t>(0, 300);
    return *rc::gen::container<Naive>(size, rc::gen::arbitrary<bool>());
}

RC_GTEST_PROP(Bits, PushBackAndGet, ()) {
    Naive const naive = arbitrary();
    RC_ASSERT(unpack(pack(naive)) == naive);
    check_tail(pack(naive));
}

RC_GTEST_PROP(Bits, Slice, ()) {
    Naive const naive = arbitrary();
    auto const from = *rc::gen::inRange<std::size_t>(0, naive.size() + 1);
    auto const count = *rc::gen::inRange<std::size_t>(0, naive.size() - from + 1);
    Bits const slice = pack(naive).slice(from, count);
    auto const begin = naive.begin() + static_cast<std::ptrdiff_t>(from);
    RC_ASSERT(unpack(slice) == Naive(begin, begin + static_cast<std::ptrdiff_t>(count)));
    check_tail(slice);
}

RC_GTEST_PROP(Bits, Append, ()) {
    Naive left = arbitrary();
    Naive const right = arbitrary();
    Bits joined = pack(left);
    joined.append(pack(right));
    left.insert(left.end(), right.begin(), right.end());
    RC_ASSERT(unpack(joined) == left);
    check_tail(joined);
}

RC_GTEST_PROP(Bits, DistanceCountAndXor, ()) {
    Naive const a = arbitrary(), b = *rc::gen::container<Naive>(a.size(), rc::gen::arbitrary<bool>());
    Bits x = pack(a);
    std::size_t different = 0, ones = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        different += a[i] != b[i], ones += a[i];
    RC_ASSERT(x.count() == ones);
    RC_ASSERT(x.distance(pack(b)) == different);
    x ^= pack(b);
    RC_ASSERT(x.count() == different);
    x ^= pack(b);
    RC_ASSERT(x == pack(a));
}

RC_GTEST_PROP(Bits, SetFlipResizeAndBytes, ()) {
    Naive naive = arbitrary();
    Bits bits = pack(naive);
    for (std::size_t i = 0; i < naive.size(); i += 1 + *rc::gen::inRange<std::size_t>(0, 40)) {
        bool const value = *rc::gen::arbitrary<bool>();
        bits.set(i, value);
        bits.flip(i);
        naive[i] = !value;
    }
    RC_ASSERT(unpack(bits) == naive);
    auto const bytes = bits.bytes();
    RC_ASSERT(bytes.size() == (naive.size() + 7) / 8);
    for (std::size_t i = 0; i < naive.size(); ++i)
        RC_ASSERT((bytes[i / 8] >> (i % 8) & 1) == int{naive[i]});
    auto const size = *rc::gen::inRange<std::size_t>(0, 300);
    bits.resize(size);
    naive.resize(size);
    RC_ASSERT(unpack(bits) == naive);
    check_tail(bits);
}

TEST(BitsWords, ClearsWhatLiesBeyondItsSize) {
    Bits const bits{3, {0xffffffffffffffffull}};
    EXPECT_EQ(bits.count(), 3u);
    EXPECT_EQ(bits, pack({true, true, true}));
    EXPECT_DEATH(Bits(65, {1}), "words_.size");
    EXPECT_DEATH(bits.slice(2, 2), "from \\+ count");
    EXPECT_DEATH(bits.distance(Bits{4}), "size_ == other.size_");
}

} // namespace
} // namespace qkdes
