#include "sim/import/csv_table.hpp"

#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace qkdes {
namespace {

constexpr std::size_t kMaxColumns = 256;
constexpr std::size_t kMaxFields = 2'000'000;

class Scanner {
  public:
    explicit Scanner(SourceText const& source) : source_{source}, text_{source.text()} {
        skip_empty_lines();
        auto const head = text_.substr(at_, text_.find('\n', at_) - at_);
        for (char const candidate : {';', '\t'})
            if (std::ranges::count(head, candidate) > std::ranges::count(head, delimiter_)) delimiter_ = candidate;
    }

    bool ended() const { return at_ >= text_.size(); }

    /// The next line that says something.
    std::vector<CsvField> row() {
        std::vector<CsvField> fields;
        for (;;) {
            fields.push_back(field());
            if (fields.size() > kMaxColumns || ++fields_ > kMaxFields)
                source_.refuse(fields.back().offset, "too many fields",
                               fmt::format("at most {} in a line and {} in all are read", kMaxColumns, kMaxFields));
            if (ended() || text_[at_] != delimiter_) break;
            ++at_;
        }
        skip_empty_lines();
        return fields;
    }

  private:
    CsvField field() {
        while (!ended() && text_[at_] == ' ')
            ++at_;
        CsvField field{"", at_};
        if (!ended() && text_[at_] == '"') {
            quoted(field);
            while (!ended() && (text_[at_] == ' ' || text_[at_] == '\r'))
                ++at_;
            if (!ended() && text_[at_] != delimiter_ && text_[at_] != '\n')
                source_.refuse(at_, "more after the closing quote", "a field in quotes ends with its quote",
                               "two quotes for one inside: \"\"");
        } else {
            auto const end = std::min(text_.find_first_of(std::string{delimiter_} + "\n", at_), text_.size());
            field.text = trimmed(text_.substr(at_, end - at_));
            at_ = end;
        }
        return field;
    }

    void quoted(CsvField& field) {
        auto const opened = at_++;
        for (;;) {
            auto const end = text_.find('"', at_);
            if (end == text_.npos)
                source_.refuse(opened, "a quote without its end", "the file ends before the closing quote",
                               "the whole file: it may have been cut short");
            field.text += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (ended() || text_[at_] != '"') break;
            field.text += '"';
            ++at_;
        }
        field.text = trimmed(field.text);
    }

    void skip_empty_lines() {
        while (!ended()) {
            auto const end = std::min(text_.find('\n', at_), text_.size());
            auto const line = trimmed(text_.substr(at_, end - at_));
            if (!line.empty() && line.front() != '#') return;
            at_ = std::min(end + 1, text_.size());
        }
    }

    SourceText const& source_;
    std::string_view text_;
    std::size_t at_ = 0, fields_ = 0;
    char delimiter_ = ',';
};

} // namespace

std::size_t CsvTable::column(std::initializer_list<std::string_view> names) const {
    auto const same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    for (auto const name : names)
        for (std::size_t i = 0; i < head.size(); ++i)
            if (std::ranges::equal(head[i].text, name, same)) return i;
    return head.size();
}

CsvTable read_csv(SourceText const& source) {
    Scanner scanner{source};
    CsvTable table;
    if (scanner.ended()) source.refuse(0, "no head line", "the first line names the columns", "from,to,length_km");
    table.head = scanner.row();
    while (!scanner.ended()) {
        auto row = scanner.row();
        if (row.size() != table.head.size())
            source.refuse(row.front().offset, fmt::format("{} fields under {} columns", row.size(), table.head.size()),
                          "every line has as many as the head line",
                          "a field with a comma in it in quotes; the whole file, if it was cut short");
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::optional<double> number_of(SourceText const& source, CsvField const& field, std::string_view what) {
    if (field.text.empty()) return {};
    auto const value = number_in(field.text);
    if (!value)
        source.refuse(field.offset, fmt::format("\"{}\" is no {}", printable(field.text), what),
                      "it is a number with a decimal point and without a unit", "");
    return value;
}

} // namespace qkdes
