// A host of the node code without any simulation: the system's clock and entropy, threads, and an HTTPS server with
// mutual TLS on a loopback socket for each node. A caller is who its certificate's common name says.
//
// All nodes share one thread, as the node code wants to be called; the servers' threads hand requests over and wait.
// Leaves out: node to node the bytes travel within the process. Relays between machines need a transport of their own.
#pragma once
#include "sim/kme/node.hpp"

#include <memory>
#include <string>
#include <vector>

namespace qkdes::test {

struct HttpsFiles { ///< PEM
    std::string authority, certificate, key;
};

class HttpsHost {
  public:
    HttpsHost(std::shared_ptr<Topology const> topology, std::vector<std::string> saes, KmeConfig const& defaults,
              HttpsFiles const& files);
    ~HttpsHost();
    int port(std::size_t node) const;
    void give_key(LinkId link, std::size_t units);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace qkdes::test
