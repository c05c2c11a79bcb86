// The keys of digital key distribution.
#include "sim/scenario/digital_table.hpp"
#include "sim/scenario/reference_key.hpp"

namespace qkdes {

Table<RawDigital> const& digital_table() {
    using D = RawDigital;
    static Table<RawDigitalServer> const server{
        "server",
        "A semi-trusted server with a pool of random bits.",
        identifier("id", at(&RawDigitalServer::id), "Its name, unique among servers.", R"("pool-1")")
            .must(R"("pool-1")"),
        reference("node", &RawDigitalServer::where, "a node", "Where it runs; faults that stop the node stop it.",
                  R"("dc-1")")
            .must(R"("dc-1")"),
        quantity("compromised_from", at(&RawDigitalServer::compromised_from), units::duration, from(0, kCenturyNs),
                 "From then on somebody copies its pools.")
            .such_as(R"("3 h")"),
    };
    static Table<RawDigital> const table{
        "digital",
        "For demands via `digital`: both ends compute the same key from samples of all servers' pools. A seed goes "
        "between them, never the key.",
        list<D, decltype(at(&D::servers).get), RawDigitalServer>("servers", at(&D::servers), server, "All are needed.")
            .must(R"([{ "id": "pool-1", "node": "dc-1" }])"),
        quantity("epoch", at(&D::spec, &DigitalSpec::epoch), units::duration, from(1e9, kCenturyNs),
                 "Servers draw a new pool so often."),
        quantity("grace", at(&D::spec, &DigitalSpec::grace), units::duration, from(0, kCenturyNs),
                 "A pool is shredded so long after its epoch."),
        quantity("pool", at(&D::spec, &DigitalSpec::pool_bits), units::bits, from(65536, 8.6e9),
                 "Size of a pool, multiples of 64 bit."),
        quantity("time_to_live", at(&D::spec, &DigitalSpec::time_to_live), units::duration, above(0, kCenturyNs),
                 "A key that is not fetched by then is gone."),
        quantity("deadline", at(&D::spec, &DigitalSpec::deadline), units::duration, above(0, kCenturyNs),
                 "For one key: until then servers that do not answer are asked again."),
        quantity("repeat", at(&D::spec, &DigitalSpec::repeat), units::duration, above(0, kCenturyNs),
                 "What is not answered is sent again after that."),
        count("attempts", at(&D::spec, &DigitalSpec::attempts), 0, 1'000'000,
              "Requests to a server before it counts as down; 0: until the deadline."),
        choice("seed", at(&D::spec, &DigitalSpec::seed),
               std::vector<Choice<SeedSecrecy>>{
                   {"secret", SeedSecrecy::secret, "stays between the two ends."},
                   {"known", SeedSecrecy::known,
                    "the adversary recorded the offers, not the downloads, and has broken their seal."}},
               "What the adversary knows besides the pools of compromised servers."),
    };
    return table;
}

} // namespace qkdes
