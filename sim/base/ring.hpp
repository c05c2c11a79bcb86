// Rows that grow at the back and are used up from the front. A large one grows by a quarter: a long run has millions of
// entries in them.
#pragma once
#include <boost/circular_buffer.hpp>

#include <algorithm>
#include <cstddef>

namespace qkdes {

template <class T>
using Ring = boost::circular_buffer<T>;

/// For one more entry.
template <class T>
void make_room(Ring<T>& ring) {
    constexpr std::size_t kSmall = 64;
    if (!ring.full()) return;
    std::size_t const size = ring.size();
    ring.set_capacity(size < kSmall ? std::max<std::size_t>(4, 2 * size) : size + size / 4);
}

} // namespace qkdes
