#include "sim/kme/sae_directory.hpp"

#include "sim/kme/etsi020/codec.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace qkdes {

namespace {
constexpr std::string_view kPrefix = "sae-";
}

SaeDirectory::SaeDirectory(std::shared_ptr<Topology const> topology) : topology_{std::move(topology)} {
    auto const& names = topology_->application_names;
    named_ = !names.empty() && names.size() == topology_->applications.size() &&
             std::all_of(names.begin(), names.end(), etsi020::legal_sae_id);
}

std::string SaeDirectory::name(AppId app) const {
    if (named_ && app.index() < topology_->application_names.size()) return topology_->application_names[app.index()];
    return std::string{kPrefix} + std::to_string(app.value);
}

std::size_t SaeDirectory::name_size(AppId app) const {
    if (named_ && app.index() < topology_->application_names.size())
        return topology_->application_names[app.index()].size();
    std::size_t digits = 1;
    for (auto rest = app.value; rest >= 10; rest /= 10)
        ++digits;
    return kPrefix.size() + digits;
}

std::optional<AppId> SaeDirectory::find(std::string_view name) const {
    if (!named_) {
        if (!name.starts_with(kPrefix)) return std::nullopt;
        auto const number = name.substr(kPrefix.size());
        std::uint32_t value = 0;
        auto const [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
        bool const canonical = number.size() == 1 || (!number.empty() && number.front() != '0');
        if (!canonical || error != std::errc{} || stop != number.data() + number.size()) return std::nullopt;
        if (value == AppId::kNone || (topology_ && value >= topology_->applications.size())) return std::nullopt;
        return AppId{value};
    }
    auto const& names = topology_->application_names;
    if (by_name_.empty()) {
        by_name_.resize(names.size());
        std::iota(by_name_.begin(), by_name_.end(), 0u);
        std::sort(by_name_.begin(), by_name_.end(), [&](auto a, auto b) { return names[a] < names[b]; });
    }
    auto const found = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                        [&](auto index, std::string_view wanted) { return names[index] < wanted; });
    if (found == by_name_.end() || names[*found] != name) return std::nullopt;
    return AppId{*found};
}

} // namespace qkdes
