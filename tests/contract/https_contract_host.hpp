// The contract's network on the HTTPS host, spoken to as any application would: TLS with a certificate of one's own.
#pragma once
#include "tests/contract/contract_host.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/https_host.hpp"

#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace qkdes::test {

/// Of this process, made at first use, gone at its end.
inline Certificates& certificates() {
    struct Folder {
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
        std::filesystem::path path =
            std::filesystem::temp_directory_path() / ("qkdes-certificates-" + std::to_string(::getpid()));
    };
    static Folder const folder;
    static Certificates all = [] {
        Certificates made{folder.path};
        for (auto const& sae : contract_network().saes)
            made.application(sae);
        made.application("alice", "rogue", "impostor"); // says alice, signed by nobody we trust
        made.application("stranger");                   // signed by ours, but no SAE of this network
        return made;
    }();
    return all;
}

class HttpsContractHost final : public ContractHost {
  public:
    explicit HttpsContractHost(KmeConfig const& config);
    etsi014::Response call(std::size_t node, etsi014::Request const& request) override;
    void give_key(LinkId link, std::size_t units) override { host.give_key(link, units); }
    void pass(SimDuration span) override;

    HttpsHost host;
};

inline std::unique_ptr<ContractHost> make_https_host(KmeConfig const& config) {
    return std::make_unique<HttpsContractHost>(config);
}

} // namespace qkdes::test
