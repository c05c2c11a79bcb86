// The application's side of 014 against the service's: every refusal is understood as what it was.
#include "sim/kme/etsi014/client.hpp"

#include <gtest/gtest.h>

namespace qkdes::etsi014 {
namespace {

// Fails when two reasons share a text, or when the client does not know one of them.
TEST(Etsi014Client, UnderstandsEveryRefusalOfTheService) {
    for (auto status :
         {KeyStatus::no_key, KeyStatus::no_route, KeyStatus::busy, KeyStatus::timeout, KeyStatus::bad_request,
          KeyStatus::not_found, KeyStatus::unauthorized, KeyStatus::hop_failed, KeyStatus::not_admitted}) {
        Response const refused = refusal(status);
        Answer const answer = read_answer(refused);
        EXPECT_EQ(answer.reply.status, status) << refused.body;
        EXPECT_EQ(answer.code, refused.code);
        EXPECT_FALSE(answer.text.empty());
        EXPECT_TRUE(answer.reply.keys.empty());
    }
}

TEST(Etsi014Client, TakesWhatIsNoAnswerForARefusal) {
    EXPECT_EQ(read_answer({200, "{"}).reply.status, KeyStatus::bad_request);
    EXPECT_EQ(read_answer({200, R"({"keys":"none"})"}).reply.status, KeyStatus::bad_request);
    EXPECT_EQ(read_answer({503, "not JSON"}).reply.status, KeyStatus::busy);
    EXPECT_EQ(read_answer({503, R"({"message":"of another vendor"})"}).reply.status, KeyStatus::busy);
    EXPECT_EQ(read_answer({400, R"({"message":"of another vendor"})"}).reply.status, KeyStatus::bad_request);
    EXPECT_EQ(read_answer({418, ""}).reply.status, KeyStatus::bad_request);
}

TEST(Etsi014Client, ReadsKeysAndTheirPathsClass) {
    KeyContainer sent;
    sent.keys = {{KeyId{{1}}, SecretBytes{32}}, {KeyId{{2}}, SecretBytes{32}}};
    EXPECT_EQ(read_answer({200, write(sent)}).reply.keys.at(1).security, SecurityClass::pqc) << "nobody said better";
    sent.extension = {{"qkdes_security", R"("hybrid")"}};
    auto const answer = read_answer({200, write(sent)});
    ASSERT_EQ(answer.reply.status, KeyStatus::ok);
    ASSERT_EQ(answer.reply.keys.size(), 2u);
    EXPECT_EQ(answer.reply.keys[0].id, sent.keys[0].id);
    EXPECT_EQ(answer.reply.keys[1].key, sent.keys[1].key);
    EXPECT_EQ(answer.reply.keys[1].security, SecurityClass::hybrid);
}

TEST(Etsi014Client, WritesWhatTheServiceReads) {
    auto const asked = ask_for_keys("alice", "bob & co/é", 3, 512);
    auto const target = read_target(asked.target);
    ASSERT_TRUE(target.has_value()) << asked.target;
    EXPECT_EQ(target->method, Method::enc_keys);
    EXPECT_EQ(target->sae, "bob & co/é");
    auto const body = read_enc_keys(asked, *target);
    ASSERT_TRUE(body) << body.problem;
    EXPECT_EQ(body.value->number, 3u);
    EXPECT_EQ(body.value->size, 512u);

    std::vector<KeyId> const ids{KeyId{{7}}, KeyId{{8}}};
    auto const fetched = ask_with_ids("bob", "alice", ids);
    auto const there = read_target(fetched.target);
    ASSERT_TRUE(there.has_value());
    EXPECT_EQ(there->method, Method::dec_keys);
    auto const named = read_dec_keys(fetched, *there);
    ASSERT_TRUE(named) << named.problem;
    EXPECT_EQ(named.value->ids, ids);
}

} // namespace
} // namespace qkdes::etsi014
