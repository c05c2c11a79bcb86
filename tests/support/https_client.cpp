#include "tests/support/https_client.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <httplib.h>
#pragma GCC diagnostic pop

namespace qkdes::test {

etsi014::Response https_call(int port, HttpsFiles const& files, etsi014::Request const& request) {
    httplib::SSLClient client{"127.0.0.1", port, files.certificate, files.key};
    client.set_ca_cert_path(files.authority.c_str());
    client.enable_server_certificate_verification(true);
    client.set_read_timeout(30);
    httplib::Request out;
    out.method = request.verb;
    out.path = request.target;
    out.body = request.body;
    if (!request.content_type.empty()) out.set_header("Content-Type", request.content_type);
    auto const result = client.send(out);
    if (!result) return {0, httplib::to_string(result.error())};
    return {result->status, result->body};
}

} // namespace qkdes::test
