#include "sim/scenario/overrides.hpp"

#include "sim/scenario/load.hpp"
#include "sim/scenario/scenario_table.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <charconv>

namespace qkdes {
namespace {

char const* const kForm = R"(--set '/links/0/length=40 km')";

/// The names between the slashes, unescaped (RFC 6901).
std::vector<std::string> steps_of(std::string_view pointer) {
    std::vector<std::string> steps;
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        if (pointer[i] == '/')
            steps.emplace_back();
        else if (pointer[i] == '~' && i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1'))
            steps.back() += pointer[++i] == '0' ? '~' : '/';
        else
            steps.back() += pointer[i];
    }
    return steps;
}

std::vector<std::string> keys_of(JsonNode const& node) {
    std::vector<std::string> keys;
    for (auto const* child : node.children)
        keys.push_back(child->key);
    return keys;
}

class Override {
  public:
    Override(Document& document, TableDoc const& table, Reader& reader, std::size_t source)
        : document_{document}, table_{table}, reader_{reader}, source_{source} {}

    void apply(std::string_view given) {
        auto const equals = given.find('=');
        if (equals == std::string_view::npos)
            return refuse("no value", "an override is a JSON pointer, '=' and a value", kForm);
        if (given[0] != '/' || equals < 2)
            return refuse(fmt::format("\"{}\" is not a pointer to a value", printable(given.substr(0, equals), 40)),
                          "a JSON pointer (RFC 6901) begins with '/'", kForm);
        auto const value = given.substr(equals + 1);
        auto steps = steps_of(given.substr(0, equals));
        if (steps.size() > kMaxScenarioDepth)
            return refuse("nested too deeply", fmt::format("a scenario has at most {} levels", kMaxScenarioDepth), "");
        auto const last = std::move(steps.back());
        steps.pop_back();
        JsonNode* parent = document_.root();
        TableDoc const* doc = &table_;
        for (auto const& step : steps)
            if (parent = child(*parent, step, doc); parent == nullptr) return;
        JsonNode* node = document_.parse_fragment(value, source_, kMaxScenarioDepth - steps.size() - 1);
        if (node == nullptr) node = document_.make_string(value, source_);
        put(*parent, last, node);
    }

  private:
    void refuse(std::string what, std::string because, std::string repair) {
        reader_.error_in_override(source_, std::move(what), std::move(because), std::move(repair));
    }

    static std::string path(JsonNode const& node) { return node.parent ? node.pointer() : "the top level"; }

    /// One step down. A container that the file leaves out but the scenario knows is made on the way.
    JsonNode* child(JsonNode& parent, std::string const& step, TableDoc const*& doc) {
        if (parent.is(JsonKind::object)) {
            KeyDoc const* key = nullptr;
            if (doc != nullptr)
                for (auto const& each : doc->keys)
                    if (each.name == step) key = &each;
            auto* found = parent.find(step);
            if (parent.parent == document_.root() && parent.key == "devices") { // its members have ids for names
                doc = found != nullptr ? &device_doc(parent, *found) : nullptr;
                key = nullptr;
            } else {
                doc = key != nullptr && !key->nested.empty() ? key->nested.front() : nullptr;
                if (found != nullptr && step == "device") doc = &device_doc(JsonNode{}, *found); // of a link by itself
            }
            if (found != nullptr) return found;
            if (key != nullptr && !key->nested.empty()) {
                bool const list = key->schema.contains("type") && key->schema["type"] == "array";
                auto* made = document_.make_container(list ? JsonKind::array : JsonKind::object, source_);
                put(parent, step, made);
                return made;
            }
            auto const keys = keys_of(parent);
            auto const near = nearest(step, keys);
            refuse(fmt::format("nothing at \"{}\" to set a value in", printable(step, 40)),
                   fmt::format("{} has {}", path(parent), keys.empty() ? "no keys" : quoted_list(keys, "and")),
                   near ? fmt::format("{}/{}", parent.pointer(), *near) : "");
            return nullptr;
        }
        if (parent.is(JsonKind::array))
            if (auto const index = index_in(parent, step)) return parent.children[*index];
        if (!parent.is(JsonKind::array))
            refuse(fmt::format("{} is {}", path(parent), kind_name(parent.kind)),
                   "only objects and lists hold other values", "");
        return nullptr;
    }

    std::optional<std::size_t> index_in(JsonNode const& list, std::string const& step) {
        std::size_t index = 0;
        auto const [end, failure] = std::from_chars(step.data(), step.data() + step.size(), index);
        if (failure == std::errc{} && end == step.data() + step.size() && index < list.children.size()) return index;
        // An id instead of a number is a natural slip.
        for (auto const* item : list.children)
            if (auto const* id = item->find("id"); id != nullptr && id->text == step) {
                refuse(fmt::format("\"{}\" is not a position in {}", printable(step, 40), path(list)),
                       "lists are counted from 0", item->pointer());
                return {};
            }
        refuse(fmt::format("\"{}\" is not a position in {}", printable(step, 40), path(list)),
               list.children.empty() ? "the list is empty"
                                     : fmt::format("the list has positions 0 to {}", list.children.size() - 1),
               "");
        return {};
    }

    void put(JsonNode& parent, std::string const& step, JsonNode* node) {
        node->parent = &parent;
        if (parent.is(JsonKind::object)) { // a key that is not known is told when the object is read
            node->key = step;
            node->key_offset = JsonNode::kNowhere;
            for (auto*& slot : parent.children)
                if (slot->key == step) {
                    slot = node;
                    return;
                }
            parent.children.push_back(node);
        } else if (parent.is(JsonKind::array) && step == "-") {
            node->index = parent.children.size();
            parent.children.push_back(node);
        } else if (parent.is(JsonKind::array)) {
            if (auto const index = index_in(parent, step)) {
                node->index = *index;
                parent.children[*index] = node;
            }
        } else {
            refuse(fmt::format("{} is {}", path(parent), kind_name(parent.kind)),
                   "only objects and lists hold other values", "");
        }
    }

    Document& document_;
    TableDoc const& table_;
    Reader& reader_;
    std::size_t source_;
};

} // namespace

void apply_overrides(Document& document, TableDoc const& table, std::span<std::string const> overrides,
                     Reader& reader) {
    for (std::size_t i = 0; i < overrides.size(); ++i)
        Override{document, table, reader, i + 1}.apply(overrides[i]);
}

} // namespace qkdes
