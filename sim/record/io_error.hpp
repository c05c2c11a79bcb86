// What goes wrong with files is the machine's or the user's doing, so it is a value and never an exception or an abort.
// The text follows the grammar of all our messages: place, what, reason, repair.
#pragma once
#include "sim/base/contracts.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace qkdes {

struct IoError {
    std::string place;   ///< the path as the user knows it
    std::string what;    ///< "the results cannot be written"
    std::string because; ///< the system's own words where it has some
    std::string try_;    ///< a repair; may be empty
};

/// Several lines, the last without a newline: `place: error: what`, `because ...`, `try: ...`.
std::string to_string(IoError const& error);

/// The error of a failed system call on a file that is being written. `code` is its errno.
IoError write_error(std::filesystem::path const& place, int code);
/// The same when a library has reported `reason`; `code` is 0 when it is unknown.
IoError write_error(std::filesystem::path const& place, int code, std::string reason);

/// Empty when all went well: `if (auto error = file.flush()) return error;`
using MaybeError = std::optional<IoError>;

/// A value or the reason why there is none. Reading the wrong one is a contract.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
    Result(IoError error) : state_{std::in_place_index<1>, std::move(error)} {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() {
        QKDES_EXPECTS(ok());
        return *std::get_if<0>(&state_);
    }
    T const& value() const {
        QKDES_EXPECTS(ok());
        return *std::get_if<0>(&state_);
    }
    T& operator*() { return value(); }
    T const& operator*() const { return value(); }
    T* operator->() { return &value(); }
    T const* operator->() const { return &value(); }
    IoError const& error() const {
        QKDES_EXPECTS(!ok());
        return *std::get_if<1>(&state_);
    }

  private:
    std::variant<T, IoError> state_;
};

} // namespace qkdes
