#include "sim/look/export/trace.hpp"

#include "sim/look/export/csv.hpp"
#include "sim/look/export/row_names.hpp"
#include "sim/look/export/text_file.hpp"
#include "sim/look/export/trace_tracks.hpp"
#include "sim/look/table_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

#include <nlohmann/json.hpp>

namespace qkdes::look {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::string quoted(std::string const& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Microseconds with three decimals.
std::string micro(std::int64_t nanoseconds) {
    std::int64_t const ns = std::max<std::int64_t>(nanoseconds, 0); // the run begins at 0
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.6g}", value) : "null"; }

/// Every bit of a time or another whole number.
std::int64_t whole(TableRows::Block const& block, TableRows const& rows, std::size_t c, std::size_t row) {
    switch (rows.column(c).type) {
    case ColumnType::i64:
    case ColumnType::u64:
    case ColumnType::time:
    case ColumnType::duration: {
        std::int64_t value;
        std::memcpy(&value, block.buffer(c).raw.data() + row * sizeof value, sizeof value);
        return value;
    }
    default:
        return static_cast<std::int64_t>(block.number(c, row));
    }
}

/// begin + length, without going round.
std::int64_t later(std::int64_t begin, std::int64_t length) {
    return length > kNever - std::max<std::int64_t>(begin, 0) ? kNever : begin + std::max<std::int64_t>(length, 0);
}

class Trace {
  public:
    Trace(ResultsReader& reader, TextFile& file, TraceOptions const& options)
        : reader_{reader}, file_{file}, options_{options} {}

    MaybeError run() {
        if (auto error = read_network()) return error;
        begin();
        for (auto const& table : trace_tables()) {
            if (!options_.tables.empty() && std::ranges::find(options_.tables, table) == options_.tables.end())
                continue;
            events_ = 0;
            MaybeError const error = table == "blocks"     ? blocks()
                                     : table == "requests" ? requests()
                                     : table == "relays"   ? relays()
                                     : table == "faults"   ? faults()
                                                           : stores();
            if (error) return error;
            if (failed_) return failed_;
            report.events.emplace_back(table, events_);
        }
        report.threads = tracks_->threads();
        print("\n]}}\n");
        return file_.turn();
    }
    TraceReport report;

  private:
    struct Link {
        std::uint64_t a, b; ///< processes
        std::int64_t latency = 0;
    };

    template <class... T>
    void print(fmt::format_string<T...> format, T&&... values) {
        fmt::format_to(std::back_inserter(file_.text()), format, std::forward<T>(values)...);
    }
    void next() { print("{}", std::exchange(first_, false) ? "\n" : ",\n"); }

    std::uint64_t process(std::int64_t node) const {
        return node >= 0 && static_cast<std::size_t>(node) < names_.nodes.size() ? static_cast<std::uint64_t>(node) + 1
                                                                                 : names_.nodes.size() + 1;
    }

    /// All rows of a table that has these columns; `visit(block, rows, row)`.
    template <class Visit>
    MaybeError walk(std::string const& table, std::vector<std::string> const& columns, Visit&& visit) {
        auto rows = TableRows::open(reader_, table, columns);
        if (!rows.ok()) return rows.error();
        return rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows() && !failed_; ++i) {
                visit(block, *rows, i);
                failed_ = file_.turn();
            }
        });
    }

    MaybeError read_network() {
        auto names = RowNames::read(reader_);
        if (!names.ok()) return names.error();
        names_ = std::move(*names);
        if (auto error = walk("/links", {"a", "b", "latency"}, [&](auto const& block, auto const& rows, std::size_t i) {
                links_.push_back(
                    {process(whole(block, rows, 0, i)), process(whole(block, rows, 1, i)), whole(block, rows, 2, i)});
            }))
            return error;
        if (auto error = walk("/demands", {"from_node"}, [&](auto const& block, auto const& rows, std::size_t i) {
                asking_.push_back(process(whole(block, rows, 0, i)));
            }))
            return error;
        auto const end = reader_.info("/summary/simulated");
        if (end.ok()) {
            auto const seconds = reader_.numbers("/summary/simulated");
            if (seconds.ok() && !seconds->empty()) end_ = std::llround(seconds->front() * 1e9);
        }
        return {};
    }

    void begin() {
        auto const text = [&](char const* name) {
            return quoted(find_attribute<std::string>(reader_.manifest(), name).value_or(""));
        };
        print("{{\"displayTimeUnit\":\"ns\",\n\"otherData\":{{\"program\":\"qkdes\",\"version\":{},\"scenario\":{},"
              "\"seed\":{},\"complete\":{},\"reason\":{}}},\n\"traceEvents\":[",
              text("version"), text("name"), find_attribute<std::uint64_t>(reader_.manifest(), "seed").value_or(0),
              reader_.complete(), quoted(reader_.reason()));
        std::uint64_t const count = names_.nodes.size();
        tracks_.emplace(count + 2, [this](std::uint64_t pid, std::uint64_t tid, std::string const& name) {
            next();
            print(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}}}})", pid, tid,
                  quoted(name));
            next();
            print(R"({{"ph":"M","name":"thread_sort_index","pid":{},"tid":{},"args":{{"sort_index":{}}}}})", pid, tid,
                  tid);
        });
        for (std::uint64_t i = 0; i <= count; ++i) {
            std::string const name = i < count ? names_.nodes[i] : "faults";
            next();
            print(R"({{"ph":"M","name":"process_name","pid":{},"tid":0,"args":{{"name":{}}}}})", i + 1, quoted(name));
            next();
            print(R"({{"ph":"M","name":"process_sort_index","pid":{},"tid":0,"args":{{"sort_index":{}}}}})", i + 1,
                  i < count ? i + 1 : 0);
        }
    }

    bool shown(std::int64_t begin, std::int64_t end) const {
        std::int64_t const from = options_.from.time_since_epoch().count(), to = options_.to.time_since_epoch().count();
        return begin < to && (end > from || begin >= from);
    }

    /// The head of a span on a track; false when it lies outside. Arguments follow, then "}}".
    bool span(std::size_t track, std::int64_t begin, std::int64_t end, std::string const& quoted_name,
              char const* category) {
        end = std::max(end, begin);
        if (!shown(begin, end)) return false;
        std::uint64_t const tid = tracks_->place(track, begin, end);
        next();
        print(R"({{"ph":"X","name":{},"cat":"{}","pid":{},"tid":{},"ts":{},"dur":{},"args":{{)", quoted_name, category,
              tracks_->process(track), tid, micro(begin), micro(end - begin));
        ++events_;
        return true;
    }

    static std::vector<std::string> quoted_values(TableRows const& rows, std::size_t c) {
        std::vector<std::string> out;
        for (auto const& name : rows.column(c).values)
            out.push_back(quoted(name));
        return out;
    }
    static std::string const& at_or_last(std::vector<std::string> const& names, std::int64_t value) {
        static std::string const unknown = "\"?\"";
        return value >= 0 && static_cast<std::size_t>(value) < names.size() ? names[static_cast<std::size_t>(value)]
                                                                            : unknown;
    }

    MaybeError blocks() {
        std::vector<std::size_t> tracks;
        for (std::size_t l = 0; l < links_.size(); ++l)
            tracks.push_back(tracks_->add(links_[l].a, names_.links[l]));
        std::vector<std::string> outcomes;
        return walk("/blocks",
                    {"link", "begin", "done", "outcome", "index", "qber_z", "sifted_z", "secret", "delivered", "lost"},
                    [&](auto const& block, auto const& rows, std::size_t i) {
                        if (outcomes.empty()) outcomes = quoted_values(rows, 3);
                        auto const link = static_cast<std::size_t>(whole(block, rows, 0, i));
                        if (link >= tracks.size()) return;
                        auto const& outcome = at_or_last(outcomes, whole(block, rows, 3, i));
                        if (!span(tracks[link], whole(block, rows, 1, i), whole(block, rows, 2, i), outcome, "block"))
                            return;
                        print(R"("outcome":{},"index":{},"qber":{},"sifted_bit":{},"secret_bit":{},)", outcome,
                              whole(block, rows, 4, i), number(block.number(5, i)), whole(block, rows, 6, i),
                              whole(block, rows, 7, i));
                        print(R"("stored_bit":{},"lost_bit":{}}}}})", whole(block, rows, 8, i),
                              whole(block, rows, 9, i));
                    });
    }

    MaybeError requests() {
        std::vector<std::size_t> tracks;
        for (std::size_t d = 0; d < asking_.size(); ++d)
            tracks.push_back(tracks_->add(asking_[d], names_.demands[d]));
        std::vector<std::string> outcomes, classes;
        return walk("/requests", {"demand", "asked", "outcome", "answered", "complete", "index", "keys", "security"},
                    [&](auto const& block, auto const& rows, std::size_t i) {
                        if (outcomes.empty()) {
                            outcomes = quoted_values(rows, 2);
                            classes = quoted_values(rows, 7);
                        }
                        auto const demand = static_cast<std::size_t>(whole(block, rows, 0, i));
                        if (demand >= tracks.size()) return;
                        std::int64_t const asked = whole(block, rows, 1, i), answered = whole(block, rows, 3, i);
                        std::int64_t const end = later(asked, std::max(answered, whole(block, rows, 4, i)));
                        auto const& outcome = at_or_last(outcomes, whole(block, rows, 2, i));
                        if (!span(tracks[demand], asked, end, outcome, "request")) return;
                        print(R"("index":{},"keys":{},"security":{},"answered_us":{}}}}})", whole(block, rows, 5, i),
                              whole(block, rows, 6, i), at_or_last(classes, whole(block, rows, 7, i)), micro(answered));
                    });
    }

    MaybeError relays() {
        std::map<std::pair<std::uint64_t, std::size_t>, std::size_t> tracks;
        std::vector<std::string> classes;
        return walk("/relays", {"at", "node", "link", "security", "units"},
                    [&](auto const& block, auto const& rows, std::size_t i) {
                        if (classes.empty()) classes = quoted_values(rows, 3);
                        auto const link = static_cast<std::size_t>(whole(block, rows, 2, i));
                        if (link >= links_.size()) return;
                        std::uint64_t const sender = process(whole(block, rows, 1, i));
                        auto [track, added] = tracks.try_emplace({sender, link});
                        if (added) track->second = tracks_->add(sender, "relay " + names_.links[link]);
                        std::int64_t const at = whole(block, rows, 0, i);
                        if (!span(track->second, at, later(at, links_[link].latency),
                                  at_or_last(classes, whole(block, rows, 3, i)), "relay"))
                            return;
                        std::uint64_t const other = links_[link].a == sender ? links_[link].b : links_[link].a;
                        print(R"("to":{},"units":{}}}}})",
                              at_or_last(quoted_nodes(), static_cast<std::int64_t>(other) - 1),
                              whole(block, rows, 4, i));
                    });
    }

    std::vector<std::string> const& quoted_nodes() {
        if (quoted_nodes_.empty())
            for (auto const& name : names_.nodes)
                quoted_nodes_.push_back(quoted(name));
        return quoted_nodes_;
    }

    MaybeError faults() {
        std::size_t const track = tracks_->add(names_.nodes.size() + 1, "faults");
        return walk("/faults", {"begin", "end", "kind", "target"},
                    [&](auto const& block, auto const& rows, std::size_t i) {
                        std::int64_t const begin = whole(block, rows, 0, i);
                        std::int64_t end = whole(block, rows, 1, i);
                        if (end_ && begin <= *end_) end = std::min(end, *end_);
                        if (end == kNever) end = begin;
                        std::string const kind = block.text(2, i), target = block.text(3, i);
                        if (!span(track, begin, end, quoted(kind + " " + target), "fault")) return;
                        print(R"("kind":{},"target":{}}}}})", quoted(kind), quoted(target));
                    });
    }

    MaybeError stores() {
        std::vector<std::string> counters;
        for (auto const& link : names_.links)
            counters.push_back(quoted("key store " + link));
        return walk("/stores", {"at", "node", "link", "available", "held"},
                    [&](auto const& block, auto const& rows, std::size_t i) {
                        std::int64_t const at = whole(block, rows, 0, i);
                        if (!shown(at, at)) return;
                        next();
                        print(R"({{"ph":"C","name":{},"pid":{},"ts":{},"args":{{"available_bit":{},"held_bit":{}}}}})",
                              at_or_last(counters, whole(block, rows, 2, i)), process(whole(block, rows, 1, i)),
                              micro(at), whole(block, rows, 3, i), whole(block, rows, 4, i));
                        ++events_;
                    });
    }

    ResultsReader& reader_;
    TextFile& file_;
    TraceOptions const& options_;
    RowNames names_;
    std::vector<std::string> quoted_nodes_;
    std::vector<Link> links_;
    std::vector<std::uint64_t> asking_; ///< process of each demand
    std::optional<std::int64_t> end_;   ///< of the run, where it is known
    std::optional<TraceTracks> tracks_;
    MaybeError failed_;
    std::uint64_t events_ = 0;
    bool first_ = true;
};

} // namespace

std::uint64_t TraceReport::total() const {
    return std::accumulate(events.begin(), events.end(), std::uint64_t{0},
                           [](std::uint64_t sum, auto const& table) { return sum + table.second; });
}

std::vector<std::string> const& trace_tables() {
    static std::vector<std::string> const tables{"faults", "blocks", "requests", "relays", "stores"};
    return tables;
}

Result<TraceReport> export_trace(ResultsReader& reader, std::filesystem::path const& path,
                                 TraceOptions const& options) {
    if (auto error = check_tables(reader, path.string(), options.tables)) return *error;
    auto file = TextFile::create(path, options.replace);
    if (!file.ok()) return file.error();
    Trace trace{reader, *file, options};
    if (auto error = trace.run()) return *error;
    if (auto error = file->commit()) return *error;
    trace.report.bytes = file->bytes();
    return trace.report;
}

} // namespace qkdes::look
