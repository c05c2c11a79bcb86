#include "sim/kme/agent/site_store.hpp"

#include "sim/kme/etsi014/codec.hpp"

#include <botan/base64.h>
#include <fmt/format.h>

#include <chrono>

namespace qkdes::agent {

std::string utc_text(SimTime at, std::int64_t epoch) {
    namespace chrono = std::chrono;
    auto const whole = chrono::floor<chrono::seconds>(at.time_since_epoch()).count() + epoch;
    chrono::sys_seconds const instant{chrono::seconds{whole}};
    auto const day = chrono::floor<chrono::days>(instant);
    chrono::year_month_day const date{day};
    chrono::hh_mm_ss const time{instant - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

std::string SiteStore::secret_name(std::string_view link_id) {
    std::string name = "QKD_";
    for (char c : link_id) {
        bool const lower = c >= 'a' && c <= 'z', keep = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += lower ? static_cast<char>(c - 'a' + 'A') : keep ? c : '_';
    }
    return name + "_AES256";
}

bool SiteStore::publish(KeyRecord record) {
    if (current_ && record.sequence <= current_->sequence) return false;
    previous_ = std::move(current_);
    current_ = std::move(record);
    return true;
}

std::map<std::string, std::string> SiteStore::secrets(std::int64_t epoch) const {
    std::map<std::string, std::string> all;
    if (!current_) return all;
    all[name_ + "_CURRENT"] = Botan::base64_encode(current_->key.view());
    if (previous_) all[name_ + "_PREVIOUS"] = Botan::base64_encode(previous_->key.view());
    all[name_ + "_KEY_ID"] = etsi014::write_uuid(current_->id);
    all[name_ + "_QBER"] = fmt::format("{:.6g}", current_->qber);
    all[name_ + "_GENERATED_AT"] = utc_text(current_->generated_at, epoch);
    return all;
}

} // namespace qkdes::agent
