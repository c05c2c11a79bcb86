#include "sim/world/contact_outages.hpp"

#include "sim/base/rng.hpp"

#include <algorithm>

namespace qkdes {

namespace {

void add_periods(Outages& outages, ContactSpec const& contact, SimDuration duration, RngStream rng) {
    SimTime out_since = kSimStart;
    for (SimTime begin = kSimStart; begin < kSimStart + duration; begin += contact.period) {
        bool const up = rng.bernoulli(contact.availability);
        SimDuration const late = from_seconds(seconds(contact.jitter) * rng.uniform());
        if (!up) continue;
        SimTime const from = begin + contact.phase + std::min(late, contact.jitter);
        if (out_since < from) outages.add({out_since, from});
        out_since = from + contact.on;
    }
    outages.add({out_since, kSimNever});
}

} // namespace

Timelines with_contacts(Timelines timelines, Scenario const& scenario, std::uint64_t seed) {
    for (std::size_t l = 0; l < scenario.links.size(); ++l) {
        auto const& contact = scenario.links[l].classical.contact;
        if (!contact) continue;
        Outages& outages = timelines.links[l].classical;
        if (contact->profile == ContactProfile::denied)
            outages.add({kSimStart, kSimNever});
        else if (contact->period > SimDuration{0})
            add_periods(outages, *contact, scenario.duration,
                        RngStream{seed, "link/" + scenario.links[l].id + "/contact"});
        for (auto const& window : contact->jamming)
            outages.add({window.from, window.until});
    }
    return timelines;
}

} // namespace qkdes
