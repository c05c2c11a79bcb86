#include "models/postprocessing/cascade_parties.hpp"

#include "sim/base/contracts.hpp"

namespace qkdes::cascade {

Alice::Alice(Plan const& plan, Bits const& key) : plan_{plan}, key_{key.words().begin(), key.words().end()} {
    QKDES_EXPECTS(key.size() == plan.frame_bits());
    plan.permute(key_, permuted_);
}

Bits Alice::open_pass(unsigned pass) const {
    unsigned const log2_block = plan_.log2_block(pass);
    if (pass >= kFirstSubsetPass) {
        Bits parities{1};
        parities.set(0, parity(fold_range(key_, plan_.subset(pass), {0, 0, log2_block})));
        return parities;
    }
    auto const& words = pass == 0 ? key_ : permuted_;
    Bits parities{plan_.blocks(pass) - pass};
    for (std::uint32_t block = 0; block < parities.size(); ++block)
        if (parity(fold_range(words, {block, block << log2_block, log2_block}))) parities.flip(block);
    return parities;
}

Bits Alice::answer(std::span<Query const> queries) const {
    Bits parities{queries.size()};
    auto const words = parities.mutable_words();
    for (std::size_t i = 0; i < queries.size(); ++i) {
        unsigned const pass = pass_of(queries[i]);
        Range const range = plan_.range(queries[i]);
        std::uint64_t const fold = pass >= kFirstSubsetPass ? fold_range(key_, plan_.subset(pass), range)
                                                            : fold_range(pass == 0 ? key_ : permuted_, range);
        words[i >> 6] |= std::uint64_t{parity(fold)} << (i & 63);
    }
    return parities;
}

} // namespace qkdes::cascade
