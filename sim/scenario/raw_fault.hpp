// Faults, what fails together, and files of faults as they were read: values in range, targets still names or choices.
#pragma once
#include "sim/scenario/raw_adversary.hpp"
#include "sim/scenario/raw_target.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct RawGroup {
    JsonNode const* node = nullptr;
    std::string id;
    std::vector<RawTarget> links, nodes, sites;
};

struct RawFault {
    JsonNode const* node = nullptr;
    SimTime at;
    std::optional<SimDuration> lasting;
    std::optional<SimTime> until;
    std::uint32_t times = 1;
    double share = 1;
    bool grows = false;
    RawTarget cut, down, fail, slow, lossy, eavesdrop, attenuate, disturb, illuminate, impair, misbehave, surge;
    CutPlane plane = CutPlane::both;
    std::optional<SimDuration> latency;
    std::optional<double> loss, fraction, error, severity, probability, factor;
    std::optional<Decibels> extra_loss;
    std::optional<Hertz> stray_light;
    Attack attack = Attack::intercept_resend;
    Impairment impairment = Impairment::sync_drift;
    Misbehaviour how = Misbehaviour::drop_ack;
};

struct RawFailure {
    JsonNode const* node = nullptr;
    RawTarget cut, down, fail;
    CutPlane plane = CutPlane::both;
    std::optional<SimDuration> up, repair;
    FailureSpec::Repair law = FailureSpec::Repair::exponential;
    double spread = 1;
};

/// What a file of faults says.
struct RawScript {
    std::string schema, name, description;
    std::vector<RawGroup> groups;
    std::vector<RawFault> faults;
    std::vector<RawFailure> failures;
    std::vector<RawAdversary> adversaries;
};

} // namespace qkdes
