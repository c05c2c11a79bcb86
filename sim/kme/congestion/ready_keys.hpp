// End-to-end keys relayed before anybody asks, so that a request is answered from memory: proactive delivery, against
// relaying on demand.
//
// Below `low` keys (those on their way included) new ones are relayed, up to `high`. The far node has them already when
// they become ready here, waiting for their application; they are dropped here one relay_timeout before they expire
// there. A failed refill is tried again after `retry`.
//
// Costs:   every key that is made and never asked for; that is the price of answering at once.
// Checked: tests/sim/kme/congestion_test.cpp.
#pragma once
#include "sim/kme/congestion/config.hpp"
#include "sim/kme/deadline_lane.hpp"
#include "sim/kme/node.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace qkdes {

class ReadyKeys {
  public:
    using Relay = std::function<void(KeyRequest const&, std::function<void(KeyReply)>)>;
    /// Keys stay ready for `lifetime` > 0. Begins to fill as soon as the clock runs.
    ReadyKeys(std::vector<ReadyKeysSpec> const& specs, SimDuration lifetime, Clock& clock, Relay relay,
              std::function<void(std::string_view)> count);

    /// All keys that the request wants, or nothing: then they are made on demand.
    std::optional<std::vector<DeliveredKey>> take(KeyRequest const& request);
    /// Relays that were on their way are gone; keys that are ready stay.
    void on_restart();
    std::size_t ready() const;
    void visit(std::function<void(KeyId, SecretBytes const&)> const& see) const;

  private:
    struct Shelf {
        ReadyKeysSpec spec;
        std::deque<DeliveredKey> keys; ///< oldest first
        std::uint32_t on_the_way = 0;
    };
    struct Expiry {
        std::size_t shelf;
        KeyId id;
    };
    void refill(std::size_t shelf);
    void arrived(std::size_t shelf, std::uint32_t asked, KeyReply reply);
    bool here(Expiry const& key) const;

    static constexpr SimDuration kRetry = std::chrono::seconds{1};
    Clock& clock_;
    Relay relay_;
    std::function<void(std::string_view)> count_;
    std::vector<Shelf> shelves_;
    DeadlineLane<Expiry> expiry_;
    DeadlineLane<std::size_t> refills_;
    std::uint64_t life_ = 0; ///< counts restarts: answers to relays of an earlier life do not count
};

} // namespace qkdes
