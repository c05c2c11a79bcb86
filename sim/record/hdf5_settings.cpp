#include "sim/record/hdf5_settings.hpp"

namespace qkdes::hdf5 {

namespace {

/// Memory that the library has given back and keeps for itself; by its own limits, tens of megabytes.
constexpr int kFreeLists = 128 << 10;

} // namespace

// At exit the library would write abandoned files again.
void prepare() {
    static bool const once =
        (H5dont_atexit(),
         H5set_free_list_limits(kFreeLists, kFreeLists, kFreeLists, kFreeLists, kFreeLists, kFreeLists), true);
    static thread_local bool const here = (H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr), true);
    (void)once, (void)here;
}

Properties access_properties() {
    Properties fapl{H5Pcreate(H5P_FILE_ACCESS)};
    H5Pset_meta_block_size(fapl, 0); // without aggregators a flush does not move what comes next
    H5Pset_small_data_block_size(fapl, 0);
    H5Pset_file_locking(fapl, false, true); // files are locked by output_files.cpp and renamed only when whole
    return fapl;
}

Properties writing_properties() {
    Properties fapl = access_properties();
    H5Pset_cache(fapl, 0, 0, 0, 1.0);
    return fapl;
}

Properties adding_properties() {
    Properties fapl = writing_properties();
    H5AC_cache_config_t cache{};
    cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
    H5Pget_mdc_config(fapl, &cache);
    cache.set_initial_size = true;
    // A node of a chunk index counts as 2 kB here, and takes 18 kB of memory.
    cache.initial_size = cache.min_size = cache.max_size = 64 << 10;
    cache.incr_mode = H5C_incr__off;
    cache.flash_incr_mode = H5C_flash_incr__off;
    cache.decr_mode = H5C_decr__off;
    H5Pset_mdc_config(fapl, &cache);
    return fapl;
}

} // namespace qkdes::hdf5
