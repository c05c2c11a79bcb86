// A killed plan goes on from its journal: the same answer, and no run twice. Fails when the file differs from that of
// an undisturbed plan, or when nothing was remembered.
#include "tests/tools/sweep_study.hpp"

namespace qkdes::test {
namespace {

TEST(PlanResume, AKilledPlanFindsTheSame) {
    // Key of a stated rate over one link: a run is a matter of milliseconds.
    std::ofstream{scratch("supply.json")} << R"({ "name": "supply", "seed": 3, "duration": "300 s", "kem": "modelled",
        "kms": { "store_capacity": "16 kbit", "processing": "0 s" },
        "devices": { "d": { "protocol": "stated", "rate": "2560 bit/s" } },
        "nodes": [ { "id": "a" }, { "id": "b" } ],
        "links": [ { "id": "ab", "between": ["a", "b"], "device": "d", "length": "1 km" } ],
        "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "b" } ],
        "demands": [ { "from": "x", "to": "y", "arrivals": { "poisson": "8 /s" } } ] })";
    std::ofstream{scratch("plan.json")} << R"({ "scenario": "supply.json",
        "plan": { "service": { "blocked": "20 %" }, "find": { "largest_demand": {} } } })";
    auto const whole = run("plan plan.json -o whole-plan.h5");
    ASSERT_EQ(whole.code, 0) << whole.out;
    auto const out = scratch("killed-plan.h5");
    std::string const arguments = "plan " + scratch("plan.json").string() + " -o " + out.string() + " --resume --quiet";
    EXPECT_EQ(disturbed(arguments, out, 1500, SIGKILL), 128 + SIGKILL);
    ASSERT_FALSE(std::filesystem::exists(out));
    auto const resumed = run("plan plan.json -o killed-plan.h5 --resume --jobs 1");
    EXPECT_EQ(resumed.code, 0) << resumed.out;
    EXPECT_NE(resumed.out.find(" more were in the journal\n"), std::string::npos) << resumed.out;
    expect_equal(scratch("whole-plan.h5"), out);
    EXPECT_FALSE(std::filesystem::exists(out.string() + ".journal"));
    auto const nowhere = run("plan plan.json --resume");
    EXPECT_EQ(nowhere.code, 2);
    EXPECT_NE(nowhere.out.find("try: -o OUT.h5 --resume"), std::string::npos) << nowhere.out;
}

} // namespace
} // namespace qkdes::test
