#include "tests/support/https_host.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/etsi014/errors.hpp"
#include "sim/kme/etsi014/service.hpp"
#include "sim/kme/ml_kem.hpp"
#include "tests/support/os_loop.hpp"
#include "tests/support/unit_ledger.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <httplib.h>
#pragma GCC diagnostic pop
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace qkdes::test {

namespace {

constexpr std::size_t kMaxBody = 64 * 1024;
constexpr std::chrono::seconds kPatience{20};

/// The common name of the peer's certificate, which the handshake has verified.
std::string caller(SSL const* ssl) {
    X509* const certificate = SSL_get_peer_certificate(ssl);
    if (certificate == nullptr) return "";
    char name[256] = "";
    int const size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : "";
}

void answer(httplib::Response& out, HttpsHost::Answer const& response) {
    out.status = response.code;
    out.set_content(response.body, response.content_type);
}

HttpsHost::Answer json(etsi014::Response response) {
    return {response.code, std::move(response.body), "application/json"};
}

} // namespace

struct HttpsHost::Impl {
    struct Node final : Transport {
        Node(Impl& host, NodeId id) : impl{host}, self{id} {}
        void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override {
            impl.loop.post([this, link, to, bytes = std::move(message)] {
                impl.nodes[to.index()]->node->on_message(link, self, bytes);
            });
        }
        Impl& impl;
        NodeId self;
        std::unique_ptr<KmeNode> node;
        std::unique_ptr<etsi014::Service> service;
        Interface other;
        std::unique_ptr<httplib::SSLServer> server;
        int port = 0;
        std::thread listener;
    };

    void serve(Node& node, HttpsFiles const& files) {
        node.server =
            std::make_unique<httplib::SSLServer>(files.certificate.c_str(), files.key.c_str(), files.authority.c_str());
        auto& server = *node.server;
        QKDES_EXPECTS(server.is_valid());
        SSL_CTX_set_min_proto_version(server.ssl_context(), TLS1_2_VERSION);
        server.set_payload_max_length(kMaxBody);
        auto const handle = [this, &node](httplib::Request const& request, httplib::Response& out) {
            auto const promise = std::make_shared<std::promise<Answer>>();
            auto future = promise->get_future();
            etsi014::Request asked{caller(request.ssl), request.method, request.target,
                                   request.get_header_value("Content-Type"), request.body};
            loop.post([&node, promise, asked = std::move(asked)] {
                if (node.other &&
                    node.other(asked, [promise](Answer response) { promise->set_value(std::move(response)); }))
                    return;
                node.service->handle(
                    asked, [promise](etsi014::Response response) { promise->set_value(json(std::move(response))); });
            });
            if (future.wait_for(kPatience) != std::future_status::ready)
                return answer(out, json(etsi014::refuse(etsi014::kUnavailable, etsi014::kTimedOut)));
            answer(out, future.get());
        };
        server.Get(".*", handle).Post(".*", handle).Put(".*", handle).Delete(".*", handle).Patch(".*", handle);
        // What the server refuses by itself, such as a body that is too long, in the standard's words.
        server.set_error_handler([](httplib::Request const&, httplib::Response& out) {
            if (out.body.empty())
                answer(out,
                       json(etsi014::refuse(etsi014::kBadRequest, etsi014::kBadFormat,
                                            {{"reason", "refused as HTTP status " + std::to_string(out.status)}})));
        });
        node.port = server.bind_to_any_port("127.0.0.1");
        QKDES_EXPECTS(node.port > 0);
        node.listener = std::thread{[&server] { server.listen_after_bind(); }};
        while (!server.is_running())
            std::this_thread::yield();
    }

    std::shared_ptr<Topology const> topology;
    OsLoop loop;
    OsEntropy entropy;
    MlKem768 kem;
    UnitLedger ledger;
    std::uint64_t block = 0;
    std::vector<std::unique_ptr<Node>> nodes;
};

HttpsHost::HttpsHost(std::shared_ptr<Topology const> topology, std::vector<std::string> saes, KmeConfig const& defaults,
                     HttpsFiles const& files)
    : impl_{std::make_unique<Impl>()} {
    impl_->topology = topology;
    for (std::size_t i = 0; i < topology->nodes.size(); ++i) {
        auto& node = *impl_->nodes.emplace_back(std::make_unique<Impl::Node>(*impl_, NodeId{i}));
        KmeConfig config = defaults;
        config.self = NodeId{i};
        config.name = topology->nodes[i];
        node.node = std::make_unique<KmeNode>(config, topology,
                                              KmePorts{impl_->loop, node, impl_->entropy, impl_->kem, impl_->ledger});
        etsi014::ServiceConfig service;
        service.self = NodeId{i};
        node.service = std::make_unique<etsi014::Service>(service, *node.node, topology, saes);
    }
    impl_->loop.start();
    for (auto& node : impl_->nodes)
        impl_->serve(*node, files);
}

HttpsHost::~HttpsHost() {
    for (auto& node : impl_->nodes) {
        node->server->stop();
        node->listener.join();
    }
    impl_->loop.stop();
}

int HttpsHost::port(std::size_t node) const { return impl_->nodes.at(node)->port; }

void HttpsHost::also_serve(std::size_t node, Interface other) {
    impl_->loop.post_and_wait([&] { impl_->nodes.at(node)->other = std::move(other); });
}

Clock& HttpsHost::clock() { return impl_->loop; }

KmeNode& HttpsHost::node(std::size_t node) { return *impl_->nodes.at(node)->node; }

void HttpsHost::on_their_thread(std::function<void()> task) { impl_->loop.post_and_wait(std::move(task)); }

void HttpsHost::give_key(LinkId link, std::size_t units) {
    impl_->loop.post_and_wait([&] {
        Bits key{units * 256};
        std::vector<std::uint8_t> bytes(units * 32);
        impl_->entropy.fill(bytes);
        for (std::size_t i = 0; i < 8 * bytes.size(); ++i)
            key.set(i, (bytes[i / 8] >> (i % 8) & 1) != 0);
        auto const& ends = impl_->topology->links.at(link.index());
        ++impl_->block;
        for (NodeId end : {ends.a, ends.b})
            impl_->nodes[end.index()]->node->on_key_block(link, impl_->block, key, units - units / 2);
    });
}

} // namespace qkdes::test
