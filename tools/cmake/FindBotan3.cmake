# Botan 3 from the system (pkg-config botan-3), or the copy that tools/setup built under the user's cache on systems
# whose packages stop at Botan 2. Defines Botan3::Botan3.
find_package(PkgConfig QUIET)
set(_botan_cache "$ENV{XDG_CACHE_HOME}")
if(NOT _botan_cache)
  set(_botan_cache "$ENV{HOME}/.cache")
endif()
set(QKDES_BOTAN_ROOT "${_botan_cache}/qkdes/botan3" CACHE PATH "Where tools/setup put Botan 3")

if(PKG_CONFIG_FOUND)
  pkg_check_modules(PC_BOTAN3 QUIET botan-3)
endif()
if(PC_BOTAN3_FOUND AND NOT PC_BOTAN3_VERSION VERSION_LESS "${Botan3_FIND_VERSION}")
  set(Botan3_VERSION "${PC_BOTAN3_VERSION}")
  find_path(BOTAN3_INCLUDE_DIR botan/ml_kem.h HINTS ${PC_BOTAN3_INCLUDE_DIRS} PATH_SUFFIXES botan-3)
  find_library(BOTAN3_LIBRARY botan-3 HINTS ${PC_BOTAN3_LIBRARY_DIRS})
else()
  find_path(BOTAN3_INCLUDE_DIR botan/ml_kem.h PATHS "${QKDES_BOTAN_ROOT}/include/botan-3" NO_DEFAULT_PATH)
  find_library(BOTAN3_LIBRARY libbotan-3.a PATHS "${QKDES_BOTAN_ROOT}/lib" NO_DEFAULT_PATH)
  if(BOTAN3_INCLUDE_DIR)
    file(STRINGS "${BOTAN3_INCLUDE_DIR}/botan/build.h" _line REGEX "define BOTAN_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX REPLACE "[^0-9;]+" "" _numbers "${_line}")
    string(REPLACE ";" "." Botan3_VERSION "${_numbers}")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Botan3
  REQUIRED_VARS BOTAN3_LIBRARY BOTAN3_INCLUDE_DIR VERSION_VAR Botan3_VERSION
  REASON_FAILURE_MESSAGE "run tools/setup, which installs or builds it")
if(Botan3_FOUND AND NOT TARGET Botan3::Botan3)
  add_library(Botan3::Botan3 UNKNOWN IMPORTED)
  set_target_properties(Botan3::Botan3 PROPERTIES
    IMPORTED_LOCATION "${BOTAN3_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${BOTAN3_INCLUDE_DIR}")
endif()
