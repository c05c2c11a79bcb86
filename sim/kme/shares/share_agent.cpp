#include "sim/kme/shares/share_agent.hpp"

namespace qkdes {

namespace {

CustodianConfig custodian_config(ShareAgentConfig const& config) {
    CustodianConfig out = config.limits;
    out.self = config.self;
    out.dealers = config.dealers;
    out.requesters = config.requesters;
    return out;
}

SendShareMessage sender(Courier& courier) {
    return [&courier](CourierPath const& path, ShareMessage const& message) {
        courier.send(path, encode_share_message(message));
    };
}

} // namespace

ShareAgent::ShareAgent(ShareAgentConfig const& config, SharePorts ports, Transport& transport)
    : self_{config.self}, telemetry_{ports.telemetry}, courier_{config.self, ports.clock, transport, ports.telemetry,
                                                                [this](CourierPath const& back,
                                                                       std::span<std::uint8_t const> body) {
                                                                    receive(back, body);
                                                                }},
      custodian_{custodian_config(config), ports}, dealer_{config.self, config.signer, ports, sender(courier_),
                                                           config.retry},
      collector_{
          {config.self, config.requester, config.signer, config.dealers, config.retry}, ports, sender(courier_)} {}

void ShareAgent::receive(CourierPath const& back, std::span<std::uint8_t const> body) {
    auto const message = decode_share_message(body);
    if (!message) return telemetry_.count(self_, "shares.malformed");
    std::optional<ShareMessage> answer;
    if (auto const* offer = std::get_if<ShareOffer>(&*message))
        answer = custodian_.on(*offer);
    else if (auto const* install = std::get_if<ShareInstall>(&*message))
        answer = custodian_.on(*install);
    else if (auto const* request = std::get_if<ShareRequest>(&*message))
        answer = custodian_.on(*request);
    else if (auto const* receipt = std::get_if<ShareReceipt>(&*message))
        dealer_.on(*receipt);
    else
        collector_.on(std::get<ShareRelease>(*message), back);
    if (answer) courier_.send(back, encode_share_message(*answer));
}

} // namespace qkdes
