// What lies between two devices.
#include "sim/scenario/resolve.hpp"

#include "models/link/channel/raman.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace qkdes {
namespace {

std::string as_time(SimDuration d) { return print_quantity(static_cast<double>(d.count()), units::duration); }

void check_repetition(Reader& reader, JsonNode const& object, SimDuration length, SimDuration every,
                      std::string_view what) {
    if (length <= every) return;
    reader.error(place(object, "every"), fmt::format("{} of {} every {}", what, as_time(length), as_time(every)),
                 "one ends before the next begins", fmt::format("\"every\": \"{}\"", as_time(2 * length)));
}

} // namespace

FibreParameters fibre_of(RawLink const& raw) {
    FibreParameters fibre = raw.fibre;
    fibre.length = raw.length.value_or(Kilometres{0.0});
    fibre.stray_light = fibre.stray_light + raman_light(fibre, raw.coexistence, raw.filter);
    if (raw.optical_switch) fibre = behind_switch(fibre, raw.optical_switch->device, raw.optical_switch->neighbours);
    return fibre;
}

double memory_of_this_machine() {
    return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void check_memory(Reader& reader, JsonNode const& at, LinkParameters const& parameters, double machine) {
    double const needed = kBlocksInMemory * photon_memory(parameters);
    if (needed <= machine) return;
    reader.error(at, fmt::format("blocks of this size need {:.0f} GB at photon fidelity", needed / 1e9),
                 fmt::format("this machine has {:.0f} GB", machine / 1e9), R"("fidelity": "block", or smaller blocks)");
}

void check_drift(Reader& reader, JsonNode const& link, DriftParameters const& drift) {
    auto const step = drift.feedback / static_cast<SimDuration::rep>(drift.steps);
    if (20 * step > drift.time_constant) {
        auto const& object = place(link, "drift");
        reader.error(
            place(object, "time_constant"),
            fmt::format("steps of {} against a time constant of {}", as_time(step), as_time(drift.time_constant)),
            "the walk needs steps of a twentieth of the time constant, or shorter",
            fmt::format("\"time_constant\": \"{}\"", as_time(20 * step)));
    }
}

std::vector<LinkWindow> windows_of(Resolution& r, RawLink const& raw) {
    std::vector<LinkWindow> windows;
    if (!raw.optical_switch && !raw.satellite) return windows;
    if (raw.optical_switch && raw.satellite) {
        r.reader.error(place(*raw.node, "switch"), "a switch and a satellite on one link",
                       "a link's devices see each other in turns or in passes", "two links");
        return windows;
    }
    auto const& object = place(*raw.node, raw.satellite ? "satellite" : "switch");
    SimTime const end = kSimStart + r.raw.duration;
    if (raw.satellite) {
        auto const& s = *raw.satellite;
        if (s.pass.highest_elevation_deg <= s.pass.lowest_elevation_deg) {
            r.reader.error(place(object, "highest_elevation"),
                           fmt::format("the pass stays below {} deg", s.pass.lowest_elevation_deg),
                           "a pass rises above the lowest elevation at which the link works",
                           R"("highest_elevation": "80 deg")");
            return windows;
        }
        auto const length = pass_duration(s.pass);
        if (s.passes > 1) check_repetition(r.reader, object, length, s.every, "passes");
        auto const conditions = pass_steps(s.pass, s.step);
        for (std::uint32_t i = 0; i < s.passes; ++i) {
            SimTime const begin = kSimStart + s.first + static_cast<SimDuration::rep>(i) * s.every;
            if (begin < end) windows.push_back({begin, std::min(end, begin + length), conditions});
        }
    } else {
        auto const& s = *raw.optical_switch;
        check_repetition(r.reader, object, s.turn, s.every, "turns");
        if (s.device.switching_time >= s.turn)
            r.reader.error(place(object, "switching_time"), "switching takes the whole turn",
                           fmt::format("a turn lasts {}", as_time(s.turn)), R"("switching_time": "10 ms")");
        else
            for (SimTime begin = kSimStart + s.first; begin < end; begin += s.every)
                if (begin + s.device.switching_time < end)
                    windows.push_back({begin + s.device.switching_time, std::min(end, begin + s.turn), {}});
    }
    return windows;
}

} // namespace qkdes
