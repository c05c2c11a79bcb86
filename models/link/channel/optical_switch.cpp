#include "models/link/channel/optical_switch.hpp"

namespace qkdes {

FibreParameters behind_switch(FibreParameters fibre, OpticalSwitch const& device, Hertz neighbours) {
    fibre.components = fibre.components + device.insertion_loss;
    fibre.stray_light =
        transmittance(device.insertion_loss) * fibre.stray_light + transmittance(device.isolation) * neighbours;
    return fibre;
}

std::vector<ConditionStep> after_switching(OpticalSwitch const& device) {
    if (device.switching_time <= SimDuration{0}) return {ConditionStep{}};
    return {{.extra_loss = kDark}, {.from = device.switching_time}};
}

} // namespace qkdes
