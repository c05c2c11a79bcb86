#include "models/postprocessing/authentication.hpp"

namespace qkdes {

std::optional<Word128> AuthenticationSecret::tag(Transcript const& transcript) {
    if (tags_left() == 0) return std::nullopt;
    Bits const pad = pad_.slice(used_, kAuthenticationTagBits);
    used_ += kAuthenticationTagBits;
    Word128 const hash = polynomial_hash(transcript.words(), transcript.bits(), hash_key_);
    return hash ^ Word128 { pad.words()[0], pad.words()[1] };
}

bool AuthenticationSecret::check(Transcript const& transcript, Word128 tag) {
    auto const expected = this->tag(transcript);
    return expected && *expected == tag;
}

} // namespace qkdes
