#include "sim/world/share_books.hpp"

#include "sim/base/quantile.hpp"
#include "sim/kme/shares/availability.hpp"
#include "sim/world/proportion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

using C = Column;

Table& add_distributions(Recorder& recorder) {
    return recorder.add({"/shares_distributions",
                         "One row per dealing or renewal of a secret's shares that ended.",
                         {C::time("at", "when it began"), C::text("secret", "its id"),
                          C::enumeration("kind", {"dealt", "renewed"}, "what it was"),
                          C::u32("epoch", "1", "of the manifest that counts afterwards"),
                          C::boolean("usable", "at least k custodians hold a share of that epoch"),
                          C::u32("stored", "1", "custodians that confirmed"), C::text("refused", "x of who refused"),
                          C::text("silent", "x of who was not heard"),
                          C::u64("messages", "1", "sent by the dealer, repetitions included"),
                          C::duration("elapsed", "to the last answer, or to giving up")}});
}

Table& add_recoveries(Recorder& recorder) {
    return recorder.add(
        {"/shares_recoveries",
         "One row per attempt to put a secret together.",
         {C::time("at", "when it began"), C::text("secret", "its id"),
          C::enumeration("status", {"ok", "too few", "inconsistent", "requester down", "unfinished"}, "how it ended"),
          C::u32("epoch", "1", "of the shares that gave the key; else 0"),
          C::u32("good", "1", "shares in hand that passed all checks, when there is a key"),
          C::text("culprits", "x of who sent a false share, or who stands before it"),
          C::text("refused", "x: why; not authenticated"), C::text("silent", "x of who never answered"),
          C::duration("elapsed", "to the key, or to giving up"),
          C::u64("requests", "1", "sent, repetitions included")}});
}

Table& add_captures(Recorder& recorder) {
    return recorder.add({"/shares_captures",
                         "One row per custodian that was copied.",
                         {C::time("at", "when"), C::text("secret", "its id"), C::u32("node", "index", "row of /nodes"),
                          C::u32("shares", "1", "of this secret that were there"),
                          C::u32("epoch", "1", "of the newest of them; 0: none")}});
}

std::string numbers(std::vector<std::uint8_t> const& xs) {
    std::string out;
    for (std::uint8_t x : xs)
        out += (out.empty() ? "" : " ") + std::to_string(x);
    return out;
}

std::string chance(double p) { return fmt::format("{:.4f}", p); }

} // namespace

ShareBooks::ShareBooks(Recorder& recorder, Scenario const& scenario)
    : scenario_{scenario}, distributions_{add_distributions(recorder)},
      recoveries_{add_recoveries(recorder)}, captures_{add_captures(recorder)}, tallies_(scenario.shares.size()) {}

void ShareBooks::distribution(std::size_t secret, bool renewed, SimTime at, DistributionReport const& report) {
    enum class Kind : std::uint8_t { first, again };
    distributions_.append(at, scenario_.shares[secret].id, renewed ? Kind::again : Kind::first,
                          report.manifest.manifest.epoch, report.usable, report.stored.size(), numbers(report.refused),
                          numbers(report.silent), report.messages, report.elapsed);
    Tally& tally = tallies_[secret];
    if (renewed) {
        ++tally.renewals;
        tally.renewed += report.usable;
        return;
    }
    if (tally.dealt++ == 0) {
        tally.first_dealt = at + report.elapsed;
        tally.stored_first = report.stored.size();
        tally.dealing = report.elapsed;
    }
}

void ShareBooks::recovery(std::size_t secret, SimTime at, RecoveryOutcome outcome, RecoveryReport const& report) {
    std::string refused;
    Tally& tally = tallies_[secret];
    for (auto const& [x, why] : report.refused) {
        refused += fmt::format("{}{}: {}", refused.empty() ? "" : ", ", x, to_string(why));
        ++tally.refused[why];
    }
    recoveries_.append(at, scenario_.shares[secret].id, outcome, report.epoch, report.good, numbers(report.culprits),
                       refused, numbers(report.silent), report.elapsed, report.requests);
    tally.first_recovery = std::min(tally.first_recovery, at);
    if (outcome == RecoveryOutcome::unfinished) return;
    ++tally.tried;
    tally.down += outcome == RecoveryOutcome::requester_down;
    tally.requests += report.requests;
    if (outcome == RecoveryOutcome::ok) tally.elapsed.push_back(report.elapsed);
    for (std::uint8_t x : report.culprits)
        ++tally.culprits[x];
}

void ShareBooks::capture(std::size_t secret, SimTime at, NodeId node, std::size_t shares, std::uint32_t epoch) {
    captures_.append(at, scenario_.shares[secret].id, node, shares, epoch);
}

void ShareBooks::opened(std::size_t secret, std::size_t data_keys, std::size_t wrong, bool rotated) {
    Tally& tally = tallies_[secret];
    ++tally.opened;
    tally.read += data_keys;
    tally.wrong += wrong;
    tally.rotated += rotated;
}

bool ShareBooks::complete_from_the_start(std::size_t secret) const {
    Tally const& tally = tallies_[secret];
    return tally.stored_first == scenario_.shares[secret].custodians.size() &&
           tally.first_dealt <= tally.first_recovery && tally.renewals == 0;
}

std::vector<std::string> ShareBooks::notes_of(std::size_t secret, ShareStanding const& standing) const {
    ShareSpec const& spec = scenario_.shares[secret];
    Tally const& tally = tallies_[secret];
    std::vector<std::string> notes;
    auto const note = [&](std::string text) { notes.push_back(spec.id + ": " + std::move(text)); };
    auto const common = [&](SharePaths const& paths, NodeId from) {
        std::vector<std::string> names;
        for (NodeId node : paths.common)
            names.push_back(scenario_.nodes[node.index()].id);
        if (!names.empty())
            note(
                fmt::format("several paths from {} pass {}", scenario_.nodes[from.index()].id, fmt::join(names, ", ")));
    };
    common(standing.from_requester, spec.requester);
    if (spec.dealer != spec.requester) common(standing.from_dealer, spec.dealer);
    if (std::ranges::find(spec.custodians, spec.requester) != spec.custodians.end())
        note("the requester has one share at hand");
    if (tally.renewals > 0)
        note(fmt::format("shares renewed {} of {} times, now epoch {}; {} of {} custodians have one of it",
                         tally.renewed, tally.renewals, standing.epoch, standing.holding, spec.custodians.size()));
    if (tally.down > 0) note(fmt::format("the requester's node was down {} times", tally.down));
    for (auto const& [why, times] : tally.refused)
        note(fmt::format("{} requests refused: {}", times, to_string(why)));
    for (auto const& [x, times] : tally.culprits)
        note(fmt::format("false shares from {} or its path in {} recoveries",
                         scenario_.nodes[spec.custodians[x - 1u].index()].id, times));
    if (spec.hierarchy)
        note(
            fmt::format("as a master key it opened {} times {} key-encryption keys and {} data keys, {} of them wrong; "
                        "rotated {} times",
                        tally.opened, spec.hierarchy->groups, spec.hierarchy->groups * spec.hierarchy->data_keys,
                        tally.wrong, tally.rotated));
    if (!spec.captured.empty())
        note(fmt::format("{} custodians copied, at most {} shares of one epoch among them: {}", spec.captured.size(),
                         standing.stolen,
                         standing.exposed            ? "the secret is out"
                         : standing.stolen >= spec.k ? "they do not fit"
                                                     : fmt::format("{} too few", spec.k - standing.stolen)));
    return notes;
}

SummarySection ShareBooks::section(std::vector<ShareStanding> const& standings, std::uint64_t bytes,
                                   std::uint64_t messages) const {
    SummarySection section{"shares",
                           {"secret", "k of n", "stored", "recovered", "chance", "99 % from", "to", "closed form",
                            "p50", "p99", "to capture", "stolen"},
                           {},
                           {}};
    std::uint64_t tried = 0;
    for (std::size_t i = 0; i < standings.size(); ++i) {
        ShareSpec const& spec = scenario_.shares[i];
        Tally const& tally = tallies_[i];
        ShareStanding const& standing = standings[i];
        std::uint64_t const ok = tally.elapsed.size();
        tried += tally.tried;
        auto const sure = wilson99(ok, tally.tried);
        double const p = tally.tried == 0 ? 0 : static_cast<double>(ok) / static_cast<double>(tally.tried);
        std::vector<std::vector<unsigned>> holders;
        for (NodeId node : spec.custodians)
            holders.push_back({node.value});
        auto const cost = nodes_to_capture(holders, spec.k);
        auto const figure = [&](double value, bool known) {
            return known ? Figure{chance(value), value} : Figure{"-"};
        };
        bool const any = tally.tried > 0;
        section.rows.push_back({spec.id, fmt::format("{} of {}", spec.k, spec.custodians.size()),
                                fmt::format("{} in {}", tally.stored_first, duration_text(tally.dealing)),
                                Figure{fmt::format("{} of {}", ok, tally.tried), static_cast<double>(ok)},
                                figure(p, any), figure(sure.low, any), figure(sure.high, any),
                                figure(standing.closed_form.value_or(0), standing.closed_form.has_value()),
                                ok > 0 ? Figure{quantile_of(tally.elapsed, .5)} : Figure{"-"},
                                ok > 0 ? Figure{quantile_of(tally.elapsed, .99)} : Figure{"-"}, cost.nodes,
                                standing.stolen});
        for (auto& note : notes_of(i, standing))
            section.notes.push_back(std::move(note));
    }
    section.notes.push_back(fmt::format(
        "{} messages, {} on the air (every hop counted){}", messages, engineering(static_cast<double>(bytes), "B"),
        tried == 0 ? std::string{}
                   : fmt::format(", {} per recovery, dealing included",
                                 engineering(static_cast<double>(bytes) / static_cast<double>(tried), "B"))));
    section.notes.push_back("chance: of putting it together; p50, p99: time to the k-th good share; to capture: fewest "
                            "custodians that give the secret away (dealer and requester have it whole for a moment)");
    return section;
}

} // namespace qkdes
