// Taking turns by weight: smooth weighted round robin. Each turn everybody gains its weight, who has most goes and pays
// the sum. After a sum of turns under constant weights each has gone exactly as often as its weight says, spread
// evenly.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qkdes {

class Turns {
  public:
    explicit Turns(std::size_t size = 0) : credit_(size), weight_(size, 1) {}

    /// In thousandths of their sum, at least one each; so no old credit outweighs new weights for long.
    void weigh(std::vector<std::uint64_t> weights) {
        constexpr std::uint64_t most = 1'000'000; // beyond it more key makes no difference
        std::uint64_t sum = 0;
        for (auto& weight : weights)
            sum += weight = std::min(weight, most);
        for (std::size_t i = 0; i < weights.size(); ++i)
            weight_[i] = static_cast<std::int64_t>(std::max<std::uint64_t>(1, sum == 0 ? 1 : 1000 * weights[i] / sum));
    }
    /// The first of the heaviest.
    std::size_t heaviest() const {
        return static_cast<std::size_t>(std::max_element(weight_.begin(), weight_.end()) - weight_.begin());
    }
    std::size_t next() {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < weight_.size(); ++i) {
            credit_[i] += weight_[i];
            sum += weight_[i];
        }
        auto const first = std::max_element(credit_.begin(), credit_.end());
        *first -= sum;
        return static_cast<std::size_t>(first - credit_.begin());
    }

  private:
    std::vector<std::int64_t> credit_, weight_;
};

} // namespace qkdes
