// The application's side of ETSI GS QKD 014: requests as it writes them, answers as it reads them. For applications
// that run beside the node code, and for tests of both directions.
//
// Asks with POST, and with the optional extension that tells the protection of the path: without it the standard's
// answers do not say how well a key was protected. A deployment's client would put TLS and HTTP around this.
// Leaves out: status, additional slaves.
// Checked: tests/sim/kme/etsi014_client_test.cpp, every refusal against service.hpp.
#pragma once
#include "sim/kme/etsi014/errors.hpp"
#include "sim/kme/etsi014/service.hpp"

#include <span>
#include <string_view>

namespace qkdes::etsi014 {

/// Of the master `caller`, for keys that it shares with `slave`; a path that protects less than `worst` is refused.
Request ask_for_keys(std::string_view caller, std::string_view slave, std::uint32_t number, std::uint32_t key_bits,
                     SecurityClass worst = SecurityClass::pqc);
/// Of the slave `caller`, for the keys that `master` was given under these ids.
Request ask_with_ids(std::string_view caller, std::string_view master, std::span<KeyId const> ids);

/// What an answer means. The standard has three codes for many reasons: which it is, the text says, if it is one of
/// errors.hpp; else `busy` for 503, `unauthorized` for 401 and `bad_request` for all others and for what is no answer.
struct Answer {
    KeyReply reply;
    int code = kOk;
    std::string text; ///< of the error; empty with keys
};
Answer read_answer(Response const& response);

} // namespace qkdes::etsi014
