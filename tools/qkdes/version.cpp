#include "tools/qkdes/version.hpp"

#include "sim/record/manifest.hpp"
#include "sim/study/mpi_crew.hpp"
#include "tools/qkdes/shipped.hpp"

#include <fmt/format.h>

#include <dlfcn.h>

namespace qkdes {

std::string version_text() {
#if defined(__clang__)
    char const* const compiler = "Clang " __clang_version__;
#else
    char const* const compiler = "GCC " __VERSION__;
#endif
    // Nothing of qkdes refers to the allocator: the loader knows whether it stands in for malloc.
    bool const mimalloc = ::dlsym(RTLD_DEFAULT, "mi_malloc") != nullptr;
    return fmt::format("qkdes {}\nresults files  format {}\nMPI            {}\nmimalloc       {}\ncompiler       {}\n"
                       "data           {}\n",
                       QKDES_VERSION, kResultsFormatVersion, mpi_built() ? "yes" : "no", mimalloc ? "yes" : "no",
                       compiler, data_folder().empty() ? "not found" : data_folder().string());
}

} // namespace qkdes
