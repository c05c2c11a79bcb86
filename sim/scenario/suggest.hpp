// "Did you mean": the known word nearest to what was written, if it is near enough to be a slip.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace qkdes {

/// Least number of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), ASCII case
/// ignored. Words beyond 64 bytes are never near.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `known` at a distance of at most a third of the longer word (at least 1); the first of equals.
std::optional<std::string> nearest(std::string_view written, std::span<std::string const> known);

/// `"a", "b" or "c"`, at most `limit` of them and then how many are left out.
std::string quoted_list(std::span<std::string const> words, std::string_view last_joint = "or", std::size_t limit = 24);

} // namespace qkdes
