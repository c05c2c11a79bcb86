// What must hold between the values of one device.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace qkdes {
namespace {

void check_source(Reader& reader, JsonNode const& node, SourceParameters const& source) {
    auto const& mu = source.intensities;
    auto const& p = source.probabilities;
    if (mu.size() != p.size())
        reader.error(place(node, node.find("probabilities") ? "probabilities" : "intensities"),
                     fmt::format("{} intensities but {} probabilities", mu.size(), p.size()),
                     "each intensity has its probability",
                     mu.size() == 3 ? R"("probabilities": [0.7, 0.2, 0.1])" : R"("probabilities": [0.7, 0.3])");
    for (std::size_t i = 1; i < mu.size(); ++i)
        if (mu[i] >= mu[i - 1]) {
            auto sorted = mu;
            std::ranges::sort(sorted, std::greater{});
            reader.error(place(node, "intensities"),
                         fmt::format("intensities {} are not descending", fmt::join(mu, ", ")),
                         "the signal comes first, then the decoys, each weaker",
                         sorted[0] > sorted[1] ? fmt::format("\"intensities\": [{}]", fmt::join(sorted, ", "))
                                               : R"("intensities": [0.5, 0.1])");
            return;
        }
    if (mu.size() == 2 && mu[1] <= 0)
        reader.error(place(node, "intensities"), "the only decoy has intensity 0",
                     "with one decoy the bound on single photons needs light in it (Rusca et al. 2018)",
                     R"("intensities": [0.5, 0.1])");
    if (mu.size() == 3 && mu[0] <= mu[1] + mu[2])
        reader.error(place(node, "intensities"), fmt::format("intensity {} is not above {} + {}", mu[0], mu[1], mu[2]),
                     "with two decoys the bound on single photons needs it (Lim et al. 2014)",
                     R"("intensities": [0.5, 0.1, 0.0002])");
    double const sum = std::accumulate(p.begin(), p.end(), 0.0);
    if (std::abs(sum - 1) > 1e-9) {
        auto last = p;
        last.back() += 1 - sum;
        reader.error(place(node, "probabilities"), fmt::format("probabilities sum to {:.10g}", sum),
                     "every pulse has one of the intensities",
                     last.back() > 0 ? fmt::format("\"probabilities\": [{:.10g}]", fmt::join(last, ", ")) : "");
    }
}

void check_receiver(Reader& reader, JsonNode const& node, RawDetector const& raw, double period_ps,
                    ReceiverParameters& receiver) {
    auto const& detector = place(node, "detector");
    auto const& gate = detector.find("gate") ? *detector.find("gate") : detector;
    if (raw.gate_ps && *raw.gate_ps > period_ps)
        reader.error(gate,
                     fmt::format("gate {} is longer than the clock period {}",
                                 print_quantity(*raw.gate_ps, units::picoseconds),
                                 print_quantity(period_ps, units::picoseconds)),
                     "a gate belongs to one pulse",
                     fmt::format("\"gate\": \"{}\"", print_quantity(period_ps, units::picoseconds)));
    receiver.gate_ps = raw.gate_ps.value_or(std::min(receiver.gate_ps, period_ps));
    double const dark = receiver.dark_counts.value * receiver.gate_ps * 1e-12;
    if (dark >= 0.1)
        reader.error(place(detector, "dark_counts"), fmt::format("dark counts in {:.3g} % of the gates", 100 * dark),
                     "a detector that clicks by itself in a tenth of its gates or more carries no key",
                     R"("dark_counts": "1 kHz")");
}

void check_binary_post(Reader& reader, JsonNode const& node, PostProcessingParameters const& post) {
    if (post.cascade_frame > post.block)
        reader.error(place(node, node.find("cascade_frame") ? "cascade_frame" : "block"),
                     fmt::format("a Cascade frame of {} in a block of {}",
                                 print_quantity(double(post.cascade_frame), units::bits),
                                 print_quantity(double(post.block), units::bits)),
                     "a block is cut into frames",
                     fmt::format("\"cascade_frame\": \"{}\"", print_quantity(double(post.block), units::bits)));
    if (auto const* fraction = node.find("sample_fraction"); fraction && post.estimation != EstimationMethod::sampling)
        reader.warning(*fraction, "sample_fraction has no effect", "only estimation by sampling reveals key bits",
                       R"("estimation": "sampling")");
}

/// A decoy-BB84 device as its model takes it.
DecoyBb84Parameters decoy(Resolution& r, RawDevice const& raw) {
    DecoyBb84Parameters p{raw.source, {}, raw.detector.receiver, raw.post};
    if (!r.reader.intact(raw.node)) return p;
    check_source(r.reader, *raw.node, p.source);
    check_receiver(r.reader, *raw.node, raw.detector, 1e12 / p.source.clock.value, p.receiver);
    check_binary_post(r.reader, *raw.node, p.post);
    return p;
}

LinkParameters physics(Resolution& r, RawDevice const& raw) {
    switch (raw.protocol) {
    case Protocol::bb84:
        return decoy(r, raw);
    }
    return {};
}

} // namespace

void resolve_devices(Resolution& r) {
    if (unreadable_list(r, "devices", JsonKind::object)) r.devices.incomplete();
    for (auto const& raw : r.raw.devices) {
        DeviceSpec device = raw.spec;
        r.devices.add(r.reader, device.id, raw.node);
        device.physics = physics(r, raw);
        r.out.devices.push_back(std::move(device));
    }
}

} // namespace qkdes
