// Classes are read off what exposes a key. The oracle writes each hop's rule out by hand and tries every set of broken
// primitives against every path of up to three hops.
#include "sim/kme/protection/exposure.hpp"

#include <gtest/gtest.h>

#include <map>

namespace qkdes {
namespace {

struct Broken {
    bool qkd, kem, aes;
};

bool falls(HopProtection hop, Broken broken) {
    switch (hop) {
    case HopProtection::hybrid:
        return broken.aes || (broken.qkd && broken.kem);
    case HopProtection::otp:
        return broken.qkd;
    case HopProtection::qkd:
        return broken.aes || broken.qkd;
    case HopProtection::pqc:
        return broken.aes || broken.kem;
    }
    return false;
}

SecurityClass by_definition(std::vector<HopProtection> const& path) {
    auto const any = [&](Broken broken) {
        for (auto hop : path)
            if (falls(hop, broken)) return true;
        return false;
    };
    if (!any({false, true, true})) return SecurityClass::its; // everything computational is broken, and it stands
    if (!any({true, false, false}) && !any({false, true, false})) return SecurityClass::hybrid;
    return any({false, true, false}) ? SecurityClass::pqc : SecurityClass::qkd_aes;
}

std::vector<std::vector<HopProtection>> all_paths() {
    std::vector<std::vector<HopProtection>> out{{}};
    for (std::size_t begin = 0, length = 0; length < 3; ++length) {
        std::size_t const end = out.size();
        for (std::size_t i = begin; i < end; ++i)
            for (auto hop : kHopProtections) {
                auto longer = out[i];
                longer.push_back(hop);
                out.push_back(longer);
            }
        begin = end;
    }
    return out;
}

TEST(Exposure, EverySetOfBrokenPrimitivesOnEveryMixedPath) {
    auto const paths = all_paths();
    ASSERT_EQ(paths.size(), 1u + 4 + 16 + 64);
    std::map<SecurityClass, int> seen;
    for (auto const& path : paths) {
        Exposure exposure;
        for (auto hop : path)
            exposure |= Exposure{hop};
        for (BrokenSet set = 0; set < 8; ++set) {
            bool expected = false;
            for (auto hop : path)
                expected |= falls(hop, {(set & kQkdBroken) != 0, (set & kKemBroken) != 0, (set & kAesBroken) != 0});
            ASSERT_EQ(exposure.exposed_by(set), expected) << to_string(exposure) << " set " << int{set};
        }
        ASSERT_EQ(security_class(exposure), by_definition(path)) << to_string(exposure);
        ++seen[security_class(exposure)];
        auto const back = Exposure::decode(exposure.encoded());
        ASSERT_TRUE(back.has_value());
        ASSERT_EQ(*back, exposure);
    }
    EXPECT_EQ(seen.size(), 4u); // each class occurs, so that no branch went untried
}

TEST(Exposure, OneHop) {
    EXPECT_EQ(security_class({}), SecurityClass::its);
    EXPECT_EQ(security_class(Exposure{HopProtection::otp}), SecurityClass::its);
    EXPECT_EQ(security_class(Exposure{HopProtection::hybrid}), SecurityClass::hybrid);
    EXPECT_EQ(security_class(Exposure{HopProtection::qkd}), SecurityClass::qkd_aes);
    EXPECT_EQ(security_class(Exposure{HopProtection::pqc}), SecurityClass::pqc);
}

TEST(Exposure, APathCanBeWeakerThanItsWeakestHop) {
    auto const mixed = Exposure{HopProtection::hybrid} | Exposure{HopProtection::otp};
    EXPECT_EQ(security_class(mixed), SecurityClass::qkd_aes);
    EXPECT_EQ(to_string(mixed), "{qkd} or {aes}");
    auto const across = Exposure{HopProtection::otp} | Exposure{HopProtection::pqc};
    EXPECT_EQ(security_class(across), SecurityClass::pqc);
    EXPECT_EQ(to_string(across), "{qkd} or {kem} or {aes}");
}

TEST(Exposure, InMinimalForm) {
    EXPECT_EQ(to_string(Exposure{}), "nothing");
    EXPECT_EQ(to_string(Exposure{HopProtection::otp}), "{qkd}");
    EXPECT_EQ(to_string(Exposure{HopProtection::hybrid}), "{qkd, kem} or {aes}");
    for (auto a : kHopProtections)
        for (auto b : kHopProtections) {
            auto const sets = (Exposure{a} | Exposure{b}).minimal();
            for (auto s : sets)
                for (auto t : sets)
                    EXPECT_FALSE(s != t && (s & t) == s) << "a part of a minimal set is minimal too";
        }
}

TEST(Exposure, OnlyWhatHopsCanMakeIsRead) {
    int legal = 0;
    for (unsigned code = 0; code < 256; ++code) {
        bool monotone = (code & 1) == 0; // nothing need be broken: not a secret
        for (unsigned set = 0; set < 8; ++set)
            for (unsigned more = 0; more < 8; ++more)
                if ((set & more) == set && (code >> set & 1) != 0 && (code >> more & 1) == 0) monotone = false;
        EXPECT_EQ(Exposure::decode(static_cast<std::uint8_t>(code)).has_value(), monotone) << code;
        legal += monotone;
    }
    EXPECT_EQ(legal, 19); // monotone functions of three variables are 20 (Dedekind); the constant "always" is not one
}

TEST(Exposure, WhereOnlyTheClassIsKnownTheWorstIsMeant) {
    for (unsigned hops = 0; hops < 16; ++hops) {
        Exposure exposure;
        for (unsigned h = 0; h < 4; ++h)
            if ((hops >> h & 1) != 0) exposure |= Exposure{kHopProtections[h]};
        EXPECT_TRUE(worst_of(security_class(exposure)).covers(exposure)) << to_string(exposure);
        EXPECT_EQ(security_class(worst_of(security_class(exposure))), security_class(exposure));
    }
}

TEST(Exposure, Covers) {
    Exposure const otp{HopProtection::otp}, qkd{HopProtection::qkd}, pqc{HopProtection::pqc};
    EXPECT_TRUE(qkd.covers(otp));
    EXPECT_FALSE(otp.covers(qkd));
    EXPECT_FALSE(pqc.covers(otp));
    EXPECT_TRUE((pqc | otp).covers(qkd));
    EXPECT_TRUE(otp.covers({}));
}

TEST(HopProtection, NamesAndNeeds) {
    for (auto protection : kHopProtections)
        EXPECT_EQ(hop_protection(to_string(protection)), protection);
    EXPECT_FALSE(hop_protection("none").has_value());
    EXPECT_FALSE(needs_kem(HopProtection::otp) || needs_kem(HopProtection::qkd) || needs_qkd(HopProtection::pqc));
    EXPECT_TRUE(needs_kem(HopProtection::hybrid) && needs_qkd(HopProtection::hybrid));
}

} // namespace
} // namespace qkdes
