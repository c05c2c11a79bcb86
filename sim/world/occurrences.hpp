// How often each named thing occurred. Names are literals, the same few of them millions of times: where a name stands
// in memory leads to its count without a search, and is believed only if the same text still stands there.
//
// Checked: tests/sim/world/occurrences_test.cpp.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace qkdes {

class Occurrences {
  public:
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;

    void add(std::string_view name) {
        Known& known = known_[place_of(name.data())];
        if (known.entry == nullptr || known.at != name.data() || known.entry->first != name) known = look_up(name);
        ++known.entry->second;
    }
    Counts const& counts() const { return counts_; }

  private:
    static constexpr std::size_t kPlaces = 256; ///< more than nodes have names for

    struct Known {
        char const* at = nullptr;
        Counts::value_type* entry = nullptr;
    };
    static std::size_t place_of(char const* name) {
        auto const address = reinterpret_cast<std::uintptr_t>(name);
        return (address ^ address >> 8) % kPlaces;
    }
    Known look_up(std::string_view name) {
        auto found = counts_.find(name);
        if (found == counts_.end()) found = counts_.emplace(name, 0).first;
        return {name.data(), &*found};
    }

    Counts counts_;
    std::array<Known, kPlaces> known_{};
};

} // namespace qkdes
