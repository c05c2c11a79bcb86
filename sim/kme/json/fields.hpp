// Reads the fields of one JSON object: each field is asked for by name and type; at the end nothing may be left over.
// The first problem is kept, everything after it reads as absent.
#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace qkdes {

enum class Presence : std::uint8_t { optional, required };

class Fields {
  public:
    Fields(nlohmann::json const& object, std::string where) : object_{object}, where_{std::move(where)} {
        if (!object_.is_object()) complain(where_ + " shall be an object");
    }
    /// Null when it is absent.
    nlohmann::json const* field(char const* name, Presence presence = Presence::optional) {
        known_.insert(name);
        if (!ok()) return nullptr;
        auto const found = object_.find(name);
        if (found != object_.end()) return &*found;
        if (presence == Presence::required) {
            complain(where_ + " shall have \"" + name + "\"");
            missing_ = true;
        }
        return nullptr;
    }
    std::optional<std::uint64_t> integer(char const* name, Presence presence = Presence::optional) {
        auto const* value = field(name, presence);
        if (value == nullptr) return std::nullopt;
        if (value->is_number_unsigned()) return value->get<std::uint64_t>();
        complain(quoted(name) + (value->is_number_integer() ? " shall not be negative" : " shall be an integer"));
        return std::nullopt;
    }
    std::string string(char const* name, Presence presence = Presence::optional) {
        auto const* value = field(name, presence);
        if (value == nullptr) return "";
        if (value->is_string()) return value->get_ref<std::string const&>();
        complain(quoted(name) + " shall be a string");
        return "";
    }
    /// Elements of an array; none when it is absent.
    nlohmann::json const& array(char const* name, Presence presence = Presence::optional) {
        static nlohmann::json const none = nlohmann::json::array();
        auto const* value = field(name, presence);
        if (value == nullptr) return none;
        if (value->is_array()) return *value;
        complain(quoted(name) + " shall be an array");
        return none;
    }
    /// Understood as far as its type goes, and then ignored.
    void object(char const* name) {
        auto const* value = field(name);
        if (value != nullptr && !value->is_object()) complain(quoted(name) + " shall be an object");
    }
    void complain(std::string why) {
        if (problem_.empty()) problem_ = std::move(why);
    }
    /// Call after the last field: a name that was never asked for is a problem.
    std::string const& finish() {
        if (ok())
            for (auto const& [name, value] : object_.items())
                if (!known_.contains(name)) complain("\"" + name + "\" is not known in " + where_);
        return problem_;
    }
    bool ok() const { return problem_.empty(); }
    /// The problem is that a required field is not there.
    bool missing() const { return missing_; }

  private:
    static std::string quoted(char const* name) { return "\"" + std::string{name} + "\""; }

    nlohmann::json const& object_;
    std::string where_, problem_;
    std::set<std::string> known_;
    bool missing_ = false;
};

} // namespace qkdes
