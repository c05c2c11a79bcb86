// The source of link keys that answers at once: a node's own pool of one link, without anything in between.
#pragma once
#include "sim/kme/key_pool.hpp"
#include "sim/ports/key_source.hpp"

#include <optional>

namespace qkdes {

/// All or none of what is asked for; the units are drawn.
std::optional<std::vector<KeyUnit>> draw_fresh(KeyPool& pool, std::uint32_t units);
std::optional<std::vector<KeyUnit>> draw_by_ids(KeyPool& pool, std::span<UnitId const> ids);
/// KeySource::settle on a pool; an unused unit goes back.
void settle_in(KeyPool& pool, UnitId unit, UnitFate fate);

class PoolSource final : public KeySource {
  public:
    /// The pool outlives the source.
    explicit PoolSource(KeyPool& pool) : pool_{pool} {}
    void get(LinkId link, std::uint32_t units, KeySourceAnswer answer) override;
    void get_with_ids(LinkId link, std::span<UnitId const> ids, KeySourceAnswer answer) override;
    void settle(LinkId link, UnitId unit, UnitFate fate) override;
    bool give_up(LinkId link, UnitId unit) override;

  private:
    KeyPool& pool_;
};

} // namespace qkdes
