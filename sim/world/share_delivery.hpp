// Keys of a demand via `shares`: the asking end makes a key, splits it k of n, and the nodes relay each share over a
// path of its own, no two of which have a common relay. Nobody on the way holds the key; who wants it must hold k
// paths.
//
// From n = 2k - 1 on (k >= 2) shares vouch for each other (sim/kme/shares/cross_mac.hpp): up to k - 1 that a relay has
// altered are found out, and their paths named. With fewer, shares are Shamir's alone, and relays must be trusted not
// to alter them. A is answered when k relays are acknowledged, B has the key when k good shares have come. The
// applications tell each other the ids of the shares with the key's id.
//
// A key is exposed by what exposes k of its shares, and of the class that follows from it.
//
// Distribution: keys, shares and ids come from the stream "demand/I/shares".
// Holds for:  keys of 256 bits. Relays that alter shares are modelled where B picks the shares up.
// Leaves out: relays that alter shares together, in accord.
// Checked:    tests/sim/world/share_delivery_test.cpp.
#pragma once
#include "sim/kme/shares/secret_sharing.hpp"
#include "sim/world/delivery_books.hpp"
#include "sim/world/host.hpp"
#include "sim/world/key_in_shares.hpp"
#include "sim/world/key_service.hpp"
#include "sim/world/program.hpp"
#include "sim/world/system.hpp"

#include <map>
#include <memory>
#include <vector>

namespace qkdes {

/// Of one demand.
class ShareDelivery final : public KeyService {
  public:
    /// `books` outlives it.
    ShareDelivery(WorldParts const& parts, DemandId self, DeliveryBooks& books);
    ~ShareDelivery() override;

    void request(KeyRequest const& request, std::function<void(KeyReply)> reply) override;
    KeyReply fetch(AppId caller, std::span<KeyId const> ids, AppId from) override;
    /// The request that had this key is over.
    void over(KeyId key);
    /// A message with this share took link key.
    void hop(KeyId share, std::uint32_t units);
    /// What a key of an open delivery was cut into; nothing for other keys.
    std::optional<KeyInShares> make_up(KeyId key) const;
    /// Whole keys of open deliveries that a node holds: the asking end's all, the other's once they are combined.
    void keys_in_memory(NodeId node, std::function<void(KeyId, SecretBytes const&)> const& visit) const;
    SecretBytes const* key_in_memory(NodeId node, KeyId key) const;
    /// Books what is still open.
    void finish();

  private:
    struct Path;
    struct Delivery;
    using Open = std::shared_ptr<Delivery>;
    std::vector<SecretBytes> split(SecretBytes const& key);
    std::optional<SecretBytes> combine(Delivery const& delivery, std::size_t key) const;
    /// First nodes of paths whose shares others do not vouch for; none unless the keys can be combined.
    std::vector<NodeId> accused(Delivery const& delivery) const;
    struct Packages;
    Packages packages_of(Delivery const& delivery, std::size_t key) const;
    void relayed(Open const& delivery, std::size_t path, KeyReply reply);
    void answer(Open const& delivery);
    /// What has come over that path and was not picked up; marks what relays on it have altered.
    void pick_up(Delivery& delivery, std::size_t path);
    bool recover(Delivery& delivery);
    void close(Open const& delivery);
    void close_if_done(Open const& delivery);
    KeyId fresh_id();
    KmeNode& node(AppId app) const;
    NodeId place(AppId app) const { return parts_.scenario.applications[app.index()].node; }
    SecretBytes const* key_at(Delivery const& delivery, std::size_t key, NodeId node) const;
    bool vouched() const { return spec_.shares.k >= 2 && spec_.shares.n + 1 >= 2 * spec_.shares.k; }

    WorldParts parts_;
    DemandId self_;
    DemandSpec const& spec_;
    DeliveryBooks& books_;
    ProgramEntropy entropy_;
    Origin origin_;
    std::uint64_t next_ = 0;
    std::map<std::uint64_t, Open> open_; ///< in the order they began
    std::map<KeyId, Open> by_key_;
    std::map<KeyId, Delivery*> shares_; ///< of open deliveries
};

/// All demands via shares of a world.
class ShareDeliveries final : public System {
  public:
    explicit ShareDeliveries(WorldParts const& parts);
    KeyService& service(DemandId demand) { return *deliveries_.at(demand); }
    /// What the shares of the demand took so far, lost ones included; complete after finish().
    using Spent = DeliveryBooks::Spent;
    Spent spent(DemandId demand) const { return books_.spent(demand); }
    std::optional<std::size_t> relays_to_hold(DemandId demand) const { return books_.relays_to_hold(demand); }

    /// As ShareDelivery's, of all of them.
    std::optional<KeyInShares> make_up(DemandId demand, KeyId key) const;
    void keys_in_memory(NodeId node, std::function<void(KeyId, SecretBytes const&)> const& visit) const;
    SecretBytes const* key_in_memory(NodeId node, KeyId key) const;

    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    void hop(NodeId node, LinkId link, KeyId key, SecurityClass protection, std::uint32_t units) override;
    std::vector<SummarySection> finish() override;

  private:
    DeliveryBooks books_;
    std::map<DemandId, std::unique_ptr<ShareDelivery>> deliveries_;
};

} // namespace qkdes
