#include "sim/world/simulated_device.hpp"

#include "models/link/channel/fibre.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/hash.hpp"

#include <cmath>

namespace qkdes {

namespace {

constexpr std::uint64_t kUnit = Auditor::kUnitBits;
constexpr std::uint64_t kMostBits = 1'000'000; ///< of one request
constexpr SimDuration kRecent = std::chrono::minutes{1};
constexpr unsigned kDegradedAfter = 2; ///< fruitless blocks in a row

/// A UUID of version 8 (RFC 9562), the same at both ends: from the first unit of the block.
KeyId id_of(LinkId link, UnitId first) {
    KeyId id;
    for (std::uint64_t half = 0; half < 2; ++half) {
        std::uint64_t const word =
            mix64(mix64(first.block ^ half << 63) ^ std::uint64_t{link.value} << 32 ^ first.index);
        for (std::size_t i = 0; i < 8; ++i)
            id.bytes[8 * half + i] = static_cast<std::uint8_t>(word >> (8 * i));
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x80);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

DeviceError error_of(KeySourceError error) {
    return error == KeySourceError::down ? DeviceError::down : DeviceError::no_key;
}

} // namespace

QkdProtocol protocol_of(LinkParameters const& physics) {
    if (std::holds_alternative<DecoyBb84Parameters>(physics)) return QkdProtocol::bb84;
    if (std::holds_alternative<CvParameters>(physics)) return QkdProtocol::cvqkd;
    if (std::holds_alternative<DiParameters>(physics)) return QkdProtocol::diqkd;
    if (std::holds_alternative<StatedParameters>(physics)) return QkdProtocol::bb84; // the enumeration has no "unknown"
    bool const bbm92 = std::get<EntangledParameters>(physics).protocol == EntangledProtocol::bbm92;
    return bbm92 ? QkdProtocol::bb84 : QkdProtocol::e91; // BBM92 is BB84 with pairs
}

SimulatedDevice::SimulatedDevice(Scenario const& scenario, LinkId link, LinkTimeline const& timeline, KeySource* source,
                                 std::shared_ptr<IssuedBlocks> issued, std::function<SimTime()> now)
    : spec_{scenario.links[link.index()]}, link_{link}, timeline_{timeline},
      protocol_{protocol_of(scenario.devices[spec_.device.value()].physics)}, source_{source},
      issued_{std::move(issued)}, now_{std::move(now)} {
    QKDES_EXPECTS(issued_ != nullptr);
}

void SimulatedDevice::on_block(BlockRecord const& record) {
    if (record.link != link_ || record.outcome == BlockOutcome::interrupted) return;
    bool const key = record.outcome == BlockOutcome::key;
    fruitless_ = key ? 0 : fruitless_ + 1;
    stopped_ |= record.outcome == BlockOutcome::unauthenticated;
    auto const& yield = record.yield;
    double const visibility_error =
        protocol_ == QkdProtocol::bb84 ? yield.qber_x : (1 - yield.chsh / (2 * std::sqrt(2.0))) / 2;
    recent_.push_back({record.begin, record.done, seconds(record.gathered - record.begin),
                       record.delivered + record.authentication + record.lost, yield.detections, yield.sifted.total_z(),
                       yield.qber_z, visibility_error, key, yield.chsh > 0 ? std::optional{yield.chsh} : std::nullopt});
    while (recent_.size() > 1 && recent_.front().done < record.done - kRecent)
        recent_.pop_front();
}

ChannelStatus SimulatedDevice::channel_status() const {
    SimTime const now = now_();
    ChannelStatus status;
    status.loss = total_loss(spec_.fibre) + timeline_.disturbances.at(now).extra_loss;
    if (timeline_.unplanned.contains(now)) return status; // dark: nothing is measured
    status.uptime = now - timeline_.unplanned.last_end(now);
    double gathering = 0, secret = 0, detections = 0, sifted = 0, qber = 0, error = 0;
    for (auto const& ended : recent_) {
        gathering += ended.gathering_s;
        secret += static_cast<double>(ended.secret);
        detections += static_cast<double>(ended.detections);
        sifted += static_cast<double>(ended.sifted);
        qber += ended.qber / static_cast<double>(recent_.size());
        error += ended.qber_x / static_cast<double>(recent_.size());
    }
    if (gathering <= 0) return status;
    status.qber = qber;
    status.key_rate = BitsPerSecond{secret / gathering};
    status.raw_rate = BitsPerSecond{sifted / gathering};
    status.bell = recent_.back().bell;
    status.photon_rate = Hertz{detections / gathering};
    if (protocol_ != QkdProtocol::cvqkd) status.visibility = std::clamp(1 - 2 * error, 0.0, 1.0);
    return status;
}

DeviceHealth SimulatedDevice::health() const {
    SimTime const now = now_();
    if (stopped_) return {DeviceState::failed, "no key left to authenticate with"};
    if (timeline_.unplanned.contains(now))
        return {DeviceState::failed, "no light: the channel is cut or an end is down"};
    if (timeline_.quantum.contains(now)) return {};
    if (fruitless_ >= kDegradedAfter) return {DeviceState::degraded, "the last blocks gave no key"};
    return {};
}

KeyBlock SimulatedDevice::assemble(KeyId id, std::uint64_t bits, std::vector<KeyUnit> const& units) const {
    KeyBlock block;
    block.id = id;
    block.bits = bits;
    block.material = SecretBytes{bits / 8};
    for (std::size_t i = 0; i < units.size(); ++i) {
        std::size_t const at = i * (kUnit / 8);
        std::copy_n(units[i].bits.data(), std::min<std::size_t>(kUnit / 8, bits / 8 - at), block.material.data() + at);
        source_->settle(link_, units[i].id, UnitFate::used);
    }
    auto const status = channel_status();
    block.qber = status.qber;
    block.key_rate = status.key_rate;
    block.protocol = protocol_;
    block.timestamp = recent_.empty() ? now_() : recent_.back().done;
    return block;
}

void SimulatedDevice::request_key(std::uint64_t bits, std::function<void(KeyBlockResult)> answer) {
    if (bits == 0 || bits % 8 != 0 || bits > kMostBits) return answer(DeviceError::bad_request);
    if (source_ == nullptr) return answer(DeviceError::no_key);
    auto const units = static_cast<std::uint32_t>((bits + kUnit - 1) / kUnit);
    source_->get(link_, units, [this, bits, answer = std::move(answer)](KeySourceResult result) {
        auto const* drawn = std::get_if<std::vector<KeyUnit>>(&result);
        if (drawn == nullptr)
            return answer(stopped_ ? DeviceError::halted : error_of(std::get<KeySourceError>(result)));
        KeyId const id = id_of(link_, drawn->front().id);
        std::vector<UnitId> ids;
        for (auto const& unit : *drawn)
            ids.push_back(unit.id);
        issued_->insert_or_assign(id, std::pair{bits, std::move(ids)});
        answer(assemble(id, bits, *drawn));
    });
}

void SimulatedDevice::key_with_id(KeyId id, std::function<void(KeyBlockResult)> answer) {
    auto const found = issued_->find(id);
    if (source_ == nullptr || found == issued_->end()) return answer(DeviceError::no_key);
    auto const [bits, ids] = found->second;
    source_->get_with_ids(link_, ids, [this, id, bits = bits, answer = std::move(answer)](KeySourceResult result) {
        auto const* drawn = std::get_if<std::vector<KeyUnit>>(&result);
        if (drawn == nullptr) return answer(error_of(std::get<KeySourceError>(result)));
        issued_->erase(id);
        answer(assemble(id, bits, *drawn));
    });
}

} // namespace qkdes
