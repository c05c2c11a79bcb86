// A message of the relay protocol as a transport hands it over that takes values.
#pragma once
#include "sim/kme/messages.hpp"
#include "sim/ports/transport.hpp"

#include <utility>

namespace qkdes {

class MessageBox final : public MessageValue {
  public:
    explicit MessageBox(Message&& message) : message_{std::move(message)} {}
    Message const& message() const { return message_; }

  private:
    Message message_;
};

} // namespace qkdes
