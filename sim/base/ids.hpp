// Strong indices: a LinkId cannot be passed where a NodeId is meant. The value is the position in the scenario's list.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>

namespace qkdes {

template <class Tag>
struct Id {
    static constexpr std::uint32_t kNone = 0xffffffffu;
    std::uint32_t value = kNone;
    constexpr Id() = default;
    constexpr explicit Id(std::size_t index) : value{static_cast<std::uint32_t>(index)} {}
    constexpr bool valid() const { return value != kNone; }
    constexpr std::size_t index() const { return value; }
    constexpr auto operator<=>(Id const&) const = default;
};

using NodeId = Id<struct NodeTag>;
using LinkId = Id<struct LinkTag>;
using AppId = Id<struct AppTag>;
using DemandId = Id<struct DemandTag>;

} // namespace qkdes
