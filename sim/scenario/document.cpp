#include "sim/scenario/document.hpp"

#include "sim/base/contracts.hpp"
#include "sim/scenario/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_set>

namespace qkdes {

using nlohmann::json;

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

} // namespace

/// Receives nlohmann's events and moves a cursor over the same text: between two events lie only blanks, ',' and ':'.
class TreeBuilder : public json::json_sax_t {
  public:
    TreeBuilder(Document& document, std::string_view text, std::size_t source, std::size_t max_depth)
        : document_{document}, text_{text}, source_{source}, max_depth_{max_depth} {}

    bool null() override { return scalar(JsonKind::null); }
    bool boolean(bool) override { return scalar(JsonKind::boolean); }
    bool number_integer(number_integer_t) override { return scalar(JsonKind::number); }
    bool number_unsigned(number_unsigned_t) override { return scalar(JsonKind::number); }
    bool number_float(number_float_t, string_t const&) override { return scalar(JsonKind::number); }
    bool binary(binary_t&) override { return false; }
    bool string(string_t& value) override {
        JsonNode& node = add(JsonKind::string);
        node.text = value;
        cursor_ = string_end(node.offset);
        return true;
    }
    bool start_object(std::size_t) override { return open(JsonKind::object); }
    bool start_array(std::size_t) override { return open(JsonKind::array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        key_ = value;
        key_offset_ = next_token();
        cursor_ = string_end(key_offset_);
        return true;
    }
    bool parse_error(std::size_t position, std::string const&, json::exception const& error) override {
        problem.offset = position == 0 ? 0 : std::min(position - 1, text_.size());
        problem.what = error.what();
        return false;
    }

    JsonNode* root = nullptr;
    SyntaxProblem problem;

  private:
    std::size_t next_token() {
        while (cursor_ < text_.size() && (is_space(text_[cursor_]) || text_[cursor_] == ',' || text_[cursor_] == ':'))
            ++cursor_;
        return cursor_;
    }
    std::size_t string_end(std::size_t from) const {
        std::size_t i = from + 1;
        while (i < text_.size() && text_[i] != '"')
            i += text_[i] == '\\' ? 2 : 1;
        return std::min(i + 1, text_.size());
    }
    JsonNode& add(JsonKind kind) {
        JsonNode& node = document_.nodes_.emplace_back();
        node.kind = kind;
        node.source = source_;
        node.offset = next_token();
        if (open_.empty()) {
            root = &node;
            return node;
        }
        JsonNode& parent = *open_.back();
        node.parent = &parent;
        node.index = parent.children.size();
        parent.children.push_back(&node);
        if (parent.kind == JsonKind::object) {
            node.key = key_;
            node.key_offset = key_offset_;
        }
        return node;
    }
    bool scalar(JsonKind kind) {
        JsonNode& node = add(kind);
        while (cursor_ < text_.size() && !is_space(text_[cursor_]) &&
               std::string_view{",]}"}.find(text_[cursor_]) == std::string_view::npos)
            ++cursor_;
        node.text = text_.substr(node.offset, cursor_ - node.offset);
        return true;
    }
    bool open(JsonKind kind) {
        JsonNode& node = add(kind);
        cursor_ = node.offset + 1;
        if (open_.size() >= max_depth_) {
            problem = {node.offset, "nested too deeply",
                       "a scenario has at most " + std::to_string(max_depth_) + " levels", ""};
            return false;
        }
        open_.push_back(&node);
        return true;
    }
    bool close() {
        JsonNode const& node = *open_.back();
        if (node.kind == JsonKind::object) {
            std::unordered_set<std::string_view> seen;
            for (auto const* member : node.children)
                if (!seen.insert(member->key).second) document_.duplicates_.push_back(member);
        }
        open_.pop_back();
        next_token();
        ++cursor_; // the closing bracket
        return true;
    }

    Document& document_;
    std::string_view text_;
    std::size_t source_, max_depth_, cursor_ = 0;
    std::vector<JsonNode*> open_;
    std::string key_;
    std::size_t key_offset_ = 0;
};

namespace {

/// What went wrong at the place where nlohmann stopped reading, in the words of somebody who writes scenarios.
void explain(std::string_view text, SyntaxProblem& problem) {
    if (!problem.because.empty()) return;
    std::string const told = problem.what;
    problem.what = "this is not JSON";
    problem.because = "a scenario is a JSON text (RFC 8259)";
    if (std::ranges::all_of(text, is_space)) {
        problem.offset = 0;
        problem.what = "the file is empty";
        problem.repair = R"({ "name": "…", "duration": "1 min", "nodes": [ … ], "links": [ … ] })";
        return;
    }
    // The offset is the last character read: for a literal cut short, go back to its start.
    std::size_t start = std::min(problem.offset, text.size() - 1);
    auto const word_char = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '.' ||
               (c >= '0' && c <= '9');
    };
    while (start > 0 && word_char(text[start]) && word_char(text[start - 1]))
        --start;
    std::size_t end = start;
    while (end < text.size() && word_char(text[end]))
        ++end;
    std::string const word = printable(text.substr(start, end - start), 40);
    std::size_t before = start;
    while (before > 0 && is_space(text[before - 1]))
        --before;
    char const previous = before > 0 ? text[before - 1] : '\0';
    char const here = text[start];

    if (told.find("406") != std::string::npos || told.find("number overflow") != std::string::npos) {
        problem.offset = start;
        problem.what = word + " is too large for a number";
        problem.because = "numbers are IEEE doubles, at most 1.8e308";
    } else if (word.find("NaN") != std::string::npos || word.find("nan") != std::string::npos ||
               word.find("nf") != std::string::npos) {
        problem.offset = start;
        problem.what = word + " is not a number";
        problem.because = "JSON has neither NaN nor infinity, and a scenario needs a value";
    } else if (told.find("UTF-8") != std::string::npos) {
        problem.what = "this byte is not UTF-8";
        problem.because = "a JSON text is encoded in UTF-8 (RFC 8259, section 8.1)";
    } else if (here == '/' || here == '#') {
        problem.offset = start;
        problem.what = "a comment is not JSON";
        problem.repair = R"("note": "…", which every object may hold)";
    } else if ((here == '}' || here == ']') && previous == ',') {
        problem.offset = before - 1;
        problem.what = std::string{"a comma before "} + here;
        problem.because = "JSON has commas between values, none after the last";
        problem.repair = "leave it out";
    } else if (here == '\'') {
        problem.offset = start;
        problem.what = "a single quote";
        problem.because = "JSON puts strings in double quotes";
    } else if (told.find("unexpected end of input") != std::string::npos) {
        problem.offset = text.size();
        problem.what = "the file ends too early";
        problem.because = "a bracket or a quote is still open";
    } else if (here == '"' && previous != '\0' && std::string_view{",[{:"}.find(previous) == std::string_view::npos &&
               told.find("expected") != std::string::npos) {
        problem.offset = start;
        problem.what = "a comma is missing before this";
        problem.because = "JSON has commas between values";
    } else if (!word.empty()) {
        problem.offset = start;
        problem.what = "\"" + word + "\" is not JSON here";
    }
}

json to_json(JsonNode const& node) {
    switch (node.kind) {
    case JsonKind::object: {
        json out = json::object();
        for (auto const* child : node.children)
            out[child->key] = to_json(*child);
        return out;
    }
    case JsonKind::array: {
        json out = json::array();
        for (auto const* child : node.children)
            out.push_back(to_json(*child));
        return out;
    }
    case JsonKind::string:
        return node.text;
    default:
        return json::parse(node.text, nullptr, false);
    }
}

} // namespace

JsonNode* JsonNode::find(std::string_view name) const {
    if (kind != JsonKind::object) return nullptr;
    auto const found = std::ranges::find_if(children, [&](JsonNode const* child) { return child->key == name; });
    return found == children.end() ? nullptr : *found;
}

std::string JsonNode::pointer() const {
    std::vector<JsonNode const*> path;
    for (auto const* node = this; node->parent != nullptr; node = node->parent)
        path.push_back(node);
    std::string out;
    for (auto node = path.rbegin(); node != path.rend(); ++node) {
        out += '/';
        if ((*node)->parent->kind == JsonKind::array) {
            out += std::to_string((*node)->index);
            continue;
        }
        for (char c : (*node)->key)
            out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

std::string_view kind_name(JsonKind kind) {
    switch (kind) {
    case JsonKind::null:
        return "null";
    case JsonKind::boolean:
        return "true or false";
    case JsonKind::number:
        return "a number";
    case JsonKind::string:
        return "a string";
    case JsonKind::array:
        return "a list";
    case JsonKind::object:
        return "an object";
    }
    return "a value";
}

bool Document::parse(std::string_view text, std::size_t max_depth, SyntaxProblem& problem, std::size_t source) {
    TreeBuilder builder{*this, text, source, max_depth};
    if (!json::sax_parse(text.begin(), text.end(), &builder)) {
        problem = builder.problem;
        explain(text, problem);
        return false;
    }
    QKDES_ENSURES(builder.root != nullptr);
    root_ = builder.root;
    return true;
}

JsonNode* Document::parse_fragment(std::string_view text, std::size_t source, std::size_t max_depth) {
    std::size_t const duplicates = duplicates_.size();
    TreeBuilder builder{*this, text, source, max_depth};
    if (json::sax_parse(text.begin(), text.end(), &builder)) return builder.root;
    duplicates_.resize(duplicates);
    return nullptr;
}

JsonNode* Document::make_container(JsonKind kind, std::size_t source) {
    JsonNode& node = nodes_.emplace_back();
    node.kind = kind;
    node.source = source;
    return &node;
}

JsonNode* Document::make_string(std::string_view text, std::size_t source) {
    JsonNode& node = nodes_.emplace_back();
    node.kind = JsonKind::string;
    node.source = source;
    node.text = text;
    return &node;
}

std::string canonical_json(JsonNode const& node) {
    return to_json(node).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace qkdes
