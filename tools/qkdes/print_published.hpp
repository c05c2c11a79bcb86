// The table "published beside simulated", for people, for programs and in the results file.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/study/published.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace qkdes {

/// Empty when nothing was published.
std::string published_text(std::span<PublishedComparison const> all);
nlohmann::ordered_json published_json(std::span<PublishedComparison const> all);
/// Adds /published; nothing when nothing was published.
void record_published(Recorder& recorder, std::span<PublishedComparison const> all);

} // namespace qkdes
