#include "sim/kme/digital/digital_node.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace qkdes {

namespace {

constexpr std::size_t kConfirmationBytes = 16;
constexpr std::string_view kOfferBox = "blast-like offer";

bool size_is_legal(std::uint32_t bits) { return bits >= kMinDigitalBits && bits <= kMaxDigitalBits && bits % 8 == 0; }

} // namespace

std::string_view to_string(DigitalStatus status) {
    static constexpr std::array<std::string_view, 8> kNames{"ok",       "server_down", "pool_gone", "peer_silent",
                                                            "mismatch", "bad_request", "busy",      "restarted"};
    return kNames[static_cast<std::size_t>(status)];
}

bool exposed(std::size_t servers, std::size_t compromised, bool seed_known) {
    return seed_known && compromised >= servers;
}

DigitalNode::DigitalNode(DigitalConfig config, DigitalPorts ports)
    : config_{std::move(config)}, ports_{ports}, identity_{ports.kem.generate(ports.entropy)},
      courier_{config_.self, ports.clock, ports.transport, ports.telemetry,
               [this](CourierPath const& back, std::span<std::uint8_t const> body) { receive(back, body); }},
      expiry_{ports.clock, config_.time_to_live, [this](KeyId const& id) { keys_.erase(id); },
              [this](KeyId const& id) { return keys_.contains(id); }} {}

DigitalNode::~DigitalNode() {
    for (auto const& [id, session] : sessions_)
        ports_.clock.cancel(session.timer);
}

void DigitalNode::request_key(NodeId peer, std::uint32_t bits, Done done) {
    auto const found = config_.peers.find(peer);
    if (found == config_.peers.end() || config_.servers.empty() || !size_is_legal(bits))
        return done({DigitalStatus::bad_request, {}, {}, {}});
    Session session;
    ports_.entropy.fill(session.id.bytes);
    SecretBytes seed{32};
    ports_.entropy.fill(seed.mutable_view());
    auto const epoch = static_cast<std::uint64_t>(ports_.clock.now().time_since_epoch() / config_.epoch);
    DigitalOffer offer{session.id, config_.self, bits, epoch, {}, {}};
    auto sealed =
        seal_box(ports_.kem, found->second.kem_key, kOfferBox, {}, seed, associated_part(offer), ports_.entropy);
    if (!sealed) return done({DigitalStatus::bad_request, {}, {}, {}});
    offer.box = std::move(sealed->box);
    offer.signature = config_.signer->sign(signed_part(offer), ports_.entropy);
    KeyId const id = session.id;
    session.peer = peer;
    session.bits = bits;
    session.initiator = true;
    session.offer = encode_digital(offer);
    session.confirm_key = std::move(sealed->reply_key);
    session.done = done;
    if (!open_session(std::move(session), seed, epoch)) return done({DigitalStatus::busy, id, {}, {}});
    repeat(id);
}

bool DigitalNode::open_session(Session session, SecretBytes const& seed, std::uint64_t epoch) {
    if (sessions_.size() >= config_.most_sessions) return false;
    auto const words = static_cast<std::uint16_t>(sampled_words(session.bits));
    for (auto const& server : config_.servers) {
        Download download{server, pool_seeds(seed, server.id, session.id), {}, {}, {}, {}, 0};
        ports_.entropy.fill(download.session);
        SecretBytes const query = encode_query({epoch, words, download.seeds.sampling});
        auto sealed = seal_box(ports_.kem, server.public_key, kPoolLabel, download.session, query, download.session,
                               ports_.entropy);
        if (!sealed) return false;
        download.request = encode_digital(PoolRequest{download.session, server.id, std::move(sealed->box)});
        download.reply_key = std::move(sealed->reply_key);
        session.downloads.push_back(std::move(download));
    }
    session.began = ports_.clock.now();
    session.end = session.began + config_.deadline;
    KeyId const id = session.id;
    for (auto const& download : session.downloads)
        downloads_[download.session] = id;
    sessions_.emplace(id, std::move(session));
    return true;
}

void DigitalNode::repeat(KeyId id) {
    Session& session = sessions_.at(id);
    session.timer = 0;
    SimTime const now = ports_.clock.now();
    bool const missing = std::any_of(session.downloads.begin(), session.downloads.end(),
                                     [](auto const& download) { return !download.extracted; });
    if (!session.answer.empty()) { // B: over, remembered until the deadline for offers that come again
        if (now >= session.end) return forget(id);
    } else {
        if (now >= session.end) return conclude(id, missing ? DigitalStatus::server_down : DigitalStatus::peer_silent);
        for (auto& download : session.downloads) {
            if (download.extracted) continue;
            if (config_.attempts != 0 && download.asked >= config_.attempts)
                return conclude(id, DigitalStatus::server_down);
            ++download.asked;
            courier_.send(download.server.path, download.request);
        }
        if (session.initiator && !session.peer_confirmation)
            courier_.send(config_.peers.at(session.peer).path, session.offer);
    }
    session.timer = ports_.clock.call_at(std::min(now + config_.retry, session.end), [this, id] { repeat(id); });
}

void DigitalNode::receive(CourierPath const& back, std::span<std::uint8_t const> body) {
    auto const message = decode_digital(body);
    if (!message) return count("digital.malformed");
    if (auto const* offer = std::get_if<DigitalOffer>(&*message))
        on(*offer, back);
    else if (auto const* confirm = std::get_if<DigitalConfirm>(&*message))
        on(*confirm);
    else if (auto const* reply = std::get_if<PoolReply>(&*message))
        on(*reply);
}

void DigitalNode::on(DigitalOffer const& offer, CourierPath const& back) {
    if (auto const found = sessions_.find(offer.key); found != sessions_.end()) {
        if (!found->second.initiator && !found->second.answer.empty()) courier_.send(back, found->second.answer);
        return;
    }
    auto const peer = config_.peers.find(offer.from);
    if (peer == config_.peers.end() || config_.servers.empty() || keys_.contains(offer.key) ||
        !ports_.signatures.verify(peer->second.signature_key, signed_part(offer), offer.signature))
        return count("digital.offer.refused");
    auto const opened = open_box(*identity_.private_key, offer.box, kOfferBox, {}, associated_part(offer));
    if (!opened || opened->text.size() != 32) return count("digital.offer.sealed_wrong");
    Session session;
    session.id = offer.key;
    session.peer = offer.from;
    session.bits = offer.bits;
    session.confirm_key = opened->reply_key;
    session.back = back;
    if (!open_session(std::move(session), opened->text, offer.epoch)) return count("digital.offer.busy");
    repeat(offer.key);
}

void DigitalNode::on(PoolReply const& reply) {
    auto const owner = downloads_.find(reply.session);
    if (owner == downloads_.end()) return;
    KeyId const id = owner->second;
    Session& session = sessions_.at(id);
    auto& download = *std::find_if(session.downloads.begin(), session.downloads.end(),
                                   [&](auto const& d) { return d.session == reply.session; });
    if (download.extracted || !session.answer.empty()) return;
    for (auto status : {PoolStatus::ok, PoolStatus::gone}) {
        std::uint8_t const byte[] = {static_cast<std::uint8_t>(status)};
        auto const text =
            open_once(labelled_hkdf(32, download.reply_key, kPoolAnswer, byte), reply.sealed, reply.session);
        if (!text) continue;
        if (status == PoolStatus::gone) return conclude(id, DigitalStatus::pool_gone);
        if (text->size() != 1 + 8 * sampled_words(session.bits)) break;
        SecretBytes const samples{text->view().subspan(1)};
        download.extracted =
            toeplitz_extract(download.seeds.extraction, samples, session.bits / 8 + kConfirmationBytes);
        return advance(id);
    }
    count("digital.samples.forged");
}

void DigitalNode::on(DigitalConfirm const& confirm) {
    auto const found = sessions_.find(confirm.key);
    if (found == sessions_.end() || !found->second.initiator || found->second.peer_confirmation) return;
    auto text = open_once(found->second.confirm_key, confirm.sealed, confirm.key.bytes);
    if (!text || text->size() != 1 + kConfirmationBytes ||
        text->data()[0] > static_cast<std::uint8_t>(DigitalStatus::busy))
        return count("digital.confirm.forged");
    auto const status = static_cast<DigitalStatus>(text->data()[0]);
    if (status != DigitalStatus::ok) return conclude(confirm.key, status);
    found->second.peer_confirmation = SecretBytes{text->view().subspan(1)};
    advance(confirm.key);
}

void DigitalNode::advance(KeyId id) {
    Session& session = sessions_.at(id);
    std::size_t const bytes = session.bits / 8;
    if (!session.key) {
        SecretBytes sum{bytes + kConfirmationBytes};
        for (auto const& download : session.downloads) {
            if (!download.extracted) return;
            for (std::size_t i = 0; i < sum.size(); ++i)
                sum.data()[i] ^= download.extracted->data()[i];
        }
        session.key = SecretBytes{sum.view().first(bytes)};
        session.confirmation = SecretBytes{sum.view().subspan(bytes)};
    }
    if (!session.initiator) return conclude(id, DigitalStatus::ok);
    if (!session.peer_confirmation) return;
    bool const same = *session.peer_confirmation == *session.confirmation;
    conclude(id, same ? DigitalStatus::ok : DigitalStatus::mismatch);
}

void DigitalNode::conclude(KeyId id, DigitalStatus status) {
    Session& session = sessions_.at(id);
    if (session.initiator) {
        DigitalReply reply{status, id, {}, ports_.clock.now() - session.began};
        if (status == DigitalStatus::ok) reply.key = std::move(*session.key);
        Done const done = std::move(session.done);
        forget(id);
        count(to_string(status));
        return done(std::move(reply));
    }
    if (status == DigitalStatus::ok && keys_.size() >= config_.most_keys) status = DigitalStatus::busy;
    SecretBytes text{1 + kConfirmationBytes};
    text.data()[0] = static_cast<std::uint8_t>(status);
    if (status == DigitalStatus::ok) {
        std::copy_n(session.confirmation->data(), kConfirmationBytes, text.data() + 1);
        keys_[id] = {session.peer, std::move(*session.key)};
        expiry_.add(id);
    }
    session.key.reset();
    session.answer = encode_digital(DigitalConfirm{id, seal_once(session.confirm_key, text, id.bytes)});
    session.end = ports_.clock.now() + config_.deadline;
    courier_.send(session.back, session.answer);
    for (auto& download : session.downloads) // key material that nobody needs any more
        downloads_.erase(download.session);
    session.downloads.clear();
    session.confirmation.reset();
    if (session.timer == 0) // concluded from inside its own timer
        session.timer = ports_.clock.call_at(session.end, [this, id] { repeat(id); });
}

void DigitalNode::forget(KeyId id) {
    auto const found = sessions_.find(id);
    ports_.clock.cancel(found->second.timer);
    for (auto const& download : found->second.downloads)
        downloads_.erase(download.session);
    sessions_.erase(found);
}

bool DigitalNode::holds(NodeId peer, KeyId id) const {
    auto const found = keys_.find(id);
    return found != keys_.end() && found->second.peer == peer;
}

void DigitalNode::on_restart() {
    auto const interrupted = std::exchange(sessions_, {});
    downloads_.clear();
    expiry_.rearm();
    for (auto const& [id, session] : interrupted) {
        ports_.clock.cancel(session.timer);
        if (!session.initiator) continue;
        count(to_string(DigitalStatus::restarted));
        session.done({DigitalStatus::restarted, id, {}, ports_.clock.now() - session.began});
    }
}

std::optional<SecretBytes> DigitalNode::fetch_key(NodeId peer, KeyId id) {
    if (!holds(peer, id)) return std::nullopt;
    auto const found = keys_.find(id);
    SecretBytes out = std::move(found->second.key);
    keys_.erase(found);
    return out;
}

} // namespace qkdes
