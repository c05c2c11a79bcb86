#include "sim/scenario/pick_table.hpp"

#include "sim/scenario/reference_key.hpp"

namespace qkdes {

Table<RawPick> const& pick_table() {
    using P = RawPick;
    static Table<RawPick> const table{
        "pick",
        "A choice in place of an id, so that a fault fits any scenario. Among links, those that the fault can hit: QKD"
        " links where it acts on the quantum channel.",
        choice("pick", at(&P::pick),
               std::vector<Choice<Pick>>{
                   {"all", Pick::all, "at the same time."},
                   {"each", Pick::each, "one after the other, in the order of the file; the fault's time is shared."},
                   {"busiest", Pick::busiest,
                    "that with the most traffic, were every demand to take its shortest path; an application: the one "
                    "that asks for most."},
                   {"longest", Pick::longest, "the longest fibre."}},
               "Which.")
            .must(R"("busiest")"),
        choice("of", at(&P::of),
               std::vector<Choice<PickOf>>{{"any", PickOf::any, ""},
                                           {"qkd", PickOf::qkd, "links with a device."},
                                           {"relays", PickOf::relays,
                                            "nodes that shortest paths of demands pass; by that traffic alone they are "
                                            "busy."}},
               "Among what."),
        reference("group", &P::group, "a shared-risk group", "Among its members only.", R"("duct-a")"),
        count("rank", at(&P::rank), 1, 1000, "Of `busiest` and `longest`: 2 is the second."),
    };
    return table;
}

void read_target(Reader& reader, JsonNode const& value, RawTarget& target, std::string const& example) {
    if (value.is(JsonKind::object)) {
        target.node = &value;
        RawPick& pick = target.pick.emplace();
        pick.node = &value;
        read_object(reader, value, pick_table(), pick);
    } else if (auto id = reader.text(value, example)) {
        target.id = std::move(*id);
        target.node = &value;
    }
}

KeyDoc target_doc(std::string name, std::string const& what, std::string help, std::string example) {
    KeyDoc doc{std::move(name),
               "the id of " + what + ", or a `pick`",
               std::move(help),
               "",
               "",
               std::move(example),
               false,
               {},
               {}};
    doc.schema = {{"anyOf", {{{"type", "string"}}, {{"$ref", "#/$defs/" + pick_table().doc.name}}}}};
    doc.nested = {&pick_table().doc};
    return doc;
}

} // namespace qkdes
