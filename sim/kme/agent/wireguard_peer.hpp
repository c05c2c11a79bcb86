// One end of a tunnel that takes a pre-shared key as WireGuard does: one key per peer, without a name, mixed into every
// handshake. Ends with different keys cannot shake hands; what they have agreed on before goes on until it is too old.
//
//   J. A. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", NDSS 2017, doi:10.14722/ndss.2017.23160,
//   section 6.1 for the constants.
//
// Handshake: initiation, response, and a first packet that confirms the session to the responder. An initiation without
//            a good response is repeated after `rekey_timeout` and up to a third of a second; after `rekey_attempt` the
//            end gives up, and the next packet to be sent begins anew. The end that began the session begins the next
//            one when it is `rekey_after` old. A session older than `reject_after` carries nothing.
// Holds for: traffic both ways at all times, so that there always is a next packet.
// Leaves out: Diffie-Hellman, identities, cookies and the packets themselves. Proof that both ends know the same
//            pre-shared key is an HMAC-SHA-256 over the message instead of Noise's AEAD; nothing may rely on these
//            bytes to protect anything. The end that did not begin the last session waits one `rekey_timeout` longer
//            before it begins one itself, where WireGuard lets both begin. A confirmation proves nothing but the
//            session's number.
// Security:  whatever the key's origin, what the tunnel carries is protected computationally (ChaCha20-Poly1305). A
//            session made without a key rests on X25519 alone and falls to a quantum computer, unless the tunnel has a
//            post-quantum handshake of its own.
// Checked:   tests/sim/kme/agent_wireguard_test.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/entropy.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace qkdes::agent {

struct WireGuardConfig {
    SimDuration rekey_after = std::chrono::seconds{120};
    SimDuration reject_after = std::chrono::seconds{180};
    SimDuration rekey_attempt = std::chrono::seconds{90};
    SimDuration rekey_timeout = std::chrono::seconds{5}; ///< > 0
    bool begins = true;                                  ///< one of the two ends begins
};

struct WireGuardCounts {
    std::uint64_t initiated = 0;  ///< initiations sent, repetitions included
    std::uint64_t completed = 0;  ///< of those, answered with a good response
    std::uint64_t failed = 0;     ///< of those, not answered with one in time
    std::uint64_t mismatched = 0; ///< responses that another pre-shared key had made
    std::uint64_t gave_up = 0;    ///< times that `rekey_attempt` went by
};

class WireGuardPeer {
  public:
    struct Session {
        std::uint64_t number = 0;
        SimTime since;
        bool keyed = false; ///< made with a pre-shared key
    };
    struct Ports { ///< all outlive it
        Clock& clock;
        Entropy& entropy;
        std::function<void(std::vector<std::uint8_t>)> send; ///< to the other end; may lose it
        std::function<void()> changed;                       ///< session() may give another answer from now on
    };
    WireGuardPeer(WireGuardConfig const& config, Ports ports);
    ~WireGuardPeer();
    WireGuardPeer(WireGuardPeer const&) = delete;
    WireGuardPeer& operator=(WireGuardPeer const&) = delete;

    void start();
    /// For handshakes from now on; none: sessions are made without. Sessions that there are stay.
    void use_key(std::optional<SecretBytes> key) { key_ = std::move(key); }
    /// Any bytes; what is not understood is dropped.
    void on_message(std::span<std::uint8_t const> message);
    /// The host has come back from a failure: sessions are gone.
    void restart();

    /// The session that this end sends with, unless it is too old.
    std::optional<Session> session() const;
    WireGuardCounts const& counts() const { return counts_; }

  private:
    using Tag = std::array<std::uint8_t, 32>;
    void begin();
    void initiate();
    void unanswered();
    void adopt(Session session, bool mine);
    void plan();
    void confirm(std::uint64_t number, int times);
    void set(SimTime when, void (WireGuardPeer::*what)());
    Tag proof_of(std::uint64_t number) const;

    WireGuardConfig config_;
    Ports ports_;
    std::optional<SecretBytes> key_;
    std::optional<Session> session_;
    std::optional<Session> pending_; ///< that the other end began, until it is confirmed
    std::uint64_t initiation_ = 0;   ///< number of the one under way; 0: none
    SimTime trying_since_;
    bool mine_ = true; ///< this end begins the next session
    ClockTimer timer_ = 0, expiry_ = 0, confirmation_ = 0;
    WireGuardCounts counts_;
};

} // namespace qkdes::agent
