// The keys of a secret shared among custodians.
#include "sim/scenario/shares_table.hpp"

#include "sim/scenario/reference_key.hpp"

namespace qkdes {
namespace {

Table<ShareRecoverSpec> const& recover_table() {
    using R = ShareRecoverSpec;
    static Table<ShareRecoverSpec> const table{
        "recover",
        "When the requester puts the secret together.",
        quantity("every", at(&R::every), units::duration, from(1e9, kCenturyNs), "Again and again.")
            .such_as(R"("10 min")"),
        quantity("first", at(&R::first), units::duration, from(0, kCenturyNs), "The first time of `every`."),
        times("at", at(&R::at), from(0, kCenturyNs), "At these times besides.", R"(["5 min", "2 h"])"),
        quantity("deadline", at(&R::deadline), units::duration, above(0, kCenturyNs), "It gives up after that."),
    };
    return table;
}

Table<RawRefresh> const& refresh_table() {
    using R = RawRefresh;
    static Table<RawRefresh> const table{
        "refresh",
        "The dealer renews all shares without changing the secret: shares stolen before are worthless after.",
        quantity("every", at(&R::every), units::duration, from(1e9, kCenturyNs), "How often.").must(R"("1 h")"),
        count("quorum", at(&R::quorum), 0, 255, "Custodians that must take part; 0: `k`."),
        quantity("first_phase", at(&R::first_phase), units::duration, above(0, kCenturyNs),
                 "How long it waits for more than the quorum. Who is not heard by then has no share any more."),
    };
    return table;
}

Table<RawSharePolicy> const& policy_table() {
    using P = RawSharePolicy;
    static Table<RawSharePolicy> const table{
        "policy",
        "Whom custodians hand their shares to: sealed into the share, so that nobody on the way can soften it.",
        count("clearance", at(&P::clearance), 0, 255, "At least."),
        words("attributes", at(&P::attributes), "All of them.", R"(["medic"])"),
        words("purposes", at(&P::purposes), "One of them; none given: any purpose.", R"(["restore"])"),
        quantity("from", at(&P::spec, &SharePolicySpec::from), units::duration, from(0, kCenturyNs), "Not before."),
        quantity("until", at(&P::until), units::duration, above(0, kCenturyNs), "Not after.").such_as(R"("12 h")"),
        count("max_releases", at(&P::max_releases), 1, 65535, "Answers of a custodian to different requests."),
    };
    return table;
}

Table<RawCredentials> const& credentials_table() {
    using C = RawCredentials;
    static Table<RawCredentials> const table{
        "credentials",
        "What custodians' directories know of the requester, and what it asks for.",
        count("clearance", at(&C::clearance), 0, 255, "Its clearance."),
        words("attributes", at(&C::attributes), "What it is.", R"(["medic"])"),
        identifier("purpose", at(&C::purpose), "What it says it needs the secret for.", R"("restore")"),
        yes_or_no("revoked", at(&C::revoked), "It gets nothing any more."),
    };
    return table;
}

Table<ShareHierarchySpec> const& hierarchy_table() {
    using H = ShareHierarchySpec;
    static Table<ShareHierarchySpec> const table{
        "hierarchy",
        "The secret is a master key: each recovery opens key-encryption keys and the data keys under them at the "
        "requester, reads all, and locks again.",
        count("groups", at(&H::groups), 1, 1000, "Key-encryption keys."),
        count("data_keys", at(&H::data_keys), 1, 1000, "Under each of them."),
        quantity("rotate_every", at(&H::rotate_every), units::duration, above(0, kCenturyNs),
                 "At the first recovery after that, new key-encryption keys; the old ones are destroyed.")
            .such_as(R"("6 h")"),
    };
    return table;
}

Table<RawCapture> const& capture_table() {
    static Table<RawCapture> const table{
        "capture",
        "Somebody copies all that a node holds, and leaves it running.",
        reference("node", &RawCapture::where, "a node", "Which.", R"("post-3")").must(R"("post-3")"),
        quantity("at", at(&RawCapture::at), units::duration, from(0, kCenturyNs), "When.").must(R"("30 min")"),
    };
    return table;
}

} // namespace

Table<RawShare> const& share_table() {
    using S = RawShare;
    static Table<RawShare> const table{
        "share",
        "A 256-bit secret that a dealer shares among custodians, any k of which give it back: signed, sealed and "
        "checked "
        "share by share. Shares go over paths without a common relay where there are any.",
        identifier("id", at(&S::spec, &ShareSpec::id), "Its name, unique among shares.", R"("master")")
            .must(R"("master")"),
        reference("dealer", &S::dealer, "a node", "Who makes and shares it.", R"("hq")").must(R"("hq")"),
        references("custodians", &S::custodians, "nodes",
                   "Who keeps the shares, each one; the requester among them has its share at hand.",
                   R"(["post-1", "post-2", "post-3"])", 255)
            .must(R"(["post-1", "post-2", "post-3"])"),
        count("k", at(&S::k), 1, 255, "Shares that give it back.").must("2"),
        reference("requester", &S::requester, "a node", "Who puts it together.", R"("field")").must(R"("field")"),
        quantity("deal_at", at(&S::spec, &ShareSpec::deal_at), units::duration, from(0, kCenturyNs),
                 "When it is shared."),
        quantity("deal_for", at(&S::spec, &ShareSpec::dealing_deadline), units::duration, above(0, kCenturyNs),
                 "How long the dealer tries, in dealing and in a refresh."),
        quantity("repeat", at(&S::spec, &ShareSpec::repeat_first), units::duration, from(1e6, kCenturyNs),
                 "What is not answered is sent again after that, then after twice as long and so on."),
        quantity("repeat_longest", at(&S::spec, &ShareSpec::repeat_longest), units::duration, from(1e6, kCenturyNs),
                 "The longest time between repetitions."),
        object("recover", at(&S::spec, &ShareSpec::recover), recover_table(), "When it is put together."),
        object("refresh", at(&S::refresh), refresh_table(), "Whether shares are renewed."),
        quantity("expires", at(&S::spec, &ShareSpec::expires), units::duration, above(0, kCenturyNs),
                 "Custodians destroy a share so long after it was dealt or renewed.")
            .such_as(R"("24 h")"),
        object("policy", at(&S::policy), policy_table(), "Who may have it."),
        object("credentials", at(&S::credentials), credentials_table(), "What the requester may and wants."),
        object("hierarchy", at(&S::spec, &ShareSpec::hierarchy), hierarchy_table(), "What the secret opens."),
        list<S, decltype(at(&S::captured).get), RawCapture>("captured", at(&S::captured), capture_table(),
                                                            "Nodes whose shares are stolen."),
    };
    return table;
}

Table<RawShareDelivery> const& share_delivery_table() {
    using D = RawShareDelivery;
    static Table<RawShareDelivery> const table{
        "share_delivery",
        "How a key is cut for delivery via shares: one share over each of n paths without a common relay.",
        count("k", at(&D::k), 1, 10, "Shares that give the key."),
        count("n", at(&D::n), 1, 10,
              "Shares, and paths. From 2 k - 1 on (k of at least 2) shares vouch for each other, and altered ones are "
              "found out."),
        references("altered_at", &D::altered_at, "nodes", "Relays that alter every share of this demand.",
                   R"(["relay-2"])", 100),
    };
    return table;
}

} // namespace qkdes
