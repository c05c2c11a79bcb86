#include "sim/record/hdf5_types.hpp"

#include <bit>

namespace qkdes::hdf5 {

static_assert(std::endian::native == std::endian::little, "buffers are written as they are, the file is little-endian");
static_assert(sizeof(hid_t) == sizeof(std::int64_t));

namespace {

hid_t text_type(std::size_t width) {
    hid_t const type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width == 0 ? H5T_VARIABLE : width);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (width != 0) H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

/// As h5py does it, so that a bool arrives as a bool.
hid_t boolean_type() {
    hid_t const type = H5Tenum_create(H5T_STD_I8LE);
    std::int8_t const no = 0, yes = 1;
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    return type;
}

} // namespace

Type file_type(Column const& column) {
    switch (column.type) {
    case ColumnType::i64:
    case ColumnType::time:
    case ColumnType::duration:
        return H5Tcopy(H5T_STD_I64LE);
    case ColumnType::u64:
        return H5Tcopy(H5T_STD_U64LE);
    case ColumnType::f64:
        return H5Tcopy(H5T_IEEE_F64LE);
    case ColumnType::u32:
        return H5Tcopy(H5T_STD_U32LE);
    case ColumnType::u8:
        return H5Tcopy(H5T_STD_U8LE);
    case ColumnType::boolean:
        return boolean_type();
    case ColumnType::text:
        return text_type(column.width);
    case ColumnType::enumeration:
        break;
    }
    hid_t const type = H5Tenum_create(H5T_STD_U8LE);
    for (std::size_t i = 0; i < column.values.size(); ++i) {
        auto const v = static_cast<std::uint8_t>(i);
        H5Tenum_insert(type, column.values[i].c_str(), &v);
    }
    return type;
}

bool column_type(hid_t type, Column& column) {
    std::size_t const size = H5Tget_size(type);
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
        column.type = H5Tget_sign(type) == H5T_SGN_2 ? ColumnType::i64
                      : size == 8                    ? ColumnType::u64
                      : size == 4                    ? ColumnType::u32
                                                     : ColumnType::u8;
        return size == column.value_size();
    case H5T_FLOAT:
        column.type = ColumnType::f64;
        return size == 8;
    case H5T_STRING:
        column.type = ColumnType::text;
        column.width = H5Tis_variable_str(type) > 0 ? 0 : static_cast<std::uint32_t>(size);
        return true;
    case H5T_ENUM:
        for (int i = 0, n = H5Tget_nmembers(type); i < n; ++i) {
            char* const name = H5Tget_member_name(type, static_cast<unsigned>(i));
            column.values.emplace_back(name != nullptr ? name : "");
            H5free_memory(name);
        }
        column.type = ColumnType::enumeration;
        if (column.values == std::vector<std::string>{"FALSE", "TRUE"}) {
            column.type = ColumnType::boolean;
            column.values.clear();
        }
        return size == 1;
    default:
        return false;
    }
}

Column column_of(Scalar const& s) {
    switch (s.value.index()) {
    case 0:
        return Column::i64(s.name, s.unit, s.description);
    case 1:
        return Column::u64(s.name, s.unit, s.description);
    case 2:
        return Column::f64(s.name, s.unit, s.description);
    case 3:
        return Column::boolean(s.name, s.description);
    default:
        return Column::text(s.name, s.description);
    }
}

} // namespace qkdes::hdf5
