// What a node keeps for each of its links. A node has a handful: their numbers stand side by side in the map itself,
// where a tree of them was a miss a level, several times for each message.
//
// Values stay where they are while the map has no more than `reserve`d; iteration is in the order of insertion, which
// is the order of the links for what is made at the start.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/ids.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace qkdes {

template <class T>
class LinkMap {
  public:
    void reserve(std::size_t links) {
        links_.reserve(links);
        values_.reserve(links);
    }
    T* find(LinkId link) {
        for (std::size_t i = 0; i < links_.size(); ++i)
            if (links_[i] == link) return &values_[i];
        return nullptr;
    }
    /// Asks the processor for the value, if it is there.
    void prefetch(LinkId link) const {
        auto const* const found = reinterpret_cast<std::byte const*>(find(link));
        for (std::size_t at = 0; found != nullptr && at < sizeof(T); at += 64)
            cache_hint(found + at);
    }
    T const* find(LinkId link) const { return const_cast<LinkMap*>(this)->find(link); }
    T& at(LinkId link) {
        T* const found = find(link);
        QKDES_EXPECTS(found != nullptr);
        return *found;
    }
    /// Made when it is not there.
    T& operator[](LinkId link) {
        if (T* const found = find(link)) return *found;
        return emplace(link);
    }
    /// Of a link that is not there yet.
    template <class... Args>
    T& emplace(LinkId link, Args&&... args) {
        QKDES_EXPECTS(find(link) == nullptr);
        links_.push_back(link);
        return values_.emplace_back(std::forward<Args>(args)...);
    }
    void clear() {
        links_.clear();
        values_.clear();
    }
    bool empty() const { return links_.empty(); }
    LinkId first() const { return links_.front(); } ///< of a map that is not empty
    template <class F>
    void each(F visit) {
        for (std::size_t i = 0; i < links_.size(); ++i)
            visit(links_[i], values_[i]);
    }

  private:
    boost::container::small_vector<LinkId, 8> links_;
    std::vector<T> values_;
};

} // namespace qkdes
