// The keys of agents, their rotation, the sites' secret stores and tunnels.
#include "sim/scenario/agent_table.hpp"

#include "sim/scenario/reference_key.hpp"

namespace qkdes {

namespace {

Table<RotationSpec> const& rotation_table() {
    using R = RotationSpec;
    static Table<RotationSpec> const table{
        "rotation",
        "When the two sites get a new key, and who learns of it when.",
        quantity("every", at(&R::every), units::duration, from(1e9, kCenturyNs), "From one key to the next."),
        quantity("first", at(&R::first), units::duration, from(0, kCenturyNs), "The first key."),
        quantity("lifetime", at(&R::lifetime), units::duration, above(0, kCenturyNs),
                 "A key is used no longer, even when none replaces it."),
        quantity("retry", at(&R::retry), units::duration, from(1e9, kCenturyNs),
                 "When no key was to be had, and between announcements to the other agent."),
        quantity("resync", at(&R::resync), units::duration, from(1e9, kCenturyNs),
                 "Services read their site's store so often, each time up to a tenth of it earlier or later."),
    };
    return table;
}

Table<SecretStoreSpec> const& secret_store_table() {
    using S = SecretStoreSpec;
    static Table<SecretStoreSpec> const table{
        "secret_store",
        "The secret store of each of the two sites: one worker that serves one connection after the other.",
        quantity("latency", at(&S::latency), units::duration, from(0, 6e10), "To it and back again, each way."),
        quantity("jitter", at(&S::jitter), units::duration, from(0, 6e10), "Up to so much more, each way."),
        quantity("tls_handshake", at(&S::tls_handshake), units::duration, from(0, 6e10),
                 "Time of its worker per connection; the handshake takes a round trip, too."),
        quantity("database_insert", at(&S::database_insert), units::duration, from(0, 6e10),
                 "Time of its worker per key."),
        quantity("tpm_call", at(&S::tpm_call), units::duration, from(0, 6e10),
                 "Time of its worker per key, where keys are sealed to hardware."),
        number("failure", at(&S::failure), from(0, 1), "Probability that a push is refused."),
        quantity("timeout", at(&S::timeout), units::duration, above(0, kCenturyNs), "Of a push, for the agent."),
        quantity("retry", at(&S::retry), units::duration, above(0, kCenturyNs), "From a failed push to the next."),
    };
    return table;
}

Table<TunnelSpec> const& tunnel_table() {
    using T = TunnelSpec;
    static Table<TunnelSpec> const table{
        "wireguard",
        "A tunnel between the sites with the current key as its pre-shared key, by WireGuard's rules.",
        quantity("latency", at(&T::latency), units::duration, from(0, 6e10), "Of the network under it, one way."),
        number("loss", at(&T::loss), from_below(0, 1), "Probability that a handshake message is lost."),
        quantity("rekey_after", at(&T::rekey_after), units::duration, from(1e9, kCenturyNs),
                 "Age of a session at which the next handshake begins."),
        quantity("reject_after", at(&T::reject_after), units::duration, from(1e9, kCenturyNs),
                 "Age at which a session carries nothing any more."),
        quantity("rekey_attempt", at(&T::rekey_attempt), units::duration, from(1e9, kCenturyNs),
                 "A handshake is given up after that."),
        quantity("rekey_timeout", at(&T::rekey_timeout), units::duration, from(1e8, kCenturyNs),
                 "An unanswered message is sent again after that."),
        yes_or_no("post_quantum", at(&T::post_quantum),
                  "Its handshake has a post-quantum part of its own; WireGuard as it comes has none."),
    };
    return table;
}

} // namespace

Table<RawAgent> const& agent_table() {
    using A = RawAgent;
    using S = AgentSpec;
    static Table<RawAgent> const table{
        "agent",
        "A pair of agents that watch a QKD link and keep two sites in step with keys (HIP-0071).",
        reference("link", &A::link, "a link", "The QKD link they watch; its id is the metrics' `link_id`.",
                  R"("basel-bern")")
            .must(R"("basel-bern")"),
        reference("from", &A::from, "an application", "The site whose agent leads; it asks for the keys.",
                  R"("gateway-a")")
            .must(R"("gateway-a")"),
        reference("to", &A::to, "an application", "The other site, which gets the same keys.", R"("gateway-b")")
            .must(R"("gateway-b")"),
        number("degraded", at(&A::spec, &S::degraded), above(0, 0.5), "Error rate at which this band begins."),
        number("warning", at(&A::spec, &S::warning), above(0, 0.5), "The same; keys at `reduced_rate` from here on."),
        number("critical", at(&A::spec, &S::critical), above(0, 0.5), "The same; no keys from here on."),
        number("compromised", at(&A::spec, &S::compromised), above(0, 0.5), "The same."),
        number("hysteresis", at(&A::spec, &S::hysteresis), from(0, 0.5),
               "A band is left downwards so much below where it begins."),
        quantity("window", at(&A::spec, &S::window), units::duration, from(0, kCenturyNs),
                 "The error rate is averaged over it; 0: what was read last."),
        number("reduced_rate", at(&A::spec, &S::reduced_rate), above(0, 1), "Of rotations, in the band `warning`."),
        number("threshold", at(&A::spec, &S::threshold), from(0, 0.5),
               "Key generation halts when the error rate stays above it for `hold`."),
        quantity("hold", at(&A::spec, &S::hold), units::duration, from(0, kCenturyNs), "See `threshold`."),
        quantity("recover", at(&A::spec, &S::recover), units::duration, from(0, kCenturyNs),
                 "It resumes when all has been well for so long."),
        quantity("poll", at(&A::spec, &S::poll), units::duration, from(1e8, kCenturyNs),
                 "The device is read so often."),
        quantity("scrape", at(&A::spec, &S::scrape), units::duration, from(1e9, kCenturyNs),
                 "The metrics are recorded so often.")
            .unless_given("720 times a run"),
        object("rotation", at(&A::spec, &S::rotation), rotation_table(), "Of keys."),
        object("store", at(&A::spec, &S::store), secret_store_table(), "At both sites."),
        object("wireguard", at(&A::spec, &S::tunnel), tunnel_table(), "A tunnel that uses the keys; left out: none."),
    };
    return table;
}

} // namespace qkdes
