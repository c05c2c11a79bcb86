// The trace is JSON that viewers draw as meant: rows counted, spans of a thread apart, nanoseconds kept.
#include "sim/look/export/trace.hpp"
#include "sim/look/export/trace_tracks.hpp"
#include "tests/sim/look/export_fixture.hpp"

#include "sim/base/rng.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace qkdes::look {
namespace {

using Json = nlohmann::json;

class TraceTest : public ExportTest {
  protected:
    Json trace(TraceOptions options = {}, bool complete = true) {
        auto reader = write(complete);
        options.replace = true;
        auto const report = export_trace(*reader, folder / "t.json", options);
        EXPECT_TRUE(report.ok()) << to_string(report.error());
        text = test::read_bytes(folder / "t.json");
        EXPECT_EQ(report->bytes, text.size());
        last = *report;
        return Json::parse(text);
    }
    static std::vector<Json> of(Json const& trace, std::string const& key, std::string const& value) {
        std::vector<Json> out;
        for (auto const& event : trace["traceEvents"])
            if (event.value(key, "") == value) out.push_back(event);
        return out;
    }
    std::string text;
    TraceReport last;
};

TEST_F(TraceTest, SpansAndCountersAsInTheFile) {
    Json const all = trace();
    EXPECT_EQ(all["otherData"]["scenario"], kNasty);
    EXPECT_EQ(all["otherData"]["seed"], 7);
    EXPECT_EQ(all["otherData"]["complete"], true);
    auto const requests = of(all, "cat", "request");
    ASSERT_EQ(requests.size(), 4u);
    EXPECT_NE(text.find("\"ts\":1000000.001,\"dur\":1.999,"), std::string::npos) << text;
    EXPECT_EQ(requests[0]["args"]["answered_us"], 0.005);
    EXPECT_EQ(requests[3]["name"], "refused, or \"late\"");
    EXPECT_EQ(requests[3]["pid"], 2);
    // The third begins when the first ends, and the thread of the first was free last.
    EXPECT_NE(requests[0]["tid"], requests[1]["tid"]);
    EXPECT_EQ(requests[2]["tid"], requests[0]["tid"]);
    EXPECT_NE(requests[3]["tid"], requests[0]["tid"]);
    std::set<std::string> threads;
    for (auto const& name : of(all, "name", "thread_name"))
        threads.insert(name["args"]["name"].get<std::string>());
    EXPECT_EQ(threads, (std::set<std::string>{"faults", "x > y", "x > y (2)", "x > y #2"}));
    auto const counters = of(all, "ph", "C");
    ASSERT_EQ(counters.size(), 1u);
    EXPECT_EQ(counters[0]["args"]["held_bit"].get<std::uint64_t>(), (std::uint64_t{1} << 60) + 1);
    EXPECT_EQ(counters[0]["name"], "key store line");
    auto const faults = of(all, "cat", "fault");
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0]["name"], std::string{"cut "} + kNasty);
    EXPECT_EQ(faults[0]["ts"].get<double>() + faults[0]["dur"].get<double>(), 2e6); // never ends: to the run's end
    EXPECT_EQ(last.total(), 6u);
}

TEST_F(TraceTest, APartOfTheRun) {
    // The first request ends at 1'000'002'000, exclusive.
    Json const part = trace({at(1'000'002'000), at(1'000'002'001), {"requests"}, false});
    ASSERT_EQ(of(part, "cat", "request").size(), 1u);
    EXPECT_EQ(of(part, "cat", "request")[0]["args"]["index"], 2);
    EXPECT_TRUE(of(part, "cat", "fault").empty());
    EXPECT_EQ(of(trace({at(1'000'001'999), at(1'000'002'000), {}, false}), "cat", "request").size(), 1u);
    EXPECT_EQ(of(trace({kSimStart, at(1), {}, false}), "cat", "request").size(),
              1u); // takes no time, at the first instant
    EXPECT_EQ(last.total(), 1u);
}

TEST_F(TraceTest, APartialFileSaysSo) {
    Json const all = trace({}, false);
    EXPECT_EQ(all["otherData"]["complete"], false);
    EXPECT_EQ(all["otherData"]["reason"], "interrupted");
}

TEST_F(TraceTest, WholeOrNotAtAll) {
    auto reader = write();
    std::ofstream{folder / "t.json"} << "mine";
    EXPECT_FALSE(export_trace(*reader, folder / "t.json", {}).ok());
    EXPECT_EQ(test::read_bytes(folder / "t.json"), "mine");
    EXPECT_FALSE(export_trace(*reader, folder / "no" / "t.json", {}).ok());
    EXPECT_EQ(test::listing(folder), "run.h5 t.json");
    EXPECT_FALSE(export_trace(*reader, folder, {}).ok());
}

TEST(TraceTracks, SpansOfAThreadNeverOverlap) {
    RngStream rng{11, "tracks", 0};
    std::map<std::uint64_t, std::vector<std::pair<std::int64_t, std::int64_t>>> threads;
    std::vector<std::string> names;
    TraceTracks tracks{100, [&](std::uint64_t process, std::uint64_t, std::string const& name) {
                           EXPECT_EQ(process, 3u);
                           names.push_back(name);
                       }};
    std::size_t const track = tracks.add(3, "line");
    std::int64_t begin = 0;
    for (int i = 0; i < 5000; ++i) {
        begin += static_cast<std::int64_t>(rng.below(20)) - 3; // now and then backwards
        std::int64_t const end = begin + static_cast<std::int64_t>(rng.below(50));
        threads[tracks.place(track, begin, end)].emplace_back(begin, end);
    }
    EXPECT_GT(threads.size(), 3u);
    EXPECT_LT(threads.size(), 60u);
    EXPECT_EQ(tracks.threads(), threads.size());
    EXPECT_EQ(names.size(), threads.size());
    EXPECT_EQ(names[0], "line");
    EXPECT_EQ(names[1], "line (2)");
    EXPECT_EQ(threads.begin()->first, 100u);
    for (auto& [thread, spans] : threads)
        for (std::size_t i = 1; i < spans.size(); ++i)
            EXPECT_GE(spans[i].first, spans[i - 1].second);
}

} // namespace
} // namespace qkdes::look
