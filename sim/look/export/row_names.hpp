// What the rows of /nodes, /links and /demands are called, so that exports say "vigo > bilbao" and not 3.
//
// A column names the table whose rows it means in its description ("row of /links: ..."), with the unit "index". Names
// of one table are made unique: two demands between the same applications become "a > b" and "a > b #2". The Python
// module notebooks-export/qkdes_results.py gives the same names.
#pragma once
#include "sim/record/reader.hpp"

#include <string>
#include <vector>

namespace qkdes::look {

struct RowNames {
    std::vector<std::string> nodes, links, demands;

    /// Empty lists for what the file lacks.
    static Result<RowNames> read(ResultsReader& reader);
    /// The names that a column's values stand for; null when they stand for themselves.
    std::vector<std::string> const* of(Column const& column) const;
};

} // namespace qkdes::look
