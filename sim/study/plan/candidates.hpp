// What could be done to a network, each as overrides of its scenario, and what it takes.
//
//   link     a new one between two nodes that have none: a pair of devices and a fibre. Its length is stated, or the
//            great circle between the nodes (a sphere of 6371 km) times `fibre_factor`
//   relay    a trusted node in the middle of a link, whose halves have a pair of devices each
//   device   another pair on a link, in the place of the one that is there
//
// Leaves out: a second pair on a link that has one. A scenario has one link between two nodes, as a node keeps one pool
//             of key for each peer; a faster pair, a relay or a link elsewhere is what can be compared.
// Checked:    tests/sim/study/plan_what_if_test.cpp.
#pragma once
#include "sim/scenario/plan_spec.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace qkdes {

struct Candidate {
    std::string name; ///< "link a-b, 52 km", "relay on a-b", "fast on a-b"
    std::vector<std::string> overrides;
    double device_pairs = 0, relay_sites = 0, fibre_km = 0; ///< that it takes
    double price(PlanCost const& cost) const {
        return device_pairs * cost.device_pair + relay_sites * cost.relay_site + fibre_km * cost.fibre_km;
    }
};

/// In the order of the question, each once; a link of a satellite or a switch gets no relay.
std::vector<Candidate> candidates_of(Scenario const& scenario, WhatIfQuestion const& question);

} // namespace qkdes
