#include "models/postprocessing/cv/syndrome_decoder.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes::cv {

SyndromeDecoder::SyndromeDecoder(MetCode const& code, unsigned scale)
    : code_{code}, scale_{scale}, stride_{2 * (code.lift + kColumnPad)} {
    QKDES_EXPECTS(scale >= 6 && scale <= 11);
    std::size_t edges = 0, widest = 0;
    for (auto const& row : code.rows) {
        edges += row.size();
        widest = std::max(widest, row.size());
    }
    posteriors_.resize(code.core_columns * stride_);
    messages_.resize(edges * code.lift);
    signs_.resize(code.syndrome_length());
    scratch_.resize(kernel_scratch(widest));
    parity_.resize(code.lift);
    edges_.resize(widest);
}

void SyndromeDecoder::start(std::span<std::int16_t const> channel, Bits const& syndrome) {
    for (std::size_t c = 0; c < code_.core_columns; ++c)
        for (std::size_t i = 0; i < code_.lift; ++i) {
            std::int16_t const value = std::max<std::int16_t>(channel[c * code_.lift + i], -32767);
            column(c)[i] = value;
            column(c)[i + code_.lift] = value;
        }
    std::fill(messages_.begin(), messages_.end(), std::int16_t{0});
    for (std::size_t i = 0; i < signs_.size(); ++i)
        signs_[i] = syndrome.get(i) ? -1 : 0;
}

void SyndromeDecoder::sweep(std::span<std::int16_t const> channel) {
    std::size_t message = 0;
    std::size_t const lift = code_.lift;
    for (std::size_t r = 0; r < code_.rows.size(); ++r) {
        auto const& row = code_.rows[r];
        for (std::size_t e = 0; e < row.size(); ++e, message += lift)
            edges_[e] = {column(row[e].column) + row[e].shift, &messages_[message], lift - row[e].shift};
        bool const extension = r >= code_.core_rows;
        update_({std::span{edges_}.first(row.size()),
                 extension ? &channel[(code_.core_columns + r - code_.core_rows) * lift] : nullptr, &signs_[r * lift],
                 lift, scale_},
                scratch_.data());
    }
}

bool SyndromeDecoder::core_rows_hold() {
    std::size_t const lift = code_.lift;
    for (std::size_t r = 0; r < code_.core_rows; ++r) {
        std::copy_n(&signs_[r * lift], lift, parity_.begin());
        for (CodeEdge const edge : code_.rows[r]) {
            std::int16_t const* const from = column(edge.column) + edge.shift;
            for (std::size_t i = 0; i < lift; ++i)
                parity_[i] = static_cast<std::int16_t>(parity_[i] ^ from[i]);
        }
        // The sign bits are the parities: any left fails.
        if (std::any_of(parity_.begin(), parity_.end(), [](std::int16_t p) { return p < 0; })) return false;
    }
    return true;
}

Bits SyndromeDecoder::word(Bits const& syndrome) {
    Bits out{code_.length()};
    for (std::size_t c = 0; c < code_.core_columns; ++c)
        for (std::size_t i = 0; i < code_.lift; ++i)
            if (column(c)[i] < 0) out.flip(c * code_.lift + i);
    // What the extension checks ask for: their syndrome with the extension bits still 0, against the one given.
    Bits const so_far = syndrome_of(code_, out);
    std::size_t const core_checks = std::size_t{code_.core_rows} * code_.lift;
    std::size_t const core_bits = std::size_t{code_.core_columns} * code_.lift;
    for (std::size_t i = core_checks; i < syndrome.size(); ++i)
        if (so_far.get(i) != syndrome.get(i)) out.flip(core_bits + i - core_checks);
    return out;
}

SyndromeDecoder::Outcome SyndromeDecoder::decode(std::span<std::int16_t const> channel, Bits const& syndrome,
                                                 unsigned max_iterations) {
    QKDES_EXPECTS(channel.size() == code_.length() && syndrome.size() == code_.syndrome_length());
    start(channel, syndrome);
    Outcome outcome;
    while (!outcome.found && outcome.iterations < max_iterations) {
        sweep(channel);
        ++outcome.iterations;
        outcome.found = core_rows_hold();
    }
    outcome.word = word(syndrome);
    if (outcome.found) QKDES_ENSURES(syndrome_of(code_, outcome.word) == syndrome);
    return outcome;
}

} // namespace qkdes::cv
