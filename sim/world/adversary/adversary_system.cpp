#include "sim/world/adversary/adversary_system.hpp"

#include "sim/base/contracts.hpp"
#include "sim/world/adversary/share_combiner.hpp"
#include "sim/world/key_digest.hpp"
#include "sim/world/share_delivery.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

TableSchema exposure_schema() {
    std::vector<std::string> means;
    for (std::size_t m = 0; m < kMeans; ++m)
        means.emplace_back(to_string(static_cast<Means>(m)));
    using C = Column;
    return {"/exposure",
            "Which delivered keys adversaries know: one row per served request and adversary that knows any of them.",
            {C::text("adversary", "who"), C::u64("request", "1", "`index` of /requests"),
             C::u32("keys", "1", "keys of the request that it knows"),
             C::time("learned", "when it knew the first of them; perhaps after the run, when something breaks then"),
             C::enumeration("means", means, "how it came to know that one")}};
}

std::string_view class_text(SecurityClass security) {
    constexpr std::string_view names[] = {"its", "hybrid", "qkd-aes", "pqc"};
    return names[static_cast<std::size_t>(security)];
}

} // namespace

AdversarySystem::AdversarySystem(WorldParts const& parts, OracleKem& kem)
    : parts_{parts}, kem_{kem}, exposure_{parts.recorder.add(exposure_schema())},
      opener_{parts.scenario, parts.topology, parts.hosts}, origin_{parts.engine.new_origin("adversaries")} {
    for (auto const& spec : parts.scenario.adversaries) {
        adversaries_.push_back(std::make_unique<Adversary>(spec, opener_, kem_));
        Adversary& adversary = *adversaries_.back();
        for (std::size_t m = 0; m < spec.middles.size(); ++m)
            adversary.middles.emplace_back(parts.scenario, spec, spec.middles[m], opener_, kem_, adversary.eavesdropper,
                                           adversary.knowledge, parts.seed,
                                           fmt::format("adversary/{}/middle/{}", spec.id, m));
        auto const capture = [&](NodeId node, SimTime from) {
            auto const entry = adversary.captured.try_emplace(node, from).first;
            entry->second = std::min(entry->second, from);
        };
        for (auto const& each : spec.nodes)
            capture(each.node, each.from);
        for (auto const& each : spec.dishonest)
            capture(each.node, each.from);
    }
}

void AdversarySystem::start() {
    for (auto const& adversary : adversaries_)
        for (auto const& [node, from] : adversary->captured)
            parts_.engine.schedule(from, EventClass::fault, origin_, [this, who = adversary.get(), node = node] {
                auto const learn = [&](KeyId key, SecretBytes const& bits) {
                    who->knowledge.learn(key, bits, parts_.engine.now(), Means::memory);
                };
                parts_.hosts[node.index()]->node().keys_in_memory(learn);
                if (shares_ != nullptr) shares_->keys_in_memory(node, learn);
            });
}

void AdversarySystem::read_memory(Adversary& adversary, NodeId node, KeyId key) {
    auto const bits = parts_.hosts[node.index()]->node().key_in_memory(key);
    if (bits) adversary.knowledge.learn(key, *bits, parts_.engine.now(), Means::memory);
    if (shares_ == nullptr) return;
    if (auto const* whole = shares_->key_in_memory(node, key))
        adversary.knowledge.learn(key, *whole, parts_.engine.now(), Means::memory);
}

/// A relay may pass the key on, or change it, at once; a source has not stored it yet. So memory is read twice.
void AdversarySystem::key_in_clear(NodeId node, KeyId key) {
    SimTime const now = parts_.engine.now();
    for (auto const& adversary : adversaries_) {
        auto const captured = adversary->captured.find(node);
        if (captured == adversary->captured.end() || now < captured->second) continue;
        read_memory(*adversary, node, key);
        parts_.engine.schedule(now, EventClass::arrival, origin_,
                               [this, who = adversary.get(), node, key] { read_memory(*who, node, key); });
    }
}

void AdversarySystem::block_stored(LinkId link, std::uint64_t block) {
    for (auto const& adversary : adversaries_)
        adversary->eavesdropper.key_made(link, block, parts_.engine.now());
}

std::optional<std::vector<std::uint8_t>> AdversarySystem::on_the_way(LinkId link, NodeId from, NodeId to,
                                                                     std::vector<std::uint8_t> message) {
    SimTime const now = parts_.engine.now();
    bool const heard = std::ranges::any_of(adversaries_, [&](auto const& adversary) {
        return adversary->eavesdropper.listens(link, now) ||
               std::ranges::any_of(adversary->middles, [&](Middle const& m) { return m.stands(link, now); });
    });
    if (!heard) return message;
    auto const decoded = opener_.decode(message);
    if (!decoded) return message;
    std::optional<std::vector<std::uint8_t>> passed = std::move(message);
    for (auto const& adversary : adversaries_)
        for (Middle& middle : adversary->middles)
            if (passed && middle.stands(link, now)) {
                auto const current = opener_.decode(*passed);
                if (current) passed = middle.pass(from, to, *current.message, std::move(*passed), now);
            }
    // Taps are where the initiator's messages leave and its answers arrive: what it sees is of one piece, whoever
    // stands in the middle.
    bool const answer = std::holds_alternative<KemPublicKeyMessage>(*decoded.message) && passed;
    auto const arrived = answer ? opener_.decode(*passed) : Decoded{};
    for (auto const& adversary : adversaries_)
        adversary->eavesdropper.hear(link, from, to, arrived ? *arrived.message : *decoded.message, now);
    return passed;
}

void AdversarySystem::request(RequestRecord const& record, std::vector<NodeId> const&) {
    SimTime const now = parts_.engine.now();
    judge_until(now);
    if (record.outcome != RequestOutcome::served) return;
    DemandVia const via = parts_.scenario.demands[record.demand.index()].via;
    if (via == DemandVia::digital) return;
    Over over{now, record.demand.index(), record.security, record.index, record.ids, {}, {}};
    for (KeyId const& id : record.ids) {
        over.digests.push_back(parts_.auditor.digest(id).value_or(0));
        if (via != DemandVia::shares || shares_ == nullptr) continue;
        auto cut = shares_->make_up(record.demand, id);
        QKDES_ENSURES(cut.has_value()); // a delivery is open until its request is over
        over.cut.push_back(std::move(*cut));
    }
    over_.push_back(std::move(over));
}

void AdversarySystem::agent_key(AgentSystem::Handed const& key) {
    SimTime const now = parts_.engine.now();
    judge_until(now);
    std::size_t const asker = parts_.scenario.demands.size() + key.agent;
    over_.push_back({now, asker, key.security, std::nullopt, {key.key}, {key.digest}, {}});
}

void AdversarySystem::judge_until(SimTime now) {
    while (!over_.empty() && now - over_.front().at > kJudgedAfter) {
        judge(over_.front());
        over_.pop_front();
    }
}

void AdversarySystem::claimed_wrongly(Adversary& adversary) {
    if (!parts_.auditor.expects_altered_keys())
        parts_.auditor.found(fmt::format("adversary {} opened a key that nobody delivered", adversary.spec.id));
}

std::optional<Claim> AdversarySystem::settle(Adversary& adversary, KeyId key, std::uint64_t digest) {
    auto const* claims = adversary.knowledge.of(key);
    if (claims == nullptr) return std::nullopt;
    auto const right =
        std::ranges::find_if(*claims, [&](Claim const& claim) { return key_digest(claim.bits) == digest; });
    adversary.wrong += claims->size() - (right != claims->end());
    if (claims->size() > 1 || right == claims->end()) claimed_wrongly(adversary);
    auto out = right == claims->end() ? std::nullopt : std::optional{*right};
    adversary.knowledge.forget(key);
    return out;
}

std::optional<Claim> AdversarySystem::settle(Adversary& adversary, KeyInShares const& cut, std::uint64_t digest) {
    auto out =
        combine_known(cut, adversary.knowledge, [&](SecretBytes const& key) { return key_digest(key) == digest; });
    for (KeyId const& share : cut.shares)
        adversary.knowledge.forget(share);
    if (out.enough && !out.key) {
        ++adversary.wrong;
        claimed_wrongly(adversary);
    }
    return std::move(out.key);
}

void AdversarySystem::judge(Over const& over) {
    for (std::size_t a = 0; a < adversaries_.size(); ++a) {
        Adversary& adversary = *adversaries_[a];
        Row& row = rows_[{over.asker, over.security, a}];
        row.delivered += over.ids.size();
        std::uint32_t known = 0;
        std::optional<Claim> first;
        for (std::size_t k = 0; k < over.ids.size(); ++k) {
            auto claim = settle(adversary, over.ids[k], over.digests[k]);
            if (!over.cut.empty())
                if (auto combined = settle(adversary, over.cut[k], over.digests[k]))
                    if (!claim || combined->at < claim->at) claim = std::move(combined);
            if (!claim) continue;
            ++known;
            ++row.means[static_cast<std::size_t>(claim->means)];
            if (!first || claim->at < first->at) first = std::move(claim);
        }
        if (!first) continue;
        row.known += known;
        row.first = std::min(row.first, first->at);
        if (over.request) exposure_.append(adversary.spec.id, *over.request, known, first->at, first->means);
    }
}

SummarySection AdversarySystem::section() const {
    SummarySection out;
    out.name = "adversaries";
    out.head = {"from", "to", "protection", "adversary", "keys delivered", "known", "share", "first learned", "by"};
    auto const& s = parts_.scenario;
    for (auto const& [name, row] : rows_) {
        auto const& [asker, security, who] = name;
        bool const asked = asker < s.demands.size();
        AppId const from = asked ? s.demands[asker].from : s.agents[asker - s.demands.size()].from,
                    to = asked ? s.demands[asker].to : s.agents[asker - s.demands.size()].to;
        std::string by;
        for (std::size_t m = 0; m < kMeans; ++m)
            if (row.means[m] > 0)
                by += fmt::format("{}{} {}", by.empty() ? "" : ", ", to_string(static_cast<Means>(m)), row.means[m]);
        double const share =
            row.delivered == 0 ? 0 : static_cast<double>(row.known) / static_cast<double>(row.delivered);
        Figure const first = row.known == 0 ? Figure{"-"} : Figure{row.first - kSimStart};
        out.rows.push_back({s.applications[from.index()].id, s.applications[to.index()].id,
                            std::string{class_text(security)}, s.adversaries[who].id, row.delivered, row.known,
                            Figure{fmt::format("{:.3g} %", 100 * share), share}, first, by.empty() ? "-" : by});
    }
    out.notes = notes();
    return out;
}

std::vector<std::string> AdversarySystem::notes() const {
    std::vector<std::string> out;
    for (auto const& adversary : adversaries_) {
        std::string const& id = adversary->spec.id;
        for (std::size_t m = 0; m < adversary->middles.size(); ++m) {
            auto const& f = adversary->middles[m].figures();
            out.push_back(fmt::format("{} in the middle of {}: {} KEM exchanges replaced, {} messages read, {} sealed "
                                      "again, {} replacements refused by the transport",
                                      id, parts_.scenario.links[adversary->spec.middles[m].link.index()].id,
                                      f.exchanges, f.read, f.resealed, f.refused));
        }
        if (adversary->wrong > 0)
            out.push_back(
                fmt::format("{}: {} claims fit no delivered key: they were altered on the way", id, adversary->wrong));
        if (std::uint64_t const lost = adversary->knowledge.overflowed() + adversary->eavesdropper.given_up(); lost > 0)
            out.push_back(fmt::format("{}: {} keys or conversations were too many to remember", id, lost));
    }
    for (auto const& demand : parts_.scenario.demands)
        if (demand.via == DemandVia::digital) {
            out.emplace_back(
                "keys from pools are not in this table: who has them is said in the sections of `digital`");
            break;
        }
    if (std::uint64_t const altered = parts_.auditor.altered(); altered > 0)
        out.push_back(fmt::format("{} keys differ at their two ends: a relay altered them, and no node noticed; shares "
                                  "over several paths, or a comparison between the applications, would",
                                  altered));
    return out;
}

std::vector<SummarySection> AdversarySystem::finish() {
    for (; !over_.empty(); over_.pop_front())
        judge(over_.front());
    return {section()};
}

} // namespace qkdes
