// The keys of adversaries.
#include "sim/scenario/pick_table.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {
namespace {

Key<RawAdversary> taps() {
    KeyDoc doc{"taps",
               "a list of ids of links, or `all`",
               "Links whose every message it records, whatever protects it.",
               "",
               "",
               R"(["basel-bern"])",
               false,
               {},
               {}};
    doc.schema = {
        {"oneOf", {{{"const", "all"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}},
    };
    return {doc, [](Reader& reader, JsonNode const& value, RawAdversary& target, KeyDoc const&) {
                target.taps.node = &value;
                if (value.is(JsonKind::string)) {
                    static std::vector<std::string> const all{"all"};
                    target.taps.all = reader.choice(value, all).has_value();
                    return;
                }
                if (!reader.expect(value, JsonKind::array, R"(["basel-bern"])")) return;
                for (auto const* each : value.children)
                    if (auto id = reader.text(*each, R"("basel-bern")"))
                        target.taps.links.push_back({std::move(*id), each});
            }};
}

Table<RawCompromised> const& compromised_table() {
    static Table<RawCompromised> const table{
        "compromised",
        "A node whose memory it reads.",
        target("node", &RawCompromised::captured, "a node", "Which.", R"("bern")").must(R"("bern")"),
        moment("from", at(&RawCompromised::from), from(0, kCenturyNs),
               "From then on; what the node had forgotten by then stays unknown."),
    };
    return table;
}

Table<RawBreak> const& break_table() {
    static Table<RawBreak> const table{
        "break",
        "Something that it can break from some time on.",
        choice("primitive", at(&RawBreak::primitive),
               std::vector<Choice<Primitive>>{
                   {"ml-kem", Primitive::ml_kem, "secrets of encapsulations, recorded ones too."},
                   {"aes", Primitive::aes, "the text of sealed envelopes, recorded ones too."},
                   {"qkd", Primitive::qkd, "key that the devices of tapped links make from then on."},
                   {"signatures", Primitive::signatures, "authentic channels: messages can be altered on the way."}},
               "What."),
        moment("at", at(&RawBreak::at), from(0, kCenturyNs),
               "From then on. `ml-kem` and `aes` may break after the run: what was recorded is opened then."),
    };
    return table;
}

Table<RawDishonestRelay> const& dishonest_table() {
    using D = RawDishonestRelay;
    static Table<RawDishonestRelay> const table{
        "dishonest",
        "A relay that cheats.",
        target("node", &D::relay, "a node", "Which.", R"("bern")").must(R"("bern")"),
        choice("does", at(&D::does),
               std::vector<Choice<Dishonesty>>{{"alter", Dishonesty::alter, "changes the keys that it passes on."},
                                               {"drop", Dishonesty::drop, "passes nothing on."},
                                               {"replay", Dishonesty::replay, "sends what it passed on once more."}},
               "What it does."),
        number("probability", at(&D::probability), above(0, 1), "Of each message."),
        moment("from", at(&D::from), from(0, kCenturyNs), "When it begins."),
        moment("until", at(&D::until), above(0, kCenturyNs), "When it ends.").unless_given("the run's end"),
    };
    return table;
}

Table<RawMiddle> const& middle_table() {
    using M = RawMiddle;
    static Table<RawMiddle> const table{
        "mitm",
        "A link on which it replaces messages with its own, where it can.",
        target("link", &M::link, "a link", "Which.", R"("basel-bern")").must(R"("basel-bern")"),
        choice("on", at(&M::on),
               std::vector<Choice<MiddleOn>>{{"kem", MiddleOn::kem, "public keys and ciphertexts of the KEM."},
                                             {"all", MiddleOn::all, "these and the sealed keys."}},
               "Which messages."),
        moment("from", at(&M::from), from(0, kCenturyNs), "When it begins."),
        moment("until", at(&M::until), above(0, kCenturyNs), "When it ends.").unless_given("the run's end"),
    };
    return table;
}

template <class N, class F>
auto list_of(std::string name, At<RawAdversary, F> to, Table<N> const& table, std::string help) {
    return list<RawAdversary, F, N>(std::move(name), to, table, std::move(help));
}

} // namespace

Table<RawAdversary> const& adversary_table() {
    using A = RawAdversary;
    static Table<RawAdversary> const table{
        "adversary",
        "Somebody who wants the keys: what it can do. What it learns is in `/exposure`.",
        identifier("id", at(&A::id), "Its name, unique among adversaries.", R"("eve")").must(R"("eve")"),
        taps(),
        moment("from", at(&A::from), from(0, kCenturyNs), "When the taps begin."),
        list_of("nodes", at(&A::nodes), compromised_table(), "Nodes whose memory it reads."),
        list_of("breaks", at(&A::breaks), break_table(), "What it can break."),
        list_of("dishonest", at(&A::dishonest), dishonest_table(),
                "Relays that do its will; it reads their memory, too."),
        list_of("mitm", at(&A::middles), middle_table(), "Links on which it stands in the middle."),
    };
    return table;
}

} // namespace qkdes
