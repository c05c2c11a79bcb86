// Ids of a scenario from names of sites: small ASCII letters, digits and hyphens, so that dots and underscores are free
// for relays and spans. "Pais Vasco" -> pais-vasco, "Málaga" -> malaga, a name in another script -> site-7.
#pragma once
#include "sim/import/topology.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

struct SiteId {
    std::string id;        ///< unique
    std::string note;      ///< the name, where the id does not tell it; else empty
    bool repeated = false; ///< others of the same name came before
};

/// In the order of the sites; from the label, or the key where there is none.
std::vector<SiteId> ids_of(std::vector<Site> const& sites);

/// The id that a name alone would get; may be empty.
std::string plain_id(std::string_view name);

} // namespace qkdes
