// The problem types of ETSI GS QKD 020 V1.1.1 (RFC 9457 problem details): what goes wrong between two key management
// entities, with the code that answers it. A 400 or 401 promises that nothing of the request was kept; after any other
// failure the caller retries or voids.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qkdes::etsi020 {

constexpr int kOk = 200, kAccepted = 202, kBadRequest = 400, kUnauthorized = 401, kTimeout = 408, kUnavailable = 503;

enum class Problem : std::uint8_t {
    missing_parameters,
    invalid_parameter,
    target_not_recognized,     ///< key-routing-error, 400
    invalid_routing,           ///< key-routing-error, 400: it would go back to the caller
    no_known_route,            ///< key-routing-error, 503
    no_route_multiple_targets, ///< key-routing-error, 503
    insufficient_key_material,
    unsupported_mandatory_extension,
    unauthorized,
    timeout,
    ack_not_understood,
    key_not_present,
    void_not_understood,
    no_all_confirmation,
    server_side_general_error,
    busy,            ///< server-side-general-error: a queue is full
    unknown_session, ///< server-side-general-error: no such exchange (any more); to retry is no use
};
constexpr Problem kLastProblem = Problem::unknown_session;

struct ProblemDetails {
    std::string type; ///< a URI
    std::optional<std::uint64_t> status;
    std::string title;
    std::vector<std::pair<std::string, std::string>> details; ///< name, explanation
    bool operator==(ProblemDetails const&) const = default;
};

/// The code that the problem is answered with.
int code_of(Problem problem);
/// `explanation` empty: the catalogue's own.
ProblemDetails describe(Problem problem, std::string explanation = {});
/// What a peer meant, by type and the names of the details; nothing for a type that is not in the catalogue.
std::optional<Problem> recognise(ProblemDetails const& details);

} // namespace qkdes::etsi020
