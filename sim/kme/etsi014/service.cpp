#include "sim/kme/etsi014/service.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/etsi014/errors.hpp"

#include <algorithm>

namespace qkdes::etsi014 {

Response refuse(int code, std::string message, std::vector<std::pair<std::string, std::string>> details) {
    return {code, write(ErrorBody{std::move(message), std::move(details)})};
}

Response refusal(KeyStatus status) {
    switch (status) {
    case KeyStatus::not_found:
        return refuse(kBadRequest, kKeysNotFound);
    case KeyStatus::unauthorized:
        return refuse(kUnauthorized, kNotAuthorized);
    case KeyStatus::no_key:
        return refuse(kUnavailable, kNoKey);
    case KeyStatus::no_route:
        return refuse(kUnavailable, kNoRoute);
    case KeyStatus::busy:
        return refuse(kUnavailable, kBusy);
    case KeyStatus::not_admitted:
        return refuse(kUnavailable, kTooFast);
    case KeyStatus::timeout:
        return refuse(kUnavailable, kTimedOut);
    case KeyStatus::hop_failed:
        return refuse(kUnavailable, kRelayFailed);
    case KeyStatus::ok:
    case KeyStatus::bad_request:
        break;
    }
    return refuse(kBadRequest, kOutOfRange);
}

namespace {

Response container(std::vector<DeliveredKey> const& keys) {
    KeyContainer out;
    for (auto const& key : keys)
        out.keys.push_back({key.id, key.key});
    return {kOk, write(out)};
}

} // namespace

Service::Service(ServiceConfig config, KmeNode& node, std::shared_ptr<Topology const> topology,
                 std::vector<std::string> sae_names)
    : config_{config}, node_{node}, topology_{std::move(topology)}, names_{std::move(sae_names)} {
    QKDES_EXPECTS(names_.size() == topology_->applications.size());
    for (std::size_t i = 0; i < names_.size(); ++i)
        QKDES_EXPECTS(saes_.try_emplace(names_[i], AppId{i}).second);
}

void Service::handle(Request const& request, std::function<void(Response)> reply) {
    auto const target = read_target(request.target);
    if (!target) return reply(refuse(kBadRequest, kNoSuchMethod));
    bool const post = request.verb == "POST";
    if (!(request.verb == "GET" || (post && target->method != Method::status)))
        return reply(refuse(kBadRequest, kNoSuchMethod, {{"verb", "status takes GET, the others GET and POST"}}));
    auto const caller = saes_.find(request.caller);
    if (caller == saes_.end() || host_of(caller->second) != config_.self)
        return reply(refuse(kUnauthorized, kNotAuthorized));
    auto const other = saes_.find(target->sae);
    if (other == saes_.end()) return reply(refuse(kBadRequest, kUnknownSae, {{"SAE", target->sae}}));

    if (target->method == Method::status) {
        if (!target->query.empty()) return reply(refuse(kBadRequest, kBadFormat, {{"query", "status takes none"}}));
        return reply(status(caller->second, other->second));
    }
    if (target->method == Method::enc_keys) {
        auto const body = read_enc_keys(request, *target);
        if (!body) return reply(refuse(kBadRequest, kBadFormat, {{"reason", body.problem}}));
        return enc_keys(caller->second, other->second, *body.value, std::move(reply));
    }
    auto const body = read_dec_keys(request, *target);
    if (!body) return reply(refuse(kBadRequest, kBadFormat, {{"reason", body.problem}}));
    reply(dec_keys(caller->second, other->second, *body.value));
}

Response Service::status(AppId master, AppId slave) const {
    Status out;
    out.source_kme_id = topology_->nodes[config_.self.index()];
    out.target_kme_id = topology_->nodes[host_of(slave).index()];
    out.master_sae_id = names_[master.index()];
    out.slave_sae_id = names_[slave.index()];
    out.key_size = config_.default_key_bits;
    out.max_key_per_request = config_.max_keys;
    out.max_key_size = kMaxKeyBits;
    out.min_key_size = kMinKeyBits;
    out.max_sae_id_count = config_.max_additional_slaves;
    out.max_key_count = config_.unpooled_key_count;
    Path const path = path_to(host_of(slave));
    if (path.reachable) out.stored_key_count = out.max_key_count;
    if (!path.links.empty() && topology_->links[path.links.front().index()].qkd) {
        PoolLevel const level = node_.pool(path.links.front());
        out.max_key_count = level.capacity_bits / 256 / 2; // this end's half
        out.stored_key_count = level.available_bits / 256;
    }
    return {kOk, write(out)};
}

Response Service::dec_keys(AppId slave, AppId master, KeyIdsBody const& body) {
    if (body.ids.size() > config_.max_keys)
        return refuse(kBadRequest, kOutOfRange, {{"key_IDs", "at most " + std::to_string(config_.max_keys)}});
    KeyReply const keys = node_.fetch_keys(slave, body.ids, master);
    return keys.status == KeyStatus::ok ? container(keys.keys) : refusal(keys.status);
}

Service::Path Service::path_to(NodeId far) const {
    Path path;
    path.links = node_.route(far);
    path.reachable = far == config_.self || !path.links.empty();
    path.security = security_class(node_.exposure(path.links));
    return path;
}

} // namespace qkdes::etsi014
