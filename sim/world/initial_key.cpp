// What a link's stores hold from the start: key that its ends have shared before the run.
#include "sim/base/rng.hpp"
#include "sim/world/quantum_link.hpp"

#include <algorithm>

namespace qkdes {

void QuantumLink::stock() {
    constexpr std::uint64_t unit = Auditor::kUnitBits;
    std::uint64_t const bits = spec_.store.initial / unit * unit;
    if (bits == 0) return;
    around_.auditor.initial(self_, bits);
    bool const both_up = around_.a.up() && around_.b.up();
    PoolRoom const at_a = both_up ? around_.a.node().room(self_) : PoolRoom{};
    PoolRoom const at_b = both_up ? around_.b.node().room(self_) : PoolRoom{};
    auto const wanted = static_cast<std::uint64_t>(static_cast<double>(bits / unit) * spec_.store.first_share + 0.5);
    std::uint64_t const for_a = std::min({wanted, at_a.own, at_b.peer});
    std::uint64_t const for_b = std::min({bits / unit - wanted, at_b.own, at_a.peer});
    around_.auditor.lost(self_, bits - (for_a + for_b) * unit);
    if (for_a + for_b == 0) return;
    auto const key = std::make_shared<KeyUnits>(
        Bits{}, KeyString{RngStream{around_.seed, name_ + "/initial"}, (for_a + for_b) * unit}, 0);
    give(around_.a, key, for_a + for_b, for_a);
    give(around_.b, key, for_a + for_b, for_a);
    ++delivered_blocks_;
}

} // namespace qkdes
