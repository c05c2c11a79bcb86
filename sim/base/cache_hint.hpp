// Asking the processor for memory that is soon needed. Changes nothing.
#pragma once

namespace qkdes {

/// For the line of cache that holds this byte; any address will do. The compiler takes a function that does nothing but
/// __builtin_prefetch for one without effect and leaves its calls out: the empty statement of assembly forbids that.
inline void cache_hint(void const* address) {
    __builtin_prefetch(address);
    asm volatile("" : : "r"(address));
}

} // namespace qkdes
