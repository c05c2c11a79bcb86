#include "tools/qkdes/measurements.hpp"

#include "tools/qkdes/exit_codes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fstream>

namespace qkdes {

namespace {

std::vector<std::string> cells(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> out(1);
    for (char const c : line) {
        if (c == ',')
            out.emplace_back();
        else
            out.back() += c;
    }
    for (auto& cell : out) {
        auto const from = cell.find_first_not_of(" \t\""), to = cell.find_last_not_of(" \t\"");
        cell = from == std::string::npos ? "" : cell.substr(from, to - from + 1);
    }
    return out;
}

std::optional<double> positive(std::string const& text) {
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value > 0) || !std::isfinite(value)) return {};
    return value;
}

struct Series {
    std::string node;
    std::vector<std::pair<std::string, std::vector<double>>> runs;
};

/// What the columns of the file are; npos where there is none.
struct Columns {
    static constexpr auto npos = static_cast<std::size_t>(-1);
    std::size_t node = 0, latency = npos, run = npos, median = npos, jitter = npos, jitter95 = npos, rolling = npos;
    explicit Columns(std::vector<std::string> const& head) {
        std::pair<char const*, std::size_t*> const known[] = {{"node", &node},
                                                              {"latency_ms", &latency},
                                                              {"run", &run},
                                                              {"latency_median_ms", &median},
                                                              {"jitter_median_ms", &jitter},
                                                              {"jitter_p95_ms", &jitter95},
                                                              {"rollstd_p95_ms", &rolling}};
        for (auto const& [name, at] : known)
            if (auto const found = std::find(head.begin(), head.end(), name); found != head.end())
                *at = static_cast<std::size_t>(found - head.begin());
    }
    bool published() const { return median != npos && jitter != npos && jitter95 != npos && rolling != npos; }
};

class Reader {
  public:
    Reader(std::string path, int& code) : path_{std::move(path)}, code_{code} {}

    std::optional<std::vector<MeasuredNode>> read() {
        std::ifstream file{path_};
        if (!file)
            return refuse("the file cannot be read", "there is no such file, or no permission", "another path",
                          kExitIo);
        std::string line;
        if (!next(file, line)) return refuse("it is empty", "measurements are expected", kHeads);
        auto const head = cells(line);
        Columns const columns{head};
        if (!columns.published() && columns.latency == Columns::npos)
            return refuse("no column of latencies", fmt::format("the first line names {}", fmt::join(head, ", ")),
                          kHeads);
        while (next(file, line)) {
            auto const row = cells(line);
            if (row.size() != head.size())
                return refuse(fmt::format("{} values", row.size()),
                              fmt::format("the first line names {} columns", head.size()), "one value per column");
            if (!(columns.published() ? published(columns, row) : sample(columns, row))) return std::nullopt;
        }
        return finish();
    }

  private:
    static constexpr char const* kHeads =
        "a first line \"node,latency_ms\" (or node,latency_median_ms,jitter_median_ms,jitter_p95_ms,rollstd_p95_ms)";

    bool next(std::ifstream& file, std::string& line) {
        while (std::getline(file, line)) {
            ++line_;
            if (line.find_first_not_of(" \t\r") != std::string::npos && line.front() != '#') return true;
        }
        return false;
    }

    std::nullopt_t refuse(std::string const& what, std::string const& why, std::string const& repair,
                          int with = kExitBadInput) {
        fmt::print(stderr, "{}:{}: error: {}\n  because {}\n  try: {}\n", path_, line_, what, why, repair);
        code_ = with;
        return std::nullopt;
    }

    std::optional<double> number(std::string const& text) {
        auto const value = positive(text);
        if (!value)
            refuse(fmt::format("\"{}\" is no latency", text), "it is a positive number of milliseconds", "12.5");
        return value;
    }

    bool published(Columns const& columns, std::vector<std::string> const& row) {
        MeasuredNode node;
        node.node = row[columns.node];
        std::pair<std::size_t, double*> const wanted[] = {{columns.median, &node.statistics.median},
                                                          {columns.jitter, &node.statistics.jitter_median},
                                                          {columns.jitter95, &node.statistics.jitter_p95},
                                                          {columns.rolling, &node.statistics.rolling_std_p95}};
        for (auto const& [at, to] : wanted) {
            auto const value = number(row[at]);
            if (!value) return false;
            *to = *value;
        }
        nodes_.push_back(node);
        return true;
    }

    bool sample(Columns const& columns, std::vector<std::string> const& row) {
        auto const value = number(row[columns.latency]);
        if (!value) return false;
        auto const named = [](auto& list, std::string const& name) {
            return std::find_if(list.begin(), list.end(), [&](auto const& s) { return s.node == name; });
        };
        auto series = named(series_, row[columns.node]);
        if (series == series_.end()) series = series_.insert(series_.end(), {row[columns.node], {}});
        std::string const run = columns.run == Columns::npos ? "" : row[columns.run];
        auto at = std::find_if(series->runs.begin(), series->runs.end(), [&](auto const& r) { return r.first == run; });
        if (at == series->runs.end()) at = series->runs.insert(series->runs.end(), {run, {}});
        at->second.push_back(*value);
        return true;
    }

    std::optional<std::vector<MeasuredNode>> finish() {
        for (auto const& series : series_) {
            MeasuredNode node;
            node.node = series.node;
            std::vector<double> all;
            for (auto const& [run, values] : series.runs) {
                constexpr std::size_t kLeast = 20;
                if (values.size() < kLeast)
                    return refuse(fmt::format("{} has {} latencies{}", series.node, values.size(),
                                              run.empty() ? "" : " in run " + run),
                                  fmt::format("a fit needs at least {} in a row", kLeast), "more requests");
                node.run_medians.push_back(latency_statistics(values).median);
                all.insert(all.end(), values.begin(), values.end());
            }
            node.requests = all.size();
            node.requests_per_run = static_cast<double>(all.size()) / static_cast<double>(series.runs.size());
            node.statistics = latency_statistics(all); // where runs meet there is one jitter too many for each
            if (node.statistics.jitter_median <= 0)
                return refuse(series.node + "'s latencies do not vary", "the clock that measured them is too coarse",
                              "more digits");
            nodes_.push_back(node);
        }
        if (nodes_.empty())
            return refuse("no measurement in it", "there is only the line of names", "a line per request");
        return std::move(nodes_);
    }

    std::string path_;
    int& code_;
    std::size_t line_ = 0;
    std::vector<Series> series_;
    std::vector<MeasuredNode> nodes_;
};

} // namespace

std::optional<std::vector<MeasuredNode>> load_measurements(std::filesystem::path const& path, int& code) {
    return Reader{path.string(), code}.read();
}

} // namespace qkdes
