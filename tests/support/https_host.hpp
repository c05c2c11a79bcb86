// A host of the node code without any simulation: the system's clock and entropy, threads, and an HTTPS server with
// mutual TLS on a loopback socket for each node. A caller is who its certificate's common name says.
//
// All nodes share one thread, as the node code wants to be called; the servers' threads hand requests over and wait.
// Leaves out: node to node the bytes travel within the process. Relays between machines need a transport of their own.
#pragma once
#include "sim/kme/etsi014/service.hpp"
#include "sim/kme/node.hpp"

#include <functional>
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

    struct Answer {
        int code = 200;
        std::string body, content_type;
    };
    /// Another interface at a node's port: asked first, on the nodes' thread; false when the request is none of its.
    using Interface = std::function<bool(etsi014::Request const&, std::function<void(Answer)>)>;
    /// Before the node's first request.
    void also_serve(std::size_t node, Interface other);
    /// For what runs beside the nodes: their clock, themselves, and their thread.
    Clock& clock();
    KmeNode& node(std::size_t node);
    void on_their_thread(std::function<void()> task);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace qkdes::test
