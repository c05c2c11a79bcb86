// Pages of 2 MB for the heap, where the system gives them on request (transparent huge pages).
//
// A network of a thousand nodes touches some 50 MB at random. With pages of 4 KB nearly each touch is looked up in the
// page tables first: a tenth of the run. A small run holds a few megabytes more than it would without.
#pragma once

namespace qkdes {

/// For what the heap has yet to get from the system. Nothing without mimalloc, or when its variable
/// MIMALLOC_LARGE_OS_PAGES says otherwise.
void prefer_large_pages();

} // namespace qkdes
