// Hands shares out and refreshes them, over links that lose messages: everything is repeated until it is answered or
// the time is up, at doubling intervals.
//
// A refresh has two phases. First every custodian gets its share of zero and answers with the hash of its new share,
// while the old one still counts. When all have, or the first phase's time is up and a quorum has, the next manifest is
// signed and sent; a custodian that gets it destroys its old share. Below the quorum nothing changes. Custodians that
// were not reached are out of the next epoch: hand them a share by a new dealing.
//
// Checked: tests/sim/kme/shares_network_test.cpp.
#pragma once
#include "sim/kme/shares/courier.hpp"
#include "sim/kme/shares/custodian.hpp"

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace qkdes {

struct RetryPolicy {
    SimDuration first = std::chrono::seconds{1}, longest = std::chrono::minutes{1}; ///< doubling in between
    SimDuration deadline = std::chrono::hours{1};
};

using SendShareMessage = std::function<void(CourierPath const&, ShareMessage const&)>;

struct CustodianAddress {
    CourierPath path;
    std::vector<std::uint8_t> public_key;
};

struct DistributionReport {
    bool usable = false; ///< at least k hold their share (after a refresh: of the new epoch)
    SignedManifest manifest;
    std::vector<std::uint8_t> stored, refused, silent; ///< by x
    std::uint64_t messages = 0;                        ///< sent, repetitions included
    SimDuration elapsed{};
};

class ShareDealer {
  public:
    using Done = std::function<void(DistributionReport)>;
    ShareDealer(NodeId self, std::shared_ptr<Signer const> signer, SharePorts ports, SendShareMessage send,
                RetryPolicy retry = {});
    ~ShareDealer();
    ShareDealer(ShareDealer const&) = delete;
    ShareDealer& operator=(ShareDealer const&) = delete;

    /// custodians[i] gets x = i + 1; there are sharing.n of them. False when a public key is malformed or this key and
    /// epoch is already under way; `done` is then never called, and otherwise exactly once.
    /// `retry`: of this one, instead of the dealer's.
    bool distribute(SharingParameters const& sharing, SecretBytes const& key, KeyCheck check, AccessRule const& rule,
                    std::vector<CustodianAddress> const& custodians, Done done, std::optional<RetryPolicy> retry = {});
    /// From old.epoch to the next; the shares' new time limit is `not_after`. `quorum` >= k custodians must answer
    /// within `first_phase`.
    bool refresh(SignedManifest const& old, SimTime not_after, std::uint8_t quorum, SimDuration first_phase,
                 std::vector<CustodianAddress> const& custodians, Done done, std::optional<RetryPolicy> retry = {});
    void on(ShareReceipt const& receipt);
    /// After a crash: what was under way ends here, with what had been answered.
    void on_restart();

  private:
    enum class Phase : std::uint8_t { storing, refreshing, installing };
    struct Party {
        CustodianAddress address;
        ShareMessage message;
        SecretBytes receipt_key;
        std::optional<ReceiptStatus> answer;
        Digest commitment{};
        bool taking_part = true;
    };
    struct Job {
        Phase phase = Phase::storing;
        SharingParameters sharing;
        SignedManifest manifest, old;
        std::vector<Party> parties;
        std::uint8_t quorum = 0;
        RetryPolicy retry;
        SimTime began{}, phase_end{}, end{};
        SimDuration interval{};
        ClockTimer timer = 0;
        std::uint64_t messages = 0;
        Done done;
    };
    using JobId = std::pair<KeyId, std::uint32_t>;
    bool start(Job job, Dealing const& dealing, AccessRule const& rule, std::vector<CustodianAddress> const& to);
    void send_round(JobId id);
    void advance(JobId id);
    void install(JobId id, Job& job);
    void finish(JobId id);

    NodeId self_;
    std::shared_ptr<Signer const> signer_;
    SharePorts ports_;
    SendShareMessage send_;
    RetryPolicy retry_;
    std::map<JobId, Job> jobs_;
};

} // namespace qkdes
