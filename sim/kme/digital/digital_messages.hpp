// Messages of digital key distribution, inside the courier's frames.
//
//   A                                  B
//     DigitalOffer         ->                     key id, size, epoch, and the seed sealed to B's key; signed by A
//                          <-  DigitalConfirm     sealed: B has the key (and its confirmation), or why not
//   either                             server
//     PoolRequest          ->                     sealed to the server's key: epoch, sampling seed, number of words
//                          <-  PoolReply          sealed under the key that comes with the request: samples, or gone
//
// Decoding is strict. Checked: tests/sim/kme/digital_node_test.cpp.
#pragma once
#include "sim/kme/digital/pool_extractor.hpp"
#include "sim/kme/shares/share_crypto.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace qkdes {

constexpr std::uint32_t kMinDigitalBits = 64, kMaxDigitalBits = 4096;

using PoolSession = std::array<std::uint8_t, 16>;

struct DigitalOffer {
    KeyId key;
    NodeId from;
    std::uint32_t bits = 256;
    std::uint64_t epoch = 0;
    SealedBox box; ///< 32 bytes of seed
    std::vector<std::uint8_t> signature;
};
struct DigitalConfirm {
    KeyId key;
    std::vector<std::uint8_t> sealed; ///< status, confirmation
};
struct PoolRequest {
    PoolSession session{};
    PoolServerId server = 0;
    SealedBox box; ///< PoolQuery
};
struct PoolReply {
    PoolSession session{};
    std::vector<std::uint8_t> sealed; ///< status, samples
};
using DigitalMessage = std::variant<DigitalOffer, DigitalConfirm, PoolRequest, PoolReply>;

std::vector<std::uint8_t> encode_digital(DigitalMessage const& message);
std::optional<DigitalMessage> decode_digital(std::span<std::uint8_t const> bytes);
/// What the offer's signature covers, and the associated data of its box.
std::vector<std::uint8_t> signed_part(DigitalOffer const& offer);
std::vector<std::uint8_t> associated_part(DigitalOffer const& offer);

struct PoolQuery {
    std::uint64_t epoch = 0;
    std::uint16_t words = 0;
    SecretBytes sampling_seed;
};
SecretBytes encode_query(PoolQuery const& query);
std::optional<PoolQuery> decode_query(std::span<std::uint8_t const> bytes);

} // namespace qkdes
