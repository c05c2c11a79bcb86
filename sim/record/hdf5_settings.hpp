// How the library behaves, and how it opens files: silent, in little memory, each thing at the same place each time.
#pragma once
#include "sim/record/hdf5_handles.hpp"

namespace qkdes::hdf5 {

/// To be called before anything else, in each thread: no words on stderr, no writing of abandoned files at exit, little
/// memory that is kept for nothing.
void prepare();

Properties access_properties();
/// Rows come by the chunk: nothing is kept until more of a chunk comes.
Properties writing_properties();
/// To add a little to each of many columns, each of which is met once: hardly any of the file's structure is kept.
/// What is put where then depends on what was kept.
Properties adding_properties();

} // namespace qkdes::hdf5
