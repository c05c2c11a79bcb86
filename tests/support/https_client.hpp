// One HTTPS request with a client certificate, by cpp-httplib.
#pragma once
#include "sim/kme/etsi014/service.hpp"
#include "tests/support/https_host.hpp"

namespace qkdes::test {

/// Code 0 when no connection came about. `files` are the caller's own and the authority it trusts.
etsi014::Response https_call(int port, HttpsFiles const& files, etsi014::Request const& request);

} // namespace qkdes::test
