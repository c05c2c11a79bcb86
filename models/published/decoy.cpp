// Decoy-state BB84.
#include "models/link/binary_entropy.hpp"
#include "models/link/cow/cow_link.hpp"
#include "models/link/decoy/decoy_bb84_block.hpp"
#include "models/link/decoy/published.hpp"
#include "models/published/published.hpp"

#include <cmath>
#include <cstdio>

namespace qkdes {
namespace {

Reproduction gys() {
    auto const rate = [](double km) {
        return 0.5 * asymptotic_yield(gys_2004(Kilometres{km}), kGysMu, kGysCorrection).secret;
    };
    double low = 100, high = 200;
    for (int i = 0; i < 60; ++i)
        (rate((low + high) / 2) > 0 ? low : high) = (low + high) / 2;
    return {
        "X. Ma et al., Phys. Rev. A 72, 012326 (2005), doi:10.1103/PhysRevA.72.012326, with the set-up of Gobby, Yuan, "
        "Shields (2004)",
        "",
        "infinitely many decoys",
        {{"cut-off", "km", 142.05, low, absolute(0.3)},
         {"key at 0 km", "bit/pulse", 2.555e-3, rate(0), relative(0.01)}}};
}

/// The leak that the golden counts assume.
std::uint64_t leak_of(SiftedCounts const& c) {
    double const n = static_cast<double>(c.total_z());
    return static_cast<std::uint64_t>(1.16 * n * binary_entropy(static_cast<double>(c.errors_z()) / n));
}

Reproduction finite_key_counts() {
    SourceParameters one, two;
    one.intensities = {0.5, 0.2};
    one.probabilities = {0.7, 0.3};
    two.intensities = {0.5, 0.1, 2e-4};
    two.probabilities = {0.7, 0.2, 0.1};
    SiftedCounts const r1{{8536023, 1463976}, {86196, 14998}, {105383, 18073}, {1064, 185}};
    SiftedCounts const l1{{94581812, 5410079, 8107}, {955087, 56749, 1405}, {1167676, 66791, 100}, {11791, 700, 17}};
    double const correctness = std::log2(2 / 1e-15);
    auto const length = [&](SourceParameters const& source, SiftedCounts const& counts, double eps) {
        return static_cast<double>(finite_key(source, counts, eps, leak_of(counts), correctness).secret);
    };
    return {
        "C. C. W. Lim et al., Phys. Rev. A 89, 022307 (2014), doi:10.1103/PhysRevA.89.022307; D. Rusca et al., Appl. "
        "Phys. Lett. 112, 171104 (2018), doi:10.1063/1.5023340",
        "",
        "known answers: counts in, key length out",
        {{"two decoys, counts L1", "bit", 34153700, length(two, l1, 1e-10), relative(1e-6)},
         {"one decoy, counts R1", "bit", 2990707, length(one, r1, 1e-9), relative(1e-6)}}};
}

Reproduction lucamarini() {
    auto const far = lucamarini_2013(Kilometres{50}).yield(), near = lucamarini_2013(Kilometres{35}).yield();
    auto const count = [&](std::size_t k) { return static_cast<double>(far.sifted.n_z[k]); };
    auto constexpr block = ReproductionLevel::block;
    return {"M. Lucamarini et al., Opt. Express 21, 24550 (2013), doi:10.1364/OE.21.024550 (T12)",
            "Bob's optics 2.85 dB on C_ZZ(u), misalignment .013 on the QBER, f 1.05 on the key, all at 50 km",
            "sessions of 20 minutes hold 5e9 counts: mean counts of the block level",
            {{"C_ZZ(u) at 50 km", "counts", 5.016e9, count(0), relative(0.1), block, true},
             {"C_ZZ(v) at 50 km", "counts", 6.21e6, count(1), relative(0.1), block},
             {"C_ZZ(w) at 50 km", "counts", 1.259e6, count(2), relative(0.1), block},
             {"QBER Z at 50 km", "%", 4.26, 100 * far.qber_z, absolute(0.2), block, true},
             {"secret key at 50 km", "Mbit/s", 1.09, far.secret / 1e6, relative(0.1), block, true},
             {"secret key at 35 km", "Mbit/s", 2.20, near.secret / 1e6, relative(0.1), block}}};
}

LinkBlock photon_block(DecoyBb84Parameters p) {
    p.post.longest_gathering = std::chrono::hours{24 * 60};
    ConditionStep const calm[1];
    return simulate_decoy_bb84_block(p, calm, SimDuration::max(), Fidelity::photon, 1, "published", 0);
}

Reproduction boaron() {
    Reproduction r{"A. Boaron et al., Phys. Rev. Lett. 121, 190502 (2018), doi:10.1103/PhysRevLett.121.190502",
                   "one efficiency of Bob's optics and detectors, .38, on the three key rates together; errors of .5 % "
                   "on the first QBER",
                   "p_Z and the signal's probability are not published: those with the most key; dark counts .1/s are "
                   "assumed",
                   {}};
    double const qber[] = {0.5, 0.7, 1.0}, rate[] = {4.9e3, 62, 6.5};
    for (std::size_t i = 0; i < kBoaronRows.size(); ++i) {
        auto const block = photon_block(boaron_2018(kBoaronRows[i]).parameters);
        char at[32];
        std::snprintf(at, sizeof at, "%.1f km", kBoaronRows[i].length.value);
        auto constexpr photon = ReproductionLevel::photon;
        r.figures.push_back(
            {std::string{"QBER at "} + at, "%", qber[i], 100 * block.yield.qber_z, absolute(0.3), photon, i == 0});
        r.figures.push_back({std::string{"secret key at "} + at, "bit/s", rate[i],
                             static_cast<double>(block.yield.secret) / seconds(block.gathering), within_factor(1.4),
                             photon, true});
    }
    return r;
}

Reproduction yuan() {
    auto const block = photon_block(yuan_2018().parameters);
    double const time = seconds(block.gathering);
    SessionYield yield;
    yield.seconds = time;
    yield.clicks = static_cast<double>(block.yield.detections) / time;
    yield.sifted = block.yield.sifted;
    yield.secret = static_cast<double>(block.yield.secret) / time;
    return {
        "Z. L. Yuan et al., J. Lightwave Technol. 36, 3427 (2018), doi:10.1109/JLT.2018.2843136",
        "efficiency of the diodes .35 on the one figure there is",
        "the slowest of sifting (60 Mcounts/s), correction (55 Mbit/s) and amplification (108 Mbit/s) decides which "
        "share of the blocks is processed",
        {{"secret key at 2 dB", "Mbit/s", 13.72, capped(yield, kYuanCaps) / 1e6, within_factor(1.5),
          ReproductionLevel::photon, true}}};
}

Reproduction tokyo() {
    auto const y = tokyo_nec_2011().yield();
    auto constexpr block = ReproductionLevel::block;
    return {"M. Sasaki et al., Opt. Express 19, 10387 (2011), doi:10.1364/OE.19.010387: NEC's link",
            "efficiency of the detectors .15 on the key, misalignment .0265 on the QBER",
            "",
            {{"secret key at 14.5 dB", "kbit/s", 81.7, y.secret / 1e3, relative(0.15), block, true},
             {"QBER", "%", 2.7, 100 * y.qber_z, absolute(0.2), block, true}}};
}

Reproduction cambridge() {
    auto const y = cambridge_2019().yield();
    return {"J. F. Dynes et al., npj Quantum Inf. 5, 101 (2019), doi:10.1038/s41534-019-0221-4",
            "Bob's optics with the filters against classical light, 5.0 dB",
            "",
            {{"secret key at 10.6 km, 3.9 dB", "Mbit/s", 2.58, y.secret / 1e6, relative(0.15), ReproductionLevel::block,
              true}}};
}

Reproduction korzh() {
    auto const near = cow_yield(korzh_2015_203km()), far = cow_yield(korzh_2015_307km());
    return {"B. Korzh et al., Nat. Photonics 9, 163 (2015), doi:10.1038/nphoton.2014.327: coherent one-way",
            "one optical error, .0105, on both error rates",
            "detectors and errors only: coherent-one-way keys are no longer considered secure, and none is made",
            {{"QBER at 203 km", "%", 1.5, 100 * near.qber, absolute(0.35), ReproductionLevel::formula, true},
             {"QBER at 307 km", "%", 3.5, 100 * far.qber, absolute(0.35), ReproductionLevel::formula, true},
             {"secret key", "bit/s", 0, near.secret + far.secret, absolute(0)}}};
}

} // namespace

std::vector<PublishedExperiment> published_decoy() {
    return {{"gys-2005", gys},
            {"finite-key-counts", finite_key_counts},
            {"lucamarini-2013", lucamarini},
            {"boaron-2018", boaron},
            {"yuan-2018", yuan},
            {"tokyo-2011", tokyo},
            {"cambridge-2019", cambridge},
            {"korzh-2015", korzh}};
}

} // namespace qkdes
