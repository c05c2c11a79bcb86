// The key delivery interface of one node: ETSI GS QKD 014 requests in, the node's real delivery, answers out. It speaks
// no HTTP and no TLS: a host does, authenticates the caller from its certificate, and hands over verb, target and body.
//
// Holds:      any bytes in any field get an answer with a code of the standard (200, 400, 401, 503), never an
// exception;
//             each request is answered at most once, and exactly once unless the node restarts in between (the host has
//             a timeout of its own for that); a key goes out once to each SAE that was named.
// Multicast:  additional_slave_SAE_IDs get the same keys under the same ids, one relay each, the first before the
// others.
//             When one fails the master gets an error and no key; copies that have arrived expire unannounced.
// Extensions: `qkdes_min_security` (its, hybrid, qkd_aes, pqc) refuses a path that protects less; `qkdes_route_type`
//             (direct, indirect) refuses one with more hops than one, or not more. Who uses one of them is told both of
//             the path, in key_container_extension. Optional ones that cannot be met are ignored, as clause 6.2 allows.
// Stored:     stored_key_count counts the messages that the first hop of the route has QKD key for; each carries up to
//             max_key_per_request keys. What later hops hold this node does not know.
// Checked:    tests/contract/etsi014_contract_test.cpp on the simulated host and on one of sockets and TLS.
#pragma once
#include "sim/kme/etsi014/codec.hpp"
#include "sim/kme/etsi014/target.hpp"
#include "sim/kme/messages.hpp"
#include "sim/kme/node.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace qkdes::etsi014 {

struct Request {
    std::string caller;       ///< SAE ID, as the host has authenticated it
    std::string verb;         ///< "GET" or "POST"
    std::string target;       ///< path and query, as received
    std::string content_type; ///< empty: not said
    std::string body;
};
struct Response {
    int code = 200;
    std::string body; ///< application/json
};

struct ServiceConfig {
    NodeId self;
    std::uint32_t default_key_bits = 256;
    std::uint32_t max_keys = kMaxKeysPerRequest;
    std::uint32_t max_additional_slaves = 8;
    std::uint64_t unpooled_key_count = 100'000; ///< said to be stored where no pool limits the first hop
};

class Service {
  public:
    /// The node outlives the service, and no request is answered after its end: let both go together. `sae_names` by
    /// AppId, unique; the node names of the topology are the KME IDs.
    Service(ServiceConfig config, KmeNode& node, std::shared_ptr<Topology const> topology,
            std::vector<std::string> sae_names);

    /// May answer before it returns.
    void handle(Request const& request, std::function<void(Response)> reply);

  private:
    struct Order; ///< a checked enc_keys request
    struct Path {
        std::vector<LinkId> links;
        SecurityClass security = SecurityClass::its;
        bool reachable = false;
    };

    Response status(AppId master, AppId slave) const;
    void enc_keys(AppId master, AppId slave, KeyRequestBody const& body, std::function<void(Response)> reply);
    Response dec_keys(AppId slave, AppId master, KeyIdsBody const& body);

    /// The refusal, or none and `order` is complete.
    std::optional<Response> check(AppId master, AppId slave, KeyRequestBody const& body, Order& order) const;
    std::optional<Response> check_extensions(KeyRequestBody const& body, Order& order) const;
    void relay_to_others(std::shared_ptr<Order> order);

    NodeId host_of(AppId sae) const { return topology_->applications[sae.index()]; }
    Path path_to(NodeId far) const;

    ServiceConfig config_;
    KmeNode& node_;
    std::shared_ptr<Topology const> topology_;
    std::vector<std::string> names_;
    std::map<std::string, AppId, std::less<>> saes_;
};

/// How a request is read, apart from what it may ask for: for the service and for the fuzzer.
Parsed<KeyRequestBody> read_enc_keys(Request const& request, Target const& target);
Parsed<KeyIdsBody> read_dec_keys(Request const& request, Target const& target);

Response refuse(int code, std::string message, std::vector<std::pair<std::string, std::string>> details = {});
/// What an application is told when the node could not serve it.
Response refusal(KeyStatus status);
std::string_view to_string(SecurityClass security);
/// The value of an extension, as JSON: what to_string says, in quotes.
std::optional<SecurityClass> read_class(std::string_view value_json);

} // namespace qkdes::etsi014
