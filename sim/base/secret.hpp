// Bytes that are wiped when they go: key material in the node code lives in these, never in plain vectors.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace qkdes {

class SecretBytes {
  public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(std::span<std::uint8_t const> from) : bytes_(from.begin(), from.end()) {}
    SecretBytes(SecretBytes const&) = default;
    SecretBytes(SecretBytes&& other) noexcept : bytes_{std::move(other.bytes_)} { other.bytes_.clear(); }
    SecretBytes& operator=(SecretBytes other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }
    ~SecretBytes() { wipe(bytes_); }

    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    std::uint8_t* data() { return bytes_.data(); }
    std::uint8_t const* data() const { return bytes_.data(); }
    operator std::span<std::uint8_t const>() const { return bytes_; }
    std::span<std::uint8_t const> view() const { return bytes_; }
    std::span<std::uint8_t> mutable_view() { return bytes_; }
    /// In constant time for equal sizes.
    bool operator==(SecretBytes const& other) const {
        if (size() != other.size()) return false;
        std::uint8_t difference = 0;
        for (std::size_t i = 0; i < bytes_.size(); ++i)
            difference |= static_cast<std::uint8_t>(bytes_[i] ^ other.bytes_[i]);
        return difference == 0;
    }

    /// Of a copy that stands elsewhere.
    static void wipe(std::span<std::uint8_t> bytes) {
        if (bytes.empty()) return;
        std::memset(bytes.data(), 0, bytes.size());
        asm volatile("" : : "r"(bytes.data()) : "memory"); // the store must happen although nobody reads it
    }

  private:
    std::vector<std::uint8_t> bytes_;
};

} // namespace qkdes
