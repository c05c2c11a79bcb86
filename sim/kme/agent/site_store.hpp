// What a site's secret store holds of one agent: the current key and the one before, under the names of HIP-0071:
//
//   <NAME>_CURRENT  <NAME>_PREVIOUS  <NAME>_KEY_ID  <NAME>_QBER  <NAME>_GENERATED_AT
//
// Holds: a key never replaces a younger one, so that a push that was late or sent twice does no harm.
// Leaves out: access control and encryption at rest, which are the store's.
// Checked: tests/sim/kme/agent_rotation_test.cpp.
#pragma once
#include "sim/kme/agent/key_record.hpp"

#include <map>
#include <string>
#include <string_view>

namespace qkdes::agent {

class SiteStore {
  public:
    explicit SiteStore(std::string_view link_id) : name_{secret_name(link_id)} {}

    /// The current key becomes the previous one. False, and nothing changes, when a key as young is there already.
    bool publish(KeyRecord record);
    std::optional<KeyRecord> const& current() const { return current_; }
    std::optional<KeyRecord> const& previous() const { return previous_; }
    /// All entries by name; keys in base64. For an exporter: it copies secrets into plain text.
    std::map<std::string, std::string> secrets(std::int64_t epoch) const;

    /// "hanzo-lux" gives "QKD_HANZO_LUX_AES256".
    static std::string secret_name(std::string_view link_id);

  private:
    std::string name_;
    std::optional<KeyRecord> current_, previous_;
};

} // namespace qkdes::agent
