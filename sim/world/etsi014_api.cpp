#include "sim/world/etsi014_api.hpp"

#include "sim/base/contracts.hpp"

namespace qkdes {

namespace {

constexpr SimDuration kConnectionIdle = std::chrono::seconds{60}; // as between nodes: KmeConfig::connection_idle

TableSchema refusals_schema() {
    return {"/refusals",
            "One row per answer of ETSI GS QKD 014 that was an error.",
            {Column::time("at", "when the application had it"), Column::text("caller", "the application that asked"),
             Column::text("other", "the SAE that it named"),
             Column::enumeration("method", {"status", "enc_keys", "dec_keys"}, "what it asked for"),
             Column::u32("code", "1", "of HTTP: 400, 401 or 503"), Column::text("message", "the error's text")}};
}

std::string_view method_name(etsi014::Method method) {
    return method == etsi014::Method::dec_keys ? "dec_keys" : "enc_keys";
}

} // namespace

Etsi014Api::Etsi014Api(WorldParts const& parts)
    : parts_{parts}, refusals_{parts.recorder.add(refusals_schema())},
      connections_(parts.topology->applications.size()) {
    for (std::size_t n = 0; n < parts_.hosts.size(); ++n) {
        etsi014::ServiceConfig config;
        config.self = NodeId{n};
        services_.push_back(std::make_unique<etsi014::Service>(config, parts_.hosts[n]->node(), parts_.topology,
                                                               parts_.topology->application_names));
    }
}

/// The service at the application's node, which has the work of hearing it.
etsi014::Service& Etsi014Api::asked_by(AppId app) {
    NodeId const node = parts_.topology->applications[app.index()];
    Connection& connection = connections_[app.index()];
    std::uint64_t const life = parts_.hosts[node.index()]->failures();
    SimTime const now = parts_.engine.now();
    if (connection.life != life)
        parts_.telemetry.work(node, Work::tls_handshake);
    else if (now - connection.used > kConnectionIdle)
        parts_.telemetry.work(node, Work::tls_resumption);
    connection = {now, life};
    parts_.telemetry.work(node, Work::json);
    return *services_[node.index()];
}

KeyReply Etsi014Api::read(AppId caller, AppId other, etsi014::Method method, etsi014::Response const& response) {
    auto answer = etsi014::read_answer(response);
    if (answer.reply.status != KeyStatus::ok) {
        refusals_.append(parts_.engine.now(), name_of(caller), name_of(other), method,
                         static_cast<std::uint32_t>(answer.code), answer.text);
        ++counts_[{caller, other, method, answer.code, answer.text}];
    }
    return std::move(answer.reply);
}

void Etsi014Api::request(KeyRequest const& request, std::function<void(KeyReply)> reply) {
    auto const asked = etsi014::ask_for_keys(name_of(request.from), name_of(request.to), request.number,
                                             request.key_bits, request.worst);
    asked_by(request.from)
        .handle(asked, [this, caller = request.from, other = request.to,
                        reply = std::move(reply)](etsi014::Response const& response) {
            reply(read(caller, other, etsi014::Method::enc_keys, response));
        });
}

KeyReply Etsi014Api::fetch(AppId caller, std::span<KeyId const> ids, AppId from) {
    KeyReply reply;
    bool answered = false;
    asked_by(caller).handle(etsi014::ask_with_ids(name_of(caller), name_of(from), ids),
                            [&](etsi014::Response const& response) {
                                reply = read(caller, from, etsi014::Method::dec_keys, response);
                                answered = true;
                            });
    QKDES_ENSURES(answered); // what is stored, or not, is known at once
    return reply;
}

std::vector<SummarySection> Etsi014Api::finish() {
    SummarySection section{"etsi_014_refusals", {"caller", "other", "method", "code", "message", "times"}, {}, {}};
    for (auto const& [refusal, times] : counts_) {
        auto const& [caller, other, method, code, message] = refusal;
        section.rows.push_back({name_of(caller), name_of(other), std::string{method_name(method)},
                                static_cast<std::uint32_t>(code), message, times});
    }
    if (section.rows.empty()) section.notes.push_back("ETSI GS QKD 014: no request was refused.");
    return {std::move(section)};
}

} // namespace qkdes
