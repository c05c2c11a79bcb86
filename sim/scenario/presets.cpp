#include "sim/scenario/presets.hpp"

#include <algorithm>
#include <vector>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

/// J. Zhang, M. A. Itzler, H. Zbinden, J.-W. Pan, "Advances in InGaAs/InP single-photon detector systems for quantum
/// communication", Light: Science & Applications 4, e286 (2015), doi:10.1038/lsa.2015.59: efficiencies of 10 to 30 %,
/// darks of about 1e-6 per gate of a nanosecond, hold-offs of microseconds against afterpulses of a few per cent.
DetectorPreset ingaas_apd() {
    return {"ingaas-apd",
            "Thermo-electrically cooled InGaAs/InP avalanche diodes, as most products have.",
            0.20,
            Hertz{1000.0},
            1000.0,
            10us,
            DeadTimeMode::all,
            0.03,
            5us};
}

/// R. H. Hadfield, "Single-photon detectors for optical quantum information applications", Nature Photonics 3, 696
/// (2009), doi:10.1038/nphoton.2009.230, and F. Marsili et al., "Detecting single infrared photons with 93% system
/// efficiency", Nature Photonics 7, 210 (2013), doi:10.1038/nphoton.2013.13: recovery within tens of nanoseconds, no
/// afterpulses.
DetectorPreset snspd() {
    return {
        "snspd", "Superconducting nanowires in a cryostat.", 0.80, Hertz{100.0}, 1000.0, 50ns, DeadTimeMode::each, 0.0,
        5us};
}

/// Two decoys, most light in the key basis, gated diodes without a long hold-off: what fast metropolitan systems do (A.
/// R. Dixon, Z. L. Yuan, J. F. Dynes, A. W. Sharpe, A. J. Shields, "Continuous operation of high bit rate quantum key
/// distribution", Appl. Phys. Lett. 96, 161102 (2010), doi:10.1063/1.3385293, for the kind of detector).
DevicePreset bb84_metro() {
    DevicePreset preset{"bb84-metro", "1 GHz, two decoys, self-differencing diodes, blocks of 1e7 bits.", {}};
    auto& d = preset.device;
    d.source.intensities = {0.4, 0.1, 0.001};
    d.source.probabilities = {0.9, 0.06, 0.04};
    d.source.analysis = DecoyAnalysis::refined;
    d.source.basis_bias = d.detector.receiver.basis_bias = 0.9;
    d.detector.receiver.efficiency = 0.2;
    d.detector.receiver.dark_counts = Hertz{20e3};
    d.detector.receiver.gate_ps = 500;
    d.detector.receiver.dead_time = 2ns;
    d.detector.receiver.afterpulse_probability = 0.02;
    d.detector.receiver.afterpulse_decay = 20ns;
    d.post.block = 10'000'000;
    d.post.throughput = BitsPerSecond{60e6};
    return preset;
}

DevicePreset decoy_bb84(std::string name, std::string help, DetectorPreset const& detector) {
    DevicePreset preset{std::move(name), std::move(help), {}};
    detector.apply_to(preset.device.detector.receiver);
    return preset;
}

/// The same for a family whose parameters' own defaults are the preset.
DevicePreset of(Protocol protocol, std::string name, std::string help) {
    DevicePreset preset{std::move(name), std::move(help), {}};
    preset.device.protocol = protocol;
    return preset;
}

} // namespace

RawDetector::RawDetector() { ingaas_apd().apply_to(receiver); }

void DetectorPreset::apply_to(ReceiverParameters& receiver) const {
    receiver.efficiency = efficiency;
    receiver.dark_counts = dark_counts;
    receiver.gate_ps = gate_ps;
    receiver.dead_time = dead_time;
    receiver.dead_time_mode = dead_time_mode;
    receiver.afterpulse_probability = afterpulse_probability;
    receiver.afterpulse_decay = afterpulse_decay;
}

std::span<DetectorPreset const> detector_presets() {
    static std::vector<DetectorPreset> const presets{ingaas_apd(), snspd()};
    return presets;
}

DetectorPreset const* find_detector_preset(std::string_view name) {
    auto const presets = detector_presets();
    auto const found = std::ranges::find(presets, name, &DetectorPreset::name);
    return found == presets.end() ? nullptr : &*found;
}

std::span<DevicePreset const> device_presets() {
    static std::vector<DevicePreset> const presets{
        bb84_metro(),
        decoy_bb84("decoy-bb84-ingaas", "1 GHz, one decoy, `ingaas-apd`: every default of this table.", ingaas_apd()),
        decoy_bb84("decoy-bb84-snspd", "The same transmitter before `snspd`.", snspd()),
        of(Protocol::bbm92, "bbm92", "Entangled pairs from the middle of the fibre, superconducting detectors."),
        of(Protocol::e91, "e91", "The same with three settings an end and a CHSH test."),
        of(Protocol::cv_qkd, "cv-metro", "GG02: Gaussian modulation, heterodyne, trusted detector, 100 MHz."),
        of(Protocol::di_qkd, "di-ions", "Two trapped ions (Nadlinger et al. 2022)."),
    };
    return presets;
}

DevicePreset const* find_device_preset(std::string_view name) {
    auto const presets = device_presets();
    auto const found = std::ranges::find(presets, name, &DevicePreset::name);
    return found == presets.end() ? nullptr : &*found;
}

} // namespace qkdes
