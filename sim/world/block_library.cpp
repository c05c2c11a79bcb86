#include "sim/world/block_library.hpp"

namespace qkdes {

LinkBlock BlockLibrary::take(LinkId link, std::uint64_t index, std::function<LinkBlock()> const& make) {
    Entry* entry = nullptr;
    {
        std::lock_guard const lock{guards_entries_};
        auto& slot = entries_[{link, index}];
        if (!slot) slot = std::make_unique<Entry>();
        entry = slot.get(); // entries stay where they are
    }
    std::call_once(entry->made, [&] { entry->block = make(); });
    return entry->block;
}

std::size_t BlockLibrary::size() const {
    std::lock_guard const lock{guards_entries_};
    return entries_.size();
}

} // namespace qkdes
