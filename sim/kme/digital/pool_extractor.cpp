#include "sim/kme/digital/pool_extractor.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/shares/share_crypto.hpp"
#include "sim/kme/wire.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <botan/xof.h>

namespace qkdes {

PoolSeeds pool_seeds(SecretBytes const& session_seed, PoolServerId server, KeyId key) {
    std::array<std::uint8_t, 20> info;
    WireWriter out{info};
    out.integer(server);
    out.bytes(key.bytes);
    return {labelled_hkdf(32, session_seed, "blast-like sampling", info),
            labelled_hkdf(32, session_seed, "blast-like extraction", info)};
}

std::size_t sampled_words(std::uint32_t key_bits) { return 4 * ((key_bits + 128u + 63u) / 64u); }

std::vector<std::uint64_t> sample_positions(SecretBytes const& sampling_seed, std::size_t count,
                                            std::uint64_t pool_words) {
    QKDES_EXPECTS(count <= pool_words / 2);
    auto const stream = Botan::XOF::create_or_throw("SHAKE-256");
    stream->update(sampling_seed);
    std::uint64_t const most = ~std::uint64_t{0} - ~std::uint64_t{0} % pool_words; // a multiple: no bias below it
    std::set<std::uint64_t> seen;
    std::vector<std::uint64_t> out;
    while (out.size() < count) {
        std::array<std::uint8_t, 8> bytes;
        stream->output(bytes);
        auto const draw = WireReader{bytes}.integer<std::uint64_t>();
        if (draw < most && seen.insert(draw % pool_words).second) out.push_back(draw % pool_words);
    }
    return out;
}

SecretBytes toeplitz_extract(SecretBytes const& extraction_seed, SecretBytes const& samples, std::size_t bytes) {
    std::size_t const inputs = 8 * samples.size();
    SecretBytes diagonal{samples.size() + bytes + 1}; // inputs + outputs - 1 bits, and a byte to read over the edge
    auto const stream = Botan::XOF::create_or_throw("SHAKE-256");
    stream->update(extraction_seed);
    stream->output(diagonal.mutable_view());
    SecretBytes out{bytes};
    for (std::size_t j = 0; j < inputs; ++j) {
        auto const take = static_cast<std::uint8_t>(0 - (samples.data()[j / 8] >> (j % 8) & 1));
        std::size_t const first = inputs - 1 - j, byte = first / 8, shift = first % 8;
        for (std::size_t i = 0; i < bytes; ++i) {
            unsigned const window = diagonal.data()[byte + i] | static_cast<unsigned>(diagonal.data()[byte + i + 1])
                                                                    << 8;
            out.data()[i] = static_cast<std::uint8_t>(out.data()[i] ^ (take & (window >> shift)));
        }
    }
    return out;
}

} // namespace qkdes
