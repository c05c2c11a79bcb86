#include "tools/qkdes/text_table.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace qkdes {

namespace {

constexpr std::size_t kGap = 2, kMostPanels = 3;

} // namespace

void TextTable::paint(std::string_view head, std::function<Tone(std::string_view)> tone) {
    auto const found = std::ranges::find(rows_.front(), head);
    if (found != rows_.front().end())
        tones_.emplace_back(static_cast<std::size_t>(found - rows_.front().begin()), std::move(tone));
}

std::string TextTable::painted_cell(std::size_t row, std::size_t column, std::string text, Output const& to) const {
    if (!to.colour) return text;
    Tone tone = row == 0 ? Tone::heading : Tone::plain;
    for (auto const& [painted_column, of] : tones_)
        if (row > 0 && painted_column == column) tone = of(rows_[row][column]);
    return painted(tone, text, to);
}

std::string TextTable::panel(std::vector<std::size_t> const& columns, std::vector<std::size_t> const& widths,
                             Output const& to) const {
    std::string out;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        for (std::size_t const c : columns) {
            if (c >= rows_[r].size()) continue;
            std::string const& cell = rows_[r][c];
            std::string const blanks(widths[c] - std::min(widths[c], display_width(cell)), ' ');
            out += c == 0 ? painted_cell(r, c, cell, to) + blanks
                          : std::string(kGap, ' ') + blanks + painted_cell(r, c, cell, to);
        }
        out += '\n';
    }
    return out;
}

std::size_t TextTable::keys() const {
    std::set<std::vector<std::string>> seen;
    for (std::size_t k = 1; k < rows_.front().size(); ++k) {
        seen.clear();
        for (auto row = rows_.begin() + 1; row != rows_.end(); ++row)
            seen.emplace(row->begin(), row->begin() + static_cast<std::ptrdiff_t>(std::min(k, row->size())));
        if (seen.size() == rows_.size() - 1) return k;
    }
    return 1; // rows that say the same: the first column is as good as any
}

std::string TextTable::blocks(std::size_t columns, Output const& to) const {
    std::size_t const key = keys();
    std::size_t label = 0;
    for (std::size_t c = key; c < rows_.front().size(); ++c)
        label = std::max(label, display_width(rows_.front()[c]));
    label = std::min(label, columns / 2);
    std::string out;
    for (std::size_t r = 1; r < rows_.size(); ++r) {
        std::string title;
        for (std::size_t c = 0; c < std::min(key, rows_[r].size()); ++c)
            title += (c == 0 ? "" : ", ") + rows_[0][c] + " " + rows_[r][c];
        out += painted(Tone::heading, wrapped(title, columns), to) + "\n";
        for (std::size_t c = key; c < rows_[r].size(); ++c) {
            std::string const name = shortened(rows_.front()[c], label);
            out += std::string(kGap, ' ') + name + std::string(label + kGap - display_width(name), ' ') +
                   wrapped(painted_cell(r, c, rows_[r][c], to), columns, label + 2 * kGap, label + 2 * kGap) + "\n";
        }
    }
    return out;
}

std::string TextTable::text(Output const& to) const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (auto const& row : rows_)
        for (std::size_t c = 0; c < row.size(); ++c)
            // Scripts may cut what is piped at its columns: there a cell counts in bytes, as it always did.
            widths[c] = std::max(widths[c], to.width ? display_width(row[c]) : row[c].size());
    std::size_t const columns = to.width.value_or(~std::size_t{0});
    std::size_t whole = 0;
    for (std::size_t const width : widths)
        whole += width + kGap;
    std::vector<std::size_t> all(widths.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (whole <= columns || whole - kGap <= columns) return panel(all, widths, to);

    // What a row is of stands in each panel.
    std::vector<std::size_t> const repeated(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(keys()));
    std::size_t base = 0;
    for (std::size_t const c : repeated)
        base += widths[c] + kGap;
    std::vector<std::vector<std::size_t>> panels{repeated};
    std::size_t used = base;
    for (std::size_t c = repeated.size(); c < widths.size(); ++c) {
        if (base + widths[c] > columns) return blocks(columns, to);
        if (used + widths[c] > columns) {
            panels.push_back(repeated);
            used = base;
        }
        panels.back().push_back(c);
        used += widths[c] + kGap;
    }
    if (panels.size() > kMostPanels) return blocks(columns, to);
    std::string out;
    for (auto const& shown : panels)
        out += (out.empty() ? "" : "\n") + panel(shown, widths, to);
    return out;
}

} // namespace qkdes
