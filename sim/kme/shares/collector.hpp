// Asks custodians for their shares of a key until k good ones are there, puts the key together and says who stood in
// the way.
//
// The request is signed, with a fresh KEM key pair that every answer is sealed to. Shares of a custodian at hand (a
// pre-positioned one) are asked for like the others, over an empty path. A share that fails its seal or its hash names
// the x it came for: the custodian, or somebody on its path; it is asked for again. Manifests come with the order or,
// on demand, with the shares; shares of several epochs are kept apart, as in the middle of a refresh.
//
// Checked: tests/sim/kme/shares_network_test.cpp.
#pragma once
#include "sim/kme/shares/dealer.hpp"
#include "sim/kme/shares/reconstruct.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace qkdes {

enum class RecoveryStatus : std::uint8_t {
    ok,
    too_few,      ///< not k good shares before the deadline, or too many final refusals
    inconsistent, ///< k shares pass their hashes and fit no key
};

struct RecoveryReport {
    RecoveryStatus status = RecoveryStatus::too_few;
    std::optional<SecretBytes> key;
    std::uint32_t epoch = 0;
    std::vector<std::uint8_t> culprits;             ///< x whose share was false at least once
    std::map<std::uint8_t, AccessDecision> refused; ///< x, and why; not authenticated
    std::vector<std::uint8_t> silent;               ///< x that never answered
    std::size_t good = 0;                           ///< shares of the key's epoch that passed
    std::uint64_t requests = 0;                     ///< sent, repetitions included
    SimDuration elapsed{};                          ///< to the key, when there is one
};

struct CollectorConfig {
    NodeId self;
    RequesterId requester = 0;
    std::shared_ptr<Signer const> signer;
    DealerKeys dealers;
    RetryPolicy retry;
};

class ShareCollector {
  public:
    using Done = std::function<void(RecoveryReport)>;
    ShareCollector(CollectorConfig config, SharePorts ports, SendShareMessage send);
    ~ShareCollector();
    ShareCollector(ShareCollector const&) = delete;
    ShareCollector& operator=(ShareCollector const&) = delete;

    /// Custodians by x. `manifest` may be missing; `retry` is of this one, instead of the collector's. `done` comes
    /// exactly once, never from inside recover.
    void recover(KeyId key, std::uint8_t purpose, std::map<std::uint8_t, CourierPath> const& custodians,
                 std::optional<SignedManifest> manifest, Done done, std::optional<RetryPolicy> retry = {});
    void on(ShareRelease const& release, CourierPath const& back);
    /// After a crash: what was under way is too_few, the shares in hand are gone.
    void on_restart();

  private:
    struct Epoch {
        std::optional<ShareManifest> manifest;
        std::map<std::uint8_t, ShareRecord> shares;
    };
    struct Job {
        KeyId key;
        std::uint8_t purpose = 0, k = 1;
        std::map<std::uint8_t, CourierPath> custodians;
        Kem::KeyPair pair;
        std::map<std::uint32_t, Epoch> epochs;
        std::set<std::uint8_t> answered, gone, culprits;
        std::map<std::uint8_t, AccessDecision> refused;
        bool want_manifest = false, inconsistent = false;
        RetryPolicy retry;
        SimTime began{}, end{};
        SimDuration interval{};
        ClockTimer timer = 0;
        std::uint64_t requests = 0;
        Done done;
    };
    bool from_dealer(SignedManifest const& manifest) const;
    void ask(ShareSession session);
    void wrong(Job& job, std::uint8_t x);
    std::optional<ShareRecord> open(Job const& job, ShareRelease const& release, std::uint8_t x) const;
    void combine(ShareSession session);
    void finish(ShareSession session, std::optional<SecretBytes> key, std::uint32_t epoch);

    CollectorConfig config_;
    SharePorts ports_;
    SendShareMessage send_;
    std::map<ShareSession, Job> jobs_;
};

} // namespace qkdes
