// The page that the build bundled from tools/report (tools/cmake/ReportPage.cmake), as it stands in this program.
#pragma once
#include "sim/look/report/page.hpp"

#include <optional>

namespace qkdes {

/// Nothing when this build has no page.
std::optional<look::PageParts> report_page();
/// Why it has none, and what to do.
extern char const kNoReportPage[];
extern char const kNoReportPageRepair[];

} // namespace qkdes
