// What a session's name carries, and hops that may not be there.
#include "sim/base/rng.hpp"
#include "sim/kme/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

TEST(Session, CarriesTheLowHalfOfASerial) {
    SessionId session{};
    RngStream{1, "session"}.fill(std::span{session});
    SessionId const before = session;
    for (std::uint64_t const serial :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xfedcba98}, (std::uint64_t{7} << 32) + 0x01020304}) {
        set_serial(session, serial);
        EXPECT_EQ(serial_in(session), static_cast<std::uint32_t>(serial));
        EXPECT_TRUE(std::equal(before.begin(), before.begin() + 12, session.begin())); // left to chance
    }
}

TEST(Session, AHopIsThereOrNot) {
    Hop const hop{LinkId{3}, {1, 2, 3}}, other{LinkId{3}, {1, 2, 4}};
    MaybeHop maybe;
    EXPECT_FALSE(maybe);
    EXPECT_FALSE(maybe == Hop{}); // none equals nothing
    maybe = hop;
    EXPECT_TRUE(maybe.has_value() && maybe == hop);
    EXPECT_NE(maybe, other);
    EXPECT_EQ(maybe->link, LinkId{3});
    EXPECT_EQ((*maybe).session, hop.session);
    maybe.reset();
    EXPECT_FALSE(maybe);
}

} // namespace
} // namespace qkdes
