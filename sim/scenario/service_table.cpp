// The keys of `service`: what the works of a node take.
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<ServiceSpec> const& service_table() {
    using S = ServiceSpec;
    constexpr double kHour = 3600e9;
    static Table<ServiceSpec> const table{
        "service",
        "What the works of a node take of its host's one worker, each time; everything else waits meanwhile. The "
        "defaults are of one core of a server.",
        quantity("tls_handshake", at(&S::tls_handshake), units::duration, from(0, kHour),
                 "To set up a connection with a neighbour, or with an application that speaks 014; at each end."),
        quantity("tls_resumption", at(&S::tls_resumption), units::duration, from(0, kHour),
                 "To take one up again after a minute of silence."),
        quantity("database_insert", at(&S::database_insert), units::duration, from(0, kHour),
                 "To store the keys of a message for an application."),
        quantity("tpm", at(&S::tpm), units::duration, from(0, kHour),
                 "To seal them. 20 to 200 ms with a TPM 2.0; the default is the least."),
        quantity("kem", at(&S::kem), units::duration, from(0, kHour),
                 "Key generation, encapsulation or decapsulation, each."),
        quantity("seal", at(&S::seal), units::duration, from(0, kHour), "To seal or open an envelope."),
        quantity("json", at(&S::json), units::duration, from(0, kHour), "To write or read a request, HTTP included."),
    };
    return table;
}

} // namespace qkdes
