// Writing and reading of fixed-width fields in network byte order. A reader never runs past the end: it fails, stays
// failed, and hands out zeros from then on, so that a decoder checks once, at the end.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace qkdes {

/// Fills a buffer of exactly known size.
class WireWriter {
  public:
    explicit WireWriter(std::span<std::uint8_t> out) : rest_{out} {}
    template <class Integer>
    void integer(Integer value) {
        for (std::size_t i = 0; i < sizeof(Integer); ++i)
            rest_[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(Integer) - 1 - i)));
        rest_ = rest_.subspan(sizeof(Integer));
    }
    void bytes(std::span<std::uint8_t const> from) {
        std::copy(from.begin(), from.end(), rest_.begin());
        rest_ = rest_.subspan(from.size());
    }
    bool full() const { return rest_.empty(); }

  private:
    std::span<std::uint8_t> rest_;
};

class WireReader {
  public:
    explicit WireReader(std::span<std::uint8_t const> in) : rest_{in} {}
    template <class Integer>
    Integer integer() {
        std::uint64_t value = 0;
        for (auto byte : bytes(sizeof(Integer)))
            value = value << 8 | byte;
        return static_cast<Integer>(value);
    }
    /// Empty when fewer are left.
    std::span<std::uint8_t const> bytes(std::size_t count) {
        if (failed_ || count > rest_.size()) {
            failed_ = true;
            return {};
        }
        auto const out = rest_.first(count);
        rest_ = rest_.subspan(count);
        return out;
    }
    void copy(std::span<std::uint8_t> out) {
        auto const from = bytes(out.size());
        std::copy(from.begin(), from.end(), out.begin());
    }
    void require(bool condition) { failed_ |= !condition; }
    bool ok() const { return !failed_; }
    /// Everything read, nothing left over.
    bool complete() const { return !failed_ && rest_.empty(); }
    std::size_t left() const { return failed_ ? 0 : rest_.size(); }

  private:
    std::span<std::uint8_t const> rest_;
    bool failed_ = false;
};

} // namespace qkdes
