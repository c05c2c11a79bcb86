// Which change to the network pays: candidates against the network as it is, on the same random numbers.
//
//   race    all candidates with few replications, the better half of them with twice as many, and so on, until few are
//           left (successive halving): by mean gain in the metric over pairs of runs
//   final   those, and the base, on replications of their own: Student's intervals of the paired differences, p-values
//           adjusted for all of them (Holm). What was chosen for being lucky in the race has no luck left here.
//
// Leaves out: changes together; a candidate that pays only with another one is not found.
// Checked:    tests/sim/study/plan_what_if_test.cpp (a race whose best is known; an unneeded and a needed link).
#include "sim/base/contracts.hpp"
#include "sim/scenario/load.hpp"
#include "sim/study/plan/candidates.hpp"
#include "sim/study/plan/plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {

namespace {

struct Runner {
    Candidate candidate;
    Point* point = nullptr; ///< of the race
    double gain = 0;        ///< mean, as far as it ran
    std::uint64_t replications = 0;
    std::string refused{}; ///< why it cannot be run
    // In the final:
    Point* last = nullptr;
    PairedDifference paired{};
    double adjusted_p = 1;
};

class WhatIf {
  public:
    WhatIf(PlanContext& context, WhatIfQuestion const& question, Crew& crew)
        : context_{context}, question_{question}, final_trials_{crew, context.effort().most_replications} {}

    PlanReport run() {
        for (auto& each : candidates_of(context_.study.base, question_))
            runners_.push_back({std::move(each)});
        refuse();
        base_ = &context_.trials.point({}, context_.plan().faults);
        choose_metric();
        race();
        decide_final();
        report_.question = "what-if";
        say();
        report_.tables.push_back(finalists());
        report_.tables.push_back(raced());
        report_.runs = final_trials_.runs();
        report_.violations = final_trials_.violations();
        return std::move(report_);
    }

  private:
    /// What does not even load (a span too long for its device) is told, not run.
    void refuse() {
        std::vector<NamedText> faults;
        if (!context_.plan().faults.empty()) faults.push_back({"faults of the plan", context_.plan().faults});
        for (auto& each : runners_) {
            auto const loaded =
                load_scenario_text(context_.study.base.text, "scenario", each.candidate.overrides, faults);
            if (loaded.ok()) continue;
            for (auto const& problem : loaded.diagnostics)
                if (problem.severity == Severity::error && each.refused.empty()) each.refused = problem.what;
        }
    }

    void choose_metric() {
        metric_ = question_.metric;
        context_.trials.bring_to(std::vector{base_}, context_.effort().first_replications);
        if (metric_.empty()) {
            metric_ = "served";
            if (!context_.plan().service.empty()) {
                auto const at = judge(context_.plan().service, level_values(context_.study, *base_),
                                      context_.effort().confidence, 1);
                ServiceLevel const& level = context_.plan().service[at.tightest()];
                if (at.levels[at.tightest()].margin < 0 && level.of == "network") metric_ = level.figure;
            }
        }
        for (std::size_t m = 0; m < kMetrics; ++m)
            if (info(static_cast<Metric>(m)).name == metric_) about_ = info(static_cast<Metric>(m));
    }

    /// Positive when the candidate is better; of pairs that both have the metric.
    std::vector<double> gains(Point const& of, Point const& base) const {
        auto const a = base.values(metric_), b = of.values(metric_);
        std::vector<double> out;
        for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
            if (!std::isnan(a[i]) && !std::isnan(b[i]))
                out.push_back(about_.more_is_better ? b[i] - a[i] : a[i] - b[i]);
        return out;
    }

    void race() {
        std::vector<Runner*> left;
        for (auto& each : runners_)
            if (each.refused.empty()) {
                each.point = &context_.trials.point(each.candidate.overrides, context_.plan().faults);
                left.push_back(&each);
            }
        for (std::uint64_t n = context_.effort().first_replications; left.size() > question_.keep; n *= 2) {
            n = std::min(n, context_.effort().most_replications);
            std::vector<Point*> points{base_};
            for (auto* const each : left)
                points.push_back(each->point);
            context_.trials.bring_to(points, n);
            for (auto* const each : left) {
                auto const all = gains(*each->point, *base_);
                each->gain = all.empty() ? -std::numeric_limits<double>::infinity() : mean_estimate(all).value;
                each->replications = n;
            }
            std::ranges::stable_sort(left, std::ranges::greater{}, &Runner::gain);
            std::size_t const half = n == context_.effort().most_replications ? question_.keep : (left.size() + 1) / 2;
            left.resize(std::max<std::size_t>(question_.keep, half));
        }
        final_ = left;
    }

    void decide_final() {
        final_base_ = &final_trials_.point({}, context_.plan().faults);
        std::vector<Point*> points{final_base_};
        for (auto* const each : final_) {
            each->last = &final_trials_.point(each->candidate.overrides, context_.plan().faults);
            points.push_back(each->last);
        }
        final_trials_.bring_to(points, context_.effort().most_replications);
        std::vector<double> p_values;
        for (auto* const each : final_) {
            auto const all = gains(*each->last, *final_base_);
            if (all.size() >= 2)
                each->paired = paired_difference(std::vector<double>(all.size()), all, context_.effort().confidence);
            p_values.push_back(each->paired.p_value);
        }
        auto const adjusted = holm(p_values);
        for (std::size_t i = 0; i < final_.size(); ++i)
            final_[i]->adjusted_p = adjusted[i];
        std::ranges::stable_sort(final_, std::ranges::greater{},
                                 [](Runner const* r) { return r->paired.difference.value; });
    }

    // --- what is said ----------------------------------------------------------------------------------------------

    bool proven(Runner const& runner) const {
        return runner.adjusted_p <= 1 - context_.effort().confidence && runner.paired.difference.value > 0;
    }
    bool priced() const { return question_.cost.any(); }
    double per_price(Runner const& runner) const {
        double const price = runner.candidate.price(question_.cost);
        return price > 0 ? runner.paired.difference.value / price : std::nan("");
    }

    void say() {
        std::string const unit{about_.unit};
        double const base = final_base_ == nullptr ? 0 : mean(*final_base_);
        std::size_t const refused =
            static_cast<std::size_t>(std::ranges::count_if(runners_, [](auto const& r) { return !r.refused.empty(); }));
        std::size_t const runnable = runners_.size() - refused;
        if (final_.empty()) {
            report_.answer.push_back("there is no candidate that can be run");
            report_.answered = false;
            return;
        }
        report_.answer.push_back(fmt::format("{} is {} as it is; {} candidates{}", metric_, in_unit(base, unit).text,
                                             runnable,
                                             refused == 0 ? "" : fmt::format(", {} more cannot be run", refused)));
        Runner const& best = *final_[0];
        if (proven(best))
            report_.answer.push_back(fmt::format(
                "most is gained by {}: {} becomes {}, better by {} ({} .. {})", best.candidate.name, metric_,
                in_unit(mean(*best.last), unit).text, in_unit(best.paired.difference.value, unit).text,
                in_unit(best.paired.difference.low, unit).text, in_unit(best.paired.difference.high, unit).text));
        else
            report_.answer.push_back(
                fmt::format("no candidate is proven to be better; the best seen is {}", best.candidate.name));
        if (priced()) {
            auto const most = std::ranges::max_element(
                final_, {}, [&](Runner const* r) { return proven(*r) ? per_price(*r) : -1e300; });
            if (proven(**most))
                report_.answer.push_back(fmt::format(
                    "most for its price: {}, {:.3g} of {} for each unit of price ({:.4g})", (*most)->candidate.name,
                    per_price(**most), metric_, (*most)->candidate.price(question_.cost)));
        }
        std::uint64_t const took = context_.trials.runs() + final_trials_.runs();
        report_.answer.push_back(fmt::format("{} runs; {} replications of every candidate would have taken {}", took,
                                             context_.effort().most_replications,
                                             (runnable + 1) * context_.effort().most_replications));
        report_.answered = proven(best);
    }

    double mean(Point const& point) const {
        std::vector<double> known;
        for (double const x : point.values(metric_))
            if (!std::isnan(x)) known.push_back(x);
        return known.empty() ? std::nan("") : mean_estimate(known).value;
    }

    ReportTable finalists() const {
        std::string const unit{about_.unit};
        ReportTable table{
            "finalists",
            fmt::format("the best of the race, on {} replications of their own", context_.effort().most_replications),
            {{"candidate", "", "what is changed"},
             {"metric", "", "what is gained in"},
             {"mean", unit, "with the change"},
             {"gain", unit, "over the base, mean of paired differences; positive is better"},
             {"low", unit, "of its interval"},
             {"high", unit, "of its interval"},
             {"p", "1", "of no difference, Holm-adjusted"},
             {"verdict", "", "better, worse or not proven"}}};
        if (priced()) {
            table.columns.push_back({"price", "1", "in the unit of the study's prices"});
            table.columns.push_back({"gain_per_price", "1", "gain / price"});
        }
        for (Runner const* const each : final_) {
            Estimate const& gain = each->paired.difference;
            std::string const verdict = proven(*each)                                          ? "better"
                                        : each->adjusted_p <= 1 - context_.effort().confidence ? "worse"
                                                                                               : "not proven";
            std::vector<Figure> row{each->candidate.name,
                                    metric_,
                                    in_unit(mean(*each->last), unit),
                                    in_unit(gain.value, unit),
                                    in_unit(gain.low, unit),
                                    in_unit(gain.high, unit),
                                    Figure{fmt::format("{:.2g}", each->adjusted_p), each->adjusted_p},
                                    verdict};
            if (priced()) {
                row.push_back(in_unit(each->candidate.price(question_.cost), "1"));
                row.push_back(in_unit(per_price(*each), "1"));
            }
            table.add(std::move(row));
        }
        return table;
    }

    ReportTable raced() const {
        std::string const unit{about_.unit};
        ReportTable table{"race",
                          "every candidate, as far as it ran in the race",
                          {{"candidate", "", "what is changed"},
                           {"runs", "1", "replications before it was dropped or was through"},
                           {"gain", unit, "over the base, mean; positive is better"},
                           {"device_pairs", "1", "that it takes"},
                           {"relay_sites", "1", "that it takes"},
                           {"fibre", "km", "that it takes"},
                           {"remark", "", "final, dropped, or why it cannot be run"}}};
        std::vector<Runner const*> order;
        for (auto const& each : runners_)
            order.push_back(&each);
        std::ranges::stable_sort(order, [](Runner const* a, Runner const* b) {
            return std::tuple{b->replications, b->gain} < std::tuple{a->replications, a->gain};
        });
        for (Runner const* const each : order)
            table.add({each->candidate.name, each->replications,
                       each->replications == 0 ? Figure{"-"} : in_unit(each->gain, unit),
                       in_unit(each->candidate.device_pairs, "1"), in_unit(each->candidate.relay_sites, "1"),
                       Figure{fmt::format("{:.4g}", each->candidate.fibre_km), each->candidate.fibre_km},
                       !each->refused.empty()                            ? each->refused
                       : std::ranges::find(final_, each) != final_.end() ? "final"
                                                                         : "dropped"});
        return table;
    }

    PlanContext& context_;
    WhatIfQuestion const& question_;
    Trials final_trials_;
    std::vector<Runner> runners_;
    Point* base_ = nullptr;
    Point* final_base_ = nullptr;
    std::vector<Runner*> final_; ///< best first
    std::string metric_;
    MetricInfo about_{};
    PlanReport report_;
};

} // namespace

PlanReport what_if(PlanContext& context, WhatIfQuestion const& question, Crew& crew) {
    return WhatIf{context, question, crew}.run();
}

} // namespace qkdes
