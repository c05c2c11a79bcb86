// What the network survives: each link, node and group of what fails together is removed in turn, from a moment to the
// end of the run, and the service levels are judged in each case.
//
//   lost       a demand that every run of the case ends without, for the last tenth of the time after the failure at
//              least, and not when nothing fails
//   lasts      of a pool: its level when the failure begins / (drain - supply), by arithmetic; beside it, from the
//   runs,
//              when an end first had nothing to hand out (sim/world/store_watch.hpp)
//     supply   what its link makes when nothing fails; none when its quantum channel is cut
//     drain    what is used when nothing fails, and what comes on top when demands that lose their shortest path take
//              the next one (sim/scenario/traffic.hpp); under static-dijkstra nothing does
//
// Holds for:  predictions where both ends draw alike (a pool whose one half runs dry first is empty sooner), and
// routing
//             that takes shortest paths. Under policies that look at key nothing is predicted but of links that are
//             cut.
// Checked:    tests/sim/study/plan_survivability_test.cpp.
#include "sim/base/contracts.hpp"
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/traffic.hpp"
#include "sim/study/plan/connectivity.hpp"
#include "sim/study/plan/plan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {

struct Case {
    std::string name; ///< "cut a-b"
    Removed removed;
    std::string faults; ///< with the plan's
    Point* point = nullptr;
    Judgement judgement{};
    std::vector<Path> paths{};
    std::vector<std::size_t> lost{}; ///< demands
};

double mean_of(std::vector<double> const& values) {
    double sum = 0;
    std::size_t known = 0;
    for (double const x : values)
        if (!std::isnan(x)) sum += x, ++known;
    return known == 0 ? std::nan("") : sum / static_cast<double>(known);
}

class Survivability {
  public:
    Survivability(PlanContext& context, SurvivabilityQuestion const& question)
        : context_{context}, question_{question}, scenario_{context.study.base} {}

    PlanReport run() {
        make_cases();
        std::vector<Point*> points;
        for (auto& each : cases_)
            points.push_back(each.point = &context_.trials.point({}, each.faults));
        auto const judgements = decide(context_, points);
        for (std::size_t c = 0; c < cases_.size(); ++c) {
            cases_[c].judgement = judgements[c];
            cases_[c].paths = paths_left(scenario_, cases_[c].removed);
            find_lost(cases_[c]);
        }
        report_.question = "survivability";
        say();
        report_.tables.push_back(cases());
        report_.tables.push_back(lost());
        report_.tables.push_back(pools());
        return std::move(report_);
    }

  private:
    std::string with(nlohmann::ordered_json fault) const {
        nlohmann::ordered_json script{{"name", "plan"}, {"faults", nlohmann::ordered_json::array()}};
        if (!context_.plan().faults.empty()) script = nlohmann::ordered_json::parse(context_.plan().faults);
        fault["at"] = print_quantity(static_cast<double>(question_.at.count()), units::duration);
        script["faults"].push_back(std::move(fault));
        return script.dump();
    }

    void make_cases() {
        cases_.push_back({"nothing", {}, context_.plan().faults});
        bool const quantum = question_.plane == CutPlane::quantum;
        if (question_.links)
            for (std::size_t l = 0; l < scenario_.links.size(); ++l) {
                LinkSpec const& link = scenario_.links[l];
                if (quantum && !link.makes_key()) continue;
                nlohmann::ordered_json fault{{"cut", link.id}};
                if (quantum) fault["plane"] = "quantum";
                cases_.push_back({"cut " + link.id, {{LinkId{l}}, {}}, with(std::move(fault))});
            }
        if (question_.nodes)
            for (std::size_t n = 0; n < scenario_.nodes.size(); ++n)
                cases_.push_back(
                    {"down " + scenario_.nodes[n].id, {{}, {NodeId{n}}}, with({{"down", scenario_.nodes[n].id}})});
        if (question_.groups)
            for (auto const& group : scenario_.groups)
                cases_.push_back({"fail " + group.id, {group.links, group.nodes}, with({{"fail", group.id}})});
    }

    std::vector<double> figure(Case const& of, std::string const& owner, std::string_view name) const {
        auto const& figures = context_.study.figures;
        auto const found =
            std::ranges::find_if(figures, [&](StudyFigure const& f) { return f.of == owner && f.figure == name; });
        QKDES_EXPECTS(found != figures.end());
        return of.point->values(static_cast<std::size_t>(found - figures.begin()));
    }

    bool out_at_end(Case const& of, std::size_t demand) const {
        auto const out = figure(of, figure_owner(scenario_, scenario_.demands[demand]), "out_at_end");
        double const least = 0.1 * seconds(scenario_.duration - question_.at);
        return std::ranges::all_of(out, [&](double x) { return x >= least; });
    }

    void find_lost(Case& one) {
        for (std::size_t d = 0; d < scenario_.demands.size(); ++d)
            if (out_at_end(one, d) && !out_at_end(cases_[0], d)) one.lost.push_back(d);
    }

    // --- what is said ----------------------------------------------------------------------------------------------

    bool graph_counts() const { return question_.plane == CutPlane::both; }

    static std::string names(std::vector<std::string> const& all) {
        constexpr std::size_t kShown = 8;
        if (all.empty()) return "none";
        std::vector<std::string> const some{all.begin(),
                                            all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kShown))};
        std::string out = fmt::format("{}", fmt::join(some, ", "));
        if (all.size() > kShown) out += fmt::format(" and {} more", all.size() - kShown);
        return out;
    }

    void say() {
        std::size_t holds = 0, fails = 0, undecided = 0, apart = 0, agree = 0, with_path = 0;
        std::vector<std::string> still;
        Case const* worst = nullptr;
        for (std::size_t c = 1; c < cases_.size(); ++c) {
            Case const& one = cases_[c];
            ++(one.judgement.holds == Holds::yes ? holds : one.judgement.holds == Holds::no ? fails : undecided);
            if (worst == nullptr || served(one) < served(*worst)) worst = &one;
            bool cut_off = false, served_on = false;
            for (std::size_t d = 0; d < one.paths.size(); ++d) {
                bool const gone = std::ranges::find(one.lost, d) != one.lost.end();
                cut_off = cut_off || one.paths[d] != Path::left;
                if (one.paths[d] != Path::left && !gone && !out_at_end(cases_[0], d)) served_on = true;
                if (one.paths[d] == Path::left && gone) ++with_path;
            }
            apart += cut_off;
            agree += cut_off && !served_on;
            if (served_on) still.push_back(one.name);
        }
        report_.answer.push_back(fmt::format(
            "{} cases: the levels hold in {}, fail in {}, undecided in {}; {} when nothing fails", cases_.size() - 1,
            holds, fails, undecided,
            cases_[0].judgement.holds == Holds::yes
                ? "they hold"
                : fmt::format("they {}", cases_[0].judgement.holds == Holds::no ? "fail" : "are undecided")));
        if (worst != nullptr)
            report_.answer.push_back(fmt::format("worst: {}, {:.4g} of the requests served, {} of {} demands lost",
                                                 worst->name, served(*worst), worst->lost.size(),
                                                 scenario_.demands.size()));
        if (!graph_counts()) return;
        auto const points = cut_points(scenario_);
        std::vector<std::string> bridges, nodes;
        for (LinkId const l : points.bridges)
            bridges.push_back(scenario_.links[l.index()].id);
        for (NodeId const n : points.nodes)
            nodes.push_back(scenario_.nodes[n.index()].id);
        report_.answer.push_back(
            fmt::format("single points of failure by graph theory: links {}; nodes {}", names(bridges), names(nodes)));
        report_.answer.push_back(fmt::format(
            "{} cases leave a demand without a path or an end: in {} of them the runs lost all such demands{}", apart,
            agree, still.empty() ? "" : fmt::format(", not in {}", names(still))));
        if (with_path > 0)
            report_.answer.push_back(fmt::format(
                "{} times a demand was lost that still had a path: its routing did not take it, or key was short",
                with_path));
    }

    double served(Case const& one) const { return mean_of(one.point->values("served")); }

    ReportTable cases() const {
        ReportTable table{"cases",
                          "what is removed, worst first",
                          {{"case", "", "what is removed"},
                           {"runs", "1", "replications"},
                           {"verdict", "", "whether all levels hold"},
                           {"tightest", "", "the level with the least margin"},
                           {"served", "1", "share of requests served, mean"},
                           {"blocked", "1", "share of requests blocked, mean"},
                           {"availability", "1", "share of time without outage, mean"},
                           {"lost", "1", "demands that every run ends without"},
                           {"no_path", "1", "demands without a path or an end, by graph theory"}}};
        std::vector<Case const*> order;
        for (auto const& each : cases_)
            order.push_back(&each);
        std::ranges::stable_sort(order, {}, [&](Case const* one) {
            return std::pair{served(*one), one != &cases_[0]};
        });
        for (Case const* const one : order)
            table.add({one->name, one->point->runs.size(), std::string{to_string(one->judgement.holds)},
                       context_.plan().service[one->judgement.tightest()].name(), in_unit(served(*one), "1"),
                       in_unit(mean_of(one->point->values("blocked")), "1"),
                       in_unit(mean_of(one->point->values("availability")), "1"), one->lost.size(),
                       std::ranges::count_if(one->paths, [](Path p) { return p != Path::left; })});
        return table;
    }

    ReportTable lost() const {
        ReportTable table{"lost",
                          "demands that runs end without, and how long service lasted after the failure",
                          {{"case", "", "what is removed"},
                           {"demand", "", "by its applications"},
                           {"path", "", "by graph theory: left, none, or an end removed"},
                           {"lasted", "s", "from the failure to the outage that the run ends in, mean"},
                           {"served", "1", "share of its requests, over the whole run, mean"}}};
        for (std::size_t c = 1; c < cases_.size(); ++c)
            for (std::size_t const d : cases_[c].lost) {
                std::string const owner = figure_owner(scenario_, scenario_.demands[d]);
                double const out = mean_of(figure(cases_[c], owner, "out_at_end"));
                double const lasted = std::max(0.0, seconds(scenario_.duration - question_.at) - out);
                Path const path = cases_[c].paths[d];
                table.add({cases_[c].name, owner.substr(7),
                           path == Path::left   ? "left"
                           : path == Path::none ? "none"
                                                : "end removed",
                           in_unit(lasted, "s"), in_unit(mean_of(figure(cases_[c], owner, "served")), "1")});
            }
        return table;
    }

    // --- pools -----------------------------------------------------------------------------------------------------

    /// Of shortest paths, by link of the scenario, without what is removed.
    std::vector<double> traffic_without(Removed const& removed) const {
        Scenario left = scenario_;
        std::vector<std::size_t> kept;
        left.links.clear();
        for (std::size_t l = 0; l < scenario_.links.size(); ++l)
            if (!removed.takes(scenario_.links[l], LinkId{l})) {
                kept.push_back(l);
                left.links.push_back(scenario_.links[l]);
            }
        auto const traffic = expected_traffic(left);
        std::vector<double> out(scenario_.links.size());
        for (std::size_t i = 0; i < kept.size(); ++i)
            out[kept[i]] = traffic.links[i];
        return out;
    }

    ReportTable pools() const {
        ReportTable table{
            "pools",
            "stores that run dry after a failure, by the runs or by arithmetic",
            {{"case", "", "what is removed"},
             {"link", "", "whose store"},
             {"level", "bit", "when the failure begins, mean"},
             {"predicted", "s", "level / (drain - supply), where routing lets it be said"},
             {"measured", "s", "until an end has nothing to hand out, mean over the runs where it happens"},
             {"emptied", "1", "share of the runs where it happens"}}};
        RoutingPolicy const policy = scenario_.routing.policy;
        bool const reroutes = policy != RoutingPolicy::static_dijkstra;
        bool const shortest = !reroutes || policy == RoutingPolicy::a_star;
        auto const before = traffic_without({});
        for (std::size_t c = 1; c < cases_.size(); ++c) {
            Case const& one = cases_[c];
            auto const after = reroutes && graph_counts() ? traffic_without(one.removed) : before;
            for (std::size_t l = 0; l < scenario_.links.size(); ++l) {
                LinkSpec const& link = scenario_.links[l];
                if (!link.makes_key()) continue;
                bool const gone = one.removed.takes(link, LinkId{l});
                if (gone && graph_counts()) continue; // nobody can draw from it
                std::string const owner = figure_owner(link);
                double const level = mean_of(figure(one, owner, "at_fault"));
                double const supply = gone ? 0 : mean_of(figure(cases_[0], owner, "eskr"));
                double const drain = std::max(0.0, mean_of(figure(cases_[0], owner, "used")) + after[l] - before[l]);
                auto const emptied = figure(one, owner, "emptied");
                auto const times = std::ranges::count_if(emptied, [](double x) { return !std::isnan(x); });
                // What lies beyond the run's end cannot be seen.
                double const left = seconds(scenario_.duration - question_.at);
                bool const known = gone || shortest;
                bool const predicted = known && drain > supply && level / (drain - supply) <= left;
                if (!predicted && times == 0) continue;
                table.add({one.name, link.id, in_unit(level, "bit"),
                           !known           ? Figure{"-"}
                           : drain > supply ? in_unit(level / (drain - supply), "s")
                                            : Figure{"never"},
                           in_unit(mean_of(emptied), "s"),
                           in_unit(static_cast<double>(times) / static_cast<double>(emptied.size()), "1")});
            }
        }
        return table;
    }

    PlanContext& context_;
    SurvivabilityQuestion const& question_;
    Scenario const& scenario_;
    std::vector<Case> cases_; ///< the first: nothing removed
    PlanReport report_;
};

} // namespace

PlanReport survivability(PlanContext& context, SurvivabilityQuestion const& question) {
    return Survivability{context, question}.run();
}

} // namespace qkdes
