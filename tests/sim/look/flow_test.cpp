// What flows into a node of the diagram flows out of it, on any numbers and on runs of every family.
#include "sim/look/report/describe.hpp"
#include "sim/look/report/flow.hpp"
#include "sim/scenario/load.hpp"
#include "tests/support/property.hpp"
#include "tests/support/results_file.hpp"
#include "tests/support/run_world.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace qkdes::look {
namespace {

using Json = nlohmann::ordered_json;

/// In and out of every node that has both, or an empty text.
template <class Value>
std::string leak(Value const& value) {
    std::map<std::string_view, double> in, out;
    for (std::size_t e = 0; e < kFlowEdges; ++e) {
        if (value(e) < 0) return std::string{kFlowEnds[e].to} + " gets less than nothing";
        out[kFlowEnds[e].from] += value(e);
        in[kFlowEnds[e].to] += value(e);
    }
    for (auto const& [node, amount] : in)
        if (out.contains(node) && out[node] != amount) return fmt::format("{}: {} in, {} out", node, amount, out[node]);
    return {};
}
std::string leak(Flows const& flows) {
    return leak([&](std::size_t e) { return flows.at_edge(e); });
}

BlockBits any_block() {
    auto const bits = [](int most) { return static_cast<double>(*rc::gen::inRange(0, most)); };
    BlockBits b{.key = *rc::gen::arbitrary<bool>(), .sifted_z = bits(100000), .sifted_x = bits(10000)};
    b.sampled = bits(20000), b.leak = bits(60000), b.frames = bits(30);
    b.frame_errors = std::min(b.frames, bits(10));
    b.secret = b.key ? bits(90000) : 0;
    b.authentication = std::min(b.secret, bits(400));
    b.delivered = std::min(b.secret - b.authentication, bits(90000));
    b.lost = std::min(b.secret - b.authentication - b.delivered, bits(90000));
    return b;
}

RC_GTEST_PROP(Flow, AnyBlocksAddUpWithoutBooks, ()) {
    LinkFlow flow;
    double sifted = 0, made = 0;
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
        auto const b = any_block();
        sifted += b.sifted_z + b.sifted_x;
        made += b.secret;
        flow.block(b);
    }
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i)
        flow.relay(static_cast<std::size_t>(*rc::gen::inRange(0, 4)), 256.0 * *rc::gen::inRange(0, 400));
    auto const f = flow.flows();
    RC_ASSERT(leak(f) == "");
    RC_ASSERT(f[FlowEdge::other_basis] + f[FlowEdge::samples] + f[FlowEdge::given_up] + f[FlowEdge::key_basis] ==
              sifted);
    RC_ASSERT(f[FlowEdge::secret] + f[FlowEdge::quadratures] == made);
}

RC_GTEST_PROP(Flow, AnyBooksThatAddUpStayTrue, ()) {
    LinkFlow flow;
    auto const b = any_block();
    flow.block(b);
    double const initial = 256.0 * *rc::gen::inRange(0, 50);
    double const stored = initial + b.delivered;
    for (int end = 0; end < 2; ++end) {
        PoolBooks books{
            .initial = initial, .made = b.secret, .authentication = b.authentication, .lost = b.lost, .stored = stored};
        books.pending = b.secret - b.authentication - b.lost - b.delivered;
        books.used = std::min(stored, 256.0 * *rc::gen::inRange(0, 300));
        books.expired = std::min(stored - books.used, 256.0 * *rc::gen::inRange(0, 300));
        books.voided = std::min(stored - books.used - books.expired, 256.0 * *rc::gen::inRange(0, 3));
        books.held = stored - books.used - books.expired - books.voided;
        flow.audit(books);
    }
    flow.relay(1, 256.0 * *rc::gen::inRange(0, 400));
    RC_ASSERT(leak(flow.flows()) == "");
}

TEST(Flow, ABlockByHand) {
    LinkFlow flow;
    flow.block({.key = true,
                .sifted_z = 1000,
                .sifted_x = 100,
                .sampled = 50,
                .leak = 200,
                .frames = 10,
                .frame_errors = 2,
                .secret = 300,
                .authentication = 10,
                .delivered = 256,
                .lost = 0});
    flow.block({.key = false, .sifted_z = 400, .sifted_x = 40});
    auto const f = flow.flows();
    EXPECT_EQ(f[FlowEdge::key_basis], 950);
    EXPECT_EQ(f[FlowEdge::bad_frames], 190);
    EXPECT_EQ(f[FlowEdge::disclosed], 200);
    EXPECT_EQ(f[FlowEdge::amplified], 950 - 190 - 200 - 300);
    EXPECT_EQ(f[FlowEdge::given_up], 400);
    EXPECT_EQ(f[FlowEdge::other_basis], 140);
    EXPECT_EQ(f[FlowEdge::pending], 300 - 10 - 256);
    EXPECT_EQ(leak(f), "");
}

void check_run(std::string const& name, std::string const& duration) {
    auto const loaded =
        load_scenario(QKDES_SOURCE_DIR "/scenarios/" + name + ".json",
                      std::vector<std::string>{"/duration=\"" + duration + "\"", "/kem=modelled", "/faults=[]"});
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    auto const ran = test::run_world(*loaded.scenario, "flow-" + name + ".h5", 7);
    auto const document = describe(ran.file);
    ASSERT_TRUE(document.ok());
    test::ResultsFile file{ran.file};
    auto const sum = [&](std::string const& column, auto link_of, std::size_t link) {
        auto const links = file.numbers<std::uint32_t>(link_of);
        auto const values = file.numbers<std::uint64_t>(column);
        double total = 0;
        for (std::size_t i = 0; i < links.size(); ++i)
            if (links[i] == link) total += static_cast<double>(values[i]);
        return total;
    };
    std::size_t with_flow = 0;
    auto const& links = (*document)["flow"]["links"];
    for (std::size_t l = 0; l < links.size(); ++l) {
        if (links[l].is_null()) continue;
        ++with_flow;
        auto const value = [&](std::size_t e) { return links[l][e].get<double>(); };
        EXPECT_EQ(leak(value), "") << name << " link " << l;
        auto const at = [&](FlowEdge e) { return value(static_cast<std::size_t>(e)); };
        EXPECT_EQ(at(FlowEdge::secret) + at(FlowEdge::quadratures), sum("/blocks/secret", "/blocks/link", l));
        EXPECT_EQ(2 * (at(FlowEdge::used)), sum("/audit/used", "/audit/link", l));
        EXPECT_EQ(2 * (at(FlowEdge::lost)), sum("/audit/lost", "/audit/link", l));
        EXPECT_GT(at(FlowEdge::secret) + at(FlowEdge::quadratures), 0) << name << " link " << l;
    }
    EXPECT_GT(with_flow, 0u);
}

TEST(Flow, RunsAddUpToTheAuditorsBooks) {
    check_run("two-islands", "20 min");
    check_run("every-family", "20 s");
    check_run("relay-chain", "2 min");
}

} // namespace
} // namespace qkdes::look
