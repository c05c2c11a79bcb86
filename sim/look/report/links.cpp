#include "sim/look/report/flow.hpp"
#include "sim/look/report/json.hpp"
#include "sim/look/report/min_max_series.hpp"
#include "sim/look/report/sections.hpp"
#include "sim/look/table_rows.hpp"

#include <limits>
#include <memory>

namespace qkdes::look {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kUnitBits = 256; // what a row of /relays counts in

struct LinkFigures {
    std::uint64_t blocks = 0, with_key = 0;
    double sifted = 0, errors = 0, noise = 0, noise_rows = 0, secret = 0, known_to_eve = 0, relayed = 0;
    bool continuous = false; ///< no sifted bits: what it shows over time is its excess noise
    LinkFlow flow;
    std::unique_ptr<MinMaxSeries> series;
    std::vector<double> made, used; ///< by frame
};

class Links {
  public:
    explicit Links(RunContext& run) : run_{run}, of_(run.links) {}

    MaybeError read(Json& out) {
        if (auto error = count_blocks()) return error;
        if (auto error = blocks()) return error;
        if (auto error = relays()) return error;
        if (auto error = audit()) return error;
        write(out);
        return {};
    }

  private:
    MaybeError count_blocks() {
        auto rows = TableRows::open(run_.reader, "/blocks", {"link", "sifted_z"});
        if (!rows.ok()) return rows.error();
        std::vector<bool> sifts(of_.size());
        auto error = rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0, l = 0; i < block.rows(); ++i) {
                if (!row_of(block.number(0, i), of_.size(), l)) continue;
                ++of_[l].blocks;
                if (block.number(1, i) > 0) sifts[l] = true;
            }
        });
        if (error) return error;
        std::size_t busy = 0;
        for (auto const& link : of_)
            busy += link.blocks > 0;
        std::size_t const most =
            std::min(run_.limits.link_points, run_.limits.block_points / std::max<std::size_t>(1, busy));
        for (std::size_t l = 0; l < of_.size(); ++l) {
            of_[l].continuous = of_[l].blocks > 0 && !sifts[l];
            if (of_[l].blocks > 0) of_[l].series = std::make_unique<MinMaxSeries>(run_.end, 3, of_[l].blocks, most);
        }
        return {};
    }

    MaybeError blocks() {
        auto rows = TableRows::open(run_.reader, "/blocks",
                                    {"link", "begin", "gathered", "done", "outcome", "sifted_z", "sifted_x", "sampled",
                                     "qber_z", "excess_noise", "frames", "frame_errors", "leak", "secret",
                                     "known_to_eve", "authentication", "delivered", "lost"});
        if (!rows.ok()) return rows.error();
        return rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0, l = 0; i < block.rows(); ++i) {
                if (!row_of(block.number(0, i), of_.size(), l)) continue;
                auto const at = [&](std::size_t c) { return block.number(c, i); };
                auto& link = of_[l];
                bool const key = at(4) == 0, cut_off = at(4) == 4;
                link.flow.block({.key = key,
                                 .sifted_z = at(5),
                                 .sifted_x = at(6),
                                 .sampled = at(7),
                                 .leak = at(12),
                                 .frames = at(10),
                                 .frame_errors = at(11),
                                 .secret = at(13),
                                 .authentication = at(15),
                                 .delivered = at(16),
                                 .lost = at(17)});
                link.with_key += key;
                link.sifted += at(5);
                link.errors += at(5) * at(8);
                link.noise += at(9);
                link.noise_rows += 1;
                link.secret += at(13);
                link.known_to_eve += at(14);
                add_to(link.made, at(3), at(13));
                if (cut_off || !link.series) continue; // the end of the run made it short, which says nothing
                double const gathering = at(2) - at(1);
                double const quality = link.continuous ? at(9) : at(5) > 0 ? at(8) : kNaN;
                double const values[] = {gathering > 0 ? at(13) / gathering * 1e9 : kNaN, quality, at(16)};
                link.series->add(at(3), values);
            }
        });
    }

    MaybeError relays() {
        auto rows = TableRows::open(run_.reader, "/relays", {"at", "link", "security", "units"});
        if (!rows.ok()) return rows.error();
        return rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0, l = 0; i < block.rows(); ++i) {
                double const bits = block.number(3, i) * kUnitBits;
                if (!(bits > 0) || !row_of(block.number(1, i), of_.size(), l)) continue;
                of_[l].flow.relay(static_cast<std::size_t>(block.number(2, i)), bits);
                of_[l].relayed += bits;
                add_to(of_[l].used, block.number(0, i), bits);
            }
        });
    }

    MaybeError audit() {
        auto rows = TableRows::open(run_.reader, "/audit",
                                    {"link", "initial", "made", "authentication", "pending", "lost", "stored", "held",
                                     "used", "expired", "voided"});
        if (!rows.ok()) return rows.error();
        return rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0, l = 0; i < block.rows(); ++i) {
                if (!row_of(block.number(0, i), of_.size(), l)) continue;
                auto const at = [&](std::size_t c) { return block.number(c, i); };
                of_[l].flow.audit({at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9), at(10)});
            }
        });
    }

    void add_to(std::vector<double>& by_frame, double at, double bits) {
        if (by_frame.empty()) by_frame.resize(run_.frames.count);
        by_frame[run_.frames.at(at)] += bits;
    }

    static Json amounts(std::vector<double> const& values) {
        if (values.empty()) return {};
        Json out = Json::array();
        for (double const v : values)
            out.push_back(number(v));
        return out;
    }

    void write(Json& out) {
        Json series = Json::array(), totals = Json::array(), flow = Json::array();
        Json made = Json::array(), used = Json::array();
        std::size_t thinned = 0, shown = 0;
        std::uint64_t all = 0;
        for (auto& link : of_) {
            series.push_back(series_of(link));
            if (link.series) {
                thinned += !link.series->whole();
                shown += series.back()["t"].size();
                all += link.series->seen();
            }
            double const seconds = run_.end / 1e9;
            bool const works = link.blocks > 0;
            totals.push_back({{"blocks", link.blocks},
                              {"with_key", link.with_key},
                              {"quality", !works            ? Json()
                                          : link.continuous ? number(link.noise / std::max(1.0, link.noise_rows))
                                          : link.sifted > 0 ? number(link.errors / link.sifted)
                                                            : Json()},
                              {"continuous", link.continuous},
                              {"secret_rate", works ? number(link.secret / seconds) : Json()},
                              {"used_rate", number(link.relayed / seconds)},
                              {"known_to_eve", number(link.known_to_eve)}});
            Flows const flows = link.flow.flows();
            Json row = Json::array();
            bool any = false;
            for (std::size_t e = 0; e < kFlowEdges; ++e) {
                row.push_back(number(flows.at_edge(e), 17));
                any = any || flows.at_edge(e) != 0;
            }
            flow.push_back(any ? std::move(row) : Json());
            made.push_back(amounts(link.made));
            used.push_back(amounts(link.used));
        }
        if (thinned > 0)
            run_.thinned.push_back(fmt::format("Key rate and error rate over time show {} of {} blocks: of each link "
                                               "and stretch of time the smallest and the largest value stay.",
                                               shown, all));
        Json edges = Json::array();
        for (auto const& [from, to] : kFlowEnds)
            edges.push_back({from, to});
        out["link_series"] = std::move(series);
        out["link_totals"] = std::move(totals);
        out["flow"] = {{"edges", std::move(edges)}, {"links", std::move(flow)}};
        out["replay"]["made"] = std::move(made);
        out["replay"]["used"] = std::move(used);
    }

    static Json series_of(LinkFigures const& link) {
        if (!link.series) return {};
        Json t = Json::array(), rate = Json::array(), quality = Json::array(), stored = Json::array();
        for (auto const& row : link.series->rows()) {
            t.push_back(seconds(row.at));
            rate.push_back(number(row.values[0], 4));
            quality.push_back(number(row.values[1], 4));
            stored.push_back(number(row.values[2]));
        }
        return {{"t", std::move(t)},           {"rate", std::move(rate)},       {"quality", std::move(quality)},
                {"stored", std::move(stored)}, {"whole", link.series->whole()}, {"blocks", link.series->seen()}};
    }

    RunContext& run_;
    std::vector<LinkFigures> of_;
};

} // namespace

MaybeError add_links(RunContext& run, nlohmann::ordered_json& out) { return Links{run}.read(out); }

} // namespace qkdes::look
