// Memory for things of one kind that come and go: what was given back last is taken first, while it is still in the
// cache. General allocators hand out what has lain longest, and a large network lives from memory.
//
// A thread keeps its own, at most `kKept` pieces, until it ends. Under sanitizers memory comes from the allocator,
// which they watch. Checked: tests/sim/base/recycled_test.cpp.
#pragma once
#include <cstddef>
#include <new>

namespace qkdes {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kRecycles = false;
#else
constexpr bool kRecycles = true;
#endif

template <std::size_t kSize, std::size_t kAlignment = alignof(std::max_align_t)>
class Recycled {
  public:
    static void* take() {
        Kept& kept = mine();
        if (kept.first == nullptr) return ::operator new(kPiece, kAligned);
        Piece* const piece = kept.first;
        kept.first = piece->next;
        --kept.pieces;
        return piece;
    }
    static void give_back(void* memory) noexcept {
        Kept& kept = mine();
        if (!kRecycles || kept.over || kept.pieces == kKept) return ::operator delete(memory, kPiece, kAligned);
        kept.first = ::new (memory) Piece{kept.first};
        ++kept.pieces;
    }

  private:
    struct Piece {
        Piece* next;
    };
    static constexpr std::size_t kPiece = kSize < sizeof(Piece) ? sizeof(Piece) : kSize;
    static constexpr std::align_val_t kAligned{kAlignment};
    static constexpr std::size_t kKept = 4096;
    struct Kept {
        Piece* first = nullptr;
        std::size_t pieces = 0;
        bool over = false; ///< the thread ends: what comes now goes straight back
        ~Kept() {
            over = true;
            while (Piece* const piece = first) {
                first = piece->next;
                ::operator delete(piece, kPiece, kAligned);
            }
        }
    };
    static Kept& mine() {
        static thread_local Kept kept;
        return kept;
    }
};

/// For std::allocate_shared.
template <class T>
struct RecyclingAllocator {
    using value_type = T;
    static_assert(alignof(T) <= alignof(std::max_align_t));
    RecyclingAllocator() = default;
    template <class U>
    RecyclingAllocator(RecyclingAllocator<U> const&) {}
    T* allocate(std::size_t count) {
        return static_cast<T*>(count == 1 ? Recycled<sizeof(T)>::take() : ::operator new(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        if (count == 1) return Recycled<sizeof(T)>::give_back(memory);
        ::operator delete(memory, count * sizeof(T));
    }
    bool operator==(RecyclingAllocator const&) const { return true; }
};

} // namespace qkdes
