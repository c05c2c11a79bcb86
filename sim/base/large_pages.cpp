#include "sim/base/large_pages.hpp"

#if __has_include(<mimalloc.h>)
#include <mimalloc.h>
#pragma weak mi_option_set_default // programs that are linked to another allocator have none
#endif

namespace qkdes {

void prefer_large_pages() {
#if __has_include(<mimalloc.h>)
    if (mi_option_set_default != nullptr) mi_option_set_default(mi_option_large_os_pages, 1);
#endif
}

} // namespace qkdes
