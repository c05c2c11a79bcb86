#include "sim/kme/agent/api.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/agent/metrics.hpp"
#include "sim/kme/json/fields.hpp"
#include "sim/kme/json/json_text.hpp"
#include "sim/kme/json/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes::agent {

namespace {

using nlohmann::json;

constexpr JsonLimits kLimits{4096, 2, 16};

ApiResponse answer(int code, json const& body) { return {code, write_json(body)}; }
ApiResponse refuse(int code, std::string message) { return answer(code, {{"message", std::move(message)}}); }

struct KeyOrder {
    std::uint64_t bits = 0;
    std::string where; ///< link or site
};

/// {"bits": ..., `name`: ...} and nothing else.
Parsed<KeyOrder> read_order(std::string const& body, char const* name, std::uint64_t most_bits) {
    auto const text = read_json(body, kLimits);
    if (!text.value) return {{}, text.problem};
    Fields fields{*text.value, "a request"};
    KeyOrder order;
    order.bits = fields.integer("bits", Presence::required).value_or(0);
    order.where = fields.string(name, Presence::required);
    if (fields.ok() && (order.bits == 0 || order.bits % 8 != 0 || order.bits > most_bits))
        fields.complain(fmt::format("\"bits\" shall be a multiple of 8 from 8 to {}", most_bits));
    if (!fields.finish().empty()) return {{}, fields.finish()};
    return {std::move(order), {}};
}

char const* reason(DeviceError error) {
    switch (error) {
    case DeviceError::no_key:
        return "not so much key is ready; ask again later";
    case DeviceError::bad_request:
        return "the device does not give out so many bits";
    case DeviceError::halted:
        return "the device makes no more key until it is repaired";
    case DeviceError::down:
        break;
    }
    return "the device does not answer";
}

template <class T>
json or_null(std::optional<T> const& value) {
    return value ? json(*value) : json(nullptr);
}

} // namespace

AgentApi::AgentApi(ApiConfig config, std::vector<QkdAgent*> agents, std::vector<std::string> nodes,
                   std::vector<std::string> links, Ports ports)
    : config_{std::move(config)}, agents_{std::move(agents)}, nodes_{std::move(nodes)}, links_{std::move(links)},
      ports_{std::move(ports)} {
    QKDES_EXPECTS(config_.kept > 0 && config_.lifetime.count() > 0);
}

AgentApi::~AgentApi() { *alive_ = false; }

QkdAgent* AgentApi::agent_of(std::string_view link_id) const {
    for (auto* agent : agents_)
        if (agent->config().link_id == link_id) return agent;
    return nullptr;
}

void AgentApi::handle(ApiRequest const& request, Reply reply) {
    auto const path = read_path(request.target);
    if (!path) return reply(refuse(400, "the target is no path of this interface"));
    auto const& segments = *path;
    std::string route; // with * for what names a key or a link
    for (std::size_t i = 0; i < segments.size() && i < 5; ++i) {
        bool const named = (i == 2 && segments[0] == "v1" && (segments[1] == "links" || segments[1] == "keys")) &&
                           !(segments[1] == "keys" && segments[2] == "request");
        route += named ? "/*" : "/" + segments[i];
    }
    constexpr std::pair<std::string_view, std::string_view> known[] = {{"/v1/keys/request", "POST"},
                                                                       {"/v1/keys/*", "GET"},
                                                                       {"/v1/links", "GET"},
                                                                       {"/v1/links/*/metrics", "GET"},
                                                                       {"/v1/links/*/qber", "GET"},
                                                                       {"/v1/links/*/calibrate", "POST"},
                                                                       {"/v1/relay/keys/request", "POST"},
                                                                       {"/v1/relay/routes", "GET"},
                                                                       {"/healthz", "GET"},
                                                                       {"/metrics", "GET"}};
    auto const* const found = std::ranges::find(known, route, &std::pair<std::string_view, std::string_view>::first);
    if (found == std::end(known)) return reply(refuse(404, "nothing of this name here"));
    if (request.verb != found->second) return reply(refuse(405, fmt::format("this takes {}", found->second)));
    if (!request.body.empty() && !request.content_type.empty() && !request.content_type.starts_with("application/json"))
        return reply(refuse(415, "bodies are application/json"));
    if (request.body.size() > kLimits.bytes) return reply(refuse(413, "a body has at most 4096 bytes"));

    if (route == "/v1/keys/request") return request_key(request.body, std::move(reply));
    if (route == "/v1/relay/keys/request") return request_relayed(request.body, std::move(reply));
    if (route == "/v1/keys/*") return reply(about_key(segments[2]));
    if (route == "/v1/links") return reply(about_links());
    if (route == "/v1/relay/routes") return reply(routes());
    if (route == "/healthz") return reply(health());
    if (route == "/metrics") {
        std::vector<QkdAgent const*> const all{agents_.begin(), agents_.end()};
        return reply({200, metrics_text(all), "text/plain; version=0.0.4; charset=utf-8"});
    }
    QkdAgent* const agent = agent_of(segments[2]);
    if (agent == nullptr) return reply(refuse(404, "no such link"));
    if (route == "/v1/links/*/metrics") return reply(metrics_of(*agent));
    if (route == "/v1/links/*/qber") return reply(qber_of(*agent));
    if (!agent->calibrate()) return reply(refuse(409, "a calibration is under way"));
    reply(answer(202, {{"link_id", segments[2]}, {"seconds", seconds(agent->config().calibration)}}));
}

void AgentApi::request_key(std::string const& body, Reply reply) {
    auto const order = read_order(body, "link_id", config_.most_bits);
    if (!order) return reply(refuse(400, order.problem));
    QkdAgent* const agent = agent_of(order.value->where);
    if (agent == nullptr) return reply(refuse(404, "no such link"));
    if (!agent->may_generate())
        return reply(
            refuse(503, fmt::format("no keys now: error rate {}, fallback {}{}", to_string(agent->bands().band()),
                                    to_string(agent->fallback().mode()), agent->calibrating() ? ", calibrating" : "")));
    agent->device().request_key(order.value->bits, [this, alive = alive_, agent, reply](KeyBlockResult result) {
        if (!*alive) return;
        if (auto const* error = std::get_if<DeviceError>(&result)) {
            bool const asked_too_much = *error == DeviceError::bad_request;
            return reply(refuse(asked_too_much ? 400 : 503, reason(*error)));
        }
        auto& block = std::get<KeyBlock>(result);
        SimTime const now = ports_.clock.now();
        agent->count_key(block.bits);
        keep(block.id, std::move(block.material),
             {agent->config().link_id,
              {},
              block.bits,
              block.protocol,
              std::clamp(block.qber, 0.0, 0.5),
              agent->device().channel_status().bell,
              now,
              now + config_.lifetime},
             reply);
    });
}

void AgentApi::request_relayed(std::string const& body, Reply reply) {
    auto const order = read_order(body, "to", config_.most_bits);
    if (!order) return reply(refuse(400, order.problem));
    auto const node = std::ranges::find(nodes_, order.value->where);
    if (node == nodes_.end()) return reply(refuse(404, "no such site"));
    NodeId const to{static_cast<std::size_t>(node - nodes_.begin())};
    auto const routes = ports_.routes ? ports_.routes() : std::vector<RelayRoute>{};
    auto const route = std::ranges::find(routes, to, &RelayRoute::to);
    if (route == routes.end() || !ports_.relayed) return reply(refuse(503, "there is no route now"));
    std::uint64_t const bits = order.value->bits;
    ports_.relayed(
        to, static_cast<std::uint32_t>(bits),
        [this, alive = alive_, readers = route->readers, bits, reply](std::optional<SuppliedKey> key) {
            if (!*alive) return;
            if (!key) return reply(refuse(503, "no key over relays now; ask again later"));
            SimTime const now = ports_.clock.now();
            keep(key->id, std::move(key->key), {"", readers, bits, {}, 0, {}, now, now + config_.lifetime}, reply);
        });
}

void AgentApi::keep(KeyId id, SecretBytes key, Known known, Reply reply) {
    KeyRecord record;
    record.sequence = ++sequence_;
    record.id = id;
    record.key = std::move(key);
    record.protocol = known.protocol.value_or(QkdProtocol::bb84);
    record.qber = known.qber;
    record.bell = known.bell;
    record.generated_at = known.generated_at;
    record.expires = known.expires;
    ports_.keep(record, [this, alive = alive_, id, known = std::move(known), reply](bool stored) {
        if (!*alive) return;
        if (!stored) return reply(refuse(503, "the secret store refused the key"));
        json body{{"key_id", write_uuid(id)}, {"bits", known.bits}};
        if (known.protocol) body["qber"] = known.qber;
        for (NodeId reader : known.readers)
            body["readable_by"].push_back(nodes_.at(reader.index()));
        if (known_.insert_or_assign(id, known).second) order_.push_back(id);
        if (order_.size() > config_.kept) {
            known_.erase(order_.front());
            order_.pop_front();
        }
        reply(answer(200, body));
    });
}

ApiResponse AgentApi::about_key(std::string const& text) const {
    auto const id = read_uuid(text);
    if (!id) return refuse(400, "a key_id is a UUID");
    auto const found = known_.find(*id);
    if (found == known_.end()) return refuse(404, "no such key, or forgotten");
    Known const& known = found->second;
    json body{{"key_id", write_uuid(*id)},
              {"bits", known.bits},
              {"generated_at", utc_text(known.generated_at, config_.epoch)},
              {"expires", utc_text(known.expires, config_.epoch)},
              {"valid", ports_.clock.now() < known.expires},
              {"where", "secret store of " + config_.site}};
    if (!known.link_id.empty()) {
        body["link_id"] = known.link_id;
        body["qber"] = known.qber;
    }
    if (known.protocol) body["protocol"] = to_string(*known.protocol);
    if (known.bell) body["bell"] = *known.bell;
    for (NodeId reader : known.readers)
        body["readable_by"].push_back(nodes_.at(reader.index()));
    return answer(200, body);
}

ApiResponse AgentApi::about_links() const {
    json all = json::array();
    for (auto const* agent : agents_) {
        auto const health = agent->device().health();
        constexpr char const* states[] = {"ok", "degraded", "failed"};
        json link{{"link_id", agent->config().link_id},
                  {"protocol", to_string(agent->config().protocol)},
                  {"device", states[static_cast<std::size_t>(health.state)]},
                  {"band", to_string(agent->bands().band())},
                  {"fallback", to_string(agent->fallback().mode())},
                  {"makes_keys", agent->may_generate()},
                  {"qber", agent->bands().known() ? json(agent->bands().estimate()) : json(nullptr)},
                  {"secure_key_rate_bps", agent->device().channel_status().key_rate.value}};
        if (!health.reason.empty()) link["reason"] = health.reason;
        all.push_back(std::move(link));
    }
    return answer(200, {{"links", std::move(all)}});
}

ApiResponse AgentApi::metrics_of(QkdAgent const& agent) const {
    ChannelStatus const status = agent.device().channel_status();
    return answer(200, {{"link_id", agent.config().link_id},
                        {"qber", status.qber},
                        {"secure_key_rate_bps", status.key_rate.value},
                        {"raw_key_rate_bps", status.raw_rate.value > 0 ? json(status.raw_rate.value) : json(nullptr)},
                        {"photon_rate_hz", status.photon_rate.value},
                        {"visibility", or_null(status.visibility)},
                        {"bell", or_null(status.bell)},
                        {"channel_loss_db", status.loss.value},
                        {"temperature_celsius", or_null(status.temperature)},
                        {"uptime_seconds", seconds(status.uptime)}});
}

ApiResponse AgentApi::qber_of(QkdAgent const& agent) const {
    json series = json::array();
    for (auto const& reading : agent.history())
        series.push_back({{"at", utc_text(reading.at, config_.epoch)},
                          {"seconds", seconds(reading.at - kSimStart)},
                          {"qber", reading.qber},
                          {"band", to_string(reading.band)}});
    return answer(200, {{"link_id", agent.config().link_id}, {"series", std::move(series)}});
}

ApiResponse AgentApi::routes() const {
    json all = json::array();
    for (auto const& route : ports_.routes ? ports_.routes() : std::vector<RelayRoute>{}) {
        json entry{{"to", nodes_.at(route.to().index())},
                   {"relays", route.relays()},
                   {"cumulative_key_rate_bps", or_null(route.rate)},
                   {"trust", route.trust}};
        for (NodeId reader : route.readers)
            entry["readable_by"].push_back(nodes_.at(reader.index()));
        for (LinkId link : route.links)
            entry["links"].push_back(links_.at(link.index()));
        all.push_back(std::move(entry));
    }
    return answer(200, {{"routes", std::move(all)}});
}

ApiResponse AgentApi::health() const {
    bool well = true;
    json links = json::object();
    for (auto const* agent : agents_) {
        links[agent->config().link_id] = to_string(agent->fallback().mode());
        well &= agent->fallback().mode() == LinkMode::nominal;
    }
    return answer(200, {{"status", well ? "ok" : "degraded"}, {"links", std::move(links)}});
}

} // namespace qkdes::agent
