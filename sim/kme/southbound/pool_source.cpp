#include "sim/kme/southbound/pool_source.hpp"

#include "sim/base/contracts.hpp"

namespace qkdes {

std::optional<std::vector<KeyUnit>> draw_fresh(KeyPool& pool, std::uint32_t units) {
    QKDES_EXPECTS(units > 0);
    if (pool.free_own_units() < units) return std::nullopt;
    std::vector<KeyUnit> out;
    out.reserve(units);
    for (std::uint32_t i = 0; i < units; ++i) {
        auto const id = pool.reserve();
        QKDES_ENSURES(id.has_value());
        auto bits = pool.draw(*id);
        QKDES_ENSURES(bits.has_value());
        out.push_back({*id, std::move(*bits)});
    }
    return out;
}

std::optional<std::vector<KeyUnit>> draw_by_ids(KeyPool& pool, std::span<UnitId const> ids) {
    QKDES_EXPECTS(!ids.empty());
    std::vector<KeyUnit> out;
    out.reserve(ids.size());
    for (UnitId id : ids) {
        auto bits = pool.draw_of_peer(id);
        if (!bits) {
            for (auto const& unit : out)
                pool.put_back(unit.id);
            return std::nullopt;
        }
        out.push_back({id, std::move(*bits)});
    }
    return out;
}

void settle_in(KeyPool& pool, UnitId unit, UnitFate fate) {
    switch (fate) {
    case UnitFate::used:
        return pool.use(unit);
    case UnitFate::voided:
        return pool.annul(unit);
    case UnitFate::stored:
        return pool.put_back(unit);
    case UnitFate::expired:
        break;
    }
    QKDES_EXPECTS(fate != UnitFate::expired); // a unit in use outlives its expiry
}

void PoolSource::get(LinkId, std::uint32_t units, KeySourceAnswer answer) {
    auto drawn = draw_fresh(pool_, units);
    if (!drawn) return answer(KeySourceError::buffer_empty);
    answer(std::move(*drawn));
}

void PoolSource::get_with_ids(LinkId, std::span<UnitId const> ids, KeySourceAnswer answer) {
    auto drawn = draw_by_ids(pool_, ids);
    if (!drawn) return answer(KeySourceError::not_found);
    answer(std::move(*drawn));
}

void PoolSource::settle(LinkId, UnitId unit, UnitFate fate) { settle_in(pool_, unit, fate); }
bool PoolSource::give_up(LinkId, UnitId unit) { return pool_.annul_for_peer(unit); }

} // namespace qkdes
