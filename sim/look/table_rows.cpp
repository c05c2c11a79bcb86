#include "sim/look/table_rows.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes::look {

Result<TableRows> TableRows::open(ResultsReader& reader, std::string const& table,
                                  std::vector<std::string> const& columns) {
    TableRows rows{reader};
    auto const names = reader.columns(table);
    if (!names.ok()) return names.error();
    bool missing = columns.empty();
    for (auto const& column : columns) {
        std::string path = table + "/" + column;
        if (std::binary_search(names->begin(), names->end(), path))
            rows.paths_.push_back(std::move(path));
        else
            missing = true;
    }
    if (missing) {
        rows.paths_.clear();
        return rows;
    }
    rows.present_ = true;
    for (auto const& path : rows.paths_) {
        auto info = reader.info(path);
        if (!info.ok()) return info.error();
        rows.rows_ = rows.infos_.empty() ? info->rows : std::min(rows.rows_, info->rows);
        rows.infos_.push_back(std::move(*info));
    }
    return rows;
}

MaybeError TableRows::each(std::uint64_t first, std::uint64_t count, std::function<void(Block const&)> const& visit) {
    QKDES_EXPECTS(first <= rows_ && count <= rows_ - first);
    Block block{infos_};
    for (std::uint64_t const end = first + count; first < end; first += block.rows_) {
        block.first_ = first;
        block.rows_ = static_cast<std::size_t>(std::min(kBlockRows, end - first));
        block.buffers_.clear();
        for (std::size_t c = 0; c < paths_.size(); ++c) {
            auto buffer = reader_->read(paths_[c], infos_[c], first, block.rows_);
            if (!buffer.ok()) return buffer.error();
            block.buffers_.push_back(std::move(*buffer));
        }
        visit(block);
    }
    return {};
}

} // namespace qkdes::look
