// What Wegman-Carter tags cover. Every field has a fixed length or its length in front, so that no two messages share a
// text.
#include "sim/kme/messages.hpp"

#include <string_view>

namespace qkdes {

namespace {

class Text {
  public:
    template <class Integer>
    void integer(Integer value) {
        for (std::size_t i = sizeof(Integer); i-- > 0;)
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    void bytes(std::span<std::uint8_t const> from) { bytes_.insert(bytes_.end(), from.begin(), from.end()); }
    void field(std::string_view text) {
        integer(static_cast<std::uint32_t>(text.size()));
        bytes({reinterpret_cast<std::uint8_t const*>(text.data()), text.size()});
    }
    void unit(UnitId unit) {
        integer(unit.block);
        integer(unit.index);
    }
    std::vector<std::uint8_t> take() && { return std::move(bytes_); }

  private:
    std::vector<std::uint8_t> bytes_;
};

} // namespace

std::vector<std::uint8_t> tagged_text(ExtKeysMessage const& message, std::string_view initiator,
                                      std::string_view responder) {
    Text out;
    out.field("qkdes otp relay 1");
    out.bytes(message.session);
    out.field(initiator);
    out.field(responder);
    out.unit(message.otp->hash_unit);
    out.integer(static_cast<std::uint32_t>(message.units.size()));
    for (UnitId const unit : message.units)
        out.unit(unit);
    out.bytes(message.otp->text);
    return std::move(out).take();
}

std::vector<std::uint8_t> tagged_text(SessionId const& session, AckMessage::Container const& container) {
    Text out;
    out.field("qkdes otp acknowledgement 1");
    out.bytes(session);
    out.integer(container.from.value);
    out.integer(container.to.value);
    out.integer(static_cast<std::uint8_t>(container.status));
    out.integer(container.exposure ? container.exposure->encoded() : std::uint8_t{0xff});
    for (KeyId const& id : container.ids)
        out.bytes(id.bytes);
    return std::move(out).take();
}

} // namespace qkdes
