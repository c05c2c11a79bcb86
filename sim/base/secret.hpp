// Bytes that are wiped when they go: key material in the node code lives in these, never in plain vectors.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace qkdes {

/// Up to kNear bytes, a unit of key or a session's secret, stand in the object itself: millions come and go.
class SecretBytes {
  public:
    static constexpr std::size_t kNear = 32;

    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : size_{size} {
        if (far()) far_ = new std::uint8_t[size];
        std::memset(data(), 0, size_);
    }
    explicit SecretBytes(std::span<std::uint8_t const> from) : size_{from.size()} {
        if (far()) far_ = new std::uint8_t[size_];
        std::copy(from.begin(), from.end(), data());
    }
    SecretBytes(SecretBytes const& other) : SecretBytes{other.view()} {}
    SecretBytes(SecretBytes&& other) noexcept { take(other); }
    SecretBytes& operator=(SecretBytes const& other) { return *this = SecretBytes{other}; }
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this == &other) return *this;
        clear();
        take(other);
        return *this;
    }
    ~SecretBytes() { clear(); }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::uint8_t* data() { return far() ? far_ : near_; }
    std::uint8_t const* data() const { return far() ? far_ : near_; }
    operator std::span<std::uint8_t const>() const { return view(); }
    std::span<std::uint8_t const> view() const { return {data(), size_}; }
    std::span<std::uint8_t> mutable_view() { return {data(), size_}; }
    /// In constant time for equal sizes.
    bool operator==(SecretBytes const& other) const {
        if (size() != other.size()) return false;
        std::uint8_t difference = 0;
        for (std::size_t i = 0; i < size_; ++i)
            difference |= static_cast<std::uint8_t>(data()[i] ^ other.data()[i]);
        return difference == 0;
    }

    /// Of a copy that stands elsewhere.
    static void wipe(std::span<std::uint8_t> bytes) {
        if (bytes.empty()) return;
        std::memset(bytes.data(), 0, bytes.size());
        asm volatile("" : : "r"(bytes.data()) : "memory"); // the store must happen although nobody reads it
    }

  private:
    bool far() const { return size_ > kNear; }
    void clear() {
        wipe(mutable_view());
        if (far()) delete[] far_;
        size_ = 0;
    }
    /// Of an empty one.
    void take(SecretBytes& other) noexcept {
        size_ = other.size_;
        if (far()) {
            far_ = other.far_;
            other.size_ = 0;
        } else {
            std::copy_n(other.near_, size_, near_);
            other.clear();
        }
    }

    std::size_t size_ = 0;
    union {
        std::uint8_t near_[kNear];
        std::uint8_t* far_;
    };
};

} // namespace qkdes
