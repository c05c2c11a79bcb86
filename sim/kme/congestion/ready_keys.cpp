#include "sim/kme/congestion/ready_keys.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/messages.hpp"

#include <algorithm>
#include <utility>

namespace qkdes {

ReadyKeys::ReadyKeys(std::vector<ReadyKeysSpec> const& specs, SimDuration lifetime, Clock& clock, Relay relay,
                     std::function<void(std::string_view)> count)
    : clock_{clock}, relay_{std::move(relay)}, count_{std::move(count)}, expiry_{
                                                                             clock, lifetime,
                                                                             [this](Expiry const& key) {
                                                                                 shelves_[key.shelf].keys.pop_front();
                                                                                 count_("ready.expired");
                                                                                 refill(key.shelf);
                                                                             },
                                                                             [this](Expiry const& key) {
                                                                                 return here(key);
                                                                             }},
      refills_{clock, kRetry, [this](std::size_t shelf) { refill(shelf); }, [](std::size_t) { return true; }} {
    QKDES_EXPECTS(lifetime.count() > 0);
    for (auto const& spec : specs) {
        QKDES_EXPECTS(spec.low < spec.high);
        shelves_.push_back({spec, {}, 0});
    }
    if (shelves_.empty()) return;
    clock_.call_at(clock_.now(), [this] {
        for (std::size_t s = 0; s < shelves_.size(); ++s)
            refill(s);
    });
}

/// Keys leave in the order they came: one that expires is the oldest of its shelf, or gone.
bool ReadyKeys::here(Expiry const& key) const {
    auto const& keys = shelves_[key.shelf].keys;
    return std::any_of(keys.begin(), keys.end(), [&](DeliveredKey const& held) { return held.id == key.id; });
}

std::optional<std::vector<DeliveredKey>> ReadyKeys::take(KeyRequest const& request) {
    for (std::size_t s = 0; s < shelves_.size(); ++s) {
        Shelf& shelf = shelves_[s];
        if (shelf.spec.from != request.from || shelf.spec.to != request.to || shelf.spec.key_bits != request.key_bits ||
            shelf.spec.worst > request.worst)
            continue;
        std::optional<std::vector<DeliveredKey>> taken;
        if (shelf.keys.size() >= request.number) {
            auto const end = shelf.keys.begin() + request.number;
            taken.emplace(std::make_move_iterator(shelf.keys.begin()), std::make_move_iterator(end));
            shelf.keys.erase(shelf.keys.begin(), end);
        }
        count_(taken ? "ready.served" : "ready.short");
        refill(s);
        return taken;
    }
    return std::nullopt;
}

void ReadyKeys::visit(std::function<void(KeyId, SecretBytes const&)> const& see) const {
    for (Shelf const& shelf : shelves_)
        for (DeliveredKey const& held : shelf.keys)
            see(held.id, held.key);
}

void ReadyKeys::refill(std::size_t s) {
    Shelf& shelf = shelves_[s];
    auto const coming = static_cast<std::uint32_t>(shelf.keys.size()) + shelf.on_the_way;
    if (coming >= shelf.spec.low) return;
    std::uint32_t const wanted = std::min(shelf.spec.high - coming, kMaxKeysPerRequest);
    shelf.on_the_way += wanted;
    relay_({shelf.spec.from, shelf.spec.to, shelf.spec.key_bits, wanted, shelf.spec.worst},
           [this, s, wanted, life = life_](KeyReply reply) {
               if (life == life_) arrived(s, wanted, std::move(reply));
           });
}

void ReadyKeys::arrived(std::size_t s, std::uint32_t asked, KeyReply reply) {
    Shelf& shelf = shelves_[s];
    shelf.on_the_way -= asked;
    if (reply.status != KeyStatus::ok) {
        count_("ready.refill.failed");
        return refills_.add(s);
    }
    for (auto& key : reply.keys) {
        expiry_.add({s, key.id});
        shelf.keys.push_back(std::move(key));
    }
    refill(s); // applications may have taken more meanwhile
}

void ReadyKeys::on_restart() {
    ++life_;
    expiry_.rearm();
    refills_.clear();
    for (std::size_t s = 0; s < shelves_.size(); ++s) {
        shelves_[s].on_the_way = 0;
        refill(s);
    }
}

std::size_t ReadyKeys::ready() const {
    std::size_t sum = 0;
    for (auto const& shelf : shelves_)
        sum += shelf.keys.size();
    return sum;
}

} // namespace qkdes
