#include "sim/world/digital_books.hpp"

#include "sim/base/quantile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace qkdes {

namespace {

using C = Column;

constexpr std::array<char const*, kDigitalOutcomes> kOutcomes{
    "ok", "server down", "pool gone", "peer silent", "mismatch", "bad request", "busy", "restarted", "unfinished"};

Table& add_keys(Recorder& recorder) {
    return recorder.add(
        {"/digital_keys",
         "One row per key that two applications wanted computed from pools.",
         {C::time("at", "when it was asked for"), C::text("from", "application that asked"), C::text("to", "the other"),
          C::enumeration("status", std::vector<std::string>{kOutcomes.begin(), kOutcomes.end()}, "how it ended"),
          C::u64("epoch", "1", "of the pools"), C::duration("elapsed", "to the key, or to giving up"),
          C::u32("compromised", "1", "servers whose pool of that epoch is known to the adversary, be it later"),
          C::boolean("exposed", "the adversary has the key")}});
}

} // namespace

DigitalBooks::DigitalBooks(Recorder& recorder, Scenario const& scenario)
    : scenario_{scenario}, keys_{add_keys(recorder)} {
    for (auto const& demand : scenario.demands)
        if (demand.via == DemandVia::digital) tallies_[{demand.from, demand.to}];
}

void DigitalBooks::key(DigitalRow const& row) {
    keys_.append(row.began, scenario_.applications[row.from.index()].id, scenario_.applications[row.to.index()].id,
                 row.outcome, row.epoch, row.elapsed, row.compromised, row.exposed);
    Tally& tally = tallies_[{row.from, row.to}];
    ++tally.outcomes[static_cast<std::size_t>(row.outcome)];
    if (row.outcome != DigitalOutcome::ok) return;
    tally.elapsed.push_back(row.elapsed);
    tally.exposed += row.exposed;
    if (row.exposed) tally.first_exposed = std::min(tally.first_exposed, row.began);
}

SummarySection DigitalBooks::keys(std::uint64_t bytes, std::uint64_t messages) const {
    SummarySection section{
        "digital", {"keys from pools", "wanted", "made", "not made", "p50", "p99", "exposed", "first exposed"}, {}, {}};
    std::uint64_t made = 0;
    for (auto const& [ends, tally] : tallies_) {
        std::uint64_t const wanted = std::accumulate(tally.outcomes.begin(), tally.outcomes.end(), std::uint64_t{0});
        std::string failed;
        for (std::size_t i = 1; i < kDigitalOutcomes; ++i)
            if (tally.outcomes[i] > 0)
                failed += fmt::format("{}{} {}", failed.empty() ? "" : ", ", tally.outcomes[i], kOutcomes[i]);
        bool const any = !tally.elapsed.empty();
        made += tally.elapsed.size();
        section.rows.push_back(
            {scenario_.applications[ends.first.index()].id + " > " + scenario_.applications[ends.second.index()].id,
             wanted, tally.elapsed.size(),
             Figure{failed.empty() ? "0" : failed, static_cast<double>(wanted - tally.elapsed.size())},
             any ? Figure{quantile_of(tally.elapsed, .5)} : Figure{"-"},
             any ? Figure{quantile_of(tally.elapsed, .99)} : Figure{"-"}, tally.exposed,
             tally.exposed > 0 ? Figure{tally.first_exposed - kSimStart} : Figure{"-"}});
    }
    section.notes.push_back(fmt::format(
        "{} messages, {} on the air (every hop counted){}", messages, engineering(static_cast<double>(bytes), "B"),
        made == 0 ? std::string{}
                  : fmt::format(", {} per key at both ends",
                                engineering(static_cast<double>(bytes) / static_cast<double>(made), "B"))));
    section.notes.push_back("exposed: the adversary knows the seeds and had every server's pool of the key's epoch "
                            "before it was shredded; relays never hold these keys");
    return section;
}

SummarySection DigitalBooks::servers(Timelines const& timelines, SimTime end) const {
    DigitalSpec const& spec = *scenario_.digital;
    SummarySection section{"digital_servers", {"pool server", "at", "down", "compromised from"}, {}, {}};
    for (auto const& server : spec.servers)
        section.rows.push_back({server.id, scenario_.nodes[server.node.index()].id,
                                timelines.nodes[server.node.index()].within(kSimStart, end),
                                server.compromised_from ? Figure{*server.compromised_from - kSimStart} : Figure{"-"}});
    section.notes.push_back(fmt::format("pools of {}, drawn anew every {} and shredded {} after; the seeds are {}",
                                        engineering(static_cast<double>(spec.pool_bits), "bit"),
                                        duration_text(spec.epoch), duration_text(spec.grace),
                                        spec.seed == SeedSecrecy::known ? "known to the adversary" : "secret"));
    return section;
}

std::vector<SummarySection> DigitalBooks::sections(Timelines const& timelines, SimTime end, std::uint64_t bytes,
                                                   std::uint64_t messages) const {
    std::vector<SummarySection> out;
    out.push_back(keys(bytes, messages));
    out.push_back(servers(timelines, end));
    return out;
}

} // namespace qkdes
