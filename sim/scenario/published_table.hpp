#pragma once
#include "sim/scenario/raw_published.hpp"
#include "sim/scenario/table.hpp"

namespace qkdes {

/// The keys of an entry of `published`.
Table<RawPublished> const& published_table();

} // namespace qkdes
