// What a run says of the protection of its keys: for each demand, what would expose the keys it was given and which
// nodes held them in clear; for each node with a vendor's key server, how its requests for link key fared.
//
// Leaves out: keys of requests that were not served. Checked: tests/sim/world/southbound_test.cpp.
#pragma once
#include "sim/world/system.hpp"

#include <map>
#include <string>
#include <string_view>

namespace qkdes {

class HopBooks final : public System {
  public:
    /// A vendor's server, a one-time pad, a QKD-only link or a demand that asks for a class: else there is nothing to
    /// say that the table of demands does not.
    static bool wanted(Scenario const& scenario);
    explicit HopBooks(Scenario const& scenario) : scenario_{scenario} {}

    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    void count(NodeId node, std::string_view what) override;
    std::vector<SummarySection> finish() override;

  private:
    struct Kind { ///< of a demand's keys: all that the same breaks would expose
        std::uint64_t requests = 0, keys = 0;
        std::map<NodeId, std::uint64_t> holders; ///< requests whose keys it held
    };
    Scenario const& scenario_;
    std::map<std::pair<DemandId, std::uint8_t>, Kind> kinds_; ///< by Exposure::encoded
    std::map<NodeId, std::map<std::string, std::uint64_t, std::less<>>> vendors_;
};

} // namespace qkdes
