#include "sim/kme/json/json_text.hpp"

#include <set>
#include <vector>

namespace qkdes {

namespace {

/// Sees every token once and stops at the first that breaks a limit; builds nothing.
class Guard final : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Guard(JsonLimits const& limits) : limits_{limits} {}
    std::string problem;

    bool null() override { return one_more(); }
    bool boolean(bool) override { return one_more(); }
    bool number_integer(number_integer_t) override { return one_more(); }
    bool number_unsigned(number_unsigned_t) override { return one_more(); }
    bool number_float(number_float_t, string_t const&) override { return one_more(); }
    bool string(string_t&) override { return one_more(); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        return names_.back().insert(name).second || stop("the name \"" + name + "\" occurs twice in one object");
    }
    bool parse_error(std::size_t position, std::string const&, nlohmann::detail::exception const&) override {
        return stop("not valid JSON near byte " + std::to_string(position));
    }

  private:
    bool stop(std::string why) {
        problem = std::move(why);
        return false;
    }
    bool one_more() { return ++values_ <= limits_.values || stop("too many values"); }
    bool open() {
        if (names_.size() >= limits_.depth) return stop("nested too deeply");
        names_.emplace_back();
        return one_more();
    }
    bool close() {
        names_.pop_back();
        return true;
    }

    JsonLimits const& limits_;
    std::size_t values_ = 0;
    std::vector<std::set<std::string>> names_; ///< of the objects (and arrays) that are open
};

} // namespace

JsonText read_json(std::string_view text, JsonLimits const& limits) {
    if (text.size() > limits.bytes) return {std::nullopt, "the message is too long"};
    // The parser takes a zero byte for the end of its input, whatever follows.
    if (auto const zero = text.find('\0'); zero != text.npos)
        return {std::nullopt, "not valid JSON near byte " + std::to_string(zero + 1)};
    Guard guard{limits};
    if (!nlohmann::json::sax_parse(text, &guard)) return {std::nullopt, guard.problem};
    auto value = nlohmann::json::parse(text, nullptr, false);
    if (value.is_discarded()) return {std::nullopt, "not valid JSON"};
    return {std::move(value), ""};
}

std::string write_json(nlohmann::json const& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace qkdes
