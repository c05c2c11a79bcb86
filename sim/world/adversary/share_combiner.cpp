#include "sim/world/adversary/share_combiner.hpp"

#include "sim/kme/shares/cross_mac.hpp"

#include <algorithm>
#include <set>

namespace qkdes {

namespace {

struct KnownShare {
    std::uint8_t x;
    SimTime at;
    SecretBytes bits;
};

/// Earliest first.
std::vector<KnownShare> shares_known(KeyInShares const& cut, Knowledge const& knowledge) {
    std::vector<KnownShare> out;
    for (std::size_t i = 0; i < cut.shares.size(); ++i)
        if (auto const* claims = knowledge.of(cut.shares[i]))
            for (Claim const& claim : *claims)
                out.push_back({static_cast<std::uint8_t>(i + 1), claim.at, claim.bits});
    std::ranges::stable_sort(out, {}, &KnownShare::at);
    return out;
}

std::optional<SecretBytes> combine(KeyInShares const& cut, std::vector<KnownShare const*> const& chosen) {
    if (!cut.vouched) {
        std::vector<SharePoint> points;
        for (auto const* share : chosen) {
            if (share->bits.size() != chosen.front()->bits.size()) return std::nullopt;
            points.push_back({share->x, share->bits});
        }
        return interpolate(points);
    }
    std::vector<CrossMacPackage> packages;
    for (auto const* share : chosen) {
        auto package = decode_package(share->bits.view());
        if (!package || package->x != share->x || package->n != cut.n) return std::nullopt;
        packages.push_back(std::move(*package));
    }
    return cross_mac_combine(packages, cut.k).secret;
}

/// All choices of k values of different shares whose newest is a given one.
class Choices {
  public:
    Choices(KeyInShares const& cut, std::vector<KnownShare> const& known,
            std::function<bool(SecretBytes const&)> const& fits)
        : cut_{cut}, known_{known}, fits_{fits} {}

    std::optional<SecretBytes> with_newest(std::size_t newest) {
        chosen_ = {&known_[newest]};
        return complete(0, newest);
    }

  private:
    std::optional<SecretBytes> complete(std::size_t from, std::size_t until) {
        if (tried_ >= Combined::kChoices) return std::nullopt;
        if (chosen_.size() == cut_.k) {
            ++tried_;
            auto key = combine(cut_, chosen_);
            return key && fits_(*key) ? std::move(key) : std::nullopt;
        }
        for (std::size_t i = from; i < until; ++i) {
            if (std::ranges::find(chosen_, known_[i].x, &KnownShare::x) != chosen_.end()) continue;
            chosen_.push_back(&known_[i]);
            auto key = complete(i + 1, until);
            chosen_.pop_back();
            if (key) return key;
        }
        return std::nullopt;
    }

    KeyInShares const& cut_;
    std::vector<KnownShare> const& known_;
    std::function<bool(SecretBytes const&)> const& fits_;
    std::vector<KnownShare const*> chosen_;
    std::size_t tried_ = 0;
};

} // namespace

Combined combine_known(KeyInShares const& cut, Knowledge const& knowledge,
                       std::function<bool(SecretBytes const&)> const& fits) {
    Combined out;
    auto const known = shares_known(cut, knowledge);
    std::set<std::uint8_t> different;
    Choices choices{cut, known, fits};
    for (std::size_t newest = 0; newest < known.size() && !out.key; ++newest) {
        different.insert(known[newest].x);
        if (different.size() < cut.k) continue;
        out.enough = true;
        if (auto key = choices.with_newest(newest)) out.key = Claim{std::move(*key), known[newest].at, Means::shares};
    }
    return out;
}

} // namespace qkdes
