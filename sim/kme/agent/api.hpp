// The interface of a site's agents to people and programs beside them (HIP-0071, "API Endpoints"): requests in, what
// the agents know or do, answers out. It speaks no HTTP and no TLS: a host does, authenticates the caller, and hands
// over verb, target and body.
//
//   POST /v1/keys/request          {"bits", "link_id"}   a key from that link's device, into the secret store
//   GET  /v1/keys/{key_id}                               where it is from and until when; never its bytes
//   GET  /v1/links                                       how each link stands
//   GET  /v1/links/{link_id}/metrics                     what its device measures
//   GET  /v1/links/{link_id}/qber                        the series of estimates with their bands
//   POST /v1/links/{link_id}/calibrate                   202; 409 while one is under way
//   GET  /v1/relay/routes                                routes with rate, trust, and who can read keys on them
//   POST /v1/relay/keys/request    {"bits", "to"}        a key shared with another site over relays
//   GET  /healthz, GET /metrics                          on a port of their own, if the host likes
//
// Deviations: key bytes leave by the secret store alone, so GET /v1/keys answers with what is known about the key.
//             /healthz says that the agent is well, and 200, when a link has failed: an agent that is restarted for a
//             cut fibre would lose what it falls back to.
// Holds:      any bytes in any field get an answer of 200, 202, 400, 404, 405, 409, 413, 415 or 503, never an
//             exception, at most once, and exactly once unless a port never answers; errors have a body
//             {"message": ...}. At most `kept` keys are remembered, the oldest forgotten first.
// Leaves out: who may ask for what: that is the host's.
// Checked:    tests/sim/kme/agent_api_test.cpp, tests/contract/agent_https_test.cpp with curl.
#pragma once
#include "sim/kme/agent/qkd_agent.hpp"
#include "sim/kme/agent/relay_routes.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace qkdes::agent {

struct ApiRequest {
    std::string verb;
    std::string target;       ///< path and query, as received
    std::string content_type; ///< empty: not said
    std::string body;
};
struct ApiResponse {
    int code = 200;
    std::string body;
    std::string content_type = "application/json";
};

struct ApiConfig {
    std::string site;
    std::int64_t epoch = 0;                        ///< seconds since 1970 at which the clock counts 0
    SimDuration lifetime = std::chrono::hours{24}; ///< of keys that were requested here
    std::uint64_t most_bits = 65536;               ///< of one request
    std::size_t kept = 4096;
};

class AgentApi {
  public:
    using Kept = std::function<void(bool)>;
    using Supplied = std::function<void(std::optional<SuppliedKey>)>;
    struct Ports { ///< all outlive it; answers come once or never
        Clock& clock;
        /// A key under its id, into the site's secret store; false when the store refuses it.
        std::function<void(KeyRecord const& record, Kept answer)> keep;
        /// Routes to other sites now, best first for each; empty where there are no relays.
        std::function<std::vector<RelayRoute>()> routes;
        /// A key shared with the site at that node.
        std::function<void(NodeId to, std::uint32_t bits, Supplied answer)> relayed;
    };
    /// `agents` outlive it and watch different links. `nodes`: names by NodeId; `links`: names by LinkId.
    AgentApi(ApiConfig config, std::vector<QkdAgent*> agents, std::vector<std::string> nodes,
             std::vector<std::string> links, Ports ports);
    ~AgentApi();
    AgentApi(AgentApi const&) = delete;
    AgentApi& operator=(AgentApi const&) = delete;

    /// May answer before it returns.
    void handle(ApiRequest const& request, std::function<void(ApiResponse)> reply);

  private:
    using Reply = std::function<void(ApiResponse)>;
    struct Known {           ///< about a key that was handed to the store
        std::string link_id; ///< or, of relayed keys, empty
        std::vector<NodeId> readers;
        std::uint64_t bits = 0;
        std::optional<QkdProtocol> protocol;
        double qber = 0;
        std::optional<double> bell;
        SimTime generated_at, expires;
    };
    QkdAgent* agent_of(std::string_view link_id) const;
    void request_key(std::string const& body, Reply reply);
    void request_relayed(std::string const& body, Reply reply);
    void keep(KeyId id, SecretBytes key, Known known, Reply reply);
    ApiResponse about_key(std::string const& id) const;
    ApiResponse about_links() const;
    ApiResponse metrics_of(QkdAgent const& agent) const;
    ApiResponse qber_of(QkdAgent const& agent) const;
    ApiResponse routes() const;
    ApiResponse health() const;

    ApiConfig config_;
    std::vector<QkdAgent*> agents_;
    std::vector<std::string> nodes_, links_;
    Ports ports_;
    std::map<KeyId, Known> known_;
    std::deque<KeyId> order_; ///< of known_, oldest first
    std::uint64_t sequence_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< answers of ports may come when this is gone
};

/// Segments of the path, percent-decoded. Nothing when it does not begin with a slash, has a query or a fragment, is
/// longer than 1 KiB, is badly escaped, or a segment is empty or holds a control character.
std::optional<std::vector<std::string>> read_path(std::string_view target);

} // namespace qkdes::agent
