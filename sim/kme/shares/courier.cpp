#include "sim/kme/shares/courier.hpp"

#include "sim/base/contracts.hpp"

namespace qkdes {

namespace {

constexpr std::uint8_t kVersion = 1;

/// Node where step `index` begins.
NodeId before(CourierFrame const& frame, std::size_t index) {
    return index == 0 ? frame.origin : frame.path[index - 1].to;
}

CourierPath reversed(CourierFrame const& frame) {
    CourierPath back;
    for (std::size_t i = frame.path.size(); i-- > 0;)
        back.push_back({frame.path[i].link, before(frame, i)});
    return back;
}

} // namespace

std::vector<std::uint8_t> encode_frame(CourierFrame const& frame) {
    std::vector<std::uint8_t> bytes(1 + 4 + 1 + 1 + 8 * frame.path.size() + 4 + frame.body.size());
    WireWriter out{bytes};
    out.integer(kVersion);
    out.integer(frame.origin.value);
    out.integer(static_cast<std::uint8_t>(frame.path.size()));
    out.integer(frame.position);
    for (auto const& step : frame.path) {
        out.integer(step.link.value);
        out.integer(step.to.value);
    }
    out.integer(static_cast<std::uint32_t>(frame.body.size()));
    out.bytes(frame.body);
    QKDES_ENSURES(out.full());
    return bytes;
}

std::optional<CourierFrame> decode_frame(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    CourierFrame frame;
    in.require(in.integer<std::uint8_t>() == kVersion);
    frame.origin.value = in.integer<std::uint32_t>();
    auto const steps = in.integer<std::uint8_t>();
    frame.position = in.integer<std::uint8_t>();
    in.require(steps >= 1 && steps <= CourierFrame::kMostSteps && frame.position < steps && steps * 8u <= in.left());
    if (!in.ok()) return std::nullopt;
    for (int i = 0; i < steps; ++i) {
        auto& step = frame.path.emplace_back();
        step.link.value = in.integer<std::uint32_t>();
        step.to.value = in.integer<std::uint32_t>();
    }
    auto const size = in.integer<std::uint32_t>();
    in.require(size <= CourierFrame::kMostBody);
    auto const body = in.bytes(in.ok() ? size : 0);
    if (!in.complete()) return std::nullopt;
    frame.body.assign(body.begin(), body.end());
    return frame;
}

Courier::Courier(NodeId self, Clock& clock, Transport& transport, Telemetry& telemetry, Receive receive)
    : self_{self}, clock_{clock}, transport_{transport}, telemetry_{telemetry}, receive_{std::move(receive)} {}

bool Courier::send(CourierPath const& path, std::span<std::uint8_t const> body) {
    if (path.size() > CourierFrame::kMostSteps || body.size() > CourierFrame::kMostBody) return false;
    if (path.empty()) {
        clock_.call_at(clock_.now(),
                       [this, alive = std::weak_ptr{alive_}, text = std::vector(body.begin(), body.end())] {
                           if (!alive.expired()) receive_({}, text);
                       });
        return true;
    }
    transport_.send(path[0].link, path[0].to, encode_frame({self_, path, 0, {body.begin(), body.end()}}));
    return true;
}

void Courier::on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
    auto frame = decode_frame(bytes);
    if (!frame) return telemetry_.count(self_, "courier.malformed");
    CourierStep const here = frame->path[frame->position];
    if (here.link != link || here.to != self_ || before(*frame, frame->position) != from)
        return telemetry_.count(self_, "courier.astray");
    if (frame->position + 1u == frame->path.size()) return receive_(reversed(*frame), frame->body);
    ++frame->position;
    CourierStep const next = frame->path[frame->position];
    telemetry_.count(self_, "courier.forwarded");
    transport_.send(next.link, next.to, encode_frame(*frame));
}

} // namespace qkdes
