#include "sim/kme/shares/dealer.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

ShareDealer::ShareDealer(NodeId self, std::shared_ptr<Signer const> signer, SharePorts ports, SendShareMessage send,
                         RetryPolicy retry)
    : self_{self}, signer_{std::move(signer)}, ports_{ports}, send_{std::move(send)}, retry_{retry} {}

ShareDealer::~ShareDealer() {
    for (auto const& [id, job] : jobs_)
        ports_.clock.cancel(job.timer);
}

bool ShareDealer::distribute(SharingParameters const& sharing, SecretBytes const& key, KeyCheck check,
                             AccessRule const& rule, std::vector<CustodianAddress> const& custodians, Done done,
                             std::optional<RetryPolicy> retry) {
    Job job;
    job.sharing = sharing;
    job.retry = retry.value_or(retry_);
    job.done = std::move(done);
    job.phase_end = kSimNever;
    return start(std::move(job), deal(sharing, key, check, ports_.entropy), rule, custodians);
}

bool ShareDealer::refresh(SignedManifest const& old, SimTime not_after, std::uint8_t quorum, SimDuration first_phase,
                          std::vector<CustodianAddress> const& custodians, Done done,
                          std::optional<RetryPolicy> retry) {
    auto const& m = old.manifest;
    QKDES_EXPECTS(quorum >= m.k && quorum <= m.n && m.epoch != ~std::uint32_t{0});
    Job job;
    job.phase = Phase::refreshing;
    job.sharing = {m.key, m.epoch + 1, m.k, m.n, not_after};
    job.old = old;
    job.quorum = quorum;
    job.retry = retry.value_or(retry_);
    job.done = std::move(done);
    job.phase_end = ports_.clock.now() + first_phase;
    Dealing const zeros = deal_refresh(job.sharing, ports_.entropy);
    return start(std::move(job), zeros, {}, custodians);
}

bool ShareDealer::start(Job job, Dealing const& dealing, AccessRule const& rule,
                        std::vector<CustodianAddress> const& to) {
    QKDES_EXPECTS(to.size() == job.sharing.n);
    JobId const id{job.sharing.key, job.sharing.epoch};
    if (jobs_.contains(id)) return false;
    job.manifest = sign_manifest(dealing.manifest, *signer_, ports_.entropy);
    auto const digest = manifest_digest(dealing.manifest);
    for (auto const& record : dealing.shares) {
        auto const& address = to[record.x - 1u];
        auto sealed = seal_box(ports_.kem, address.public_key, kOfferLabel, digest, encode_record(record),
                               associated_part(id.first, id.second, record.x, rule), ports_.entropy);
        if (!sealed) return false;
        auto& party = job.parties.emplace_back();
        party.address = address;
        party.message = ShareOffer{job.manifest, record.x, rule, std::move(sealed->box)};
        party.receipt_key = std::move(sealed->reply_key);
    }
    job.began = ports_.clock.now();
    job.end = job.began + job.retry.deadline;
    job.interval = job.retry.first;
    jobs_.emplace(id, std::move(job));
    send_round(id);
    return true;
}

void ShareDealer::send_round(JobId id) {
    auto& job = jobs_.at(id);
    for (auto const& party : job.parties) {
        if (party.answer || !party.taking_part) continue;
        ++job.messages;
        send_(party.address.path, party.message);
    }
    SimTime const again = std::min({ports_.clock.now() + job.interval, job.phase_end, job.end});
    job.interval = std::min(2 * job.interval, job.retry.longest);
    job.timer = ports_.clock.call_at(again, [this, id] {
        auto& due = jobs_.at(id);
        due.timer = 0;
        SimTime const now = ports_.clock.now();
        if (due.phase == Phase::refreshing && now >= std::min(due.phase_end, due.end))
            install(id, due);
        else if (now >= due.end)
            finish(id);
        else
            send_round(id);
    });
}

void ShareDealer::on(ShareReceipt const& receipt) {
    JobId const id{receipt.key, receipt.epoch};
    auto const found = jobs_.find(id);
    if (found == jobs_.end() || receipt.x < 1 || receipt.x > found->second.parties.size()) return;
    Job& job = found->second;
    Party& party = job.parties[receipt.x - 1u];
    if (party.answer || !party.taking_part) return;
    if (!same_bytes(receipt.tag, labelled_tag(party.receipt_key, kReceiptLabel, tagged_part(receipt))))
        return ports_.telemetry.count(self_, "shares.receipt.forged");
    auto const expected = job.phase == Phase::storing      ? ReceiptStatus::stored
                          : job.phase == Phase::refreshing ? ReceiptStatus::refreshed
                                                           : ReceiptStatus::installed;
    bool const final_refusal = receipt.status == ReceiptStatus::refused && job.phase != Phase::installing;
    if (receipt.status != expected && !final_refusal) return; // of the phase before, late
    party.answer = receipt.status;
    party.commitment = receipt.commitment;
    advance(id);
}

void ShareDealer::advance(JobId id) {
    Job& job = jobs_.at(id);
    if (std::any_of(job.parties.begin(), job.parties.end(), [](auto const& p) { return p.taking_part && !p.answer; }))
        return;
    if (job.phase == Phase::refreshing) return install(id, job);
    finish(id);
}

void ShareDealer::install(JobId id, Job& job) {
    std::vector<std::optional<Digest>> commitments;
    std::size_t answered = 0;
    for (auto& party : job.parties) {
        party.taking_part = party.answer == ReceiptStatus::refreshed;
        answered += party.taking_part;
        commitments.push_back(party.taking_part ? std::optional{party.commitment} : std::nullopt);
    }
    if (answered < job.quorum) return finish(id);
    ports_.clock.cancel(job.timer);
    job.phase = Phase::installing;
    job.phase_end = kSimNever;
    job.interval = job.retry.first;
    job.manifest =
        sign_manifest(refreshed_manifest(job.old.manifest, std::move(commitments)), *signer_, ports_.entropy);
    for (std::size_t i = 0; i < job.parties.size(); ++i) {
        auto& party = job.parties[i];
        if (!party.taking_part) continue;
        party.answer.reset();
        party.message = ShareInstall{job.manifest, static_cast<std::uint8_t>(i + 1)};
    }
    send_round(id);
}

void ShareDealer::on_restart() {
    std::vector<JobId> ids;
    for (auto const& [id, job] : jobs_)
        ids.push_back(id);
    for (JobId const& id : ids)
        finish(id);
}

void ShareDealer::finish(JobId id) {
    auto node = jobs_.extract(id);
    Job& job = node.mapped();
    ports_.clock.cancel(job.timer);
    DistributionReport out;
    out.manifest = job.phase == Phase::refreshing ? job.old : job.manifest;
    out.messages = job.messages;
    out.elapsed = ports_.clock.now() - job.began;
    for (std::size_t i = 0; i < job.parties.size(); ++i) {
        auto const& party = job.parties[i];
        auto const x = static_cast<std::uint8_t>(i + 1);
        if (party.answer == ReceiptStatus::refused)
            out.refused.push_back(x);
        else if (party.answer && job.phase != Phase::refreshing)
            out.stored.push_back(x);
        else
            out.silent.push_back(x);
    }
    out.usable = out.stored.size() >= job.sharing.k;
    job.done(std::move(out));
}

} // namespace qkdes
