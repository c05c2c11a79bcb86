// What one party said to the other during a block's post-processing, as it crossed the channel, for authentication:
// both ends keep their own copy and the tags show whether the copies agree.
#pragma once
#include "sim/base/bits.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes {

/// Messages of one direction, appended in order. Each message is preceded by its length in bits, so that no two
/// different sequences of messages give the same words.
class Transcript {
  public:
    void add(Bits const& message) { add(message.words(), message.size()); }
    void add(std::span<std::uint64_t const> words, std::uint64_t bits) {
        words_.push_back(bits);
        words_.insert(words_.end(), words.begin(), words.end());
        ++messages_;
    }
    void add(std::span<std::uint32_t const> items) {
        words_.push_back(32 * items.size());
        for (std::size_t i = 0; i < items.size(); i += 2)
            words_.push_back(items[i] | (i + 1 < items.size() ? std::uint64_t{items[i + 1]} << 32 : 0));
        ++messages_;
    }
    void add_number(std::uint64_t number) { add({&number, 1}, 64); }

    std::span<std::uint64_t const> words() const { return words_; }
    std::uint64_t bits() const { return 64 * words_.size(); }
    std::uint64_t messages() const { return messages_; }
    bool operator==(Transcript const&) const = default;

  private:
    std::vector<std::uint64_t> words_;
    std::uint64_t messages_ = 0;
};

/// Both directions of a conversation.
struct Conversation {
    Transcript from_alice, from_bob;
};

} // namespace qkdes
