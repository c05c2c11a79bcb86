// Contacts: the profile's values under those that are written, jamming in order.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {
namespace {

using std::chrono::minutes;

constexpr std::int64_t kMostPeriods = 1'000'000;

ContactSpec start_of(ContactProfile profile) {
    ContactSpec out;
    out.profile = profile;
    switch (profile) {
    case ContactProfile::custom:
    case ContactProfile::denied:
    case ContactProfile::low_rate:
        break;
    case ContactProfile::disrupted:
        out.period = out.on = minutes{10};
        out.availability = 0.7;
        break;
    case ContactProfile::intermittent:
        out.period = minutes{10};
        out.on = minutes{3};
        out.jitter = minutes{2};
        break;
    }
    return out;
}

std::string text(SimDuration d) { return print_quantity(static_cast<double>(d.count()), units::duration); }

std::vector<JammingWindow> jamming_of(Resolution& r, RawContact const& raw) {
    std::vector<JammingWindow> windows;
    for (auto const& each : raw.jamming) {
        if (!each.node->is(JsonKind::object) || !r.reader.intact(each.node)) continue;
        if (each.lasting.has_value() == each.until.has_value()) {
            r.reader.error(*each.node, each.until ? "both \"for\" and \"until\"" : "jamming without an end",
                           "a time of jamming has one of \"for\" and \"until\"",
                           each.until ? "leave one out" : R"("for": "5 min")");
            continue;
        }
        SimTime const until = each.until.value_or(each.lasting ? each.from + *each.lasting : each.from);
        if (until <= each.from)
            r.reader.error(place(*each.node, "until"), "jamming ends before it begins",
                           "\"until\" is a time of the run, later than \"from\"", R"("for": "5 min")");
        else
            windows.push_back({each.from, until});
    }
    std::ranges::sort(windows, {}, &JammingWindow::from);
    std::vector<JammingWindow> merged;
    for (auto const& each : windows) {
        if (!merged.empty() && each.from <= merged.back().until)
            merged.back().until = std::max(merged.back().until, each.until);
        else
            merged.push_back(each);
    }
    return merged;
}

} // namespace

std::optional<ContactSpec> contact_of(Resolution& r, JsonNode const& classical, RawContact const& raw) {
    auto const& contact = place(classical, "contact");
    ContactSpec out = start_of(raw.profile);
    bool const timed = raw.period || raw.on || raw.phase || raw.jitter || raw.availability;
    if (timed && (raw.profile == ContactProfile::denied || raw.profile == ContactProfile::low_rate)) {
        r.reader.error(place(contact, "profile"), "a profile without periods, and periods",
                       "\"denied\" is never in contact and \"low-rate\" always", R"("profile": "custom")");
        return {};
    }
    if (raw.period) {
        // A profile's contact scales with the period that is written.
        auto const scaled = [&](SimDuration d) {
            return from_seconds(seconds(d) * (seconds(*raw.period) / std::max(seconds(out.period), 1e-9)));
        };
        if (out.period > SimDuration{0}) out.on = scaled(out.on), out.jitter = scaled(out.jitter);
        if (raw.profile == ContactProfile::custom) out.on = *raw.period;
        out.period = *raw.period;
        if (raw.profile == ContactProfile::disrupted) out.on = *raw.period;
    }
    if (raw.phase) out.phase = *raw.phase;
    if (raw.jitter) out.jitter = *raw.jitter;
    if (raw.on)
        out.on = *raw.on;
    else if (raw.profile == ContactProfile::custom && out.period > SimDuration{0})
        out.on = out.period - std::min(out.period, out.phase + out.jitter);
    if (raw.availability) out.availability = *raw.availability;
    out.jamming = jamming_of(r, raw);
    if (timed && out.period == SimDuration{0}) {
        r.reader.error(contact, "contacts without a period", "they come once in every \"period\"",
                       R"("period": "10 min")");
        return {};
    }
    if (out.period > SimDuration{0} &&
        (out.on <= SimDuration{0} || out.on > out.period - std::min(out.period, out.phase + out.jitter)))
        r.reader.error(contact,
                       fmt::format("a contact of {} that begins up to {} after its period of {} does", text(out.on),
                                   text(out.phase + out.jitter), text(out.period)),
                       "\"phase\", \"jitter\" and \"on\" together fit into \"period\"", "");
    if (out.period > SimDuration{0} && r.knows_duration && r.raw.duration / out.period > kMostPeriods)
        r.reader.error(place(contact, "period"), fmt::format("{} periods in the run", r.raw.duration / out.period),
                       fmt::format("contacts are worked out before the run, at most {} of a link", kMostPeriods), "");
    return out;
}

} // namespace qkdes
