#include "sim/base/numbered.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace qkdes {
namespace {

RC_GTEST_PROP(Numbered, FindsWhatATreeFinds, ()) {
    Numbered<int> row;
    std::map<std::uint64_t, int> tree;
    int const steps = *rc::gen::inRange(0, 200);
    std::uint64_t next = *rc::gen::inRange<std::uint64_t>(0, 5);
    for (int i = 0; i < steps; ++i) {
        auto const any = *rc::gen::inRange<std::uint64_t>(0, next + 3);
        switch (*rc::gen::inRange(0, 4)) {
        case 0: // mostly the next, sometimes after a gap
            next += *rc::gen::element<std::uint64_t>(1, 1, 1, 4);
            while (tree.contains(next))
                ++next;
            row.add(next, i);
            tree.emplace(next, i);
            break;
        case 1: // out of order
            if (!tree.contains(any)) {
                row.add(any, -i);
                tree.emplace(any, -i);
            }
            break;
        case 2:
            row.erase(any);
            tree.erase(any);
            break;
        case 3:
            if (!tree.empty()) { // the oldest
                row.erase(tree.begin()->first);
                tree.erase(tree.begin());
            }
            break;
        }
        auto const found = tree.find(any);
        int const* const value = row.find(any);
        RC_ASSERT((value != nullptr) == (found != tree.end()));
        if (value != nullptr) RC_ASSERT(*value == found->second);
        RC_ASSERT(row.size() == tree.size());
        RC_ASSERT(row.lower_bound(any) == static_cast<std::size_t>(std::distance(tree.begin(), tree.lower_bound(any))));
    }
    std::size_t rank = 0;
    for (auto const& [number, value] : tree) {
        RC_ASSERT(row[rank].number == number);
        RC_ASSERT(*row[rank++].value == value);
    }
}

TEST(Numbered, ThingsStayWhereTheyAre) {
    Numbered<int> row;
    int const& second = row.add(7, 1);
    row.add(3, 0);
    row.add(9, 2);
    row.erase(3);
    EXPECT_EQ(row.find(7), &second);
    EXPECT_EQ(second, 1);
}

} // namespace
} // namespace qkdes
