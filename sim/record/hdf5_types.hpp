// Columns as types of HDF5, and back.
#pragma once
#include "sim/record/hdf5_handles.hpp"
#include "sim/record/manifest.hpp"
#include "sim/record/table.hpp"

namespace qkdes::hdf5 {

/// The type of a column's values, in the file and in its buffer.
Type file_type(Column const& column);

/// The column type that `type` was written from, but for time and duration; false when it is none of ours.
bool column_type(hid_t type, Column& column);

Column column_of(Scalar const& scalar);

} // namespace qkdes::hdf5
