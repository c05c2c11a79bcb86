// The keys of a continuous-variable device.
#include "sim/scenario/device_keys.hpp"

namespace qkdes {
namespace {

/// A whole number among a few.
Key<RawDevice> constellation() {
    static std::vector<unsigned> const sizes{4, 16, 64, 256};
    KeyDoc doc{"constellation",
               "4, 16, 64 or 256",
               "Points of the square constellation, for `qam`.",
               "",
               std::to_string(CvSourceParameters{}.constellation),
               "64",
               false,
               {},
               {}};
    doc.schema = {{"enum", sizes}};
    return {doc, [](Reader& reader, JsonNode const& value, RawDevice& target, KeyDoc const&) {
                auto const points = reader.count(value, 4, 256, "64");
                if (!points) return;
                if (std::ranges::find(sizes, *points) == sizes.end())
                    reader.error(value, "no square constellation of " + std::to_string(*points) + " points",
                                 "there are 4, 16, 64 and 256", repair_of(value, "64"));
                else
                    target.cv.source.constellation = static_cast<unsigned>(*points);
            }};
}

} // namespace

Table<RawDevice> const& cv_device_table() {
    using D = RawDevice;
    using C = CvParameters;
    using S = CvSourceParameters;
    using R = CvReceiverParameters;
    using N = CvNoiseParameters;
    using P = CvPostParameters;
    auto const source = [](auto member) { return at(&D::cv, &C::source, member); };
    auto const receiver = [](auto member) { return at(&D::cv, &C::receiver, member); };
    auto const noise = [](auto member) { return at(&D::cv, &C::noise, member); };
    auto const post = [](auto member) { return at(&D::cv, &C::post, member); };
    static Table<RawDevice> const table = [&] {
        Table<RawDevice> keys{
            "cv-device",
            "A pair of continuous-variable devices, named by its key in `devices`. Noise and variances are numbers in "
            "shot-noise units.",
            quantity("symbol_rate", source(&S::symbol_rate), units::frequency, above(0, 1e11),
                     "Slots per second, reference pulses among them."),
            number("reference_share", source(&S::reference_share), from(0, 0.9), "Of the slots: no key from them."),
            number("variance", source(&S::variance), above(0, 100), "V_A of the modulation, per quadrature."),
            choice("modulation", source(&S::modulation),
                   std::vector<Choice<CvModulation>>{{"gaussian", CvModulation::gaussian, ""},
                                                     {"qam", CvModulation::qam, "a square constellation."}},
                   "Of both quadratures."),
            constellation(),
            choice("shaping", source(&S::shaping),
                   std::vector<Choice<QamShaping>>{{"binomial", QamShaping::binomial, "sums of fair coins."},
                                                   {"uniform", QamShaping::uniform, "all points as likely."}},
                   "Of the constellation."),
            choice("detection", receiver(&R::detection),
                   std::vector<Choice<CvDetection>>{
                       {"homodyne", CvDetection::homodyne, "one quadrature a symbol."},
                       {"heterodyne", CvDetection::heterodyne, "both, at half the light each."}},
                   "What is measured."),
            choice("detector", receiver(&R::trust),
                   std::vector<Choice<DetectorTrust>>{
                       {"trusted", DetectorTrust::trusted, "its loss and noise are out of Eve's reach."},
                       {"untrusted", DetectorTrust::untrusted, "they are the channel's."}},
                   "Whose the detector's imperfections are."),
            number("efficiency", receiver(&R::efficiency), above(0, 1), "Of optics and photodiodes."),
            number("electronic_noise", receiver(&R::electronic_noise), from(0, 10), "v_el, at the detector's output."),
            quantity("filter_bandwidth", receiver(&R::filter_bandwidth), units::frequency, above(0, 1e15),
                     "Of the optical filter: how thin stray light is spread."),
            number("noise_at_input", noise(&N::at_input), from(0, 10), "Excess noise whatever the loss."),
            number("noise_at_detection", noise(&N::at_detection), from(0, 10), "Excess noise of the detection."),
            quantity("phase_noise", noise(&N::phase_variance), units::phase_noise, from(0, 10),
                     "What phase recovery leaves."),
            quantity("linewidths", noise(&N::linewidths), units::frequency, from(0, 1e12),
                     "Both lasers' together, with a local oscillator made at the receiver."),
            quantity("pilot_delay", noise(&N::pilot_delay), units::duration, from(0, 1e9),
                     "Between a symbol and the reference pulse that tells its phase."),
            number("pilot_snr", noise(&N::pilot_snr), from(0, 1e12), "Of that reference pulse; 0: no noise from it."),
            count("block", post(&P::block), 10'000, 1'000'000'000, "Symbols that are post-processed together."),
            number("reveal", post(&P::reveal), above(0, 0.9), "Share of the symbols revealed for estimation."),
            choice("reconciliation", post(&P::method),
                   std::vector<Choice<CvReconciliationMethod>>{
                       {"automatic", CvReconciliationMethod::automatic, "by the signal-to-noise ratio."},
                       {"rotation", CvReconciliationMethod::rotation, "eight dimensions, for low ones."},
                       {"slices", CvReconciliationMethod::slices, "several bits a symbol, for high ones."}},
                   "How bits are made of real numbers."),
            number("beta", post(&P::beta), from(0, 1),
                   "Reconciliation efficiency asked for; 0: what leaves about 5 % frame errors."),
            count("frame", post(&P::frame), 0, 2'000'000,
                  "Values that are reconciled together, 20000 or more; 0: 1e6 for `rotation`, 2e5 for `slices`."),
            choice("key", post(&P::finite_size),
                   std::vector<Choice<bool>>{{"finite", true, "with the terms of a finite block."},
                                             {"asymptotic", false, "without, for comparison only."}},
                   "Which key length."),
            number("eps_estimation", post(&P::eps_estimation), above(0, 1e-3),
                   "A channel worse than the worst case allowed for."),
            number("eps_smoothing", post(&P::eps_smoothing), above(0, 1e-3), "Of the smooth min-entropy."),
            number("eps_amplification", post(&P::eps_amplification), above(0, 1e-3), "Of privacy amplification."),
            number("eps_cor", post(&P::eps_cor), above(0, 1e-3), "Correctness of a block."),
            number("abort_excess_noise", post(&P::abort_excess_noise), above(0, 10),
                   "A block with a higher estimate yields nothing."),
            quantity("throughput", post(&P::throughput), units::frequency, above(0, 1e12),
                     "Symbols that the device post-processes per second."),
            quantity("longest_gathering", post(&P::longest_gathering), units::duration, above(0, kCenturyNs),
                     "A block is closed then, full or not."),
        };
        add_common_keys(keys, {{"cv-qkd", "GG02: coherent states, coherent detection."}});
        return keys;
    }();
    return table;
}

} // namespace qkdes
