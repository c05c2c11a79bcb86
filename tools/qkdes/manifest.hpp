// What a results file says about where it comes from.
#pragma once
#include "sim/record/manifest.hpp"
#include "sim/scenario/scenario.hpp"

namespace qkdes {

inline Manifest manifest_of(Scenario const& scenario, std::uint64_t seed) {
    Manifest manifest;
    manifest.name = scenario.name;
    manifest.scenario = scenario.text;
    manifest.seed = seed;
    manifest.version = QKDES_VERSION;
    manifest.build = "";
    manifest.fidelity = scenario.fidelity == Fidelity::photon ? "photon" : "block";
    manifest.crypto = scenario.kem == KemKind::real ? "real" : "modelled ML-KEM";
    return manifest;
}

} // namespace qkdes
