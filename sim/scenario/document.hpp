// A JSON text as a tree whose every value knows where it stands. Syntax, numbers and escapes are nlohmann-json's; the
// places come from a scan of the same text, token by token beside it.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

struct JsonNode {
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    JsonKind kind = JsonKind::null;
    JsonNode* parent = nullptr;
    std::string key;                   ///< in an object
    std::size_t index = 0;             ///< in an array
    std::size_t source = 0;            ///< 0: the file; n: the n-th override; beyond: a further file (Reader)
    std::size_t key_offset = kNowhere; ///< byte of the key's opening quote
    std::size_t offset = 0;            ///< byte of the value's first character
    std::string text;                  ///< a string unescaped; anything else but a container as written
    std::vector<JsonNode*> children;   ///< in the order of the text

    bool is(JsonKind k) const { return kind == k; }
    /// The first member of that name, or null.
    JsonNode* find(std::string_view name) const;
    /// RFC 6901; empty for the root.
    std::string pointer() const;
};

/// "an object", "a number" ... for messages.
std::string_view kind_name(JsonKind kind);

struct SyntaxProblem {
    std::size_t offset = 0;
    std::string what, because, repair;
};

class Document {
  public:
    Document() = default;
    Document(Document&&) = default;
    Document& operator=(Document&&) = default;

    /// Empty on a syntax error, of which there is always exactly one. `source` marks the nodes.
    bool parse(std::string_view text, std::size_t max_depth, SyntaxProblem& problem, std::size_t source = 0);
    /// Another text into the same tree's storage, as a detached value of override number `source`; null on a syntax
    /// error.
    JsonNode* parse_fragment(std::string_view text, std::size_t source, std::size_t max_depth);
    JsonNode* make_container(JsonKind kind, std::size_t source);
    JsonNode* make_string(std::string_view text, std::size_t source);

    JsonNode* root() const { return root_; }
    void set_root(JsonNode* node) { root_ = node; }
    /// Members whose name was there before in the same object; each later one.
    std::vector<JsonNode const*> const& duplicates() const { return duplicates_; }

  private:
    friend class TreeBuilder;
    std::deque<JsonNode> nodes_;
    JsonNode* root_ = nullptr;
    std::vector<JsonNode const*> duplicates_;
};

/// The tree as one line-broken JSON text, members sorted by name: the same scenario always gives the same text.
std::string canonical_json(JsonNode const& node);

} // namespace qkdes
