// Tasks and outcomes as bytes, for a journal's records and for messages between processes of one program:
// little-endian, texts and lists behind their length, doubles bit by bit (a NaN stays the same NaN).
//
// Holds:   unpacking what was packed gives the same; any other bytes give nothing, and are read within their bounds.
// Checked: tests/sim/study/journal_test.cpp
#pragma once
#include "sim/study/crew.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace qkdes {

std::string pack(StudyTask const& task);
std::string pack(TaskOutcome const& outcome);
std::optional<StudyTask> unpack_task(std::string_view bytes);
std::optional<TaskOutcome> unpack_outcome(std::string_view bytes);

/// SHA-256.
using Digest = std::array<std::uint8_t, 32>;
Digest digest_of(std::string_view bytes);

/// What must be the same for outcomes of the one to count for the other.
struct StudyIdentity {
    std::string version; ///< of the program
    Digest scenario{};   ///< with everything that is set in it for all runs
    Digest study{};      ///< its text, seed and number of replications
    bool operator==(StudyIdentity const&) const = default;
    std::string hex() const;
};
StudyIdentity identity_of(StudySpec const& study, std::string version);

} // namespace qkdes
