// The tables of shares and contacts.
#pragma once
#include "sim/scenario/raw_shares.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<RawContact> const& contact_table();
Table<RawShare> const& share_table();
Table<RawShareDelivery> const& share_delivery_table();

} // namespace qkdes
