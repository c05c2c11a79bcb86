// The keys of a link's `store`.
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<StoreSpec> const& store_table() {
    using S = StoreSpec;
    static Table<StoreSpec> const table{
        "link-store",
        "What the store of a link's key holds from the start, and what it keeps.",
        quantity("initial", at(&S::initial), units::bits, from(0, 1e10),
                 "Key that both ends have before the run; whole units of 256 bits."),
        number("first_share", at(&S::first_share), from(0, 1),
               "Of it, what the first node of `between` hands out; the second hands out the rest."),
        quantity("keep", at(&S::keep), units::bits, from(0, 1e15),
                 "While the store holds no more than this, neither end hands any out, whoever asks."),
    };
    return table;
}

} // namespace qkdes
