#include "sim/kme/shares/collector.hpp"

#include <algorithm>

namespace qkdes {

namespace {

/// Worth asking again: the reason may pass.
bool may_pass(AccessDecision decision) {
    return decision == AccessDecision::busy || decision == AccessDecision::too_early ||
           decision == AccessDecision::no_share || decision == AccessDecision::stale;
}

} // namespace

ShareCollector::ShareCollector(CollectorConfig config, SharePorts ports, SendShareMessage send)
    : config_{std::move(config)}, ports_{ports}, send_{std::move(send)} {}

ShareCollector::~ShareCollector() {
    for (auto const& [session, job] : jobs_)
        ports_.clock.cancel(job.timer);
}

bool ShareCollector::from_dealer(SignedManifest const& manifest) const {
    return std::any_of(config_.dealers.begin(), config_.dealers.end(),
                       [&](auto const& key) { return genuine(manifest, key, ports_.signatures); });
}

void ShareCollector::recover(KeyId key, std::uint8_t purpose, std::map<std::uint8_t, CourierPath> const& custodians,
                             std::optional<SignedManifest> manifest, Done done, std::optional<RetryPolicy> retry) {
    ShareSession session;
    ports_.entropy.fill(session);
    Job job;
    job.key = key;
    job.purpose = purpose;
    job.custodians = custodians;
    job.pair = ports_.kem.generate(ports_.entropy);
    if (manifest && manifest->manifest.kind == ManifestKind::key && manifest->manifest.key == key &&
        from_dealer(*manifest)) {
        job.k = manifest->manifest.k;
        job.epochs[manifest->manifest.epoch].manifest = std::move(manifest->manifest);
    }
    job.want_manifest = job.epochs.empty();
    job.retry = retry.value_or(config_.retry);
    job.began = ports_.clock.now();
    job.end = job.began + job.retry.deadline;
    job.interval = job.retry.first;
    job.done = std::move(done);
    jobs_.emplace(session, std::move(job));
    ask(session);
}

void ShareCollector::ask(ShareSession session) {
    Job& job = jobs_.at(session);
    ShareRequest request{
        session, job.key, config_.requester, job.purpose, job.want_manifest, ports_.clock.now(), job.pair.public_key,
        {}};
    request.signature = config_.signer->sign(signed_part(request), ports_.entropy);
    for (auto const& [x, path] : job.custodians) {
        if (job.answered.contains(x) || job.gone.contains(x)) continue;
        ++job.requests;
        send_(path, request);
    }
    job.timer = ports_.clock.call_at(std::min(ports_.clock.now() + job.interval, job.end), [this, session] {
        Job& due = jobs_.at(session);
        due.timer = 0;
        if (ports_.clock.now() >= due.end)
            finish(session, {}, 0);
        else
            ask(session);
    });
    job.interval = std::min(2 * job.interval, job.retry.longest);
}

void ShareCollector::wrong(Job& job, std::uint8_t x) {
    job.culprits.insert(x);
    job.answered.erase(x); // perhaps the next one is right
    ports_.telemetry.count(config_.self, "shares.false");
}

std::optional<ShareRecord> ShareCollector::open(Job const& job, ShareRelease const& release, std::uint8_t x) const {
    if (release.x != x || !release.box) return std::nullopt;
    auto const opened = open_box(*job.pair.private_key, *release.box, kReleaseLabel, release.session,
                                 associated_part(release.session, x));
    if (!opened) return std::nullopt;
    auto record = decode_record(opened->text);
    if (!record || record->x != x || record->sharing.key != job.key) return std::nullopt;
    return record;
}

void ShareCollector::on(ShareRelease const& release, CourierPath const& back) {
    auto const found = jobs_.find(release.session);
    if (found == jobs_.end()) return;
    Job& job = found->second;
    // Who answers is known by the path: a custodian cannot answer for another one's x.
    auto const asked = std::find_if(job.custodians.begin(), job.custodians.end(),
                                    [&](auto const& custodian) { return custodian.second == back; });
    if (asked == job.custodians.end() || job.answered.contains(asked->first)) return;
    std::uint8_t const x = asked->first;
    if (release.decision != AccessDecision::granted) {
        job.refused[x] = release.decision;
        if (!may_pass(release.decision)) job.gone.insert(x);
        // Enough final refusals decide it, so that nobody waits for the deadline in vain.
        if (job.custodians.size() - job.gone.size() < job.k) finish(found->first, {}, 0);
        return;
    }
    auto record = open(job, release, x);
    if (!record) return wrong(job, x);
    if (release.manifest) {
        auto const& manifest = release.manifest->manifest;
        if (manifest.kind != ManifestKind::key || manifest.key != job.key || !from_dealer(*release.manifest))
            return wrong(job, x);
        job.epochs[manifest.epoch].manifest = manifest;
        job.k = manifest.k;
    }
    auto& epoch = job.epochs[record->sharing.epoch];
    if (epoch.manifest && !matches(*epoch.manifest, *record)) return wrong(job, x);
    job.refused.erase(x);
    job.gone.erase(x);
    if (epoch.manifest) {
        job.answered.insert(x);
    } else {
        job.want_manifest = true; // newer than what we were given: ask again, for the manifest as well
    }
    epoch.shares.insert_or_assign(x, std::move(*record));
    combine(found->first);
}

void ShareCollector::combine(ShareSession session) {
    Job& job = jobs_.at(session);
    for (auto entry = job.epochs.rbegin(); entry != job.epochs.rend(); ++entry) { // newest first
        auto const& manifest = entry->second.manifest;
        if (!manifest || entry->second.shares.size() < manifest->k) continue;
        std::vector<ShareRecord> shares;
        for (auto const& [x, record] : entry->second.shares)
            shares.push_back(record);
        auto result = reconstruct(*manifest, shares, ports_.clock.now());
        for (std::uint8_t x : result.culprits) {
            wrong(job, x);
            if (result.status != ReconstructStatus::inconsistent) entry->second.shares.erase(x);
        }
        job.inconsistent |= result.status == ReconstructStatus::inconsistent;
        if (result.key) return finish(session, std::move(result.key), manifest->epoch);
    }
}

void ShareCollector::on_restart() {
    std::vector<ShareSession> sessions;
    for (auto const& [session, job] : jobs_)
        sessions.push_back(session);
    for (auto const& session : sessions)
        finish(session, {}, 0);
}

void ShareCollector::finish(ShareSession session, std::optional<SecretBytes> key, std::uint32_t epoch) {
    auto node = jobs_.extract(session);
    Job& job = node.mapped();
    ports_.clock.cancel(job.timer);
    RecoveryReport out;
    out.status = key ? RecoveryStatus::ok : job.inconsistent ? RecoveryStatus::inconsistent : RecoveryStatus::too_few;
    out.key = std::move(key);
    out.epoch = epoch;
    out.culprits = {job.culprits.begin(), job.culprits.end()};
    out.refused = job.refused;
    for (auto const& [x, path] : job.custodians)
        if (!job.answered.contains(x) && !job.refused.contains(x) && !job.culprits.contains(x)) out.silent.push_back(x);
    if (out.key) out.good = job.epochs[epoch].shares.size();
    out.requests = job.requests;
    out.elapsed = ports_.clock.now() - job.began;
    job.done(std::move(out));
}

} // namespace qkdes
