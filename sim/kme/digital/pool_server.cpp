#include "sim/kme/digital/pool_server.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

SecretBytes sample_pool(SecretBytes const& pool, std::span<std::uint64_t const> positions) {
    SecretBytes out{8 * positions.size()};
    for (std::size_t i = 0; i < positions.size(); ++i)
        std::copy_n(pool.data() + 8 * positions[i], 8, out.data() + 8 * i);
    return out;
}

PoolServer::PoolServer(PoolServerConfig config, Clock& clock, Entropy& entropy, Kem& kem, Transport& transport,
                       Telemetry& telemetry)
    : config_{config}, clock_{clock}, entropy_{entropy}, telemetry_{telemetry}, identity_{kem.generate(entropy)},
      courier_{config.self, clock, transport, telemetry,
               [this](CourierPath const& back, std::span<std::uint8_t const> body) { receive(back, body); }} {
    QKDES_EXPECTS(config.pool_bytes % 8 == 0 && config.pool_bytes / 16 >= sampled_words(kMaxDigitalBits));
    QKDES_EXPECTS(config.epoch > SimDuration::zero() && config.grace >= SimDuration::zero());
}

PoolServer::~PoolServer() {
    for (auto const& [epoch, shredding] : shredding_)
        clock_.cancel(shredding.timer);
}

SecretBytes const* PoolServer::pool(std::uint64_t epoch) {
    if (auto const found = pools_.find(epoch); found != pools_.end()) return &found->second;
    auto const now = clock_.now().time_since_epoch();
    // Only the running epoch's pool is drawn: a past one is gone, or was never asked for.
    if (epoch != static_cast<std::uint64_t>(now / config_.epoch)) return nullptr;
    auto& fresh = pools_.emplace(epoch, SecretBytes{config_.pool_bytes}).first->second;
    entropy_.fill(fresh.mutable_view());
    shredding_[epoch].at = clock_.now() + (config_.epoch - now % config_.epoch) + config_.grace;
    shred_in_time(epoch);
    return &fresh;
}

void PoolServer::shred_in_time(std::uint64_t epoch) {
    auto& shredding = shredding_.at(epoch);
    shredding.timer = clock_.call_at(shredding.at, [this, epoch] { shred(epoch); });
}

void PoolServer::shred(std::uint64_t epoch) {
    pools_.erase(epoch); // wiped as it goes
    shredding_.erase(epoch);
}

void PoolServer::on_restart() {
    for (auto next = shredding_.begin(); next != shredding_.end();) {
        auto const [epoch, shredding] = *next++;
        clock_.cancel(shredding.timer);
        if (shredding.at <= clock_.now())
            shred(epoch);
        else
            shred_in_time(epoch);
    }
}

void PoolServer::receive(CourierPath const& back, std::span<std::uint8_t const> body) {
    auto const message = decode_digital(body);
    auto const* request = message ? std::get_if<PoolRequest>(&*message) : nullptr;
    if (request == nullptr || request->server != config_.id) return telemetry_.count(config_.self, "pool.malformed");
    auto const opened = open_box(*identity_.private_key, request->box, kPoolLabel, request->session, request->session);
    auto const query = opened ? decode_query(opened->text) : std::nullopt;
    if (!query) return telemetry_.count(config_.self, "pool.refused");
    SecretBytes answer{1};
    answer.data()[0] = static_cast<std::uint8_t>(PoolStatus::gone);
    if (auto const* found = pool(query->epoch)) {
        auto const samples =
            sample_pool(*found, sample_positions(query->sampling_seed, query->words, config_.pool_bytes / 8));
        answer = SecretBytes{1 + samples.size()};
        answer.data()[0] = static_cast<std::uint8_t>(PoolStatus::ok);
        std::copy_n(samples.data(), samples.size(), answer.data() + 1);
    }
    // A request that comes twice is answered alike, under the same key: the same text, or "gone" after "ok", which
    // would be a second text under one key and iv. So the key is derived anew for each kind of answer.
    auto const key = labelled_hkdf(32, opened->reply_key, kPoolAnswer, answer.view().first(1));
    courier_.send(back, encode_digital(PoolReply{request->session, seal_once(key, answer, request->session)}));
}

} // namespace qkdes
