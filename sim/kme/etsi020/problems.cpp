#include "sim/kme/etsi020/problems.hpp"

#include <algorithm>

namespace qkdes::etsi020 {

namespace {

constexpr std::string_view kBase = "https://qkd.etsi.org/gs020-interop-kms/";

struct Entry {
    int code;
    std::string_view type, title, detail, explanation;
};

/// By Problem.
constexpr Entry kCatalogue[] = {
    {kBadRequest, "missing-parameters", "missing parameters", "missing_parameters", "a required parameter is missing"},
    {kBadRequest, "invalid-parameter", "invalid parameter format", "malformed_property", "a parameter is malformed"},
    {kBadRequest, "key-routing-error", "key routing error", "target_sae_id_not_recognized",
     "no KME is known for a target SAE ID"},
    {kBadRequest, "key-routing-error", "key routing error", "invalid_routing",
     "the way to the target SAE leads back to the calling KME"},
    {kUnavailable, "key-routing-error", "key routing error", "no_known_route", "no route to a target SAE is known"},
    {kUnavailable, "key-routing-error", "key routing error", "no_route_multiple_targets",
     "there are no routes for several target SAEs"},
    {kUnavailable, "insufficient-key-material", "insufficient key material", "insufficient_key_material",
     "there is not enough key material to deliver the keys"},
    {kUnavailable, "unsupported-mandatory-extension", "unsupported mandatory extension",
     "unsupported_mandatory_extension", "a mandatory extension is not supported"},
    {kUnauthorized, "unauthorized", "unauthorized", "unauthorized", "the request is not authentic"},
    {kTimeout, "timeout", "timeout", "timeout", "the request was not complete in time"},
    {kBadRequest, "ack-not-understood", "ack not understood", "ack_not_understood",
     "the acknowledgement cannot be parsed"},
    {kBadRequest, "key-not-present", "key not present", "key_not_present", "the key IDs are not known here"},
    {kBadRequest, "void-request-not-understood", "void request not understood", "key_voiding_error",
     "the void request cannot be parsed"},
    {kBadRequest, "no-key-ids-or-confirmation", "no key ids or confirmation", "no_all_confirmation",
     "without key IDs all keys would be voided, which all_confirmation has to confirm"},
    {kUnavailable, "server-side-general-error", "server side general error", "server_side_general_error",
     "the request cannot be served"},
    {kUnavailable, "server-side-general-error", "server side general error", "busy", "a queue is full"},
    {kUnavailable, "server-side-general-error", "server side general error", "unknown_session",
     "the exchange is not known here"},
};
static_assert(std::size(kCatalogue) == static_cast<std::size_t>(kLastProblem) + 1);

Entry const& entry(Problem problem) { return kCatalogue[static_cast<std::size_t>(problem)]; }

} // namespace

int code_of(Problem problem) { return entry(problem).code; }

ProblemDetails describe(Problem problem, std::string explanation) {
    Entry const& of = entry(problem);
    ProblemDetails out{
        std::string{kBase} + std::string{of.type}, static_cast<std::uint64_t>(of.code), std::string{of.title}, {}};
    out.details.emplace_back(of.detail, explanation.empty() ? std::string{of.explanation} : std::move(explanation));
    return out;
}

std::optional<Problem> recognise(ProblemDetails const& details) {
    std::optional<Problem> by_type;
    for (std::size_t i = 0; i < std::size(kCatalogue); ++i) {
        Entry const& of = kCatalogue[i];
        if (!details.type.starts_with(kBase) || details.type.substr(kBase.size()) != of.type) continue;
        auto const named = [&](auto const& detail) { return detail.first == of.detail; };
        if (std::any_of(details.details.begin(), details.details.end(), named)) return static_cast<Problem>(i);
        bool const plain = of.detail != "busy" && of.detail != "unknown_session";
        if (plain && (!by_type || details.status == static_cast<std::uint64_t>(of.code)))
            by_type = static_cast<Problem>(i);
    }
    return by_type;
}

} // namespace qkdes::etsi020
