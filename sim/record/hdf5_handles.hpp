// What HDF5 hands out by number, given back when it goes out of scope. Private to sim/record: the header is HDF5's own.
#pragma once
#include <utility>

#include <hdf5.h>

namespace qkdes::hdf5 {

/// Anything of HDF5's that must be given back, but for files and datasets, which a failed write abandons.
template <herr_t (*close)(hid_t)>
class Handle {
  public:
    Handle(hid_t id) : id_{id} {}
    Handle(Handle&& other) noexcept : id_{std::exchange(other.id_, -1)} {}
    Handle& operator=(Handle&&) = delete;
    ~Handle() {
        if (id_ >= 0) close(id_);
    }
    operator hid_t() const { return id_; }
    bool bad() const { return id_ < 0; }

  private:
    hid_t id_;
};
using Type = Handle<H5Tclose>;
using Space = Handle<H5Sclose>;
using Properties = Handle<H5Pclose>;
using Attribute = Handle<H5Aclose>;
using Object = Handle<H5Oclose>;

} // namespace qkdes::hdf5
