#include "sim/kme/shares/key_hierarchy.hpp"

#include "sim/kme/shares/share_crypto.hpp"

namespace qkdes {

namespace {

/// Lengths in front, so that no two places share a text.
std::string version_place(std::string const& group, std::uint32_t version) {
    return "version/" + std::to_string(group.size()) + "/" + group + "/" + std::to_string(version);
}
std::string data_place(std::string const& group, std::string const& name) {
    return "data/" + std::to_string(group.size()) + "/" + group + "/" + name;
}

std::vector<std::uint8_t> associated(std::string const& place, std::uint32_t parent) {
    std::string const text = std::to_string(parent) + "/" + place;
    return {text.begin(), text.end()};
}

SecretBytes fresh_key(Entropy& entropy) {
    SecretBytes key{KeyHierarchy::kKeyBytes};
    entropy.fill(key.mutable_view());
    return key;
}

} // namespace

KeyHierarchy::Wrapped KeyHierarchy::wrap(SecretBytes const& under, SecretBytes const& key, std::uint32_t parent,
                                         std::string const& place) {
    Wrapped out;
    out.parent = parent;
    entropy_.fill(out.iv);
    out.text = seal_gcm(under, out.iv, key, associated(place, parent));
    return out;
}

std::optional<SecretBytes> KeyHierarchy::unwrap(SecretBytes const& under, Wrapped const& wrapped,
                                                std::string const& place) {
    return open_gcm(under, wrapped.iv, wrapped.text, associated(place, wrapped.parent));
}

HierarchyStatus KeyHierarchy::unlock(SecretBytes master) {
    if (master.size() != kKeyBytes) return HierarchyStatus::wrong_master;
    if (master_version_ == 0) {
        canary_ = wrap(master, fresh_key(entropy_), 1, "canary");
        master_version_ = 1;
    } else if (!unwrap(master, canary_, "canary")) {
        return HierarchyStatus::wrong_master;
    }
    master_ = std::move(master);
    return HierarchyStatus::ok;
}

HierarchyStatus KeyHierarchy::rotate_master(SecretBytes next) {
    if (!master_) return HierarchyStatus::locked;
    if (next.size() != kKeyBytes) return HierarchyStatus::wrong_master;
    auto renewed = groups_; // all or nothing
    std::uint32_t const version = master_version_ + 1;
    std::uint64_t wrappings = 1;
    for (auto& [name, group] : renewed)
        for (auto& [number, wrapped] : group.versions) {
            if (wrapped.text.empty()) continue;
            auto const key = unwrap(*master_, wrapped, version_place(name, number));
            if (!key) return HierarchyStatus::tampered;
            wrapped = wrap(next, *key, version, version_place(name, number));
            ++wrappings;
        }
    groups_ = std::move(renewed);
    canary_ = wrap(next, fresh_key(entropy_), version, "canary");
    master_version_ = version;
    master_wrappings_ = wrappings;
    master_ = std::move(next);
    return HierarchyStatus::ok;
}

HierarchyStatus KeyHierarchy::create_group(std::string const& group) {
    if (!master_) return HierarchyStatus::locked;
    if (groups_.contains(group)) return HierarchyStatus::exists;
    if (groups_.size() >= limits_.groups || master_wrappings_ >= kMostWrappings) return HierarchyStatus::full;
    ++master_wrappings_;
    groups_[group].versions[1] = wrap(*master_, fresh_key(entropy_), master_version_, version_place(group, 1));
    return HierarchyStatus::ok;
}

HierarchyStatus KeyHierarchy::rotate_group(std::string const& name, bool rewrap) {
    if (!master_) return HierarchyStatus::locked;
    auto const found = groups_.find(name);
    if (found == groups_.end()) return HierarchyStatus::unknown;
    if (found->second.versions.size() >= limits_.versions || master_wrappings_ >= kMostWrappings)
        return HierarchyStatus::full;
    Group renewed = found->second; // all or nothing
    std::uint32_t const version = renewed.versions.rbegin()->first + 1;
    SecretBytes const key = fresh_key(entropy_);
    ++master_wrappings_;
    renewed.versions[version] = wrap(*master_, key, master_version_, version_place(name, version));
    renewed.wrappings = 0;
    if (rewrap)
        for (auto& [data, wrapped] : renewed.data_keys) {
            auto const opened = data_key(name, data);
            if (opened.status == HierarchyStatus::destroyed) continue;
            if (!opened.key) return opened.status;
            wrapped = wrap(key, *opened.key, version, data_place(name, data));
            ++renewed.wrappings;
        }
    found->second = std::move(renewed);
    return HierarchyStatus::ok;
}

HierarchyStatus KeyHierarchy::destroy_version(std::string const& name, std::uint32_t version) {
    auto const found = groups_.find(name);
    if (found == groups_.end() || !found->second.versions.contains(version)) return HierarchyStatus::unknown;
    found->second.versions[version] = Wrapped{}; // remembered as destroyed: its number is not used again
    return HierarchyStatus::ok;
}

std::uint32_t KeyHierarchy::newest_version(std::string const& name) const {
    auto const found = groups_.find(name);
    return found == groups_.end() ? 0 : found->second.versions.rbegin()->first;
}

KeyHierarchy::Opened KeyHierarchy::version_key(std::string const& name, std::uint32_t version) const {
    auto const group = groups_.find(name);
    if (group == groups_.end()) return {HierarchyStatus::unknown, {}};
    auto const found = group->second.versions.find(version);
    if (found == group->second.versions.end()) return {HierarchyStatus::unknown, {}};
    if (found->second.text.empty()) return {HierarchyStatus::destroyed, {}};
    auto key = unwrap(*master_, found->second, version_place(name, version));
    if (!key) return {HierarchyStatus::tampered, {}};
    return {HierarchyStatus::ok, std::move(key)};
}

HierarchyStatus KeyHierarchy::create_data_key(std::string const& name, std::string const& data) {
    if (!master_) return HierarchyStatus::locked;
    auto const found = groups_.find(name);
    if (found == groups_.end()) return HierarchyStatus::unknown;
    Group& group = found->second;
    if (group.data_keys.contains(data)) return HierarchyStatus::exists;
    if (group.data_keys.size() >= limits_.data_keys || group.wrappings >= kMostWrappings) return HierarchyStatus::full;
    std::uint32_t const version = group.versions.rbegin()->first;
    auto const parent = version_key(name, version);
    if (!parent.key) return parent.status;
    ++group.wrappings;
    group.data_keys[data] = wrap(*parent.key, fresh_key(entropy_), version, data_place(name, data));
    return HierarchyStatus::ok;
}

HierarchyStatus KeyHierarchy::destroy_data_key(std::string const& name, std::string const& data) {
    auto const found = groups_.find(name);
    if (found == groups_.end() || found->second.data_keys.erase(data) == 0) return HierarchyStatus::unknown;
    return HierarchyStatus::ok;
}

KeyHierarchy::Opened KeyHierarchy::data_key(std::string const& name, std::string const& data) const {
    if (!master_) return {HierarchyStatus::locked, {}};
    auto const group = groups_.find(name);
    if (group == groups_.end()) return {HierarchyStatus::unknown, {}};
    auto const found = group->second.data_keys.find(data);
    if (found == group->second.data_keys.end()) return {HierarchyStatus::unknown, {}};
    auto const parent = version_key(name, found->second.parent);
    if (!parent.key) return {parent.status, {}};
    auto key = unwrap(*parent.key, found->second, data_place(name, data));
    if (!key) return {HierarchyStatus::tampered, {}};
    return {HierarchyStatus::ok, std::move(key)};
}

} // namespace qkdes
