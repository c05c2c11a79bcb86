// Texts and codes of errors. The standard knows three codes (table 5 to 7 of clause 5: 400, 401, 503) and prescribes
// the first five texts word for word; the others are ours.
#pragma once

namespace qkdes::etsi014 {

constexpr int kOk = 200, kBadRequest = 400, kUnauthorized = 401, kUnavailable = 503;

constexpr char kSizeNotBytes[] = "size shall be a multiple of 8";
constexpr char kUnknownMandatory[] = "not all extension_mandatory parameters are supported";
constexpr char kUnmetMandatory[] = "not all extension_mandatory request options could be met";
constexpr char kUnmetOptional[] = "not all extension_optional request options handled";
constexpr char kKeysNotFound[] = "one or more keys specified are not found on KME";

constexpr char kBadFormat[] = "bad request format";
constexpr char kOutOfRange[] = "a parameter is out of range";
constexpr char kNoSuchMethod[] = "no such method";
constexpr char kUnknownSae[] = "SAE not known to this KME";
constexpr char kNotAuthorized[] = "the SAE is not authorized";
constexpr char kNoKey[] = "keys are not available";
constexpr char kNoRoute[] = "no route to the slave SAE's KME";
constexpr char kBusy[] = "the KME is busy";
constexpr char kTooFast[] = "the SAE asks for more key than it may have";
constexpr char kTimedOut[] = "the keys could not be relayed in time";
constexpr char kRelayFailed[] = "the keys could not be relayed";

} // namespace qkdes::etsi014
