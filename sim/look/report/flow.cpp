#include "sim/look/report/flow.hpp"

#include <algorithm>

namespace qkdes::look {

std::array<FlowEnds, kFlowEdges> const kFlowEnds{{
    {"Sifted", "Other basis"},
    {"Sifted", "Samples revealed"},
    {"Sifted", "Blocks given up"},
    {"Sifted", "Key basis"},
    {"Key basis", "Frames thrown away"},
    {"Key basis", "Error correction"},
    {"Key basis", "Privacy amplification"},
    {"Key basis", "Secret key"},
    {"Continuous variables", "Secret key"},
    {"Before the run", "Secret key"},
    {"Secret key", "Authentication"},
    {"Secret key", "Less than a unit"},
    {"Secret key", "Store full or node down"},
    {"Secret key", "Stored"},
    {"Stored", "Used"},
    {"Stored", "Still in store"},
    {"Stored", "Expired"},
    {"Stored", "Given up by protocol"},
    {"Stored", "Not told (partial file)"},
    {"Used", "One-time pad hops"},
    {"Used", "Hybrid hops"},
    {"Used", "QKD + AES hops"},
    {"Used", "Post-quantum hops"},
    {"Used", "Other uses"},
}};

void LinkFlow::block(BlockBits const& b) {
    seen_[FlowEdge::other_basis] += b.sifted_x;
    double const sampled = std::min(b.sampled, b.sifted_z);
    double const candidates = b.sifted_z - sampled;
    seen_[FlowEdge::samples] += sampled;
    authentication_ += b.authentication;
    delivered_ += b.delivered;
    lost_ += b.lost;
    if (!b.key) {
        seen_[FlowEdge::given_up] += candidates;
        // A block without key has no secret; were there one, the books of the link would hold it.
        seen_[FlowEdge::quadratures] += b.secret;
        return;
    }
    double const secret = std::min(b.secret, candidates);
    double rest = candidates - secret;
    double const failed = b.frames > 0 ? b.frame_errors / b.frames * candidates : 0;
    double const bad = std::min(rest, static_cast<double>(static_cast<std::uint64_t>(std::max(0.0, failed))));
    rest -= bad;
    double const leak = std::min(rest, b.leak);
    rest -= leak;
    seen_[FlowEdge::key_basis] += candidates;
    seen_[FlowEdge::bad_frames] += bad;
    seen_[FlowEdge::disclosed] += leak;
    seen_[FlowEdge::amplified] += rest;
    seen_[FlowEdge::secret] += secret;
    seen_[FlowEdge::quadratures] += b.secret - secret;
}

void LinkFlow::relay(std::size_t security, double bits) {
    if (security < 4) seen_[static_cast<FlowEdge>(static_cast<std::size_t>(FlowEdge::by_its) + security)] += bits;
}

void LinkFlow::audit(PoolBooks const& b) {
    double const weight = ends_ == 0 ? 1 : 0.5;
    auto const mean = [&](double& kept, double fresh) { kept += weight * (fresh - kept); };
    mean(books_.initial, b.initial);
    mean(books_.made, b.made);
    mean(books_.authentication, b.authentication);
    mean(books_.pending, b.pending);
    mean(books_.lost, b.lost);
    mean(books_.stored, b.stored);
    mean(books_.held, b.held);
    mean(books_.used, b.used);
    mean(books_.expired, b.expired);
    mean(books_.voided, b.voided);
    ++ends_;
}

Flows LinkFlow::flows() const {
    Flows f = seen_;
    double const made = f[FlowEdge::secret] + f[FlowEdge::quadratures];
    double by_relays = 0;
    for (auto e : {FlowEdge::by_its, FlowEdge::by_hybrid, FlowEdge::by_qkd_aes, FlowEdge::by_pqc})
        by_relays += f[e];
    if (ends_ > 0) {
        f[FlowEdge::initial] = books_.initial;
        f[FlowEdge::authentication] = books_.authentication;
        f[FlowEdge::pending] = books_.pending;
        f[FlowEdge::lost] = books_.lost;
        f[FlowEdge::stored] = books_.stored;
        f[FlowEdge::held] = books_.held;
        f[FlowEdge::used] = books_.used;
        f[FlowEdge::expired] = books_.expired;
        f[FlowEdge::voided] = books_.voided;
    } else {
        f[FlowEdge::authentication] = authentication_;
        f[FlowEdge::lost] = lost_;
        f[FlowEdge::initial] = std::max(0.0, by_relays - delivered_);
        f[FlowEdge::stored] = delivered_ + f[FlowEdge::initial];
        f[FlowEdge::pending] = made - authentication_ - lost_ - delivered_;
        f[FlowEdge::used] = by_relays;
        f[FlowEdge::not_told] = f[FlowEdge::stored] - by_relays;
    }
    // A message may have left one end when the other had not yet paid for it.
    double left = f[FlowEdge::used];
    for (auto e : {FlowEdge::by_its, FlowEdge::by_hybrid, FlowEdge::by_qkd_aes, FlowEdge::by_pqc}) {
        f[e] = std::min(f[e], left);
        left -= f[e];
    }
    f[FlowEdge::other_uses] = left;
    return f;
}

} // namespace qkdes::look
