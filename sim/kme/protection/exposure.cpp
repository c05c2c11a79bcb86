#include "sim/kme/protection/exposure.hpp"

namespace qkdes {

namespace {

std::string name_of(BrokenSet set) {
    constexpr std::array<std::string_view, 3> kNames{"qkd", "kem", "aes"};
    std::string out = "{";
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if ((set >> i & 1) == 0) continue;
        if (out.size() > 1) out += ", ";
        out += kNames[i];
    }
    return out + "}";
}

/// By encoding; empty where there is no exposure of that encoding.
std::array<std::string, 256> const& texts() {
    static auto const table = [] {
        std::array<std::string, 256> out;
        for (unsigned code = 0; code < 256; ++code) {
            auto const exposure = Exposure::decode(static_cast<std::uint8_t>(code));
            if (!exposure) continue;
            for (BrokenSet set : exposure->minimal())
                out[code] += (out[code].empty() ? "" : " or ") + name_of(set);
            if (out[code].empty()) out[code] = "nothing";
        }
        return out;
    }();
    return table;
}

} // namespace

std::string_view to_string(HopProtection protection) {
    switch (protection) {
    case HopProtection::hybrid:
        return "hybrid";
    case HopProtection::otp:
        return "otp";
    case HopProtection::qkd:
        return "qkd";
    case HopProtection::pqc:
        return "pqc";
    }
    return "";
}

std::optional<HopProtection> hop_protection(std::string_view name) {
    for (auto protection : kHopProtections)
        if (to_string(protection) == name) return protection;
    return std::nullopt;
}

std::vector<BrokenSet> Exposure::minimal() const {
    std::vector<BrokenSet> out;
    for (unsigned set = 0; set < 8; ++set) {
        bool minimum = exposed_by(static_cast<BrokenSet>(set));
        for (unsigned bit = 1; bit < 8; bit <<= 1)
            if ((set & bit) != 0 && exposed_by(static_cast<BrokenSet>(set & ~bit))) minimum = false;
        if (minimum) out.push_back(static_cast<BrokenSet>(set));
    }
    return out;
}

std::optional<Exposure> Exposure::decode(std::uint8_t encoded) {
    Exposure read;
    read.exposing_ = encoded;
    if (read.exposed_by(0)) return std::nullopt;
    Exposure grown;
    for (BrokenSet set : read.minimal())
        grown.exposing_ = static_cast<std::uint8_t>(grown.exposing_ | with(set));
    if (grown != read) return std::nullopt;
    return read;
}

std::string const& to_string(Exposure exposure) { return texts()[exposure.encoded()]; }

std::optional<Exposure> read_exposure(std::string_view text) {
    if (text.empty()) return std::nullopt;
    for (unsigned code = 0; code < 256; ++code)
        if (texts()[code] == text) return Exposure::decode(static_cast<std::uint8_t>(code));
    return std::nullopt;
}

} // namespace qkdes
