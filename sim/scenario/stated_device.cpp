// The keys of a device of which only the key rate is known.
#include "sim/scenario/device_keys.hpp"

namespace qkdes {

Table<RawDevice> const& stated_device_table() {
    using D = RawDevice;
    using P = StatedParameters;
    static Table<RawDevice> const table = [] {
        Table<RawDevice> keys{
            "stated-device",
            "A pair of devices of which only the key rate is known, named by its key in `devices`: for protocols "
            "without a model, and for measurements of your own.",
            quantity("rate", at(&D::stated, &P::rate), units::bit_rate, from(0, 1e10),
                     "Of secret key, after authentication; 0: none is made.")
                .must(R"("2 kbit/s")"),
            quantity("every", at(&D::stated, &P::every), units::duration, from(1e6, kCenturyNs / 100),
                     "From block to block."),
        };
        add_common_keys(keys, {{"stated", "any, of which only the key rate is known."}});
        return keys;
    }();
    return table;
}

} // namespace qkdes
