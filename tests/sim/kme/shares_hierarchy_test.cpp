// Master key, key-encryption keys, data keys: rotation, destruction, theft.
#include "sim/kme/shares/key_hierarchy.hpp"
#include "tests/sim/kme/shares_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using Status = HierarchyStatus;

struct Hierarchy : testing::Test {
    test::SeededEntropy entropy{41};
    SecretBytes master = test::random_key(entropy);
    KeyHierarchy keys{entropy};
    void SetUp() override {
        ASSERT_EQ(keys.unlock(master), Status::ok);
        ASSERT_EQ(keys.create_group("fleet"), Status::ok);
        ASSERT_EQ(keys.create_data_key("fleet", "radio"), Status::ok);
    }
    SecretBytes value(std::string const& name) { return *keys.data_key("fleet", name).key; }
};

TEST_F(Hierarchy, LockedItGivesNothingAndOnlyItsMasterOpensIt) {
    SecretBytes const radio = value("radio");
    keys.lock();
    EXPECT_EQ(keys.data_key("fleet", "radio").status, Status::locked);
    EXPECT_FALSE(keys.data_key("fleet", "radio").key);
    EXPECT_EQ(keys.create_group("x"), Status::locked);
    EXPECT_EQ(keys.create_data_key("fleet", "x"), Status::locked);
    EXPECT_EQ(keys.rotate_group("fleet", true), Status::locked);
    EXPECT_EQ(keys.unlock(test::random_key(entropy)), Status::wrong_master);
    EXPECT_EQ(keys.unlock(SecretBytes{31}), Status::wrong_master);
    EXPECT_TRUE(keys.locked());
    EXPECT_EQ(keys.unlock(master), Status::ok);
    EXPECT_TRUE(value("radio") == radio);
}

// A new version wraps new keys; old data keys stay readable until their version goes. Fails when rotation loses keys,
// or destruction leaves them readable.
TEST_F(Hierarchy, RotationAndDestruction) {
    SecretBytes const radio = value("radio");
    EXPECT_EQ(keys.rotate_group("fleet", false), Status::ok);
    EXPECT_EQ(keys.newest_version("fleet"), 2u);
    EXPECT_EQ(keys.create_data_key("fleet", "disk"), Status::ok);
    EXPECT_TRUE(value("radio") == radio);
    SecretBytes const disk = value("disk");
    EXPECT_EQ(keys.destroy_version("fleet", 1), Status::ok);
    EXPECT_EQ(keys.data_key("fleet", "radio").status, Status::destroyed);
    EXPECT_TRUE(value("disk") == disk);
    EXPECT_EQ(keys.rotate_group("fleet", true), Status::ok); // moves what lives
    EXPECT_EQ(keys.destroy_version("fleet", 2), Status::ok);
    EXPECT_TRUE(value("disk") == disk);
    EXPECT_EQ(keys.newest_version("fleet"), 3u);
    EXPECT_EQ(keys.destroy_version("fleet", 3), Status::ok);
    EXPECT_EQ(keys.data_key("fleet", "disk").status, Status::destroyed);
    EXPECT_EQ(keys.create_data_key("fleet", "new"), Status::destroyed);
    EXPECT_EQ(keys.rotate_group("fleet", false), Status::ok);
    EXPECT_EQ(keys.newest_version("fleet"), 4u) << "a destroyed number is not used again";
    EXPECT_EQ(keys.create_data_key("fleet", "new"), Status::ok);
}

// After a rotation of the master key the old one opens nothing, and data keys are the same and untouched at rest.
TEST_F(Hierarchy, MasterRotationRewrapsTheMiddleOnly) {
    SecretBytes const radio = value("radio");
    auto const before = keys.stored().at("fleet");
    SecretBytes const next = test::random_key(entropy);
    EXPECT_EQ(keys.rotate_master(next), Status::ok);
    EXPECT_TRUE(value("radio") == radio);
    EXPECT_EQ(keys.stored().at("fleet").data_keys.at("radio").text, before.data_keys.at("radio").text);
    EXPECT_NE(keys.stored().at("fleet").versions.at(1).text, before.versions.at(1).text);
    keys.lock();
    EXPECT_EQ(keys.unlock(master), Status::wrong_master);
    EXPECT_EQ(keys.unlock(next), Status::ok);
    keys.stored().at("fleet").versions.at(1) = before.versions.at(1); // an old backup brought back
    EXPECT_EQ(keys.data_key("fleet", "radio").status, Status::tampered);
}

// Wrapped keys changed, exchanged or moved to another name are refused; every byte counts.
TEST_F(Hierarchy, WrappedKeysStayInTheirPlace) {
    ASSERT_EQ(keys.create_data_key("fleet", "disk"), Status::ok);
    ASSERT_EQ(keys.create_group("fleet2"), Status::ok);
    auto const saved = keys.stored();
    auto& group = keys.stored().at("fleet");
    for (std::size_t i = 0; i < group.data_keys.at("radio").text.size(); ++i) {
        group.data_keys.at("radio").text[i] ^= 1;
        EXPECT_EQ(keys.data_key("fleet", "radio").status, Status::tampered) << i;
        group.data_keys.at("radio").text[i] ^= 1;
    }
    std::swap(group.data_keys.at("radio"), group.data_keys.at("disk"));
    EXPECT_EQ(keys.data_key("fleet", "radio").status, Status::tampered);
    keys.stored() = saved;
    keys.stored().at("fleet2").versions.at(1) = saved.at("fleet").versions.at(1);
    EXPECT_EQ(keys.create_data_key("fleet2", "x"), Status::tampered);
    EXPECT_EQ(keys.rotate_master(test::random_key(entropy)), Status::tampered);
    keys.stored() = saved;
    EXPECT_TRUE(keys.data_key("fleet", "radio").key) << "a rotation that fails changes nothing";
}

TEST_F(Hierarchy, LimitsAndUnknownNames) {
    KeyHierarchy small{entropy, {1, 2, 1}};
    EXPECT_EQ(small.create_group("a"), Status::locked);
    EXPECT_EQ(small.unlock(master), Status::ok);
    EXPECT_EQ(small.create_group("a"), Status::ok);
    EXPECT_EQ(small.create_group("a"), Status::exists);
    EXPECT_EQ(small.create_group("b"), Status::full);
    EXPECT_EQ(small.create_data_key("a", "x"), Status::ok);
    EXPECT_EQ(small.create_data_key("a", "x"), Status::exists);
    EXPECT_EQ(small.create_data_key("a", "y"), Status::full);
    EXPECT_EQ(small.rotate_group("a", true), Status::ok);
    EXPECT_EQ(small.rotate_group("a", true), Status::full);
    EXPECT_EQ(small.data_key("b", "x").status, Status::unknown);
    EXPECT_EQ(small.destroy_version("a", 9), Status::unknown);
    EXPECT_EQ(small.destroy_data_key("a", "x"), Status::ok);
    EXPECT_EQ(small.data_key("a", "x").status, Status::unknown);
    EXPECT_EQ(small.newest_version("b"), 0u);
}

} // namespace
} // namespace qkdes
