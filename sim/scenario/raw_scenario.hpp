// A scenario as it was read: every value in range, but references still names, and each part remembers where it stood.
#pragma once
#include "models/link/channel/optical_switch.hpp"
#include "models/link/channel/raman.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/raw_adversary.hpp"
#include "sim/scenario/raw_agent.hpp"
#include "sim/scenario/raw_digital.hpp"
#include "sim/scenario/raw_fault.hpp"
#include "sim/scenario/raw_published.hpp"
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/raw_shares.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

/// Bob's detectors: the part of ReceiverParameters that a `detector` object or preset sets.
struct RawDetector {
    RawDetector(); ///< the preset ingaas-apd
    ReceiverParameters receiver;
    std::optional<double> gate_ps; ///< as written; else the preset's, at most the clock period
};

enum class Protocol : std::uint8_t { bb84, bbm92, e91, cv_qkd, di_qkd, stated };

/// A device as read: the parameters of every family, of which `protocol` names the one that counts.
struct RawDevice {
    JsonNode const* node = nullptr;
    DeviceSpec spec; ///< without its physics
    Protocol protocol = Protocol::bb84;
    SourceParameters source;       ///< bb84
    RawDetector detector;          ///< bb84; its `receiver` is the whole receiver until resolved
    PostProcessingParameters post; ///< bb84, bbm92, e91
    EntangledParameters entangled; ///< bbm92, e91; without its post-processing
    CvParameters cv;
    DiParameters di;
    StatedParameters stated;
};

struct RawNode {
    JsonNode const* node = nullptr;
    NodeSpec spec;
};

struct RawClassical {
    std::optional<SimDuration> latency;
    ClassicalSpec spec; ///< without its contact
    std::optional<RawContact> contact;
};

struct RawSwitch {
    OpticalSwitch device;
    Hertz neighbours{0};
    SimDuration first{0}, every{std::chrono::minutes{10}}, turn{std::chrono::minutes{5}};
};

struct RawSatellite {
    SatellitePass pass;
    SimDuration first{0}, every{std::chrono::minutes{94}};
    std::uint32_t passes = 1;
    SimDuration step{std::chrono::seconds{5}};
};

struct RawLink {
    JsonNode const* node = nullptr;
    std::string id;
    std::vector<Reference> between;
    Reference device;
    std::optional<Kilometres> length;
    FibreParameters fibre;
    std::vector<ClassicalChannel> coexistence;
    QuantumFilter filter;
    std::optional<DriftParameters> drift;
    std::optional<RawSwitch> optical_switch;
    std::optional<RawSatellite> satellite;
    RawClassical classical;
    std::optional<Protection> protect;
    std::optional<Fidelity> fidelity;
    StoreSpec store;
};

struct RawApplication {
    JsonNode const* node = nullptr;
    AppSpec spec; ///< without its node
    Reference at;
};

struct RawArrivals {
    std::optional<Hertz> poisson;
    std::optional<ClosedLoopArrivals> closed_loop;
    std::optional<BurstArrivals> bursts;
};

struct RawDemand {
    JsonNode const* node = nullptr;
    Reference from, to;
    DemandSpec spec;
    RawArrivals arrivals;
    std::optional<SimTime> stop;
    std::optional<RawShareDelivery> shares;
};

struct RawScenario {
    std::string schema, name, description;
    std::uint64_t seed = 1;
    SimDuration duration{0};
    Fidelity fidelity = Fidelity::block;
    Profile profile = Profile::etsi_020;
    KemKind kem = KemKind::real;
    KemStrength kem_strength = KemStrength::ml_kem_768;
    KmsSpec kms;
    std::vector<RawDevice> devices;
    std::vector<RawNode> nodes;
    std::vector<RawLink> links;
    std::vector<RawApplication> applications;
    std::vector<RawDemand> demands;
    RoutingSpec routing;
    std::vector<RawGroup> groups;
    std::vector<RawFault> faults;
    std::vector<RawFailure> failures;
    std::vector<Reference> fault_files;
    std::vector<RawShare> shares;
    std::vector<RawAgent> agents;
    std::vector<RawAdversary> adversaries;
    std::optional<RawDigital> digital;
    std::vector<RawPublished> published;
};

} // namespace qkdes
