#include "tools/qkdes/thresholds.hpp"

#include "sim/scenario/suggest.hpp"
#include "tools/qkdes/exit_codes.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fmt/format.h>
#include <fstream>

namespace qkdes {

namespace {

std::optional<Thresholds> refuse(std::string const& place, std::string const& what, std::string const& why,
                                 std::string const& repair, int& code, int with = kExitBadInput) {
    fmt::print(stderr, "{}: error: {}\n  because {}\n  try: {}\n", place, what, why, repair);
    code = with;
    return std::nullopt;
}

} // namespace

std::optional<Thresholds> load_thresholds(std::string const& path, int& code) {
    std::ifstream file{path};
    if (!file)
        return refuse(path, "the thresholds cannot be read", "there is no such file, or no permission",
                      "--thresholds FILE with {\"default\": 0.02}", code, kExitIo);
    auto const json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object())
        return refuse(path, "no thresholds in it", "it is not a JSON object", "{\"default\": 0.02, \"served\": 0.01}",
                      code);
    Thresholds out;
    std::vector<std::string> names{"alpha", "default"};
    for (std::size_t m = 0; m < kMetrics; ++m)
        names.emplace_back(info(static_cast<Metric>(m)).name);
    if (auto const all = json.find("default"); all != json.end() && all->is_number())
        out.share.fill(all->get<double>());
    for (auto const& [name, value] : json.items()) {
        auto const place = fmt::format("{}: /{}", path, name);
        auto const found = std::find(names.begin(), names.end(), name);
        if (found == names.end())
            return refuse(place, "no metric has this name", fmt::format("there are {}", fmt::join(names, ", ")),
                          "one of these", code);
        bool const alpha = name == "alpha";
        double const number = value.is_number() ? value.get<double>() : -1;
        if (!(number >= 0) || (alpha && !(number > 0 && number < 1)) || number > 1e6)
            return refuse(place, fmt::format("{} is not a threshold", value.dump()),
                          alpha ? "alpha is a probability between 0 and 1"
                                : "a threshold is a share of the base's mean, 0 or more",
                          alpha ? "0.05" : "0.02 for 2 %", code);
        if (alpha)
            out.alpha = number;
        else if (name != "default")
            out.share[static_cast<std::size_t>(found - names.begin()) - 2] = number;
    }
    return out;
}

} // namespace qkdes
