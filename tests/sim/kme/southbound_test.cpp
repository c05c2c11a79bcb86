// The vendor's key server between the devices and a node: worker, queue, parked requests, two consistent ends.
#include "sim/base/rng.hpp"
#include "sim/kme/southbound/pool_source.hpp"
#include "sim/kme/southbound/vendor_kms.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/unit_ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

constexpr LinkId kLink{0};

struct Told { ///< an answer, and when it came
    int answers = 0;
    SimTime at{};
    std::optional<KeySourceError> error;
    std::vector<KeyUnit> units;
    bool ok() const { return answers == 1 && !error; }
};

/// Both ends of one link.
struct Boxes {
    explicit Boxes(VendorKmsConfig config = {}, SimDuration service = 10ms, std::uint64_t capacity_units = 100)
        : model{service}, pool_a{NodeId{0}, kLink, KeyPool::End::a, capacity_units * kUnitBits, ledger},
          pool_b{NodeId{1}, kLink, KeyPool::End::b, capacity_units * kUnitBits, ledger},
          a{config, pool_a, clock, model, NodeId{0}, ledger}, b{config, pool_b, clock, model, NodeId{1}, ledger} {}

    void burst(std::uint64_t units_a, std::uint64_t units_b) {
        Bits key{(units_a + units_b) * kUnitBits};
        rng.fill(key.mutable_words());
        ++block;
        pool_a.store(block, key, units_a);
        pool_b.store(block, key, units_a);
        a.on_key();
        b.on_key();
    }
    KeySourceAnswer into(std::shared_ptr<Told> told) {
        return [this, told](KeySourceResult result) {
            ++told->answers;
            told->at = clock.now();
            if (auto* error = std::get_if<KeySourceError>(&result))
                told->error = *error;
            else
                told->units = std::move(std::get<std::vector<KeyUnit>>(result));
            order.push_back(told);
        };
    }
    std::shared_ptr<Told> get(KeySource& box, std::uint32_t units = 1) {
        auto told = std::make_shared<Told>();
        box.get(kLink, units, into(told));
        return told;
    }
    std::shared_ptr<Told> get_ids(KeySource& box, std::vector<UnitId> const& ids) {
        auto told = std::make_shared<Told>();
        box.get_with_ids(kLink, ids, into(told));
        return told;
    }

    test::ManualClock clock;
    test::UnitLedger ledger;
    RngStream rng{1, "southbound"};
    FixedService model;
    std::uint64_t block = 0;
    KeyPool pool_a, pool_b;
    VendorKms a, b;
    std::vector<std::shared_ptr<Told>> order;
};

VendorKmsConfig waiting(SimDuration limit, std::uint32_t queue = 64) {
    return {queue, VendorKmsConfig::WhenEmpty::wait, limit};
}

TEST(VendorKms, OneEndFreshTheOtherById) {
    Boxes boxes;
    boxes.burst(4, 4);
    auto const fresh = boxes.get(boxes.a, 2);
    EXPECT_EQ(fresh->answers, 0); // it takes its time
    boxes.clock.run_for(10ms);
    ASSERT_TRUE(fresh->ok());
    EXPECT_EQ(fresh->at, SimTime{10ms});
    std::vector<UnitId> const ids{fresh->units[1].id, fresh->units[0].id};
    auto const same = boxes.get_ids(boxes.b, ids);
    boxes.clock.run_for(10ms);
    ASSERT_TRUE(same->ok());
    EXPECT_TRUE(same->units[0].bits == fresh->units[1].bits); // in the order asked for
    EXPECT_TRUE(same->units[1].bits == fresh->units[0].bits);
    EXPECT_FALSE(same->units[0].bits == same->units[1].bits);
    auto const again = boxes.get_ids(boxes.b, ids);
    boxes.clock.run_for(10ms);
    EXPECT_EQ(again->error, KeySourceError::not_found); // once per end
}

TEST(VendorKms, NoUnitIsFreshAtBothEnds) {
    Boxes boxes;
    boxes.burst(5, 3);
    std::vector<UnitId> seen;
    for (int i = 0; i < 8; ++i)
        for (VendorKms* box : {&boxes.a, &boxes.b}) {
            auto const told = boxes.get(*box);
            boxes.clock.run_for(10ms);
            if (told->ok()) seen.push_back(told->units[0].id);
        }
    EXPECT_EQ(seen.size(), 8u);
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
    for (UnitId id : seen) { // ids of the own half are not handed out by id, at the end that owns them
        auto const at_a = boxes.get_ids(boxes.a, {id}), at_b = boxes.get_ids(boxes.b, {id});
        boxes.clock.run_for(20ms);
        EXPECT_NE(at_a->ok(), at_b->ok());
    }
}

TEST(VendorKms, ByIdIsAllOrNone) {
    Boxes boxes;
    boxes.burst(4, 4);
    auto const fresh = boxes.get(boxes.a, 2);
    boxes.clock.run_for(10ms);
    auto const wrong = boxes.get_ids(boxes.b, {fresh->units[0].id, UnitId{99, 0}});
    boxes.clock.run_for(10ms);
    EXPECT_EQ(wrong->error, KeySourceError::not_found);
    auto const right = boxes.get_ids(boxes.b, {fresh->units[0].id, fresh->units[1].id});
    boxes.clock.run_for(10ms);
    EXPECT_TRUE(right->ok()) << "a failed call took a unit";
}

TEST(VendorKms, ASingleWorkerMakesLatencyGrowWithConcurrency) {
    Boxes boxes;
    boxes.burst(50, 0);
    std::vector<std::shared_ptr<Told>> told;
    for (int i = 0; i < 40; ++i)
        told.push_back(boxes.get(boxes.a));
    EXPECT_EQ(boxes.a.open(), 40u);
    boxes.clock.run_for(1s);
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(told[static_cast<std::size_t>(i)]->ok());
        EXPECT_EQ(told[static_cast<std::size_t>(i)]->at, SimTime{(i + 1) * 10ms});
    }
}

TEST(VendorKms, AnEmptyBufferIsRefusedAfterService) {
    Boxes boxes;
    auto const told = boxes.get(boxes.a);
    boxes.clock.run_for(10ms);
    EXPECT_EQ(told->error, KeySourceError::buffer_empty);
    boxes.burst(1, 0);
    auto const partly = boxes.get(boxes.a, 2);
    boxes.clock.run_for(10ms);
    EXPECT_EQ(partly->error, KeySourceError::buffer_empty);
    auto const served = boxes.get(boxes.a);
    boxes.clock.run_for(10ms);
    EXPECT_TRUE(served->ok()); // what was refused took nothing
    EXPECT_EQ(boxes.ledger.counted("vendor.refused.empty"), 2u);
}

// The diagonals of a plot of latency over time: requests that came one after the other end at one instant.
TEST(VendorKms, RequestsThatWaitForTheNextBurstAreServedTogetherInOrder) {
    Boxes boxes{waiting(10s)};
    std::vector<std::shared_ptr<Told>> told;
    for (int i = 0; i < 5; ++i) {
        told.push_back(boxes.get(boxes.a));
        boxes.clock.run_for(100ms);
    }
    for (auto const& each : told)
        EXPECT_EQ(each->answers, 0);
    boxes.burst(3, 0);
    SimTime const first = boxes.clock.now();
    EXPECT_EQ(boxes.order, (std::vector(told.begin(), told.begin() + 3)));
    auto const late = boxes.get(boxes.a); // nobody overtakes
    boxes.clock.run_for(100ms);
    boxes.burst(2, 0);
    EXPECT_EQ(late->answers, 0);
    for (std::size_t i = 0; i < 5; ++i) {
        ASSERT_TRUE(told[i]->ok()) << i;
        EXPECT_EQ(told[i]->at, i < 3 ? first : first + 100ms);
        if (i > 0) {
            EXPECT_LT(told[i - 1]->units[0].id, told[i]->units[0].id);
        }
    }
}

TEST(VendorKms, AParkedRequestDoesNotHoldTheWorker) {
    Boxes boxes{waiting(10s)};
    boxes.burst(0, 2);
    auto const at_b = boxes.get(boxes.b, 1);
    boxes.clock.run_for(10ms);
    auto const parked = boxes.get(boxes.a);
    auto const by_id = boxes.get_ids(boxes.a, {at_b->units[0].id});
    boxes.clock.run_for(20ms);
    EXPECT_TRUE(by_id->ok());
    EXPECT_EQ(parked->answers, 0);
}

TEST(VendorKms, WaitingEnds) {
    Boxes boxes{waiting(1s)};
    auto const told = boxes.get(boxes.a, 3);
    boxes.clock.run_for(500ms);
    auto const small = boxes.get(boxes.a, 1);
    boxes.burst(2, 0); // not enough for the first, and the second does not overtake it
    EXPECT_EQ(told->answers + small->answers, 0);
    boxes.clock.run_for(1s);
    EXPECT_EQ(told->error, KeySourceError::buffer_empty);
    EXPECT_EQ(told->at, SimTime{1s});
    ASSERT_TRUE(small->ok());
    EXPECT_EQ(small->at, SimTime{1s}); // when the one in front of it gave up
    EXPECT_EQ(boxes.a.open(), 0u);
}

TEST(VendorKms, RequestsOfOneInstantGiveUpAtOneInstant) {
    Boxes boxes{waiting(1s), 400ms};
    std::vector<std::shared_ptr<Told>> told;
    for (int i = 0; i < 4; ++i)
        told.push_back(boxes.get(boxes.a));
    boxes.clock.run_for(2s);
    EXPECT_EQ(told[0]->at, SimTime{1s});     // parked since 400 ms
    EXPECT_EQ(told[1]->at, SimTime{1s});     // since 800 ms
    EXPECT_EQ(told[2]->at, SimTime{1200ms}); // whose turn came too late to wait
    EXPECT_EQ(told[3]->at, SimTime{1600ms});
    for (auto const& each : told)
        EXPECT_EQ(each->error, KeySourceError::buffer_empty);
    auto const late = boxes.get(boxes.a);
    boxes.clock.run_for(500ms);
    boxes.burst(2, 0);
    EXPECT_TRUE(late->ok());
}

TEST(VendorKms, MoreThanTheBufferEverHoldsIsNotWaitedFor) {
    Boxes boxes{waiting(10s), 10ms, 8};
    auto const told = boxes.get(boxes.a, 5); // half of 8 is this end's
    boxes.clock.run_for(10ms);
    EXPECT_EQ(told->error, KeySourceError::buffer_empty);
}

TEST(VendorKms, AFullQueueRefusesAtOnce) {
    Boxes boxes{waiting(10s, 3)};
    auto const one = boxes.get(boxes.a), two = boxes.get(boxes.a);
    boxes.clock.run_for(100ms); // both parked: they count
    auto const three = boxes.get(boxes.a), four = boxes.get(boxes.a);
    EXPECT_EQ(four->error, KeySourceError::busy);
    EXPECT_EQ(four->at, SimTime{100ms});
    EXPECT_EQ(three->answers, 0);
    EXPECT_EQ(boxes.ledger.counted("vendor.refused.busy"), 1u);
    boxes.burst(4, 0);
    auto const five = boxes.get(boxes.a);
    boxes.clock.run_for(100ms);
    EXPECT_TRUE(one->ok() && two->ok() && three->ok() && five->ok());
}

TEST(VendorKms, AnAnswerMayAskAgainAndStandsBehindTheOthers) {
    Boxes boxes;
    boxes.burst(10, 0);
    auto const again = std::make_shared<Told>();
    boxes.a.get(kLink, 1, [&](KeySourceResult) { boxes.a.get(kLink, 1, boxes.into(again)); });
    auto const second = boxes.get(boxes.a);
    boxes.clock.run_for(1s);
    EXPECT_EQ(second->at, SimTime{20ms});
    EXPECT_EQ(again->at, SimTime{30ms});
}

TEST(VendorKms, ARestartForgetsRequestsAndKeepsTheBuffer) {
    Boxes boxes{waiting(1s)};
    auto const parked = boxes.get(boxes.a);
    boxes.clock.run_for(20ms);
    auto const in_service = boxes.get(boxes.a), queued = boxes.get(boxes.a);
    boxes.a.on_restart();
    EXPECT_EQ(boxes.a.open(), 0u);
    boxes.burst(2, 0);
    boxes.clock.run_for(5s);
    EXPECT_EQ(parked->answers + in_service->answers + queued->answers, 0);
    auto const fresh = boxes.get(boxes.a, 2);
    boxes.clock.run_for(10ms);
    EXPECT_TRUE(fresh->ok());
}

TEST(VendorKms, EveryUnitIsBooked) {
    Boxes boxes;
    boxes.burst(4, 4);
    auto const fresh = boxes.get(boxes.a, 3);
    boxes.clock.run_for(10ms);
    auto const at_b = boxes.get_ids(boxes.b, {fresh->units[0].id});
    boxes.clock.run_for(10ms);
    boxes.a.settle(kLink, fresh->units[0].id, UnitFate::used);
    boxes.b.settle(kLink, at_b->units[0].id, UnitFate::used);
    boxes.a.settle(kLink, fresh->units[1].id, UnitFate::voided);
    EXPECT_TRUE(boxes.b.give_up(kLink, fresh->units[1].id));
    EXPECT_FALSE(boxes.b.give_up(kLink, fresh->units[1].id));
    boxes.a.settle(kLink, fresh->units[2].id, UnitFate::stored); // a vendor takes nothing back
    EXPECT_EQ(boxes.pool_a.account().used, 1u);
    EXPECT_EQ(boxes.pool_a.account().voided, 2u);
    EXPECT_EQ(boxes.pool_b.account().used, 1u);
    EXPECT_EQ(boxes.pool_b.account().voided, 1u);
    for (std::size_t node : {0u, 1u})
        EXPECT_EQ(boxes.ledger.held(NodeId{node}, kLink), (node == 0 ? boxes.pool_a : boxes.pool_b).account().held());
    EXPECT_TRUE(boxes.ledger.faults.empty());
}

TEST(PoolSource, AnswersAtOnceAndTakesUnusedUnitsBack) {
    Boxes boxes;
    PoolSource a{boxes.pool_a}, b{boxes.pool_b};
    boxes.burst(2, 2);
    auto const fresh = boxes.get(a, 2);
    ASSERT_TRUE(fresh->ok());
    EXPECT_EQ(boxes.get(a)->error, KeySourceError::buffer_empty);
    auto const at_b = boxes.get_ids(b, {fresh->units[0].id});
    EXPECT_TRUE(at_b->ok());
    EXPECT_EQ(boxes.get_ids(b, {fresh->units[0].id})->error, KeySourceError::not_found);
    b.settle(kLink, fresh->units[0].id, UnitFate::stored);
    EXPECT_TRUE(boxes.get_ids(b, {fresh->units[0].id})->ok());
    a.settle(kLink, fresh->units[1].id, UnitFate::stored);
    auto const again = boxes.get(a);
    ASSERT_TRUE(again->ok());
    EXPECT_EQ(again->units[0].id, fresh->units[1].id);
    EXPECT_TRUE(again->units[0].bits == fresh->units[1].bits);
    EXPECT_EQ(boxes.get_ids(a, {again->units[0].id})->error, KeySourceError::not_found) << "not one's own by id";
}

TEST(PoolSource, AUnitPutBackAfterItsTimeExpires) {
    Boxes boxes;
    PoolSource a{boxes.pool_a}, b{boxes.pool_b};
    boxes.burst(1, 1);
    auto const own = boxes.get(a), peers = boxes.get(b);
    auto const named = boxes.get_ids(a, {peers->units[0].id});
    boxes.pool_a.expire(1, KeyPool::Half::own);
    boxes.pool_a.expire(1, KeyPool::Half::peer);
    EXPECT_EQ(boxes.pool_a.account().expired, 0u);
    a.settle(kLink, own->units[0].id, UnitFate::stored);
    a.settle(kLink, named->units[0].id, UnitFate::stored);
    EXPECT_EQ(boxes.pool_a.account().expired, 2u);
    EXPECT_EQ(boxes.pool_a.account().held(), 0u);
}

} // namespace
} // namespace qkdes
