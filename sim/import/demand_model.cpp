#include "sim/import/demand_model.hpp"

#include "sim/base/geography.hpp"
#include "sim/import/simple_graph.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <set>
#include <tuple>

namespace qkdes {
namespace {

constexpr std::size_t kMostWays = 20'000'000; ///< sites x lines that are searched: some seconds

struct Candidate {
    double importance;
    std::size_t from, to;
};

/// More important first, then by position.
bool before(Candidate const& a, Candidate const& b) {
    return std::tuple{-a.importance, a.from, a.to} < std::tuple{-b.importance, b.from, b.to};
}

/// The `limit` best of any number, in memory for twice as many.
class Best {
  public:
    explicit Best(std::size_t limit) : limit_{limit} {}
    void add(Candidate candidate) {
        if (!(candidate.importance > 0)) return;
        all_.push_back(candidate);
        if (all_.size() > 2 * limit_ + 1000) cut();
    }
    std::vector<Candidate> take() {
        cut();
        std::ranges::sort(all_, before);
        return std::move(all_);
    }

  private:
    void cut() {
        if (all_.size() <= limit_) return;
        std::nth_element(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(limit_), all_.end(), before);
        all_.resize(limit_);
    }
    std::size_t limit_;
    std::vector<Candidate> all_;
};

std::vector<double> weights_of(SiteMap const& topology, std::string const& name, SourceText const& source) {
    std::vector<double> weights(topology.sites.size(), 0);
    if (name.empty()) {
        for (auto const& line : topology.lines) {
            ++weights[line.a];
            ++weights[line.b];
        }
        return weights;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        auto const& site = topology.sites[i];
        auto const found = site.numbers.find(name);
        if (found == site.numbers.end()) {
            std::set<std::string> known;
            for (auto const& each : topology.sites)
                for (auto const& [number, value] : each.numbers)
                    known.insert(printable(number));
            source.refuse(site.offset,
                          fmt::format("site \"{}\" has no number \"{}\"",
                                      printable(site.label.empty() ? site.key : site.label), printable(name)),
                          known.empty() ? "the sites have no numbers"
                                        : "there are " + quoted_list(std::vector(known.begin(), known.end()), "and"),
                          "--weight NAME for another, or --coordinates FILE with a column of that name");
        }
        if (found->second < 0)
            source.refuse(site.offset, fmt::format("a weight of {:g}", found->second), "a weight is not negative");
        weights[i] = found->second;
    }
    return weights;
}

/// Shortest ways over the fibres from a site, km.
std::vector<double> ways_from(std::size_t origin,
                              std::vector<std::vector<std::pair<std::size_t, double>>> const& next) {
    std::vector<double> km(next.size(), std::numeric_limits<double>::infinity());
    using Entry = std::pair<double, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    open.push({km[origin] = 0, origin});
    while (!open.empty()) {
        auto const [so_far, here] = open.top();
        open.pop();
        if (so_far > km[here]) continue;
        for (auto const& [to, length] : next[here])
            if (so_far + length < km[to]) open.push({km[to] = so_far + length, to});
    }
    return km;
}

std::vector<Candidate> by_gravity(SiteMap const& topology, std::span<double const> lengths_km,
                                  ImportOptions const& options, SourceText const& source) {
    auto const weights = weights_of(topology, options.weight, source);
    auto const parts = parts_of(topology);
    std::vector<std::vector<std::pair<std::size_t, double>>> next(topology.sites.size());
    for (std::size_t i = 0; i < topology.lines.size(); ++i) {
        next[topology.lines[i].a].emplace_back(topology.lines[i].b, lengths_km[i]);
        next[topology.lines[i].b].emplace_back(topology.lines[i].a, lengths_km[i]);
    }
    auto const unplaced = std::ranges::find_if(topology.sites, [](Site const& site) { return !site.at; });
    if (unplaced != topology.sites.end() && topology.sites.size() * topology.lines.size() > kMostWays)
        source.refuse(unplaced->offset, "too large a network for gravity, as a site has no coordinates",
                      "then ways over the fibres are distances, and they are sought from every site",
                      "--coordinates FILE with all sites, or --demands none");
    Best best{options.pairs};
    for (std::size_t i = 0; i < topology.sites.size(); ++i) {
        std::vector<double> ways;
        for (std::size_t j = i + 1; j < topology.sites.size(); ++j) {
            if (parts[i] != parts[j]) continue;
            auto const &a = topology.sites[i].at, &b = topology.sites[j].at;
            if ((!a || !b) && ways.empty()) ways = ways_from(i, next);
            double const km = a && b ? great_circle_km(*a, *b) : ways[j] / options.detour;
            best.add(
                {weights[i] * weights[j] / std::pow(std::max(km, options.min_distance_km), options.exponent), i, j});
        }
    }
    return best.take();
}

std::vector<Candidate> by_file(SiteMap const& topology, ImportOptions const& options) {
    auto const parts = parts_of(topology);
    std::map<std::pair<std::size_t, std::size_t>, double> sums;
    for (auto const& wish : topology.wishes)
        if (wish.from != wish.to && parts[wish.from] == parts[wish.to]) sums[{wish.from, wish.to}] += wish.value;
    Best best{options.pairs};
    for (auto const& [pair, value] : sums)
        best.add({value, pair.first, pair.second});
    return best.take();
}

} // namespace

std::vector<PairRate> pair_rates(SiteMap const& topology, std::span<double const> lengths_km,
                                 ImportOptions const& options, SourceText const& source) {
    if (options.demands == DemandModel::none || options.pairs == 0) return {};
    auto const chosen = options.demands == DemandModel::file ? by_file(topology, options)
                                                             : by_gravity(topology, lengths_km, options, source);
    double sum = 0;
    for (auto const& pair : chosen)
        sum += pair.importance;
    std::vector<PairRate> out;
    for (auto const& pair : chosen) {
        double const share =
            options.demands == DemandModel::uniform ? 1 / static_cast<double>(chosen.size()) : pair.importance / sum;
        out.push_back({pair.from, pair.to, options.rate * share});
    }
    return out;
}

} // namespace qkdes
