// What the works of a node (sim/ports/telemetry.hpp) take of its host's time, beside `processing`.
//
// The defaults count when a scenario has a `service` object at all; without one works cost nothing. They are of one
// core of a server of the 2020s: measured with OpenSSL 3.5 (ML-KEM-768 40 to 60 us an operation, AES-256-GCM with its
// key schedule 1 us and 0.3 us per KiB, a TLS 1.3 handshake with certificates of both ends 1.5 ms at each, 0.3 ms when
// resumed), and orders of magnitude for the rest: 0.2 ms for a request of JSON over HTTP, 2 to 10 ms for an insert that
// is flushed to disk, 20 to 200 ms for a TPM 2.0, of which the least is taken.
#pragma once
#include "sim/base/units.hpp"

namespace qkdes {

struct ServiceSpec {
    SimDuration tls_handshake{1'500'000};   ///< at each end of a connection to a neighbour or an application
    SimDuration tls_resumption{300'000};    ///< likewise, of one that had gone idle
    SimDuration database_insert{5'000'000}; ///< once per message whose keys are stored
    SimDuration tpm{20'000'000};            ///< once per message whose keys are stored
    SimDuration kem{50'000};                ///< each operation
    SimDuration seal{1'300};                ///< an envelope of a key or two sealed or opened
    SimDuration json{200'000};              ///< a request written or read
};

} // namespace qkdes
