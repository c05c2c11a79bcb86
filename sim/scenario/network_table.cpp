// The keys of nodes, links, applications, demands, routing, and the whole.
#include "sim/scenario/agent_table.hpp"
#include "sim/scenario/digital_table.hpp"
#include "sim/scenario/fault_table.hpp"
#include "sim/scenario/published_table.hpp"
#include "sim/scenario/reference_key.hpp"
#include "sim/scenario/scenario_table.hpp"
#include "sim/scenario/shares_table.hpp"
#include "sim/scenario/study_file.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

using nlohmann::ordered_json;

Key<RawLink> between() {
    KeyDoc doc{"between",
               "two ids of nodes",
               "The nodes at its ends; with a device, Alice's first, then Bob's.",
               "",
               "",
               R"(["a", "b"])",
               true,
               {},
               {}};
    doc.schema = {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}, {"items", {{"type", "string"}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawLink& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, R"(["a", "b"])")) return;
                if (value.children.size() != 2) {
                    reader.error(value, fmt::format("{} ends", value.children.size()), "a link is between two nodes",
                                 R"("between": ["a", "b"])");
                    return;
                }
                for (auto const* end : value.children)
                    if (auto id = reader.text(*end, R"("a")")) target.between.push_back({std::move(*id), end});
            }};
}

Key<RawNode> coordinates() {
    KeyDoc doc{"at",
               "two numbers",
               "Latitude and longitude in degrees, for maps.",
               "-90 to 90, -180 to 180",
               "",
               "[42.88, -8.54]",
               false,
               {},
               {}};
    doc.schema = {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}, {"items", {{"type", "number"}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawNode& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, "[42.88, -8.54]")) return;
                if (value.children.size() != 2) {
                    reader.error(value, fmt::format("{} numbers", value.children.size()),
                                 "a place is a latitude and a longitude in degrees", R"("at": [42.88, -8.54])");
                    return;
                }
                auto const latitude = reader.number(*value.children[0], from(-90, 90), "42.88");
                auto const longitude = reader.number(*value.children[1], from(-180, 180), "-8.54");
                if (latitude && longitude) target.spec.at = {*latitude, *longitude};
            }};
}

Table<KmsSpec> const& kms_table() {
    static Table<KmsSpec> const table{
        "kms",
        "Key management at a node.",
        quantity("store_capacity", at(&KmsSpec::store_capacity), units::bits, from(256, 1e15),
                 "Key that the pool of one peer holds, half of it for each end to hand out; what does not fit is lost "
                 "and booked."),
        quantity("key_lifetime", at(&KmsSpec::key_lifetime), units::duration, above(0, kCenturyNs),
                 "After that, key in a pool and delivered keys not yet fetched expire."),
        quantity("processing", at(&KmsSpec::processing), units::duration, from(0, kCenturyNs),
                 "Service time of one message at a node."),
        quantity("relay_timeout", at(&KmsSpec::relay_timeout), units::duration, above(0, kCenturyNs),
                 "A relayed key that is not acknowledged by then is voided."),
        count("queue_limit", at(&KmsSpec::queue_limit), 1, 1'000'000'000,
              "Requests and relays in progress at a node; more are refused."),
        quantity("wait_for_key", at(&KmsSpec::wait_for_key), units::duration, from(0, kCenturyNs),
                 "A request that finds no key on its first hop waits so long for it; else it is refused at once."),
        count("waiting_limit", at(&KmsSpec::waiting_limit), 1, 1'000'000'000,
              "Requests that wait for key; beyond, the least urgent and youngest is refused."),
        quantity("reserve", at(&KmsSpec::reserve), units::bits, from(0, 1e15),
                 "Key of each pool that is kept for applications of priority above 0."),
        object("service", at(&KmsSpec::service), service_table(),
               "What the works of a node take, beside `processing`; left out: nothing."),
        object("vendor", at(&KmsSpec::vendor), vendor_table(), "The QKD vendor's key server, in place of own pools.")
            .such_as(R"({ "latency": "100 ms" })"),
    };
    return table;
}

Table<RawNode> const& node_table() {
    static Table<RawNode> const table{
        "node",
        "A trusted node.",
        identifier("id", at(&RawNode::spec, &NodeSpec::id), "Its name, unique among nodes.", R"("bern")")
            .must(R"("bern")"),
        coordinates(),
        object("kms", at(&RawNode::spec, &NodeSpec::kms), kms_table(), "Where it differs from the scenario's `kms`.")
            .unless_given("the scenario's"),
    };
    return table;
}

Table<RawClassical> const& classical_table() {
    using C = RawClassical;
    static Table<RawClassical> const table{
        "classical",
        "The classical channel of a link, the same both ways.",
        quantity("latency", at(&C::latency), units::duration, from(0, kCenturyNs), "One way.")
            .unless_given("light's time through the fibre"),
        quantity("rate", at(&C::spec, &ClassicalSpec::rate), units::bit_rate, above(0, 1e15), "Its capacity."),
        number("loss", at(&C::spec, &ClassicalSpec::loss), from_below(0, 1), "Probability that a message is lost."),
        object("contact", at(&C::contact), contact_table(), "When it can be used; left out: always."),
    };
    return table;
}

template <class T, class F>
Key<T> fidelity(At<T, F> to) {
    return choice(
        "fidelity", to,
        std::vector<Choice<Fidelity>>{
            {"block", Fidelity::block, "a block's counts and duration are drawn from their distributions."},
            {"photon", Fidelity::photon, "every detection is simulated, and its bits really post-processed."}},
        "How blocks of key are made.");
}

Table<RawLink> const& link_table() {
    using L = RawLink;
    static Table<RawLink> const table = [] {
        Table<RawLink> keys{
            "link",
            "A connection between two nodes: a fibre with QKD devices, or a classical channel alone.",
            identifier("id", at(&L::id), "Its name, unique among links.", R"("basel-bern")").must(R"("basel-bern")"),
            between(),
            reference("device", &L::device, "a device", "The pair of QKD devices at its ends; none: no QKD.",
                      R"("metro")"),
            object("switch", at(&L::optical_switch), switch_table(), "The device serves this fibre in turns."),
            object("satellite", at(&L::satellite), satellite_table(), "A satellite in place of the fibre."),
            object("store", at(&L::store), store_table(), "What its key store holds at the start and keeps."),
            object("classical", at(&L::classical), classical_table(),
                   "Its classical channel; needed without a device, unless there is a length."),
            choice("protect", at(&L::protect),
                   std::vector<Choice<Protection>>{
                       {"hybrid", Protection::hybrid, "AES-256-GCM under QKD key and ML-KEM secret."},
                       {"otp", Protection::otp, "QKD key as one-time pad, with Wegman-Carter tags."},
                       {"qkd", Protection::qkd, "AES-256-GCM under QKD key."},
                       {"pqc", Protection::pqc, "AES-256-GCM under an ML-KEM secret."}},
                   "What protects a key on this hop.")
                .unless_given("`hybrid` with a device, else `pqc`"),
        };
        add_medium_keys(keys, [](auto... members) { return at(members...); });
        return keys;
    }();
    return table;
}

Table<RawApplication> const& application_table() {
    static Table<RawApplication> const table{
        "application",
        "Somebody who asks for keys.",
        identifier("id", at(&RawApplication::spec, &AppSpec::id), "Its name, unique among applications.", R"("bank-a")")
            .must(R"("bank-a")"),
        reference("node", &RawApplication::at, "a node", "Where it gets its keys.", R"("bern")").must(R"("bern")"),
        count("priority", at(&RawApplication::spec, &AppSpec::priority), 0, 7,
              "Where key is short, higher ones go first and may use the `reserve`."),
        quantity("rate", at(&RawApplication::spec, &AppSpec::rate), units::bit_rate, from(0, 1e15),
                 "Key that it may ask for, refused beyond; 0: no limit."),
        quantity("burst", at(&RawApplication::spec, &AppSpec::burst), units::bits, from(64, 1e15),
                 "Key that it may ask for at once, under `rate`."),
    };
    return table;
}

Table<RawArrivals> const& arrivals_table() {
    static Table<ClosedLoopArrivals> const closed_loop{
        "closed_loop",
        "Clients that each wait for their key, think, and ask again.",
        count("clients", at(&ClosedLoopArrivals::clients), 1, 1'000'000, "How many."),
        quantity("think", at(&ClosedLoopArrivals::think), units::duration, from(0, kCenturyNs),
                 "From a key to the next request."),
        count("requests", at(&ClosedLoopArrivals::requests), 0, 1'000'000'000,
              "Of each client, which then asks no more; 0: no limit."),
        choice("until", at(&ClosedLoopArrivals::until),
               std::vector<Choice<ClosedLoopArrivals::Until>>{
                   {"complete", ClosedLoopArrivals::Until::complete, "both applications hold the key."},
                   {"answered", ClosedLoopArrivals::Until::answered,
                    "its own node has answered, whether the far application has the key yet or not."}},
               "What a client waits for before it thinks."),
    };
    static Table<BurstArrivals> const bursts{
        "bursts",
        "Many requests at the same instant, again and again, whether those before are answered or not.",
        count("requests", at(&BurstArrivals::requests), 1, 1'000'000, "How many at once."),
        quantity("every", at(&BurstArrivals::every), units::duration, above(0, kCenturyNs),
                 "From one burst to the next."),
    };
    static Table<RawArrivals> const table{
        "arrivals",
        "When requests come: exactly one of the three.",
        quantity("poisson", at(&RawArrivals::poisson), units::rate, above(0, 1e9),
                 "Independently of each other, at this rate.")
            .such_as(R"("2 /s")"),
        object("closed_loop", at(&RawArrivals::closed_loop), closed_loop, "One after the other.")
            .such_as(R"({ "clients": 2, "think": "1 s" })"),
        object("bursts", at(&RawArrivals::bursts), bursts, "Many at once.")
            .such_as(R"({ "requests": 100, "every": "1 min" })"),
    };
    return table;
}

Table<RawDemand> const& demand_table() {
    using D = RawDemand;
    static Table<ReadySpec> const ready{
        "ready",
        "Keys that are relayed before anybody asks, so that requests are answered at once.",
        count("low", at(&ReadySpec::low), 1, 100'000, "Below so many keys, new ones are made."),
        count("high", at(&ReadySpec::high), 2, 1'000'000, "So many are made; more than `low`."),
    };
    static Table<RawDemand> const table{
        "demand",
        "A pair of applications that need common keys.",
        reference("from", &D::from, "an application", "Who asks.", R"("bank-a")").must(R"("bank-a")"),
        reference("to", &D::to, "an application", "Who gets the same key.", R"("bank-b")").must(R"("bank-b")"),
        quantity("key", at(&D::spec, &DemandSpec::key_bits), units::bits, from(8, 1e6),
                 "Length of a key, whole bytes."),
        count("number", at(&D::spec, &DemandSpec::number), 1, 1000, "Keys per request."),
        object("arrivals", at(&D::arrivals), arrivals_table(), "When requests come.").must(R"({ "poisson": "2 /s" })"),
        quantity("start", at(&D::spec, &DemandSpec::start), units::duration, from(0, kCenturyNs), "No request before."),
        quantity("stop", at(&D::stop), units::duration, above(0, kCenturyNs), "No request after.")
            .unless_given("the run's end"),
        quantity("timeout", at(&D::spec, &DemandSpec::timeout), units::duration, above(0, kCenturyNs),
                 "The application gives up."),
        quantity("notify", at(&D::spec, &DemandSpec::notify), units::duration, from(0, kCenturyNs),
                 "Time for a key's id to reach the other application."),
        choice(
            "require", at(&D::spec, &DemandSpec::require),
            std::vector<Choice<RequiredClass>>{{"its", RequiredClass::its, "one-time pads on every hop."},
                                               {"hybrid", RequiredClass::hybrid,
                                                "the same, or neither a break of QKD nor one of ML-KEM exposes them."},
                                               {"qkd-aes", RequiredClass::qkd_aes, "QKD key on every hop."},
                                               {"pqc", RequiredClass::pqc, "whatever the links offer."}},
            "The least class of its keys; a path that protects less is no route."),
        choice("via", at(&D::spec, &DemandSpec::via),
               std::vector<Choice<DemandVia>>{
                   {"relay", DemandVia::relay, "relayed by the nodes, hop by hop."},
                   {"shares", DemandVia::shares, "k of n shares, each relayed over a path of its own."},
                   {"digital", DemandVia::digital, "computed at both ends from the pools of `digital`."}},
               "How the keys come about."),
        object("shares", at(&D::shares), share_delivery_table(), "How a key is cut, for `shares`."),
        object("ready", at(&D::spec, &DemandSpec::ready), ready, "Keys kept ready; none: made on demand."),
        choice("api", at(&D::spec, &DemandSpec::api),
               std::vector<Choice<DemandApi>>{
                   {"direct", DemandApi::direct, "a call; the fastest, and the same keys."},
                   {"014", DemandApi::etsi_014, "ETSI GS QKD 014, JSON both ways, refusals in the standard's words."}},
               "How the applications speak to their nodes."),
    };
    return table;
}

Table<RoutingSpec> const& routing_table() {
    using R = RoutingSpec;
    static Table<RoutingSpec> const table{
        "routing",
        "How relays find their way.",
        choice("policy", at(&RoutingSpec::policy),
               std::vector<Choice<RoutingPolicy>>{
                   {"static-dijkstra", RoutingPolicy::static_dijkstra,
                    "shortest paths, computed once; no advertisements."},
                   {"a-star", RoutingPolicy::a_star, "shortest paths over links that are up."},
                   {"key-aware", RoutingPolicy::key_aware,
                    "cheapest paths, where a link costs more the emptier its pool and the older the news of it."},
                   {"widest", RoutingPolicy::widest, "most key at the narrowest link, then shortest."},
                   {"widest-shortest", RoutingPolicy::widest_shortest,
                    "of the shortest paths that with most key at its narrowest link."},
                   {"k-shortest", RoutingPolicy::k_shortest,
                    "turns among the shortest paths, by the key at their narrowest links."},
                   {"disjoint", RoutingPolicy::disjoint, "the same among paths without a common relay."}},
               "Who decides."),
        choice("weight", at(&RoutingSpec::weight),
               std::vector<Choice<RoutingWeight>>{{"hops", RoutingWeight::hops, ""},
                                                  {"latency", RoutingWeight::latency, ""},
                                                  {"length", RoutingWeight::length, ""}},
               "What makes a path short."),
        quantity(
            "advertise_every", at(&R::advertise_every), units::duration, from(1e6, kCenturyNs / 100),
            "How often a node tells all others about its links; a change is told at once, up to ten times as often."),
        quantity("stale_after", at(&R::stale_after), units::duration, above(0, kCenturyNs),
                 "News that old are stale, and a neighbour that was silent as long is down.")
            .such_as(R"("35 s")")
            .unless_given("3.5 × `advertise_every`"),
        quantity("hold_down", at(&R::hold_down), units::duration, from(0, kCenturyNs),
                 "A link that was down or without key is believed to be back after that."),
        count("flood_hops", at(&R::flood_hops), 1, 255, "How far an advertisement goes."),
        count("paths", at(&R::paths), 1, 64, "Of `k-shortest` and `disjoint`, at most."),
        number("level_cost", at(&R::level_cost), from(0, 1e6),
               "What an empty pool adds to the cost of a link under `key-aware`, as a multiple of its weight."),
        quantity("level_scale", at(&R::level_scale), units::bits, from(1, 1e15),
                 "At this level a pool adds 1/e of `level_cost`."),
        number("wait_cost", at(&R::wait_cost), from(0, 1e6),
               "What each second until an empty pool has key again adds under `key-aware`."),
        number("stale_cost", at(&R::stale_cost), from(0, 1e6), "What stale or no news add under `key-aware`."),
        choice("signature", at(&R::signs),
               std::vector<Choice<bool>>{
                   {"none", false, "anybody can forge an advertisement."},
                   {"ml-dsa-65", true,
                    "3309 bytes more in each, checked by every node before it believes one or passes it on."}},
               "Of advertisements. With `kem: modelled` it is modelled, too, at the same size."),
    };
    return table;
}

Key<RawScenario> devices() {
    KeyDoc doc{"devices",
               "an object of objects",
               "Pairs of QKD devices by id.",
               "",
               "",
               R"({ "metro": { "protocol": "bb84" } })",
               false,
               {},
               device_docs()};
    doc.schema = {{"type", "object"},
                  {"propertyNames", {{"pattern", "^(?!\\.+$)[A-Za-z0-9._-]{1,64}$"}}},
                  {"additionalProperties", {{"anyOf", ordered_json::array()}}}};
    for (auto const* family : doc.nested)
        doc.schema["additionalProperties"]["anyOf"].push_back({{"$ref", "#/$defs/" + family->name}});
    return {doc, [](Reader& reader, JsonNode const& value, RawScenario& target, KeyDoc const&) {
                read_devices(reader, value, target.devices);
            }};
}

/// Shares of the run, in what is read after it, are shares of this.
Key<RawScenario> duration() {
    auto key = quantity("duration", at(&RawScenario::duration), units::duration, above(0, kCenturyNs),
                        "How long the run lasts, in simulated time.")
                   .must(R"("2 h")");
    key.read = [plain = key.read](Reader& reader, JsonNode const& value, RawScenario& target, KeyDoc const& doc) {
        plain(reader, value, target, doc);
        if (target.duration.count() > 0) reader.run_lasts(static_cast<double>(target.duration.count()));
    };
    return key;
}

/// A node starts as the scenario's defaults.
RawNode node_like(RawScenario const& scenario) {
    RawNode node;
    node.spec.kms = scenario.kms;
    return node;
}

} // namespace

Table<RawScenario> const& scenario_table() {
    using S = RawScenario;
    // In this order they are read: `kms` before the nodes that start from it.
    static Table<RawScenario> const table{
        "scenario",
        "The whole file.",
        text("$schema", at(&S::schema), "For editors; not read."),
        text("name", at(&S::name), "A title.").must(R"("two islands")"),
        text("description", at(&S::description), "What it shows."),
        count("seed", at(&S::seed), 0, std::numeric_limits<std::uint64_t>::max(),
              "Names the world: the same seed gives the same results."),
        duration(),
        fidelity(at(&S::fidelity)),
        choice("profile", at(&S::profile),
               std::vector<Choice<Profile>>{
                   {"standard", Profile::etsi_020, "the same under its older name."},
                   {"etsi-020", Profile::etsi_020,
                    "ETSI GS QKD 020 V1.1.1: retries, voids, keys held until relayed; HKDF over both secrets."},
                   {"kmstn-paper", Profile::kmstn_paper,
                    "plain XOR, released at once, no retry, no void, draft acknowledgements (arXiv:2604.20376)."}},
               "How nodes speak to each other, derive hop keys and release keys."),
        choice("kem", at(&S::kem),
               std::vector<Choice<KemKind>>{{"real", KemKind::real, "ML-KEM."},
                                            {"modelled", KemKind::modelled,
                                             "same sizes and charged times without the lattice, for very large runs."}},
               "The post-quantum key encapsulation."),
        choice("kem_parameters", at(&S::kem_strength),
               std::vector<Choice<KemStrength>>{{"ml-kem-512", KemStrength::ml_kem_512, ""},
                                                {"ml-kem-768", KemStrength::ml_kem_768, ""},
                                                {"ml-kem-1024", KemStrength::ml_kem_1024, ""}},
               "Its parameter set (FIPS 203)."),
        object("kms", at(&S::kms), kms_table(), "Key management at every node that does not say otherwise."),
        devices(),
        list("nodes", at(&S::nodes), node_table(), "Trusted nodes.", std::function<RawNode(S const&)>{node_like})
            .must(R"([{ "id": "basel" }, { "id": "bern" }])"),
        list<S, decltype(at(&S::links).get), RawLink>("links", at(&S::links), link_table(), "Connections between them.")
            .must(R"([{ "id": "basel-bern", "between": ["basel", "bern"] }])"),
        list<S, decltype(at(&S::applications).get), RawApplication>("applications", at(&S::applications),
                                                                    application_table(), "Who asks for keys."),
        list<S, decltype(at(&S::demands).get), RawDemand>("demands", at(&S::demands), demand_table(),
                                                          "Who needs keys with whom."),
        object("routing", at(&S::routing), routing_table(), "How relays find their way."),
        list<S, decltype(at(&S::groups).get), RawGroup>("shared_risk", at(&S::groups), group_table(),
                                                        "What fails together: ducts, sites, power."),
        list<S, decltype(at(&S::faults).get), RawFault>("faults", at(&S::faults), fault_table(),
                                                        "What goes wrong, and when."),
        list<S, decltype(at(&S::failures).get), RawFailure>("failures", at(&S::failures), failure_table(),
                                                            "What fails at random."),
        fault_files(),
        list<S, decltype(at(&S::shares).get), RawShare>("shares", at(&S::shares), share_table(),
                                                        "Secrets shared among custodians."),
        list<S, decltype(at(&S::agents).get), RawAgent>("agents", at(&S::agents), agent_table(),
                                                        "Pairs of agents that keep two sites in step with keys."),
        list<S, decltype(at(&S::adversaries).get), RawAdversary>("adversaries", at(&S::adversaries), adversary_table(),
                                                                 "Who wants the keys."),
        object("digital", at(&S::digital), digital_table(), "Servers of random pools, for demands via `digital`."),
        list<S, decltype(at(&S::published).get), RawPublished>("published", at(&S::published), published_table(),
                                                               "Measured figures, to stand beside the run's."),
    };
    return table;
}

std::vector<TableDoc const*> all_tables() {
    std::vector<TableDoc const*> found{&scenario_table().doc, &fault_script_table().doc, &study_table().doc};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (auto const& key : found[i]->keys)
            for (auto const* nested : key.nested)
                if (std::ranges::find(found, nested) == found.end()) found.push_back(nested);
    return found;
}

} // namespace qkdes
