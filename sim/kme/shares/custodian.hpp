// Keeps shares for others and releases them to those whom the rule lets have them.
//
// A share is taken only from a dealer in the list, under a genuine manifest whose hash it fits. It is destroyed when
// its time is up, when its successor of a refresh is installed, or on demand. A request that comes twice gets the share
// twice and counts once; each answer is sealed to the request's own public key.
//
// Leaves out: protection of a running box that is opened. Whoever captures it gets what `seized` says: one share of
// each key, worth nothing below k of them and nothing after the next refresh.
//
// Checked: tests/sim/kme/shares_custodian_test.cpp, tests/sim/kme/shares_network_test.cpp.
#pragma once
#include "sim/kme/shares/share_messages.hpp"
#include "sim/ports/clock.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace qkdes {

struct SharePorts { ///< all outlive the components
    Clock& clock;
    Entropy& entropy;
    Kem& kem;
    SignatureScheme const& signatures;
    Telemetry& telemetry;
};

using DealerKeys = std::vector<std::vector<std::uint8_t>>; ///< whose manifests count

struct CustodianConfig {
    NodeId self;
    DealerKeys dealers;
    RequesterDirectory requesters;
    std::size_t most_shares = 10'000;
    std::size_t most_sessions = 1'000;                       ///< remembered per share
    SimDuration request_lifetime = std::chrono::minutes{30}; ///< older requests are refused
    SimDuration clock_tolerance = std::chrono::seconds{5};   ///< requests may be from so far in the future
};

class Custodian {
  public:
    Custodian(CustodianConfig config, SharePorts ports);
    ~Custodian();
    Custodian(Custodian const&) = delete;
    Custodian& operator=(Custodian const&) = delete;

    /// For dealers to seal to.
    std::vector<std::uint8_t> const& public_key() const { return identity_.public_key; }
    /// The answer, if there is one to give.
    std::optional<ShareMessage> on(ShareOffer const& offer);
    std::optional<ShareMessage> on(ShareInstall const& install);
    std::optional<ShareMessage> on(ShareRequest const& request);

    /// After a crash: shares survive, those whose time came meanwhile are destroyed now.
    void on_restart();
    RequesterDirectory& requesters() { return config_.requesters; }
    std::size_t held() const { return shares_.size(); }
    void destroy(KeyId key);
    void destroy_all();
    /// What whoever captures this node now finds.
    std::vector<ShareRecord> seized() const;

  private:
    struct Held {
        ShareRecord record;
        SignedManifest manifest;
        AccessRule rule;
        SecretBytes receipt_key;
        std::optional<ShareRecord> next; ///< refreshed, its manifest not yet here
        SecretBytes next_receipt_key;
        std::map<ShareSession, SimTime> served;
        std::uint32_t releases = 0;
        ClockTimer expiry = 0;
    };
    bool from_dealer(SignedManifest const& manifest) const;
    std::optional<ShareMessage> keep(ShareOffer const& offer, ShareRecord record, SecretBytes receipt_key);
    std::optional<ShareMessage> refresh(ShareOffer const& offer, ShareRecord const& zero, SecretBytes receipt_key);
    ShareMessage receipt(ShareOffer const& offer, ReceiptStatus status, Digest const& digest, SecretBytes const& key);
    AccessDecision judge(ShareRequest const& request, Held*& held);
    void watch(Held& held);
    void count(std::string_view what) { ports_.telemetry.count(config_.self, what); }

    CustodianConfig config_;
    SharePorts ports_;
    Kem::KeyPair identity_;
    std::map<KeyId, Held> shares_;
};

/// What binds a sealed share to its manifest.
Digest manifest_digest(ShareManifest const& manifest);

} // namespace qkdes
