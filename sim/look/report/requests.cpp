#include "sim/look/report/json.hpp"
#include "sim/look/report/latencies.hpp"
#include "sim/look/report/sections.hpp"
#include "sim/look/table_rows.hpp"

namespace qkdes::look {

namespace {

struct DemandFigures {
    std::vector<std::uint64_t> outcomes, classes;
    Latencies latencies;
};

class Requests {
  public:
    explicit Requests(RunContext& run)
        : run_{run}, of_(run.demands), asked_(run.nodes * run.frames.count), failed_(asked_.size()) {}

    MaybeError read(Json& out) {
        auto rows = TableRows::open(run_.reader, "/requests",
                                    {"asked", "demand", "outcome", "answered", "complete", "security"});
        if (!rows.ok()) return rows.error();
        if (rows->present()) {
            outcomes_ = rows->column(2).values;
            classes_ = rows->column(5).values;
        }
        by_frame_.assign(outcomes_.size(), std::vector<std::uint64_t>(run_.frames.count));
        for (auto& demand : of_) {
            demand.outcomes.resize(outcomes_.size());
            demand.classes.resize(classes_.size());
        }
        if (auto error = rows->each([&](TableRows::Block const& block) {
                for (std::size_t i = 0; i < block.rows(); ++i)
                    row(block, i);
            }))
            return error;
        write(out, rows->rows());
        return {};
    }

  private:
    void row(TableRows::Block const& block, std::size_t i) {
        std::size_t d = 0, outcome = 0, security = 0;
        if (!row_of(block.number(1, i), of_.size(), d) || !row_of(block.number(2, i), outcomes_.size(), outcome))
            return;
        double const at = block.number(0, i);
        std::size_t const frame = run_.frames.at(at);
        auto& demand = of_[d];
        ++demand.outcomes[outcome];
        ++by_frame_[outcome][frame];
        bool const served = outcome == 0;
        if (std::size_t const node = run_.demand_from[d]; node < run_.nodes) {
            ++asked_[node * run_.frames.count + frame];
            failed_[node * run_.frames.count + frame] += !served;
        }
        if (served) {
            demand.latencies.add(SimDuration{static_cast<std::int64_t>(block.number(4, i))});
            if (row_of(block.number(5, i), classes_.size(), security)) ++demand.classes[security];
        } else if (++refused_; refusals_.size() < run_.limits.table_rows) {
            refusals_.push_back({seconds(at), d, outcome, seconds(block.number(3, i))});
        }
    }

    Json frames_of(std::vector<std::uint64_t> const& counts, std::size_t node) const {
        auto const first = counts.begin() + static_cast<std::ptrdiff_t>(node * run_.frames.count);
        auto const last = first + static_cast<std::ptrdiff_t>(run_.frames.count);
        if (std::all_of(first, last, [](auto n) { return n == 0; })) return {};
        return Json(std::vector<std::uint64_t>(first, last));
    }

    void write(Json& out, std::uint64_t rows) {
        Json demands = Json::array();
        for (auto const& d : of_) {
            Json bins = Json::array();
            for (auto const& [bin, count] : d.latencies.bins())
                bins.push_back({bin, count});
            Json one{{"outcomes", d.outcomes}, {"classes", d.classes}, {"latency", Json()}};
            if (d.latencies.count() > 0)
                one["latency"] = {{"mean", number(d.latencies.mean_seconds(), 6)},
                                  {"p50", number(d.latencies.quantile_seconds(0.5), 6)},
                                  {"p95", number(d.latencies.quantile_seconds(0.95), 6)},
                                  {"p99", number(d.latencies.quantile_seconds(0.99), 6)},
                                  {"max", number(d.latencies.quantile_seconds(1), 6)},
                                  {"bins", std::move(bins)}};
            demands.push_back(std::move(one));
        }
        out["requests"] = {{"total", rows},
                           {"outcomes", outcomes_},
                           {"classes", classes_},
                           {"bins_per_decade", Latencies::kBinsPerDecade},
                           {"demands", std::move(demands)},
                           {"by_frame", by_frame_},
                           {"refused", refused_},
                           {"refusals", refusals_}};
        Json asked = Json::array(), failed = Json::array();
        for (std::size_t n = 0; n < run_.nodes; ++n) {
            asked.push_back(frames_of(asked_, n));
            failed.push_back(frames_of(failed_, n));
        }
        out["replay"]["asked"] = std::move(asked);
        out["replay"]["failed"] = std::move(failed);
        if (refused_ > refusals_.size())
            run_.thinned.push_back(fmt::format("The table of refusals lists the first {} of {}; charts count all.",
                                               refusals_.size(), refused_));
    }

    RunContext& run_;
    std::vector<DemandFigures> of_;
    std::vector<std::uint64_t> asked_, failed_; ///< [node][frame]
    std::vector<std::string> outcomes_, classes_;
    std::vector<std::vector<std::uint64_t>> by_frame_; ///< [outcome][frame]
    std::uint64_t refused_ = 0;
    std::vector<Json> refusals_;
};

} // namespace

MaybeError add_requests(RunContext& run, nlohmann::ordered_json& out) { return Requests{run}.read(out); }

} // namespace qkdes::look
