// The keys of a contact: when a classical channel can be used.
#include "sim/scenario/shares_table.hpp"

namespace qkdes {

Table<RawContact> const& contact_table() {
    using C = RawContact;
    static Table<RawJamming> const jamming{
        "jamming",
        "A time in which nothing passes.",
        quantity("from", at(&RawJamming::from), units::duration, from(0, kCenturyNs), "When it begins.")
            .must(R"("10 min")"),
        quantity("for", at(&RawJamming::lasting), units::duration, above(0, kCenturyNs), "How long it lasts.")
            .such_as(R"("5 min")"),
        quantity("until", at(&RawJamming::until), units::duration, above(0, kCenturyNs),
                 "When it ends, instead of `for`.")
            .such_as(R"("15 min")"),
    };
    static Table<RawContact> const table{
        "contact",
        "When the channel can be used at all: denied, disrupted, intermittent and slow links. What is sent out of "
        "contact, "
        "or would arrive out of it, is lost.",
        choice("profile", at(&C::profile),
               std::vector<Choice<ContactProfile>>{
                   {"custom", ContactProfile::custom, "what the other keys say."},
                   {"denied", ContactProfile::denied, "never in contact."},
                   {"disrupted", ContactProfile::disrupted, "10 min at a time, 7 of 10 of them by chance."},
                   {"intermittent", ContactProfile::intermittent, "3 min of every 10, beginning up to 2 min late."},
                   {"low-rate", ContactProfile::low_rate, "always, at 2.4 kbit/s unless `rate` says otherwise."}},
               "Where the other keys start from."),
        quantity("period", at(&C::period), units::duration, above(0, kCenturyNs), "From contact to contact.")
            .such_as(R"("10 min")")
            .unless_given("the profile's, else always in contact"),
        quantity("on", at(&C::on), units::duration, above(0, kCenturyNs), "Length of a contact.")
            .such_as(R"("3 min")")
            .unless_given("the profile's, else the whole period"),
        quantity("phase", at(&C::phase), units::duration, from(0, kCenturyNs), "From a period's begin to its contact.")
            .such_as(R"("1 min")"),
        quantity("jitter", at(&C::jitter), units::duration, from(0, kCenturyNs),
                 "A contact begins later by up to that, by chance.")
            .such_as(R"("30 s")")
            .unless_given("the profile's, else none"),
        number("availability", at(&C::availability), from(0, 1),
               "Chance that a period has its contact, each for itself.")
            .such_as("0.9")
            .unless_given("the profile's, else 1"),
        list<C, decltype(at(&C::jamming).get), RawJamming>("jamming", at(&C::jamming), jamming,
                                                           "Times in which nothing passes, besides."),
    };
    return table;
}

} // namespace qkdes
