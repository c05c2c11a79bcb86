// Where callbacks wait: 64-byte slots, one cache line each, with 48 bytes for what a callback captures. A slot never
// moves, so a callback may schedule thousands of events while it runs from its own slot. A freed slot is used again
// first.
//
// A callback may have a member foresee(), which is called some events before its turn, once or not at all: there it
// asks the processor for what it will need, and so does not wait for it. It changes nothing.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/contracts.hpp"
#include "sim/engine/event_key.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace qkdes {

template <class Callback>
concept Foreseeing = requires(Callback const& callback) {
    callback.foresee();
};

class EventSlab {
  public:
    static constexpr std::size_t kCapture = 48; ///< bytes

    EventSlab() = default;
    EventSlab(EventSlab const&) = delete;
    EventSlab& operator=(EventSlab const&) = delete;
    /// Destroys the callbacks that still wait, unrun.
    ~EventSlab();

    /// Stores a callback under its rank; returns its slot.
    template <class F>
    std::uint32_t put(EventRank rank, F&& callback) {
        using Stored = std::decay_t<F>;
        static_assert(std::is_invocable_v<Stored&>);
        static_assert(sizeof(Stored) <= kCapture,
                      "captures more than 48 bytes: capture less, or wrap it in boxed(...)");
        static_assert(alignof(Stored) <= alignof(std::max_align_t));
        if (free_.empty()) grow();
        std::uint32_t const index = free_.back();
        Slot& slot = at(index);
        ::new (static_cast<void*>(slot.capture)) Stored(std::forward<F>(callback));
        free_.pop_back();
        slot.act = &act<Stored>;
        slot.rank = rank;
        return index;
    }

    /// Whether the event of this rank still waits in this slot.
    bool holds(std::uint32_t index, EventRank rank) const {
        return index >> kChunkBits < chunks_.size() && at(index).rank == rank && rank != EventRank{};
    }

    /// Runs, then destroys the callback and frees the slot. While it runs the event no longer waits.
    void run(std::uint32_t index) { finish(index, Do::run); }
    /// Destroys the callback unrun and frees the slot.
    void drop(std::uint32_t index) { finish(index, Do::drop); }
    /// Tells the key's callback, a Foreseeing one, that its turn comes; not if it has been dropped.
    void foresee(EventKey const& key) {
        Slot& slot = at(key.slot);
        if (slot.rank == key.rank) slot.act(slot.capture, Do::foresee);
    }

    /// Asks the processor for a slot that is about to be used.
    void prefetch(std::uint32_t index) const { cache_hint(&at(index)); }
    /// And for what the callback's first two words point to, should they be pointers: mostly its owner and its load.
    void prefetch_captured(std::uint32_t index) const {
        void const* words[2];
        std::memcpy(words, at(index).capture, sizeof words);
        for (void const* word : words)
            cache_hint(word);
    }
    /// Slots ever made; those in use are at most as many as waited at one time.
    std::size_t capacity() const { return chunks_.size() << kChunkBits; }

  private:
    static constexpr unsigned kChunkBits = 10;
    enum class Do : std::uint8_t { run, drop, foresee };

    struct alignas(64) Slot {
        std::byte capture[kCapture];
        void (*act)(void* capture, Do what);
        EventRank rank; ///< none while free or running
    };
    static_assert(sizeof(Slot) == 64);

    template <class Stored>
    static void act(void* capture, Do what) {
        if constexpr (Foreseeing<Stored>)
            if (what == Do::foresee) return std::launder(static_cast<Stored const*>(capture))->foresee();
        struct Destroy { // also when the callback throws
            Stored& stored;
            ~Destroy() { stored.~Stored(); }
        } const callback{*std::launder(static_cast<Stored*>(capture))};
        if (what == Do::run) callback.stored();
    }

    void finish(std::uint32_t index, Do what) {
        struct Freed {
            std::vector<std::uint32_t>& free;
            std::uint32_t index;
            ~Freed() { free.push_back(index); } // never allocates: grow() reserved a place for every slot
        } const release{free_, index};
        Slot& slot = at(index);
        slot.rank = EventRank{};
        slot.act(slot.capture, what);
    }

    Slot& at(std::uint32_t index) { return chunks_[index >> kChunkBits][index & ((1u << kChunkBits) - 1)]; }
    Slot const& at(std::uint32_t index) const { return chunks_[index >> kChunkBits][index & ((1u << kChunkBits) - 1)]; }
    void grow();

    std::vector<std::unique_ptr<Slot[]>> chunks_;
    std::vector<std::uint32_t> free_; ///< the last one freed is the first one reused: it is warm
};

} // namespace qkdes
