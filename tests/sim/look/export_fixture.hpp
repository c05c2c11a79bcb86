// A results file of two nodes and one link with names that every format must escape, as small as it gets.
#pragma once
#include "tests/sim/record/fixture.hpp"

#include "sim/record/reader.hpp"

namespace qkdes::look {

class ExportTest : public test::RecordTest {
  protected:
    static constexpr char kNasty[] = "a \"b\", c\nd \\ \xc3\xa9";
    enum class Outcome2 : std::uint8_t { served, refused };

    static SimTime at(std::int64_t ns) { return SimTime{SimDuration{ns}}; }

    Result<ResultsReader> write(bool complete = true) {
        fs::path const path = folder / "run.h5";
        auto manifest = test::sample_manifest();
        manifest.name = kNasty;
        auto recorder = Recorder::open(path, manifest);
        using C = Column;
        Table& nodes = recorder->add({"/nodes", "Things.", {C::text("id", "name")}});
        nodes.append("west");
        nodes.append(kNasty);
        Table& links = recorder->add({"/links",
                                      "Things.",
                                      {C::text("id", "name"), C::u32("a", "index", "row of /nodes; one end"),
                                       C::u32("b", "index", "row of /nodes"), C::duration("latency", "-")}});
        links.append("line", 0u, 1u, SimDuration{500});
        Table& demands =
            recorder->add({"/demands",
                           "Things.",
                           {C::text("from", "-"), C::text("to", "-"), C::u32("from_node", "index", "row of /nodes")}});
        for (int i = 0; i < 2; ++i)
            demands.append("x", "y", 1u);
        Table& requests = recorder->add(
            {"/requests",
             "Things.",
             {C::u32("demand", "index", "row of /demands"), C::u64("index", "1", "-"), C::time("asked", "-"),
              C::enumeration("outcome", {"served", "refused, or \"late\""}, "-"), C::duration("answered", "-"),
              C::duration("complete", "-"), C::enumeration("security", {"its"}, "-"), C::u32("keys", "1", "-")}});
        // The second begins while the first runs; the third when the first ends; the last is refused at once.
        requests.append(0u, 0u, at(1'000'000'001), Outcome2::served, SimDuration{5}, SimDuration{1999},
                        Outcome2::served, 1u);
        requests.append(0u, 1u, at(1'000'000'002), Outcome2::served, SimDuration{5}, SimDuration{10}, Outcome2::served,
                        1u);
        requests.append(0u, 2u, at(1'000'002'000), Outcome2::served, SimDuration{5}, SimDuration{10}, Outcome2::served,
                        1u);
        requests.append(1u, 3u, at(0), Outcome2::refused, SimDuration{0}, SimDuration{0}, Outcome2::served, 0u);
        Table& stores = recorder->add(
            {"/stores",
             "Things.",
             {C::time("at", "-"), C::u32("node", "index", "row of /nodes"), C::u32("link", "index", "row of /links"),
              C::u64("available", "bit", "-"), C::u64("held", "bit", "-")}});
        stores.append(at(7), 1u, 0u, std::uint64_t{1} << 60, (std::uint64_t{1} << 60) + 1);
        Table& faults = recorder->add({"/faults",
                                       "Things.",
                                       {C::enumeration("kind", {"cut", "down"}, "-"), C::text("target", "-"),
                                        C::time("begin", "-"), C::time("end", "-")}});
        faults.append(Outcome2::served, kNasty, at(3'000), kSimNever);
        Table& odd = recorder->add({"/odd", "Things.", {C::f64("x", "km", "a, \"b\""), C::boolean("yes", "-")}});
        odd.append(0.1, true);
        odd.append(std::numeric_limits<double>::quiet_NaN(), false);
        odd.append(-std::numeric_limits<double>::infinity(), false);
        std::vector<Scalar> const summary{{"simulated", "s", "simulated time", 2.0},
                                          {"hash", "1", "", std::uint64_t{18446744073709551615u}}};
        auto const written =
            recorder->finish(complete ? Outcome::finished() : Outcome::partial("interrupted"), summary);
        EXPECT_TRUE(written.ok());
        return ResultsReader::open(written.value());
    }
};

} // namespace qkdes::look
