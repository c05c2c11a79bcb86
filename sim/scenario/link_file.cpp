#include "sim/scenario/link_file.hpp"

#include "sim/scenario/resolve.hpp"

namespace qkdes {
namespace {

Key<RawLinkFile> device() {
    KeyDoc doc{"device",
               "a name or an object",
               "A preset or data sheet, or a device written out.",
               "",
               "",
               R"("bb84-metro")",
               true,
               {},
               device_docs()};
    doc.schema = {{"type", {"string", "object"}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawLinkFile& target, KeyDoc const&) {
                target.device = read_device(reader, value);
            }};
}

/// A key of a link that means something in a network only.
Key<RawLinkFile> of_networks(std::string name) {
    KeyDoc doc{std::move(name), "anything", "Of a network; not read here.", "", "", "\"…\"", false, {}, {}};
    return {doc, [](Reader&, JsonNode const&, RawLinkFile&, KeyDoc const&) {}};
}

} // namespace

Table<RawLinkFile> const& link_file_table() {
    using L = RawLinkFile;
    static Table<RawLinkFile> const table = [] {
        Table<RawLinkFile> keys{"link by itself", "One link outside of a network.", device()};
        for (auto const* name : {"id", "between", "classical", "protect"})
            keys.add(of_networks(name));
        add_medium_keys(keys, [](auto... members) { return at(&L::link, members...); });
        return keys;
    }();
    return table;
}

LinkSetup read_link_file(JsonNode const& root, Reader& reader) {
    RawLinkFile raw;
    read_object(reader, root, link_file_table(), raw);
    LinkSetup out;
    if (!raw.device || !root.is(JsonKind::object)) return out;
    if (!raw.link.length && reader.intact(&root))
        reader.error(root, "a link without a length", "the fibre's loss follows from its length",
                     R"("length": "25 km")");
    out.parameters = over(physics_of(reader, *raw.device), fibre_of(raw.link));
    out.drift = raw.link.drift;
    if (out.drift && reader.intact(&root)) check_drift(reader, root, *out.drift);
    out.fidelity = raw.link.fidelity.value_or(Fidelity::block);
    if (out.fidelity == Fidelity::photon && reader.intact(&root))
        check_memory(reader, place(root, "device"), out.parameters, memory_of_this_machine());
    return out;
}

} // namespace qkdes
