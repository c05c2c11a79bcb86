// The keys of `kms.vendor`, and what must hold between them and the rest of `kms`.
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scenario_table.hpp"

#include <fmt/format.h>

namespace qkdes {

Table<VendorSpec> const& vendor_table() {
    using V = VendorSpec;
    static Table<VendorSpec> const table{
        "vendor",
        "The QKD vendor's key server beside a node, one for each link with a device: the node asks it for every unit "
        "of link key.",
        quantity("latency", at(&V::latency), units::duration, from(0, kCenturyNs),
                 "Median time that its single worker takes for a request."),
        number("spread", at(&V::spread), from(0, 3), "Standard deviation of the logarithm of that time."),
        number("stall", at(&V::stall), from_below(0, 1), "Probability that a request stalls."),
        quantity("stall_time", at(&V::stall_time), units::duration, from(0, kCenturyNs),
                 "What a stall adds on average, exponentially distributed."),
        number("drift", at(&V::drift), from(0, 3),
               "Standard deviation of the logarithm of a level that all service times share and that wanders."),
        quantity("drift_time", at(&V::drift_time), units::duration, above(0, kCenturyNs),
                 "Over which the level forgets where it was."),
        quantity("buffer", at(&V::buffer), units::bits, from(512, 1e15),
                 "Key that it holds, half of it for each end to hand out; what does not fit is lost and booked.")
            .such_as(R"("64 kbit")")
            .unless_given("`store_capacity`"),
        count("queue_limit", at(&V::queue_limit), 1, 1'000'000, "Requests without an answer yet; more are refused."),
        choice("when_empty", at(&V::when_empty),
               std::vector<Choice<V::WhenEmpty>>{
                   {"refuse", V::WhenEmpty::refuse, "an error at once."},
                   {"wait", V::WhenEmpty::wait, "requests wait for the next burst, in order."}},
               "What an empty buffer means."),
        quantity("wait_limit", at(&V::wait_limit), units::duration, above(0, kCenturyNs),
                 "No request waits for key longer than this after it was asked."),
    };
    return table;
}

namespace {

/// `kms` as written, the scenario's or a node's; `spec` as it is meant.
void check_vendor(Resolution& r, JsonNode const* kms, KmsSpec const& spec) {
    if (kms == nullptr || !kms->is(JsonKind::object) || !spec.vendor) return;
    VendorSpec const& vendor = *spec.vendor;
    JsonNode const* const node = kms->find("vendor");
    bool const here = node != nullptr && node->is(JsonKind::object);
    if (vendor.latency >= spec.relay_timeout)
        r.reader.error(
            here ? place(*node, "latency") : place(*kms, "relay_timeout"), "a vendor slower than the relay's timeout",
            "no hop could end before its relay is voided (`relay_timeout`)", here ? R"("latency": "100 ms")" : "");
    if (!here) return;
    auto const unread = [&](std::string_view key, bool read, std::string_view reader) {
        if (auto const* value = node->find(key); value != nullptr && !read)
            r.reader.warning(*value, fmt::format("{} without effect", key), fmt::format("only {} reads it", reader),
                             "leave it out");
    };
    unread("wait_limit", vendor.when_empty == VendorSpec::WhenEmpty::wait, R"("when_empty": "wait")");
    unread("stall_time", vendor.stall > 0, "a `stall` above 0");
    unread("drift_time", vendor.drift > 0, "a `drift` above 0");
}

} // namespace

void check_vendors(Resolution& r) {
    check_vendor(r, r.root.find("kms"), r.raw.kms);
    for (auto const& node : r.raw.nodes)
        check_vendor(r, node.node->find("kms"), node.spec.kms);
}

} // namespace qkdes
