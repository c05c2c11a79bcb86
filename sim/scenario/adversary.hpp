// What a scenario says of its adversaries: where they listen, which nodes they hold, what they can break, and what they
// do to messages. What they learn from it is computed by sim/world/adversary.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qkdes {

/// What an adversary may be able to break. Up to then it is as good as ideal.
enum class Primitive : std::uint8_t {
    ml_kem,     ///< the secret of any encapsulation, from its transcript: recorded ones, too
    aes,        ///< the text of any sealed envelope, from its ciphertext: recorded ones, too
    qkd,        ///< key made from then on by the devices of tapped links
    signatures, ///< authenticated channels: messages can be altered on the way
};

/// What a dishonest relay does to keys that it passes on.
enum class Dishonesty : std::uint8_t { alter, drop, replay };

/// Which messages a man in the middle replaces.
enum class MiddleOn : std::uint8_t {
    kem, ///< public keys and ciphertexts of the KEM
    all, ///< and the sealed keys
};

struct AdversarySpec {
    struct Capture { ///< reads the node's memory from then on
        NodeId node;
        SimTime from;
    };
    struct Break {
        Primitive primitive = Primitive::ml_kem;
        SimTime at;
    };
    struct DishonestRelay {
        NodeId node;
        Dishonesty does = Dishonesty::alter;
        double probability = 1; ///< of each message
        SimTime from, until;    ///< from < until
    };
    struct Middle {
        LinkId link;
        MiddleOn on = MiddleOn::kem;
        SimTime from, until; ///< from < until
    };
    std::string id;
    std::vector<LinkId> taps; ///< sorted: every message over them is recorded
    SimTime from;             ///< of the taps
    std::vector<Capture> nodes;
    std::vector<Break> breaks;
    std::vector<DishonestRelay> dishonest;
    std::vector<Middle> middles;
};

} // namespace qkdes
