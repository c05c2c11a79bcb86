// Named starting points for devices and detectors. Representative values, not data sheets: a scenario that models a
// product writes that product's numbers.
#pragma once
#include "sim/scenario/raw_scenario.hpp"

#include <span>
#include <string>
#include <string_view>

namespace qkdes {

struct DetectorPreset {
    std::string name, help;
    double efficiency;
    Hertz dark_counts;
    double gate_ps;
    SimDuration dead_time;
    DeadTimeMode dead_time_mode;
    double afterpulse_probability;
    SimDuration afterpulse_decay;
    void apply_to(ReceiverParameters& receiver) const;
};
std::span<DetectorPreset const> detector_presets();
DetectorPreset const* find_detector_preset(std::string_view name);

struct DevicePreset {
    std::string name, help;
    RawDevice device;
};
std::span<DevicePreset const> device_presets();
DevicePreset const* find_device_preset(std::string_view name);

/// For messages and the reference.
template <class Preset>
std::vector<std::string> preset_names(std::span<Preset const> presets) {
    std::vector<std::string> names;
    for (auto const& preset : presets)
        names.push_back(preset.name);
    return names;
}

template <class Preset>
std::string described(std::span<Preset const> presets) {
    std::string out;
    for (auto const& preset : presets)
        out += " `" + preset.name + "`: " + preset.help;
    return out;
}

} // namespace qkdes
