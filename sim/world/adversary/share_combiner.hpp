// The key that an adversary computes from the shares that it knows, with the code of the nodes: k shares give the key,
// fewer give nothing. Shares travel as relayed keys, so knowledge of them has come about like that of any key.
//
// Where a share was altered on the way, the adversary may know several values of it and cannot tell which is right:
// it tries choices of k values, those known first, and `fits` stands for trying the key where it is used.
//
// Leaves out: choices beyond the first kChoices.
// Checked:    tests/sim/world/adversary_shares_test.cpp.
#pragma once
#include "sim/world/adversary/knowledge.hpp"
#include "sim/world/key_in_shares.hpp"

#include <functional>
#include <optional>

namespace qkdes {

struct Combined {
    static constexpr std::size_t kChoices = 4096; ///< of k values, tried for one key
    std::optional<Claim> key;                     ///< known when the last of its k shares was
    bool enough = false;                          ///< k shares are known, whatever they give
};
Combined combine_known(KeyInShares const& cut, Knowledge const& knowledge,
                       std::function<bool(SecretBytes const&)> const& fits);

} // namespace qkdes
