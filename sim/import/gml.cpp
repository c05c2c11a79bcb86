// GML: a list of keys and values; a value is a number, a text in quotes, or a list in brackets.
#include "sim/import/source_text.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace qkdes {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxValues = 1'000'000;

struct GmlValue {
    enum class Kind : std::uint8_t { number, text, list } kind = Kind::number;
    std::string_view key, text; ///< text: as written, without its quotes
    std::size_t offset = 0;     ///< of the key
    std::vector<GmlValue> members{};

    GmlValue const* find(std::string_view name) const {
        auto const found = std::ranges::find(members, name, &GmlValue::key);
        return found == members.end() ? nullptr : &*found;
    }
};

class GmlParser {
  public:
    explicit GmlParser(SourceText const& source) : source_{source}, text_{source.text()} {}

    std::vector<GmlValue> file() {
        auto values = list(0, 0);
        return values;
    }

  private:
    bool ended() const { return at_ >= text_.size(); }

    void skip_blanks() {
        while (!ended()) {
            if (text_[at_] == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (std::isspace(static_cast<unsigned char>(text_[at_])))
                ++at_;
            else
                return;
        }
    }

    std::string_view word() {
        auto const begin = at_;
        while (!ended() && !std::isspace(static_cast<unsigned char>(text_[at_])) &&
               std::string_view{"[]\"#"}.find(text_[at_]) == std::string_view::npos)
            ++at_;
        return text_.substr(begin, at_ - begin);
    }

    /// Up to the closing bracket, or of the file at depth 0.
    std::vector<GmlValue> list(std::size_t depth, std::size_t opened) {
        if (depth > kMaxDepth)
            source_.refuse(opened, "lists too deep in each other", fmt::format("at most {} are read", kMaxDepth));
        std::vector<GmlValue> members;
        for (;;) {
            skip_blanks();
            if (ended()) {
                if (depth > 0)
                    source_.refuse(opened, "a list without its end", "the file ends before the ] of this [",
                                   "the whole file: it may have been cut short");
                return members;
            }
            if (text_[at_] == ']') {
                if (depth == 0) source_.refuse(at_, "a ] without its [", "GML's lists are in brackets");
                ++at_;
                return members;
            }
            members.push_back(member(depth));
        }
    }

    GmlValue member(std::size_t depth) {
        GmlValue value;
        value.offset = at_;
        value.key = word();
        if (value.key.empty() || !std::isalpha(static_cast<unsigned char>(value.key.front())))
            source_.refuse(value.offset, fmt::format("\"{}\" is no key", printable(text_.substr(value.offset, 12))),
                           "GML is keys and values, and a key begins with a letter",
                           "--format, if the file is not GML");
        if (++values_ > kMaxValues)
            source_.refuse(value.offset, "too many values", fmt::format("at most {} are read", kMaxValues));
        skip_blanks();
        if (ended() || text_[at_] == ']')
            source_.refuse(value.offset, fmt::format("{} without a value", printable(value.key)),
                           "GML is keys and values", "the whole file: it may have been cut short");
        if (text_[at_] == '[') {
            auto const opened = at_++;
            value.kind = GmlValue::Kind::list;
            value.members = list(depth + 1, opened);
        } else if (text_[at_] == '"') {
            value.kind = GmlValue::Kind::text;
            auto const begin = at_ + 1, end = text_.find('"', begin);
            if (end == text_.npos)
                source_.refuse(at_, "a text without its end", "the file ends before the closing quote",
                               "the whole file: it may have been cut short");
            value.text = text_.substr(begin, end - begin);
            at_ = end + 1;
        } else {
            auto const begin = at_;
            value.text = word();
            if (!number_in(value.text))
                source_.refuse(begin, fmt::format("\"{}\" is no value", printable(value.text)),
                               "a value is a number, a text in quotes or a list in brackets",
                               fmt::format("{} \"{}\"", printable(value.key), printable(value.text)));
        }
        return value;
    }

    SourceText const& source_;
    std::string_view text_;
    std::size_t at_ = 0, values_ = 0;
};

void append_utf8(std::string& out, std::uint32_t point) {
    auto const add = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xc0 | (point >> 6));
        add(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        add(0xe0 | (point >> 12));
        add(0x80 | ((point >> 6) & 0x3f));
        add(0x80 | (point & 0x3f));
    } else {
        add(0xf0 | (point >> 18));
        add(0x80 | ((point >> 12) & 0x3f));
        add(0x80 | ((point >> 6) & 0x3f));
        add(0x80 | (point & 0x3f));
    }
}

/// GML is ASCII; what is not stands as &#233; or, of few, by name. Others stay as they are.
std::string without_entities(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto const end = text.front() == '&' ? text.substr(0, 12).find(';') : text.npos;
        if (end == text.npos) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        auto const name = text.substr(1, end - 1);
        std::uint32_t point = 0;
        if (name.starts_with("#")) {
            bool const hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
            auto const digits = name.substr(hex ? 2 : 1);
            auto const [stop, problem] =
                std::from_chars(digits.data(), digits.data() + digits.size(), point, hex ? 16 : 10);
            if (problem != std::errc{} || stop != digits.data() + digits.size() || point > 0x10ffff ||
                (point >= 0xd800 && point < 0xe000))
                point = 0;
        } else {
            static constexpr std::pair<std::string_view, char> names[] = {
                {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
            for (auto const& [known, letter] : names)
                if (name == known) point = static_cast<unsigned char>(letter);
        }
        if (point > 0)
            append_utf8(out, point);
        else
            out += text.substr(0, end + 1);
        text.remove_prefix(end + 1);
    }
    return out;
}

std::string text_of(GmlValue const* value) {
    return value == nullptr || value->kind == GmlValue::Kind::list ? "" : without_entities(value->text);
}

std::optional<double> number_of(GmlValue const* value) {
    return value == nullptr || value->kind == GmlValue::Kind::list ? std::nullopt : number_in(value->text);
}

Site site_of(SourceText const& source, GmlValue const& node) {
    Site site;
    site.offset = node.offset;
    site.key = text_of(node.find("id"));
    if (site.key.empty()) source.refuse(node.offset, "a node without an id", "edges refer to nodes by id", "id 1");
    site.label = text_of(node.find("label"));
    for (auto const& member : node.members)
        if (auto const number = number_of(&member); number && member.key != "id")
            site.numbers.emplace(member.key, *number);
    site.at = place_on_earth(source, site);
    return site;
}

/// An end of an edge.
std::size_t end_of(SourceText const& source, TopologyBuilder const& builder, GmlValue const& edge,
                   std::string_view key) {
    auto const* value = edge.find(key);
    if (value == nullptr || value->kind == GmlValue::Kind::list)
        source.refuse(edge.offset, fmt::format("an edge without a {}", key), "an edge joins two nodes");
    return builder.site(text_of(value), value->offset);
}

} // namespace

SiteMap parse_gml(SourceText const& source, std::string_view length_attribute) {
    auto const file = GmlParser{source}.file();
    auto const graph = std::ranges::find(file, "graph", &GmlValue::key);
    if (graph == file.end() || graph->kind != GmlValue::Kind::list)
        source.refuse(0, "no graph", "GML has its nodes and edges in graph [ ... ]",
                      "--format, if the file is not GML");
    TopologyBuilder builder{source};
    auto& out = builder.topology;
    out.title = text_of(graph->find("label"));
    if (out.title.empty()) out.title = text_of(graph->find("Network"));
    if (auto const date = text_of(graph->find("NetworkDate")); !date.empty()) out.about = "as of " + date;
    if (auto const creator = text_of(graph->find("Creator")); creator.find("Topology Zoo") != creator.npos)
        out.about = "Internet Topology Zoo" + (out.about.empty() ? "" : ", " + out.about);
    out.directed = number_of(graph->find("directed")).value_or(0) != 0;
    for (auto const& node : graph->members) // edges may stand before nodes
        if (node.key == "node") builder.add_site(site_of(source, node));
    for (auto const& edge : graph->members) {
        if (edge.key != "edge") continue;
        auto const a = end_of(source, builder, edge, "source"), b = end_of(source, builder, edge, "target");
        builder.add_line(a, b, number_of(edge.find(length_attribute)), edge.offset);
    }
    return std::move(out);
}

} // namespace qkdes
