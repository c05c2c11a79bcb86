// One end of a QKD device pair, as the key management beside it sees it: ask for key, read the channel, read the
// health. The shape (key request with its block, channel metrics, health) is the hardware abstraction layer of
// HIP-0071.
//
// Holds for:  any device family. What one end was given in a request, the other end may get by the block's id.
// Leaves out: initialisation (a driver's constructor) and calibration (drivers differ too much).
#pragma once
#include "sim/base/secret.hpp"
#include "sim/base/units.hpp"
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace qkdes {

enum class QkdProtocol : std::uint8_t { bb84, e91, cvqkd, diqkd };
constexpr std::string_view to_string(QkdProtocol protocol) {
    switch (protocol) {
    case QkdProtocol::bb84:
        return "bb84";
    case QkdProtocol::e91:
        return "e91";
    case QkdProtocol::cvqkd:
        return "cvqkd";
    case QkdProtocol::diqkd:
        return "diqkd";
    }
    return "";
}

struct KeyBlock {
    KeyId id;
    SecretBytes material;   ///< bits / 8 bytes
    std::uint64_t bits = 0; ///< as requested
    double qber = 0;        ///< measured on the block that its last bit comes from, [0, 1/2]; 0 when none is measured
    BitsPerSecond key_rate; ///< secret key, when it was generated
    QkdProtocol protocol = QkdProtocol::bb84;
    SimTime timestamp; ///< when its last bit was generated
};

enum class DeviceError : std::uint8_t {
    no_key,      ///< fewer bits are ready than asked for; ask again later
    bad_request, ///< bits are not a positive multiple of 8, or more than the device ever holds
    halted,      ///< the device makes no more key until somebody repairs it, and has too little left
    down,        ///< the device does not answer
};
using KeyBlockResult = std::variant<KeyBlock, DeviceError>;

/// What the device last measured. A quantity that this family of devices has no use for is absent.
struct ChannelStatus {
    double qber = 0;                   ///< [0, 1/2]
    BitsPerSecond key_rate;            ///< secret key
    Hertz photon_rate;                 ///< detections per second
    std::optional<double> visibility;  ///< [0, 1]
    Decibels loss;                     ///< of the quantum channel, >= 0
    std::optional<double> temperature; ///< degrees Celsius
    SimDuration uptime{0};             ///< since the device last came up
    BitsPerSecond raw_rate{};          ///< sifted key, before error correction; 0 when the device does not say
    std::optional<double> bell;        ///< S of the last Bell test, device-independent families
};

enum class DeviceState : std::uint8_t {
    ok,
    degraded, ///< it works, and its last attempts gave no key
    failed,   ///< it makes no key: channel dark, host down, or stopped for good
};
struct DeviceHealth {
    DeviceState state = DeviceState::ok;
    std::string reason; ///< one plain phrase; empty when ok
};

class QkdDevice {
  public:
    virtual ~QkdDevice() = default;
    /// `bits`: a positive multiple of 8. The answer comes exactly once, possibly before this returns. What was handed
    /// out is gone from the device.
    virtual void request_key(std::uint64_t bits, std::function<void(KeyBlockResult)> answer) = 0;
    /// The block that the other end was given under this id, once; no_key when it is not here (not yet, or no more).
    /// Not part of HIP-0071, and a device need not have it: bad_request then.
    virtual void key_with_id(KeyId /*id*/, std::function<void(KeyBlockResult)> answer) {
        answer(DeviceError::bad_request);
    }
    virtual ChannelStatus channel_status() const = 0;
    virtual DeviceHealth health() const = 0;
};

} // namespace qkdes
