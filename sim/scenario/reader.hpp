// Collects diagnostics while a document is read, and knows where every value stands. The scalar readers here say what
// is wrong with one value and return nothing; what they return is in range.
#pragma once
#include "sim/scenario/diagnostics.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/quantity.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace qkdes {

/// Allowed values, in base units.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool low_open = false, high_open = false;
    bool contains(double x) const { return (low_open ? x > low : x >= low) && (high_open ? x < high : x <= high); }
};
/// [low, high]
constexpr Range from(double low, double high = std::numeric_limits<double>::infinity()) {
    return {low, high, false, false};
}
/// (low, high]
constexpr Range above(double low, double high = std::numeric_limits<double>::infinity()) {
    return {low, high, true, false};
}
/// (low, high)
constexpr Range inside(double low, double high) { return {low, high, true, true}; }
/// [low, high)
constexpr Range from_below(double low, double high) { return {low, high, false, true}; }

/// What a quantity is kept in. Ranges of times end well below 292 years, so that nanoseconds fit into 64 bits.
enum class Storage : std::uint8_t { real, nanoseconds, whole };

class Reader {
  public:
    /// `overrides` are the texts given to --set; nodes of source n belong to overrides[n - 1].
    Reader(std::string_view text, std::string_view name, std::span<std::string const> overrides);

    /// Reads, and tells nobody: for values that are reported where they belong.
    static Reader silent();

    void error(JsonNode const& value, std::string what, std::string because, std::string repair = {});
    void error_at_key(JsonNode const& member, std::string what, std::string because, std::string repair = {});
    /// Keys that an object has twice.
    void report_duplicates(Document const& document);
    void error_at_offset(std::size_t offset, std::string what, std::string because, std::string repair = {},
                         std::size_t source = 0);
    void error_in_override(std::size_t source, std::string what, std::string because, std::string repair = {});
    void warning(JsonNode const& value, std::string what, std::string because, std::string repair = {});

    /// No error was reported at this value or below it. Checks across values ask, so as not to report consequences.
    bool intact(JsonNode const* node) const { return node == nullptr || !broken_.contains(node); }
    bool any_error() const { return errors_ > 0; }
    /// What was written, for a message: at most 40 characters of the source.
    std::string as_written(JsonNode const& value) const;

    std::vector<Diagnostic> take_diagnostics();
    /// Problems of another file that this one refers to; say at the reference that there are some.
    void adopt(std::span<Diagnostic const> problems);
    std::string const& file() const { return main_.name; }

    /// A further file; nodes of the source returned belong to it. `text` outlives the reader.
    std::size_t add_file(std::string_view text, std::string_view name);
    bool in_override(JsonNode const& value) const { return value.source > 0 && value.source <= overrides_.size(); }
    void run_lasts(double ns) { run_ns_ = ns; }

    // --- one value -----------------------------------------------------------------------------------------------
    std::optional<double> quantity(JsonNode const& value, UnitFamily const& family, Range range, Storage storage,
                                   std::string const& example);
    /// "25 %" of the run in ns; nothing, and no report, when the run's length could not be read.
    std::optional<double> share_of_run(JsonNode const& value, bool above_zero);
    std::optional<double> number(JsonNode const& value, Range range, std::string const& example);
    std::optional<std::uint64_t> count(JsonNode const& value, std::uint64_t low, std::uint64_t high,
                                       std::string const& example);
    std::optional<std::string> text(JsonNode const& value, std::string const& example);
    std::optional<std::string> identifier(JsonNode const& value, std::string const& example);
    std::optional<std::size_t> choice(JsonNode const& value, std::span<std::string const> names);
    bool expect(JsonNode const& value, JsonKind kind, std::string const& example);

  private:
    struct Place {
        std::size_t line = 0, column = 0;
        std::string source, file;
    };
    struct Text {
        Text(std::string_view text, std::string_view name);
        std::string_view text;
        std::string name;
        std::vector<std::size_t> line_starts;
        std::vector<Diagnostic> diagnostics{};
    };
    Place place_in_file(Text const& file, std::size_t offset) const;
    /// Of a node that is not an override's.
    Text const& file_of(std::size_t source) const;
    Place place_of(JsonNode const& value, bool at_key) const;
    void report(Severity severity, JsonNode const* node, Place const& place, std::string what, std::string because,
                std::string repair, std::size_t source);

    Text main_;
    std::span<std::string const> overrides_;
    std::vector<Text> more_;
    std::vector<Diagnostic> adopted_;
    std::optional<double> run_ns_;
    std::unordered_set<JsonNode const*> broken_;
    std::size_t errors_ = 0, dropped_ = 0;
    bool silent_ = false;
};

/// `"key": value` for a member, the bare value in a list: the form of every repair.
std::string repair_of(JsonNode const& value, std::string const& json);

/// `more than 0 m, at most 100000 km`; empty when anything goes. Without a family: plain numbers.
std::string describe(Range range, UnitFamily const* family);

std::string json_string(std::string_view text);

/// Letters, digits, '.', '_', '-': what can stand in a file name, a stream's name and an HDF5 path.
bool is_identifier(std::string_view text);
extern char const* const kIdentifierRule;

} // namespace qkdes
