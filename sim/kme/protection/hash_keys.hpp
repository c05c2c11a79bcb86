// The hash keys of one link's one-time tags (one_time_pad.hpp): the own, for messages that this end initiates, and the
// neighbour's, which each of its messages names. All are forgotten in a crash; then a fresh one is drawn.
#pragma once
#include "sim/ports/key_source.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

namespace qkdes {

class HashKeys {
  public:
    KeyUnit const* own() const { return own_ ? &*own_ : nullptr; }
    void take_own(KeyUnit unit) { own_ = std::move(unit); }
    /// The neighbour does not know it any more, or never did.
    void drop_own() { own_.reset(); }

    KeyUnit const* of_peer(UnitId unit) const {
        for (auto const& known : of_peer_)
            if (known.id == unit) return &known;
        return nullptr;
    }
    /// Asked of a source that takes its time: between await() and awaited_came() nobody else need ask for it.
    bool known_or_awaited(UnitId unit) const {
        return of_peer(unit) != nullptr || std::find(awaited_.begin(), awaited_.end(), unit) != awaited_.end();
    }
    void await(UnitId unit) { awaited_.push_back(unit); }
    void awaited_came(UnitId unit) { std::erase(awaited_, unit); }
    /// Only of a message whose tag was right.
    void learn(KeyUnit unit) {
        if (of_peer_.size() == kRemembered) of_peer_.pop_front();
        of_peer_.push_back(std::move(unit));
    }

  private:
    static constexpr std::size_t kRemembered = 4; ///< a neighbour that restarts often leaves old ones behind
    std::optional<KeyUnit> own_;
    std::deque<KeyUnit> of_peer_;
    std::vector<UnitId> awaited_;
};

} // namespace qkdes
