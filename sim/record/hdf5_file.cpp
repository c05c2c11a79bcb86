#include "sim/record/hdf5_file.hpp"

#include "sim/record/hdf5_settings.hpp"
#include "sim/record/hdf5_types.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <hdf5.h>

namespace qkdes {

using namespace hdf5;

namespace {

struct Reason {
    std::string text;
    int code = 0; ///< errno, when the system refused
};

/// From the library's error stack, innermost first: the system's words where there are some, else the first line.
Reason last_reason() {
    Reason reason;
    auto const visit = [](unsigned depth, H5E_error2_t const* error, void* out) -> herr_t {
        auto& r = *static_cast<Reason*>(out);
        std::string const text = error->desc != nullptr ? error->desc : "";
        auto const message = text.find("error message = '"), number = text.find("errno = ");
        if (depth == 0) r.text = text;
        if (r.code != 0 || message == std::string::npos || number == std::string::npos) return 0;
        r.code = std::atoi(text.c_str() + number + 8);
        r.text = std::strerror(r.code);
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, visit, &reason);
    return reason;
}

/// Calls `use` with the address that H5Dwrite and H5Awrite want for `value`.
template <class Use>
auto with_address(Value const& value, Use use) {
    if (auto const* text = std::get_if<std::string>(&value)) {
        char const* const pointer = text->c_str();
        return use(static_cast<void const*>(&pointer));
    }
    return std::visit([&](auto const& v) { return use(static_cast<void const*>(&v)); }, value);
}

/// Frees what HDF5 allocates for texts of any length.
std::vector<std::string> take_texts(hid_t type, hid_t space, std::vector<char*>& pointers) {
    std::vector<std::string> texts;
    texts.reserve(pointers.size());
    for (char const* p : pointers)
        texts.emplace_back(p != nullptr ? p : "");
    if (!pointers.empty()) H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
    return texts;
}

} // namespace

Result<Hdf5File> Hdf5File::create(std::filesystem::path const& path, std::filesystem::path const& place) {
    prepare();
    Properties const fapl = writing_properties(); // named: giving it back would clear the reason of a failure
    hid_t const id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
    Hdf5File file{id, path, place};
    if (id < 0) return file.failed_write();
    return file;
}

Result<Hdf5File> Hdf5File::open(std::filesystem::path const& path, std::filesystem::path const& place, Access access) {
    prepare();
    Properties const fapl = access == Access::read ? access_properties() : adding_properties();
    hid_t const id = H5Fopen(path.c_str(), access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR, fapl);
    Hdf5File file{id, path, place};
    if (id < 0) return access == Access::read ? file.failed_read("") : file.failed_write();
    return file;
}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, path_{std::move(other.path_)}, place_{std::move(other.place_)},
      datasets_{std::exchange(other.datasets_, {})}, filters_{std::move(other.filters_)}, error_{std::move(
                                                                                              other.error_)} {}

Hdf5File::~Hdf5File() { close(); }

IoError Hdf5File::failed_write() {
    Reason reason = last_reason();
    error_ = write_error(place_, reason.code, std::move(reason.text));
    return *error_;
}

IoError Hdf5File::failed_read(std::string const& object) const {
    Reason const reason = last_reason();
    return {place_.string(), object.empty() ? "cannot be opened" : fmt::format("{} cannot be read", object),
            reason.text, ""};
}

MaybeError Hdf5File::create_group(std::string const& path) {
    prepare();
    if (error_) return error_;
    Object const group{H5Gcreate2(file_, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)};
    if (group.bad()) return failed_write();
    return {};
}

MaybeError Hdf5File::create_column(std::string const& path, Column const& column, std::size_t chunk_rows) {
    prepare();
    if (error_) return error_;
    hsize_t const none = 0, unlimited = H5S_UNLIMITED, chunk = chunk_rows;
    Space const space{H5Screate_simple(1, &none, &unlimited)};
    Properties const made{H5Pcreate(H5P_DATASET_CREATE)};
    H5Pset_obj_track_times(made, false);
    H5Pset_chunk(made, 1, &chunk);
    if (column.value_size() > 1) H5Pset_shuffle(made);
    H5Pset_deflate(made, 1);
    Type const type = file_type(column);
    hid_t const id = H5Dcreate2(file_, path.c_str(), type, space, H5P_DEFAULT, made, H5P_DEFAULT);
    if (id < 0) return failed_write();
    datasets_[path] = {id, chunk_rows};
    if (auto error = set_attribute(path, "unit", column.unit)) return error;
    if (auto error = set_attribute(path, "description", column.description)) return error;
    return set_attribute(path, "kind", std::string{name_of(column.type)});
}

MaybeError Hdf5File::append(std::string const& path, Column const& column, ColumnBuffer const& values,
                            std::size_t rows) {
    prepare();
    if (error_) return error_;
    auto const to = dataset(path);
    if (!to.ok()) return to.error();
    hid_t const id = to->id;
    hsize_t first = 0;
    hsize_t const count = rows;
    {
        Space const before{H5Dget_space(id)};
        if (before.bad() || H5Sget_simple_extent_dims(before, &first, nullptr) != 1) return failed_write();
    }
    hsize_t const total = first + count;
    if (H5Dset_extent(id, &total) < 0) return failed_write();
    bool const of_any_length = column.type == ColumnType::text && column.width == 0;
    if (rows == to->chunk_rows && first % rows == 0 && !of_any_length) return append_chunk(*to, first, column, values);
    Space const file_space{H5Dget_space(id)}, memory_space{H5Screate_simple(1, &count, nullptr)};
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &first, nullptr, &count, nullptr);
    std::vector<char const*> pointers;
    void const* data = values.raw.data();
    if (of_any_length) {
        for (std::size_t i = 0; i < rows; ++i)
            pointers.push_back(values.texts[i].c_str());
        data = pointers.data();
    }
    Type const type = file_type(column); // named: giving it back before failed_write() would clear the reason
    if (H5Dwrite(id, type, memory_space, file_space, H5P_DEFAULT, data) < 0) return failed_write();
    return {};
}

MaybeError Hdf5File::append_chunk(Dataset const& to, std::uint64_t first, Column const& column,
                                  ColumnBuffer const& values) {
    std::size_t const width = column.value_size();
    auto const packed = filters_.pack(std::span{values.raw}.first(to.chunk_rows * width), width);
    hsize_t const at = first;
    if (H5Dwrite_chunk(to.id, H5P_DEFAULT, packed.left_out, &at, packed.bytes.size(), packed.bytes.data()) < 0)
        return failed_write();
    return {};
}

MaybeError Hdf5File::write_scalar(std::string const& path, Scalar const& scalar) {
    prepare();
    if (error_) return error_;
    Column const column = column_of(scalar);
    Space const space{H5Screate(H5S_SCALAR)};
    Properties const made{H5Pcreate(H5P_DATASET_CREATE)};
    H5Pset_obj_track_times(made, false);
    Type const type = file_type(column);
    hid_t const id = H5Dcreate2(file_, path.c_str(), type, space, H5P_DEFAULT, made, H5P_DEFAULT);
    if (id < 0) return failed_write();
    datasets_[path] = {id, 0};
    auto const write = [&](void const* at) { return H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, at); };
    if (with_address(scalar.value, write) < 0) return failed_write();
    if (auto error = set_attribute(path, "unit", column.unit)) return error;
    if (auto error = set_attribute(path, "description", column.description)) return error;
    return set_attribute(path, "kind", std::string{name_of(column.type)});
}

MaybeError Hdf5File::set_attribute(std::string const& object, std::string const& name, Value const& value) {
    prepare();
    if (error_) return error_;
    Type const type = file_type(column_of({name, "1", name, value}));
    Space const space{H5Screate(H5S_SCALAR)};
    Attribute const attribute{
        H5Acreate_by_name(file_, object.c_str(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)};
    if (attribute.bad()) return failed_write();
    if (with_address(value, [&](void const* at) { return H5Awrite(attribute, type, at); }) < 0) return failed_write();
    return {};
}

MaybeError Hdf5File::flush() {
    prepare();
    if (error_) return error_;
    if (H5Fflush(file_, H5F_SCOPE_LOCAL) < 0) return failed_write();
    return {};
}

MaybeError Hdf5File::close() {
    prepare();
    if (file_ < 0 || error_) return error_;
    for (auto& [path, known] : datasets_)
        if (known.id >= 0 && H5Dclose(std::exchange(known.id, -1)) < 0) return failed_write();
    // What a close that failed would need to write again is flushed first, where failing leaves the file whole.
    if (auto error = flush()) return error;
    if (H5Fclose(std::exchange(file_, -1)) < 0) return failed_write();
    return {};
}

MaybeError Hdf5File::reopen() {
    if (auto error = close()) return error;
    Properties const fapl = writing_properties();
    file_ = H5Fopen(path_.c_str(), H5F_ACC_RDWR, fapl);
    if (file_ < 0) return failed_write();
    return {};
}

Result<Hdf5File::Dataset> Hdf5File::dataset(std::string const& path) {
    auto const known = datasets_.find(path);
    if (known != datasets_.end() && known->second.id >= 0) return known->second;
    hid_t const id = H5Dopen2(file_, path.c_str(), H5P_DEFAULT);
    if (id < 0) return failed_read(path);
    Dataset& opened = datasets_[path];
    opened.id = id;
    return opened;
}

Result<std::vector<std::string>> Hdf5File::groups(std::string const& path) { return children(path, H5O_TYPE_GROUP); }
Result<std::vector<std::string>> Hdf5File::datasets(std::string const& path) {
    return children(path, H5O_TYPE_DATASET);
}

Result<std::vector<std::string>> Hdf5File::children(std::string const& path, int kind) {
    prepare();
    std::vector<std::string> names;
    if (path != "/" && H5Lexists(file_, path.c_str(), H5P_DEFAULT) <= 0) return names;
    Object const group{H5Oopen(file_, path.c_str(), H5P_DEFAULT)};
    auto const visit = [](hid_t, char const* name, H5L_info_t const*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    if (group.bad() || H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &names) < 0)
        return failed_read(path);
    MaybeError error;
    std::erase_if(names, [&](std::string const& name) {
        Object const child{H5Oopen(group, name.c_str(), H5P_DEFAULT)};
        if (child.bad()) error = failed_read(path + "/" + name);
        return H5Iget_type(child) != (kind == H5O_TYPE_GROUP ? H5I_GROUP : H5I_DATASET);
    });
    if (error) return *error;
    std::sort(names.begin(), names.end());
    return names;
}

Result<ColumnInfo> Hdf5File::info(std::string const& path) {
    prepare();
    auto const from = dataset(path);
    if (!from.ok()) return from.error();
    Type const type{H5Dget_type(from->id)};
    Space const space{H5Dget_space(from->id)};
    ColumnInfo info;
    info.column.name = path.substr(path.rfind('/') + 1);
    info.scalar = H5Sget_simple_extent_type(space) == H5S_SCALAR;
    if (!column_type(type, info.column) || H5Sget_simple_extent_ndims(space) > 1)
        return IoError{place_.string(), fmt::format("{} cannot be read", path), "qkdes writes no data of its type", ""};
    info.rows = static_cast<std::uint64_t>(H5Sget_simple_extent_npoints(space));
    auto const attached = attributes(path);
    if (!attached.ok()) return attached.error();
    for (auto const& [name, value] : *attached) {
        auto const* text = std::get_if<std::string>(&value);
        if (text == nullptr) continue;
        if (name == "unit") info.column.unit = *text;
        if (name == "description") info.column.description = *text;
        if (name == "kind" && *text == "time") info.column.type = ColumnType::time;
        if (name == "kind" && *text == "duration") info.column.type = ColumnType::duration;
    }
    return info;
}

Result<ColumnBuffer> Hdf5File::read(std::string const& path, ColumnInfo const& info, std::uint64_t first,
                                    std::uint64_t count) {
    prepare();
    QKDES_EXPECTS(first + count <= info.rows);
    auto const from = dataset(path);
    if (!from.ok()) return from.error();
    ColumnBuffer buffer;
    if (count == 0) return buffer;
    Type const type = file_type(info.column);
    hsize_t const begin = first, length = count;
    Space const file_space{H5Dget_space(from->id)}, memory_space{H5Screate_simple(1, &length, nullptr)};
    if (!info.scalar) H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &begin, nullptr, &length, nullptr);
    if (info.column.type == ColumnType::text && info.column.width == 0) {
        std::vector<char*> pointers(count);
        if (H5Dread(from->id, type, memory_space, file_space, H5P_DEFAULT, pointers.data()) < 0)
            return failed_read(path);
        buffer.texts = take_texts(type, memory_space, pointers);
    } else {
        buffer.raw.resize(count * info.column.value_size());
        if (H5Dread(from->id, type, memory_space, file_space, H5P_DEFAULT, buffer.raw.data()) < 0)
            return failed_read(path);
    }
    return buffer;
}

Result<Attributes> Hdf5File::attributes(std::string const& object) {
    prepare();
    Object const owner{H5Oopen(file_, object.c_str(), H5P_DEFAULT)};
    if (owner.bad()) return failed_read(object);
    Attributes out;
    int const count = H5Aget_num_attrs(owner);
    if (count < 0) return failed_read(object);
    for (int i = 0; i < count; ++i) {
        Attribute const attribute{
            H5Aopen_by_idx(owner, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(i), H5P_DEFAULT, H5P_DEFAULT)};
        std::string name(256, '\0');
        auto const length = H5Aget_name(attribute, name.size(), name.data());
        if (length < 0) return failed_read(object);
        name.resize(std::min<std::size_t>(static_cast<std::size_t>(length), 255));
        Type const type{H5Aget_type(attribute)};
        Column column;
        Value value;
        auto const read_as = [&](auto v) {
            value = v;
            return H5Aread(attribute, type, &std::get<decltype(v)>(value)) >= 0;
        };
        bool good = column_type(type, column) && H5Sget_simple_extent_npoints(Space{H5Aget_space(attribute)}) == 1;
        if (!good) continue; // somebody else's
        if (column.type == ColumnType::text) {
            std::vector<char*> pointer(1);
            Space const space{H5Screate(H5S_SCALAR)};
            good = column.width == 0 && H5Aread(attribute, type, pointer.data()) >= 0;
            if (good) value = take_texts(type, space, pointer).front();
        } else if (column.type == ColumnType::i64)
            good = read_as(std::int64_t{});
        else if (column.type == ColumnType::u64)
            good = read_as(std::uint64_t{});
        else if (column.type == ColumnType::f64)
            good = read_as(double{});
        else if (column.type == ColumnType::boolean)
            good = read_as(bool{});
        else
            continue;
        if (!good) return failed_read(object + " attribute " + name);
        out.emplace_back(std::move(name), std::move(value));
    }
    return out;
}

} // namespace qkdes
