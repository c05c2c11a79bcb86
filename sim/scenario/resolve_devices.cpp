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

void check_encoding(Reader& reader, JsonNode const& node, SourceParameters const& source,
                    ReceiverParameters const& receiver) {
    if (source.encoding != Encoding::time_bin_three_state) return;
    auto const& at = place(node, "encoding");
    if (receiver.basis_choice != BasisChoice::passive)
        reader.error(at, "three states with an active choice of basis",
                     "the receiver's interferometer stands behind a beam splitter", R"("basis_choice": "passive")");
    if (source.intensities.size() != 2)
        reader.error(at, fmt::format("three states with {} intensities", source.intensities.size()),
                     "their phase error is bounded for one decoy (Rusca et al. 2018)", R"("intensities": [0.5, 0.1])");
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
DecoyBb84Parameters decoy(Reader& reader, RawDevice const& raw) {
    DecoyBb84Parameters p{raw.source, {}, raw.detector.receiver, raw.post};
    if (!reader.intact(raw.node)) return p;
    check_source(reader, *raw.node, p.source);
    check_encoding(reader, *raw.node, p.source, p.receiver);
    check_receiver(reader, *raw.node, raw.detector, 1e12 / p.source.clock.value, p.receiver);
    check_binary_post(reader, *raw.node, p.post);
    return p;
}

/// A device with a source of pairs.
EntangledParameters entangled(Reader& reader, RawDevice const& raw) {
    EntangledParameters p = raw.entangled;
    p.protocol = raw.protocol == Protocol::e91 ? EntangledProtocol::e91 : EntangledProtocol::bbm92;
    p.post = raw.post;
    if (!reader.intact(raw.node)) return p;
    auto const& node = *raw.node;
    bool const pulsed = p.source.emission == PairEmission::pulsed;
    if (!pulsed && p.source.statistics == PairStatistics::thermal)
        reader.error(place(node, "statistics"), "thermal statistics of a continuous source",
                     "continuous pairs come in many modes", R"("emission": "pulsed")");
    double const period_ps = 1e12 / p.source.clock.value;
    if (pulsed && p.timing.window_ps >= period_ps)
        reader.error(place(node, "window"),
                     fmt::format("a window of {} is not below the clock period {}",
                                 print_quantity(p.timing.window_ps, units::picoseconds),
                                 print_quantity(period_ps, units::picoseconds)),
                     "a coincidence belongs to one pulse",
                     fmt::format("\"window\": \"{}\"", print_quantity(period_ps / 4, units::picoseconds)));
    if (std::abs(static_cast<double>(p.timing.clock_offset.count())) >
        static_cast<double>(p.timing.offset_range.count()))
        reader.error(place(node, node.find("clock_offset") ? "clock_offset" : "offset_range"),
                     "the clock offset lies outside the range that is searched", "the receivers would never find it",
                     R"("offset_range": "1 ms")");
    if (std::abs(p.timing.clock_drift_ppb) > p.timing.drift_range_ppb)
        reader.error(place(node, node.find("clock_drift") ? "clock_drift" : "drift_range"),
                     "the clock drift lies outside the range that is searched", "the receivers would never find it",
                     R"("drift_range": "100 ppb")");
    check_binary_post(reader, node, p.post);
    return p;
}

/// A continuous-variable device.
CvParameters cv(Reader& reader, RawDevice const& raw) {
    CvParameters const& p = raw.cv;
    if (!reader.intact(raw.node)) return p;
    if (p.source.modulation == CvModulation::qam && p.source.variance > 30)
        reader.error(place(*raw.node, "variance"), fmt::format("variance {} with qam", p.source.variance),
                     "the bound for discrete modulation is worked out in a Fock space that holds 30",
                     R"("variance": 4)");
    if (p.post.frame != 0 && p.post.frame < 20'000)
        reader.error(place(*raw.node, "frame"), fmt::format("a frame of {} values", p.post.frame),
                     "the codes are made for 20000 to 2000000 values", R"("frame": 200000)");
    return p;
}

/// A device-independent device.
DiParameters di(Reader& reader, RawDevice const& raw) {
    DiParameters const& p = raw.di;
    if (!reader.intact(raw.node)) return p;
    if (p.protocol.cascade_frame > p.protocol.rounds)
        reader.error(place(*raw.node, raw.node->find("cascade_frame") ? "cascade_frame" : "rounds"),
                     fmt::format("a frame of {} in a block of {} rounds",
                                 print_quantity(double(p.protocol.cascade_frame), units::bits), p.protocol.rounds),
                     "a block is cut into frames", "\"rounds\": 1000000");
    return p;
}

/// A device of which only the key rate is known.
StatedParameters stated(Reader& reader, RawDevice const& raw) {
    StatedParameters const& p = raw.stated;
    constexpr double kMostBits = 1e9;
    if (reader.intact(raw.node) && p.rate.value * seconds(p.every) > kMostBits)
        reader.error(place(*raw.node, "every"),
                     fmt::format("blocks of {}", print_quantity(p.rate.value * seconds(p.every), units::bits)),
                     fmt::format("a block has at most {}", print_quantity(kMostBits, units::bits)),
                     R"("every": "100 ms")");
    return p;
}

} // namespace

LinkParameters physics_of(Reader& reader, RawDevice const& raw) {
    switch (raw.protocol) {
    case Protocol::bb84:
        return decoy(reader, raw);
    case Protocol::bbm92:
    case Protocol::e91:
        return entangled(reader, raw);
    case Protocol::cv_qkd:
        return cv(reader, raw);
    case Protocol::di_qkd:
        return di(reader, raw);
    case Protocol::stated:
        return stated(reader, raw);
    }
    return {};
}

void resolve_devices(Resolution& r) {
    if (unreadable_list(r, "devices", JsonKind::object)) r.devices.incomplete();
    for (auto const& raw : r.raw.devices) {
        DeviceSpec device = raw.spec;
        r.devices.add(r.reader, device.id, raw.node);
        device.physics = physics_of(r.reader, raw);
        r.out.devices.push_back(std::move(device));
    }
}

} // namespace qkdes
