// Southbound: where a node gets the QKD key of its links. The calls are those that ETSI GS QKD 014 makes of the QKD
// system beside the node: enc_keys draws fresh key, dec_keys draws by id what the other end was given.
//
// Key comes in units of 256 bits, and a unit's id is the same at both ends of the link. A source
//   - hands a unit out at most once at each end: fresh at one of them, by id at the other, never fresh at both;
//   - answers every call exactly once, possibly before the call returns, with all that was asked for or with an error
//     (a failed call takes nothing);
//   - is told by settle() what became of a unit it handed out, so that stored = held + used + expired + voided.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/secret.hpp"
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace qkdes {

enum class KeySourceError : std::uint8_t {
    buffer_empty, ///< less key than was asked for, and none came in time
    busy,         ///< its queue is full
    timeout,      ///< no answer in time
    not_found,    ///< by id: never there, handed out before, expired or given up
    down,         ///< no link to it, or it failed
};
constexpr std::string_view to_string(KeySourceError error) {
    switch (error) {
    case KeySourceError::buffer_empty:
        return "buffer empty";
    case KeySourceError::busy:
        return "busy";
    case KeySourceError::timeout:
        return "timeout";
    case KeySourceError::not_found:
        return "not found";
    case KeySourceError::down:
        return "down";
    }
    return "";
}

struct KeyUnit {
    UnitId id;
    SecretBytes bits; ///< 32 bytes
};
using KeySourceResult = std::variant<std::vector<KeyUnit>, KeySourceError>;
using KeySourceAnswer = std::function<void(KeySourceResult)>;

class KeySource {
  public:
    virtual ~KeySource() = default;
    /// `units` >= 1 fresh ones, which the other end can only get by id.
    virtual void get(LinkId link, std::uint32_t units, KeySourceAnswer answer) = 0;
    /// The units that the other end was given, in the order of `ids` (at least one, none twice); all or none.
    virtual void get_with_ids(LinkId link, std::span<UnitId const> ids, KeySourceAnswer answer) = 0;
    /// What became of a unit that was handed out here, once: `used` or `voided`, or `stored` when it protected nothing
    /// and nobody was told of it (the source may then take it back, or voids it).
    virtual void settle(LinkId link, UnitId unit, UnitFate fate) = 0;
    /// The other end gave up a unit that it was handed out fresh: void it here. False when it is not here to be taken.
    virtual bool give_up(LinkId link, UnitId unit) = 0;
};

} // namespace qkdes
