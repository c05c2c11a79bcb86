// Files of faults (`--faults`): read beside the scenario, so that every value keeps its own place in messages, and put
// into the scenario's text afterwards, so that the text alone gives the same run.
#pragma once
#include "sim/scenario/load.hpp"
#include "sim/scenario/raw_scenario.hpp"
#include "sim/scenario/reader.hpp"

#include <deque>
#include <span>

namespace qkdes {

class FaultScripts {
  public:
    /// `files` outlive it.
    explicit FaultScripts(std::span<NamedText const> files) : files_{files} {}

    /// Reads all, those that the scenario names first, and appends what is in them to its lists; problems go to the
    /// reader, which knows how long the run lasts.
    void read(Reader& reader, RawScenario& scenario);
    /// What was read becomes part of the tree; only once nobody asks for its places any more.
    void graft(JsonNode& root);

  private:
    void read(Reader& reader, RawScenario& scenario, NamedText const& file);

    std::span<NamedText const> files_;
    std::deque<NamedText> own_;      ///< that the scenario names
    std::deque<Document> documents_; ///< raw parts point into them
};

} // namespace qkdes
