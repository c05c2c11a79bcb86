// Key stores of a network that run down.
#include "models/published/published.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace qkdes {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 23; ///< bits

struct Store {
    char const *a, *b;
    double mebibytes;
    std::uint64_t made_per_second;
};

/// Seconds until the first route cannot serve a second's demand any more, each store keeping `least` for itself.
std::uint64_t seconds_of(std::vector<std::size_t> const& route, std::vector<Store> const& stores,
                         std::uint64_t demand_per_second, std::uint64_t least) {
    std::vector<std::uint64_t> held;
    for (auto const& store : stores)
        held.push_back(static_cast<std::uint64_t>(store.mebibytes * static_cast<double>(kMebibyte)));
    for (std::uint64_t second = 0;; ++second) {
        for (std::size_t i = 0; i < stores.size(); ++i)
            held[i] += stores[i].made_per_second;
        for (auto const i : route)
            if (held[i] < least + demand_per_second) return second;
        for (auto const i : route)
            held[i] -= demand_per_second;
    }
}

Reproduction secoqc_2009() {
    constexpr std::uint64_t demand = 8192;
    std::vector<Store> const stores{{"ERD", "FOR", 12, demand}, {"ERD", "BRT", 5.5, 0}, {"SIE", "ERD", 6.6, 0},
                                    {"SIE", "BRT", 6, 0},       {"ERD", "GUD", 3.8, 0}, {"BRT", "GUD", 4.9, 0}};
    double const minutes = static_cast<double>(seconds_of({0, 1}, stores, demand, 2 * kMebibyte)) / 60;
    return {"M. Peev et al., New J. Phys. 11, 075001 (2009), doi:10.1088/1367-2630/11/7/075001: SECOQC",
            "",
            "published as about one hour; the stores alone, second by second, without the node code",
            {{"route FOR-ERD-BRT lasts, 8192 bit/s", "min", 59.7, minutes, absolute(1)}}};
}

} // namespace

std::vector<PublishedExperiment> published_stores() { return {{"secoqc-2009", secoqc_2009}}; }

} // namespace qkdes
