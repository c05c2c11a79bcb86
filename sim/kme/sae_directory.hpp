// The names by which applications go between nodes (SAE IDs), and back. Where the topology gives none, or one that is
// no legal SAE ID, application n is "sae-n".
#pragma once
#include "sim/kme/topology.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace qkdes {

class SaeDirectory {
  public:
    SaeDirectory() = default; ///< names by number
    explicit SaeDirectory(std::shared_ptr<Topology const> topology);

    std::string name(AppId app) const;
    std::size_t name_size(AppId app) const; ///< of name(app)
    /// Nothing for a name that is not in the directory. Without a topology any number will do.
    std::optional<AppId> find(std::string_view name) const;

  private:
    std::shared_ptr<Topology const> topology_;
    bool named_ = false;
    mutable std::vector<std::uint32_t> by_name_; ///< made at the first find
};

} // namespace qkdes
