// Applications: one asks for keys shared with another, tells it their ids, and both fetch. A request is over when both
// hold the same key, when it was refused, or when the application gave up.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/engine/engine.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/host.hpp"
#include "sim/world/key_service.hpp"
#include "sim/world/timeline.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace qkdes {

/// How a request ended. The first is the good end; the others are KeyStatus as the application sees it, and what only
/// an application can see.
enum class RequestOutcome : std::uint8_t {
    served,
    no_key,
    no_route,
    busy,
    timeout,
    hop_failed,
    refused,      ///< bad request or not entitled
    node_down,    ///< its node does not answer, or failed before it did
    unfinished,   ///< the run ended first
    not_admitted, ///< the application asks for more key than it may have
};

constexpr std::size_t kRequestOutcomes = 10;

struct RequestRecord {
    DemandId demand;
    std::uint64_t index = 0; ///< counts this run's requests
    SimTime asked;
    RequestOutcome outcome = RequestOutcome::unfinished;
    SimDuration answered{0}; ///< from asking to the near application's key (or the refusal)
    SimDuration complete{0}; ///< from asking until both hold it; 0 unless served
    SecurityClass security = SecurityClass::pqc;
    Exposure exposure{}; ///< of its keys together
    std::uint32_t keys = 0;
    std::vector<KeyId> ids; ///< of the keys delivered
};

class Demand {
  public:
    struct Surroundings {
        Engine& engine;
        Auditor& auditor;
        Host& from;
        Host& to;
        KeyService& service;
        Override const& surge; ///< of its requests' rate
        std::uint64_t seed;
        std::uint64_t& request_counter;
        std::function<void(RequestRecord&)> record;
    };
    Demand(Scenario const& scenario, DemandId self, Surroundings around);

    void start();
    /// The host of the application that asks has just failed: requests without an answer will get none.
    void node_failed(Host const& host);
    /// Books what is still open when the run ends.
    void close();

  private:
    struct Request;
    void next_arrival();
    void burst();
    void ask(std::uint32_t client);
    void answered(std::shared_ptr<Request> const& request, KeyReply reply);
    void fetch(std::shared_ptr<Request> const& request);
    void finish(std::shared_ptr<Request> const& request, RequestOutcome outcome);
    void next_of(Request& request, RequestOutcome outcome);

    DemandSpec const& spec_;
    DemandId self_;
    Surroundings around_;
    Origin origin_;
    RngStream arrivals_;
    SimTime stop_;
    std::vector<std::uint64_t> asked_; ///< of each client of a closed loop
    std::map<std::uint64_t, std::shared_ptr<Request>> open_;
};

std::string_view to_string(RequestOutcome outcome);

} // namespace qkdes
