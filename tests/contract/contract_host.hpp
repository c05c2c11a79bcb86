// What the contract suite asks of a host of the node code: a small network that runs, and a way to talk to its nodes as
// an application does. Two hosts exist: the simulated one, and one of threads, sockets and the system's clock.
//
//   node-0 ===== node-1 ===== node-2        node-3 (on no link)
//   alice        dave         bob           hermit
//   erin                      carol, mallory
#pragma once
#include "sim/kme/etsi014/service.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace qkdes::test {

class ContractHost {
  public:
    virtual ~ContractHost() = default;
    /// Sends the request to the node and waits for its answer.
    virtual etsi014::Response call(std::size_t node, etsi014::Request const& request) = 0;
    /// A block of key at both ends of a link.
    virtual void give_key(LinkId link, std::size_t units) = 0;
    virtual void pass(SimDuration span) = 0;
};

struct ContractNetwork {
    std::shared_ptr<Topology const> topology;
    std::vector<std::string> saes; ///< by AppId
};

inline ContractNetwork contract_network() {
    auto topology = std::make_shared<Topology>();
    topology->nodes = {"node-0", "node-1", "node-2", "node-3"};
    auto const node = [](std::size_t i) { return NodeId{i}; };
    topology->links = {{node(0), node(1), 1.0, true}, {node(1), node(2), 1.0, true}};
    topology->applications = {node(0), node(0), node(1), node(2), node(2), node(2), node(3)};
    return {topology, {"alice", "erin", "dave", "bob", "carol", "mallory", "hermit"}};
}

} // namespace qkdes::test
