#include "sim/kme/shares/reconstruct.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

namespace {

using Points = std::vector<SharePoint>;

std::vector<std::uint8_t> sorted(std::vector<std::uint8_t> list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}

bool passes_check(ShareManifest const& manifest, SecretBytes const& key) {
    return !manifest.check || same_bytes(*manifest.check, key_check(key, manifest.key));
}

/// The key from all points but those named, when these fit the manifest's check.
std::optional<SecretBytes> key_without(ShareManifest const& manifest, Points const& points,
                                       std::vector<std::size_t> const& wrong) {
    Points good;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (good.size() < manifest.k && !std::binary_search(wrong.begin(), wrong.end(), i)) good.push_back(points[i]);
    QKDES_EXPECTS(good.size() == manifest.k);
    SecretBytes key = interpolate(good);
    if (!passes_check(manifest, key)) return std::nullopt;
    return key;
}

/// Sets of k points in order, until one gives the key that the check knows.
struct Search {
    ShareManifest const& manifest;
    Points const& points;
    std::vector<std::size_t> wrong{};
    std::optional<SecretBytes> key{};

    void run() {
        std::vector<bool> chosen(points.size());
        std::fill(chosen.begin(), chosen.begin() + manifest.k, true);
        for (std::size_t tries = 0; tries < Reconstruction::kMostTries; ++tries) {
            Points set;
            for (std::size_t i = 0; i < points.size(); ++i)
                if (chosen[i]) set.push_back(points[i]);
            SecretBytes candidate = interpolate(set);
            if (passes_check(manifest, candidate)) {
                key = std::move(candidate);
                for (std::size_t i = 0; i < points.size(); ++i)
                    if (!(interpolate(set, points[i].x) == points[i].y)) wrong.push_back(i);
                return;
            }
            if (!std::prev_permutation(chosen.begin(), chosen.end())) return;
        }
    }
};

} // namespace

Reconstruction reconstruct(ShareManifest const& manifest, std::span<ShareRecord const> shares, SimTime now) {
    QKDES_EXPECTS(manifest.kind == ManifestKind::key && manifest.commitments.size() == manifest.n);
    Reconstruction out;
    Points points;
    std::vector<bool> have(256);
    for (auto const& share : shares) {
        if (!matches(manifest, share)) {
            if (share.x >= 1 && share.x <= manifest.n) out.culprits.push_back(share.x);
        } else if (share.sharing.not_after < now) {
            out.expired.push_back(share.x);
        } else if (!have[share.x]) {
            have[share.x] = true;
            points.push_back({share.x, share.y});
        }
    }
    if (points.size() >= manifest.k) {
        out.status = ReconstructStatus::inconsistent;
        auto wrong = locate_errors(points, manifest.k);
        if (wrong) out.key = key_without(manifest, points, *wrong);
        if (!out.key && manifest.check) {
            Search search{manifest, points};
            search.run();
            wrong = search.wrong;
            out.key = std::move(search.key);
        }
        if (out.key) {
            out.status = ReconstructStatus::ok;
            for (std::size_t i : *wrong)
                out.culprits.push_back(points[i].x);
            out.surplus = points.size() - wrong->size() - manifest.k;
        }
    }
    out.culprits = sorted(std::move(out.culprits));
    out.expired = sorted(std::move(out.expired));
    return out;
}

} // namespace qkdes
