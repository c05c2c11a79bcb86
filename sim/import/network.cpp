#include "sim/import/network.hpp"

#include "sim/import/simple_graph.hpp"
#include "sim/import/site_ids.hpp"
#include "sim/scenario/span_rate.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

[[noreturn]] void refuse_option(std::string option, std::string what, std::string because, std::string repair) {
    throw Refused{Diagnostic{Severity::error, std::move(option), 0, 0, "", "", std::move(what), std::move(because),
                             std::move(repair)}};
}

std::vector<double> lengths_of(SiteMap const& topology, std::vector<std::string> const& ids,
                               ImportOptions const& options, SourceText const& source) {
    std::vector<double> lengths;
    std::vector<std::string> unplaced;
    std::size_t unknown = 0, first = 0;
    for (auto const& line : topology.lines) {
        auto const &a = topology.sites[line.a], &b = topology.sites[line.b];
        double km = 0;
        if (line.length_km)
            km = *line.length_km > 0 ? *line.length_km : options.min_length_km;
        else if (a.at && b.at)
            km = std::max(great_circle_km(*a.at, *b.at) * options.detour, options.min_length_km);
        else if (options.default_length_km)
            km = *options.default_length_km;
        else {
            if (unknown++ == 0) first = line.offset;
            for (auto const end : {line.a, line.b})
                if (!topology.sites[end].at && std::ranges::find(unplaced, ids[end]) == unplaced.end())
                    unplaced.push_back(ids[end]);
        }
        lengths.push_back(km);
    }
    if (unknown > 0)
        source.refuse(first,
                      fmt::format("{} of unknown length, as {} no coordinates: {}", many(unknown, "line", "lines"),
                                  many(unplaced.size(), "site has", "sites have"), quoted_list(unplaced, "and", 12)),
                      "a fibre's loss follows from its length, and places are not guessed",
                      "--default-length 50km, or --coordinates FILE with the columns node,lat,lon");
    return lengths;
}

/// Which lines are left without QKD by --pqc-only.
std::vector<bool> without_qkd(SiteMap const& topology, std::vector<std::string> const& ids,
                              ImportOptions const& options) {
    std::vector<bool> out(topology.lines.size(), false);
    std::vector<std::string> known = ids;
    for (auto const& line : topology.lines)
        for (auto const& name : {ids[line.a] + "." + ids[line.b], ids[line.b] + "." + ids[line.a]})
            known.push_back(name);
    for (auto const& wanted : options.pqc_only) {
        bool found = false;
        for (std::size_t i = 0; i < topology.lines.size(); ++i) {
            auto const& line = topology.lines[i];
            bool touched = wanted == ids[line.a] + "." + ids[line.b] || wanted == ids[line.b] + "." + ids[line.a];
            for (auto const end : {line.a, line.b})
                touched = touched || wanted == ids[end] || wanted == topology.sites[end].label ||
                          wanted == topology.sites[end].key;
            if (touched) out[i] = found = true;
        }
        if (found) continue;
        auto const near = nearest(wanted, known);
        refuse_option(
            "--pqc-only", fmt::format("no line \"{}\", and no site with lines of that name", printable(wanted)),
            "it is a site's id or a link's: two sites with a dot between them", near ? "--pqc-only " + *near : "");
    }
    return out;
}

class Builder {
  public:
    Builder(SiteMap const& topology, std::vector<std::string> const& ids, std::vector<SiteId> const& names,
            ImportOptions const& options, SourceText const& source)
        : topology_{topology}, ids_{ids}, options_{options}, source_{source} {
        for (std::size_t i = 0; i < ids.size(); ++i)
            out.nodes.push_back({ids[i], names[i].note, topology.sites[i].at});
        out.sites = ids.size();
    }

    void add(Line const& line, double km, bool qkd) {
        auto const name = ids_[line.a] + "." + ids_[line.b];
        auto const spans = qkd ? static_cast<std::size_t>(std::ceil(std::max(1.0, km / out.span_km - 1e-9))) : 1;
        if (out.nodes.size() + spans - 1 > kMaxNodes)
            source_.refuse(
                line.offset, "too many relays",
                fmt::format("with those of this line of {:.0f} km there are more than {} nodes", km, kMaxNodes),
                "a longer --max-span, or --pqc-only " + name);
        double const part = km / static_cast<double>(spans);
        std::size_t previous = line.a;
        for (std::size_t i = 1; i <= spans; ++i) {
            std::size_t const here = i == spans ? line.b : relay(line, name, i, spans);
            out.links.push_back({spans == 1 ? name : fmt::format("{}_{}", name, i), previous, here,
                                 rounded(part, qkd || part < 100 ? 0.1 : 1), qkd});
            previous = here;
        }
        if (qkd) longest = std::max(longest, part);
    }

    ImportedNetwork out;
    double longest = 0; ///< of the spans, km

  private:
    static double rounded(double km, double step) { return std::max(step, std::round(km / step) * step); }

    std::size_t relay(Line const& line, std::string const& name, std::size_t number, std::size_t spans) {
        NetworkNode node{fmt::format("{}-{}", name, number), "", {}};
        auto const &a = topology_.sites[line.a].at, &b = topology_.sites[line.b].at;
        if (a && b) node.at = between(*a, *b, static_cast<double>(number) / static_cast<double>(spans));
        out.nodes.push_back(std::move(node));
        return out.nodes.size() - 1;
    }

    SiteMap const& topology_;
    std::vector<std::string> const& ids_;
    ImportOptions const& options_;
    SourceText const& source_;
};

double span_of(SpanRates const& rates, ImportOptions const& options) {
    if (options.max_span_km) {
        if (rates.over(*options.max_span_km).bits_per_second > 0) return *options.max_span_km;
        refuse_option("--max-span", fmt::format("{} makes no key over {:g} km", options.device, *options.max_span_km),
                      fmt::format("its reach is {:.0f} km", std::floor(rates.reach(1))), "a shorter one");
    }
    double const reach = std::floor(rates.reach(options.min_rate));
    if (reach >= 1) return reach;
    refuse_option("--min-rate",
                  fmt::format("{} does not make {:g} bit/s over a kilometre", options.device, options.min_rate),
                  fmt::format("without fibre it makes {:.0f} bit/s", rates.over(0).bits_per_second),
                  "a lower rate, or another --device");
}

} // namespace

ImportedNetwork build_network(SiteMap topology, ImportOptions const& options, SourceText const& source,
                              std::vector<Diagnostic>& diagnostics) {
    auto const names = ids_of(topology.sites);
    std::vector<std::string> ids, repeated;
    for (auto const& name : names) {
        ids.push_back(name.id);
        if (name.repeated) repeated.push_back(name.id);
    }
    if (!repeated.empty())
        diagnostics.push_back(source.at(0,
                                        fmt::format("{} the id of another and got a number: {}",
                                                    many(repeated.size(), "site would have", "sites would have"),
                                                    quoted_list(repeated, "and", 12)),
                                        "a node's id is unique", "", Severity::warning));
    simplify(topology, ids, source, diagnostics);
    auto const lengths = lengths_of(topology, ids, options, source);
    auto const pqc_only = without_qkd(topology, ids, options);
    auto const rates = SpanRates::of(options.device, options.db_per_km, "--device", diagnostics);
    if (!rates) {
        auto problem = diagnostics.back();
        diagnostics.pop_back();
        throw Refused{problem};
    }
    Builder builder{topology, ids, names, options, source};
    auto& out = builder.out;
    out.title = topology.title;
    out.about = topology.about;
    out.lines = topology.lines.size();
    out.span_km = span_of(*rates, options);
    for (auto const& line : topology.lines)
        ++(line.length_km                                           ? out.of_file
           : topology.sites[line.a].at && topology.sites[line.b].at ? out.of_places
                                                                    : out.assumed);
    std::vector<std::string> too_long;
    for (std::size_t i = 0; i < topology.lines.size(); ++i) {
        auto const& line = topology.lines[i];
        bool qkd = !pqc_only[i];
        if (qkd && !options.relays && lengths[i] > out.span_km) {
            too_long.push_back(ids[line.a] + "." + ids[line.b]);
            qkd = false;
        }
        builder.add(line, lengths[i], qkd);
    }
    if (!too_long.empty())
        diagnostics.push_back(source.at(
            0,
            fmt::format("{} longer than {:g} km and without QKD: {}", many(too_long.size(), "line is", "lines are"),
                        out.span_km, quoted_list(too_long, "and", 12)),
            "--no-relays leaves lines as they are", "without it, relays divide them", Severity::warning));
    if (builder.longest > 0) {
        auto const slowest = rates->over(builder.longest);
        out.slowest_block_s = slowest.block_seconds;
        out.least_rate = slowest.bits_per_second;
    }
    auto demands = options;
    if (demands.demands == DemandModel::automatic)
        demands.demands = topology.wishes.empty() ? DemandModel::gravity : DemandModel::file;
    out.model = demands.demands;
    out.demands = pair_rates(topology, lengths, demands, source);
    return std::move(out);
}

} // namespace qkdes
