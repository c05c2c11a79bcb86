#include "sim/kme/agent/announcement.hpp"

#include "sim/kme/wire.hpp"

#include <bit>
#include <cmath>

namespace qkdes::agent {

namespace {

enum Kind : std::uint8_t { kAnnouncement = 1, kConfirmation = 2 };
constexpr std::size_t kAnnouncementBytes = 1 + 8 + 16 + 1 + 8 + 8 + 8 + 8, kConfirmationBytes = 1 + 8;

double read_double(WireReader& in) { return std::bit_cast<double>(in.integer<std::uint64_t>()); }

} // namespace

std::vector<std::uint8_t> encode(AgentMessage const& message) {
    if (auto const* confirmation = std::get_if<Confirmation>(&message)) {
        std::vector<std::uint8_t> bytes(kConfirmationBytes);
        WireWriter out{bytes};
        out.integer(std::uint8_t{kConfirmation});
        out.integer(confirmation->sequence);
        return bytes;
    }
    KeyRecord const& record = std::get<Announcement>(message).record;
    std::vector<std::uint8_t> bytes(kAnnouncementBytes);
    WireWriter out{bytes};
    out.integer(std::uint8_t{kAnnouncement});
    out.integer(record.sequence);
    out.bytes(record.id.bytes);
    out.integer(static_cast<std::uint8_t>(record.protocol));
    out.integer(std::bit_cast<std::uint64_t>(record.qber));
    out.integer(std::bit_cast<std::uint64_t>(record.bell.value_or(0)));
    out.integer(std::uint64_t(record.generated_at.time_since_epoch().count()));
    out.integer(std::uint64_t(record.expires.time_since_epoch().count()));
    return bytes;
}

std::optional<AgentMessage> decode_agent_message(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    auto const kind = in.integer<std::uint8_t>();
    if (kind == kConfirmation) {
        Confirmation const confirmation{in.integer<std::uint64_t>()};
        if (!in.complete() || confirmation.sequence == 0) return {};
        return confirmation;
    }
    in.require(kind == kAnnouncement);
    KeyRecord record;
    record.sequence = in.integer<std::uint64_t>();
    in.copy(record.id.bytes);
    auto const protocol = in.integer<std::uint8_t>();
    record.qber = read_double(in);
    double const bell = read_double(in);
    auto const generated = in.integer<std::uint64_t>(), expires = in.integer<std::uint64_t>();
    constexpr auto kLast = static_cast<std::uint64_t>(SimDuration::max().count());
    in.require(record.sequence > 0 && protocol <= static_cast<std::uint8_t>(QkdProtocol::diqkd));
    in.require(record.qber >= 0 && record.qber <= 0.5 && !std::signbit(record.qber));
    in.require(bell >= 0 && bell <= 4 && !std::signbit(bell));
    in.require(generated < expires && expires <= kLast);
    if (!in.complete()) return {};
    record.protocol = static_cast<QkdProtocol>(protocol);
    if (bell > 0) record.bell = bell;
    record.generated_at = SimTime{SimDuration{static_cast<SimDuration::rep>(generated)}};
    record.expires = SimTime{SimDuration{static_cast<SimDuration::rep>(expires)}};
    return Announcement{std::move(record)};
}

} // namespace qkdes::agent
