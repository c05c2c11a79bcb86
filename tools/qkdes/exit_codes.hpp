// What a shell script can rely on; README.md lists them.
#pragma once

namespace qkdes {

constexpr int kExitOk = 0;
constexpr int kExitFellShort = 1; ///< a comparison or reproduction fell short
constexpr int kExitBadInput = 2;  ///< the user's input
constexpr int kExitAudit = 3;     ///< the auditor found a violation
constexpr int kExitIo = 4;        ///< a file could not be read or written
constexpr int kExitInterrupted = 130;

} // namespace qkdes
