// How a hop protects a key, and from it what an eavesdropper on every channel would have to break to learn the key.
//
//   hybrid  AES-256-GCM under a key from QKD key and KEM secret   exposed by {aes} or {qkd, kem}
//   otp     QKD key as one-time pad, Wegman-Carter tags           exposed by {qkd}
//   qkd     AES-256-GCM under a QKD key                           exposed by {qkd} or {aes}
//   pqc     AES-256-GCM under a KEM secret                        exposed by {kem} or {aes}
//
// `aes` stands for everything that the envelope rests on besides its key: the cipher, its mode, the hash and the key
// derivation. A key that crosses several hops is exposed as soon as one of them is: its exposure is the union, and its
// class is read off the union. So a hybrid hop followed by a one-time pad is no better than qkd_aes: {qkd} breaks the
// second hop and {aes} the first.
//
// Leaves out: the nodes that hold the key in clear (Telemetry::key_in_clear) and faults of an implementation.
// Checked:    against each hop's formula over all mixed paths, tests/sim/kme/protection_exposure_test.cpp.
#pragma once
#include "sim/ports/telemetry.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

enum class HopProtection : std::uint8_t { hybrid, otp, qkd, pqc };
inline constexpr std::array kHopProtections{HopProtection::hybrid, HopProtection::otp, HopProtection::qkd,
                                            HopProtection::pqc};

constexpr bool needs_qkd(HopProtection protection) { return protection != HopProtection::pqc; }
constexpr bool needs_kem(HopProtection protection) {
    return protection == HopProtection::hybrid || protection == HopProtection::pqc;
}
std::string_view to_string(HopProtection protection);
std::optional<HopProtection> hop_protection(std::string_view name);

/// A set of broken primitives: one bit each.
using BrokenSet = std::uint8_t;
constexpr BrokenSet kQkdBroken = 1, kKemBroken = 2, kAesBroken = 4;

class Exposure {
  public:
    /// Of a key that left no node: nothing exposes it.
    constexpr Exposure() = default;
    constexpr explicit Exposure(HopProtection protection) : exposing_{of(protection)} {}
    constexpr bool operator==(Exposure const&) const = default;
    /// Of a key that was exposed to both.
    friend constexpr Exposure operator|(Exposure a, Exposure b) {
        a.exposing_ |= b.exposing_;
        return a;
    }
    constexpr Exposure& operator|=(Exposure other) { return *this = *this | other; }
    /// All of `other` exposes this one too.
    constexpr bool covers(Exposure other) const { return (other.exposing_ & ~exposing_) == 0; }

    constexpr bool exposed_by(BrokenSet broken) const { return (exposing_ >> (broken & 7) & 1) != 0; }
    /// The sets of which no proper part would do, smallest mask first.
    std::vector<BrokenSet> minimal() const;

    /// For messages: bit s says that set s exposes. Nothing when a larger set would expose less, or no set at all would
    /// be needed.
    constexpr std::uint8_t encoded() const { return exposing_; }
    static std::optional<Exposure> decode(std::uint8_t encoded);

  private:
    /// The sets that have all of `minimum`, a bit each.
    static constexpr std::uint8_t with(BrokenSet minimum) {
        std::uint8_t sets = 0;
        for (unsigned set = 0; set < 8; ++set)
            if ((set & minimum) == minimum) sets = static_cast<std::uint8_t>(sets | 1u << set);
        return sets;
    }
    static constexpr std::uint8_t of(HopProtection protection) {
        // As with() says of each.
        constexpr std::uint8_t kQkd = 0xaa, kKem = 0xcc, kAes = 0xf0, kQkdAndKem = kQkd & kKem;
        switch (protection) {
        case HopProtection::hybrid:
            return kAes | kQkdAndKem;
        case HopProtection::otp:
            return kQkd;
        case HopProtection::qkd:
            return kQkd | kAes;
        case HopProtection::pqc:
            break;
        }
        return kKem | kAes;
    }
    std::uint8_t exposing_ = 0;
};

/// its: nothing but the quantum channel stands between an eavesdropper and the key; hybrid: neither a break of QKD nor
/// one of the KEM suffices; qkd_aes: a break of QKD does; pqc: a break of the KEM does.
constexpr SecurityClass security_class(Exposure exposure) {
    if (exposure.exposed_by(kKemBroken)) return SecurityClass::pqc;
    if (!exposure.exposed_by(kKemBroken | kAesBroken)) {
        bool const by_qkd = exposure.exposed_by(kQkdBroken);
        bool const by_nothing = !exposure.exposed_by(kQkdBroken | kKemBroken | kAesBroken);
        return by_qkd || by_nothing ? SecurityClass::its : SecurityClass::hybrid;
    }
    return exposure.exposed_by(kQkdBroken) ? SecurityClass::qkd_aes : SecurityClass::hybrid;
}

/// "{aes} or {qkd, kem}"; "nothing" for a key that left no node.
std::string const& to_string(Exposure exposure);
/// What to_string wrote.
std::optional<Exposure> read_exposure(std::string_view text);
/// Of a key that nobody vouches for: any one break exposes it.
inline constexpr Exposure kExposedByAnything = Exposure{HopProtection::qkd} | Exposure{HopProtection::pqc};
/// All that may expose a key of which only the class is known.
constexpr Exposure worst_of(SecurityClass security) {
    switch (security) {
    case SecurityClass::its:
        return Exposure{HopProtection::otp};
    case SecurityClass::hybrid:
        return Exposure{HopProtection::hybrid};
    case SecurityClass::qkd_aes:
        return Exposure{HopProtection::qkd};
    case SecurityClass::pqc:
        break;
    }
    return kExposedByAnything;
}

} // namespace qkdes
