#include "models/postprocessing/ldpc/parties.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace qkdes::ldpc {
namespace {

/// The key in its place in the code word, all else 0. Column 0 has whole words, so that words are copied.
Bits embed(FramePlan const& plan, Bits const& key) {
    QKDES_EXPECTS(key.size() == plan.frame_bits);
    Bits word{plan.word_bits()};
    std::copy(key.words().begin(), key.words().end(),
              word.mutable_words().begin() + static_cast<std::ptrdiff_t>(plan.first_key_bit() / 64));
    return word;
}

} // namespace

Alice::Alice(FramePlan const& plan, Bits const& key, RngStream& own) : plan_{plan}, word_{embed(plan, key)} {
    Bits secret{plan.punctured};
    own.fill(secret.mutable_words());
    for (std::uint32_t i = 0; i < plan.punctured; ++i)
        word_.set(i, secret.get(i));
}

Bits Alice::syndrome() const {
    Bits out{plan_.syndrome_bits()};
    plan_.code->syndrome(word_.words(), out.mutable_words());
    return out;
}

Bits Alice::answer(std::span<std::uint32_t const> positions) const {
    Bits out{positions.size()};
    for (std::size_t i = 0; i < positions.size(); ++i)
        out.set(i, word_.get(positions[i]));
    return out;
}

Bob::Bob(FramePlan const& plan) : plan_{plan}, decoder_{*plan.code} {}

void Bob::take(Bits const& key, Bits const& alice_syndrome) {
    word_ = embed(plan_, key);
    Bits difference{plan_.syndrome_bits()};
    plan_.code->syndrome(word_.words(), difference.mutable_words());
    difference ^= alice_syndrome;

    auto const belief = std::lround(kBeliefPerNat * portable_log((1 - plan_.qber) / plan_.qber));
    std::size_t const from = plan_.first_key_bit(), to = from + plan_.frame_bits;
    known_.assign(plan_.word_bits(), true);
    beliefs_.assign(plan_.word_bits(), kKnown);
    std::fill_n(beliefs_.begin(), plan_.punctured, std::int16_t{0});
    std::fill_n(known_.begin(), plan_.punctured, false);
    std::fill(beliefs_.begin() + static_cast<std::ptrdiff_t>(from), beliefs_.begin() + static_cast<std::ptrdiff_t>(to),
              static_cast<std::int16_t>(belief));
    std::fill(known_.begin() + static_cast<std::ptrdiff_t>(from), known_.begin() + static_cast<std::ptrdiff_t>(to),
              false);
    decoder_.take(beliefs_, difference.words());
    asked_.clear();
}

bool Bob::attempt() { return decoder_.run(plan_.iterations); }

std::span<std::uint32_t const> Bob::ask(std::size_t count) {
    // A decoder that is trapped is sure of the wrong bits: then they stand in the few checks that are left open.
    auto const doubt = decoder_.bits_in_doubt();
    std::vector<std::uint64_t> candidates; // by doubt, by |belief|, then by position
    for (std::uint32_t i = 0; i < known_.size(); ++i) {
        if (known_[i]) continue;
        std::uint64_t const no_doubt = ~doubt[i / 64] >> (i % 64) & 1;
        candidates.push_back(no_doubt << 63 | static_cast<std::uint64_t>(std::abs(int{decoder_.belief(i)})) << 32 | i);
    }
    count = std::min(count, candidates.size());
    std::nth_element(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count), candidates.end());
    asked_.clear();
    for (std::size_t i = 0; i < count; ++i)
        asked_.push_back(static_cast<std::uint32_t>(candidates[i]));
    std::sort(asked_.begin(), asked_.end());
    for (std::uint32_t const position : asked_)
        known_[position] = true;
    return asked_;
}

void Bob::hear(Bits const& answers) {
    QKDES_EXPECTS(answers.size() == asked_.size());
    for (std::size_t i = 0; i < asked_.size(); ++i)
        decoder_.reveal(asked_[i], answers.get(i) != word_.get(asked_[i]));
}

Bits Bob::corrected() const {
    Bits word = word_;
    word ^= Bits{word.size(), {decoder_.pattern().begin(), decoder_.pattern().end()}};
    return word.slice(plan_.first_key_bit(), plan_.frame_bits);
}

} // namespace qkdes::ldpc
