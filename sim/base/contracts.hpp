// Contracts that stay on in release builds: a broken one is our mistake, so the program stops loudly.
// A user's mistake is never a contract: it becomes a diagnostic (sim/scenario/diagnostics.hpp).
#pragma once
#include <cstdio>
#include <cstdlib>

namespace qkdes {

[[noreturn]] inline void contract_failed(char const* kind, char const* condition, char const* file, int line) {
    std::fprintf(stderr, "qkdes: internal fault: %s `%s` broken at %s:%d\n", kind, condition, file, line);
    std::fprintf(stderr,
                 "  this is a bug in qkdes, not in your scenario; please report it with the scenario and seed\n");
    std::abort();
}

} // namespace qkdes

/// What the caller must guarantee.
#define QKDES_EXPECTS(condition)                                                                                       \
    ((condition) ? void(0) : ::qkdes::contract_failed("precondition", #condition, __FILE__, __LINE__))
/// What holds inside or on return.
#define QKDES_ENSURES(condition)                                                                                       \
    ((condition) ? void(0) : ::qkdes::contract_failed("invariant", #condition, __FILE__, __LINE__))
