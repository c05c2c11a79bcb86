// What contacts mean for classical channels, drawn before the run: out of contact is an outage like any other.
//
// Distribution: period i of a link is in contact with chance `availability`, from begin + phase + U(0, jitter) for
// `on`. Draws come from the stream "link/ID/contact", two a period whatever the parameters, so that a sweep of one
// parameter keeps the others' luck.
#pragma once
#include "sim/world/timeline.hpp"

#include <cstdint>

namespace qkdes {

/// Adds to the `classical` outages of links that have a contact.
Timelines with_contacts(Timelines timelines, Scenario const& scenario, std::uint64_t seed);

} // namespace qkdes
