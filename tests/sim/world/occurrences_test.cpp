#include "sim/world/occurrences.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

TEST(Occurrences, CountsByTextNotByPlace) {
    Occurrences occurrences;
    std::string const again = "relay.timeout";
    occurrences.add("relay.timeout");
    occurrences.add(again); // the same text elsewhere
    char place[] = "void.sent";
    occurrences.add(place);
    place[0] = 'V'; // another text at the same place
    occurrences.add(place);
    occurrences.add(std::string_view{place, 4}); // and a shorter one
    place[0] = 'v';
    occurrences.add(place);
    EXPECT_EQ(occurrences.counts(),
              (Occurrences::Counts{{"relay.timeout", 2}, {"void.sent", 2}, {"Void.sent", 1}, {"Void", 1}}));
}

TEST(Occurrences, CountsMoreNamesThanItKnowsPlacesFor) {
    Occurrences occurrences;
    std::string const text(1000, 'x');
    for (int round = 0; round < 3; ++round)
        for (std::size_t n = 0; n < text.size(); ++n)
            occurrences.add(std::string_view{text}.substr(n)); // 1,000 names, each at a place of its own
    ASSERT_EQ(occurrences.counts().size(), text.size());
    for (auto const& [name, times] : occurrences.counts())
        EXPECT_EQ(times, 3u) << name.size();
}

} // namespace
} // namespace qkdes
