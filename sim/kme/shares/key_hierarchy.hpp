// Master key -> key-encryption keys -> data keys, each kept only wrapped under the one above.
//
// The master key is what sharing protects: it comes from a recovery, opens the hierarchy and is wiped by `lock`. A
// captured box that is locked holds wrapped keys alone. Keys of the middle level are versioned: the newest wraps, older
// ones only unwrap until they are destroyed, and destroying one makes all data keys under it unreadable for good
// (states active, deactivated and destroyed of NIST SP 800-57 part 1 rev. 5, section 7).
//
//   wrapping  AES-256-GCM with a random 96-bit iv; associated data: level, name, version, and the parent's version,
//             so that a wrapped key cannot be put in another's place or an old version in a newer one's
//
// Holds for:  up to 2^32 wrappings under one key (random ivs; refused beyond kMostWrappings).
// Leaves out: memory of a running, unlocked box; copies of wrapped keys kept elsewhere: destroying a version here
//             defeats them only if the master key is rotated as well, which rewraps what still lives.
// Checked:    tests/sim/kme/shares_hierarchy_test.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/entropy.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

enum class HierarchyStatus : std::uint8_t {
    ok,
    locked,
    wrong_master, ///< does not open what is stored
    unknown,      ///< no such name or version
    destroyed,    ///< the version that it needs is gone
    exists,
    full,     ///< a limit, of keys or of wrappings
    tampered, ///< a wrapped key was changed or moved
};

class KeyHierarchy {
  public:
    static constexpr std::size_t kKeyBytes = 32;
    static constexpr std::uint64_t kMostWrappings = std::uint64_t{1} << 32;
    struct Limits {
        std::size_t groups = 1'000, versions = 100, data_keys = 100'000;
    };
    explicit KeyHierarchy(Entropy& entropy) : KeyHierarchy{entropy, Limits{}} {}
    KeyHierarchy(Entropy& entropy, Limits limits) : entropy_{entropy}, limits_{limits} {}

    /// The first master key given is the one; later ones must open what is stored.
    HierarchyStatus unlock(SecretBytes master);
    /// Wipes the master key from memory.
    void lock() { master_.reset(); }
    bool locked() const { return !master_; }
    /// Rewraps all key-encryption keys; data keys stay as they are. Needs the hierarchy unlocked under the old one.
    HierarchyStatus rotate_master(SecretBytes next);

    HierarchyStatus create_group(std::string const& group);
    /// A new version wraps from now on; with `rewrap`, data keys move over to it, too.
    HierarchyStatus rotate_group(std::string const& group, bool rewrap);
    /// Shreds one version: data keys still under it are lost.
    HierarchyStatus destroy_version(std::string const& group, std::uint32_t version);
    std::uint32_t newest_version(std::string const& group) const; ///< 0: no such group

    HierarchyStatus create_data_key(std::string const& group, std::string const& name);
    HierarchyStatus destroy_data_key(std::string const& group, std::string const& name);
    struct Opened {
        HierarchyStatus status = HierarchyStatus::unknown;
        std::optional<SecretBytes> key;
    };
    Opened data_key(std::string const& group, std::string const& name) const;

    struct Wrapped {
        std::array<std::uint8_t, 12> iv{};
        std::vector<std::uint8_t> text; ///< tag included; empty: destroyed
        std::uint32_t parent = 0;       ///< version of the key it is wrapped under
    };
    struct Group {
        std::map<std::uint32_t, Wrapped> versions;
        std::map<std::string, Wrapped> data_keys;
        std::uint64_t wrappings = 0; ///< under the newest version
    };
    /// What is at rest, and what a thief of the locked box has; also what a host would write down.
    std::map<std::string, Group>& stored() { return groups_; }

  private:
    Wrapped wrap(SecretBytes const& under, SecretBytes const& key, std::uint32_t parent, std::string const& place);
    static std::optional<SecretBytes> unwrap(SecretBytes const& under, Wrapped const& wrapped,
                                             std::string const& place);
    Opened version_key(std::string const& group, std::uint32_t version) const;

    Entropy& entropy_;
    Limits limits_;
    std::optional<SecretBytes> master_;
    std::uint32_t master_version_ = 0; ///< 0: none yet
    std::uint64_t master_wrappings_ = 0;
    Wrapped canary_; ///< tells a right master key
    std::map<std::string, Group> groups_;
};

} // namespace qkdes
