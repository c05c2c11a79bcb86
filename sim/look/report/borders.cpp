#include "sim/look/report/borders.hpp"

#include "sim/look/report/json.hpp"

#include <algorithm>
#include <numbers>
#include <vector>

namespace qkdes::look {

namespace {

struct Box {
    double left, right, low, high;
    bool may_cross(double x0, double y0, double x1, double y1) const {
        return std::max(x0, x1) >= left && std::min(x0, x1) <= right && std::max(y0, y1) >= low &&
               std::min(y0, y1) <= high;
    }
};

Box box_of(std::vector<double> const& x, std::vector<double> const& y) {
    auto const [left, right] = std::ranges::minmax(x);
    auto const [low, high] = std::ranges::minmax(y);
    double const squeeze = std::max(0.05, std::cos((low + high) / 2 * std::numbers::pi / 180));
    double const size = std::max({(right - left) * squeeze, high - low, 0.3});
    return {left - size / squeeze, right + size / squeeze, low - size, high + size};
}

} // namespace

void add_borders(nlohmann::ordered_json& document, std::string_view map) {
    if (!document.contains("layout") || document["layout"]["kind"] != "geographic") return;
    auto const lines = Json::parse(map, nullptr, false);
    if (!lines.is_array()) return;
    Box const box =
        box_of(document["layout"]["x"].get<std::vector<double>>(), document["layout"]["y"].get<std::vector<double>>());
    Json out = Json::array(), run = Json::array();
    auto const end_run = [&] {
        if (!run.empty()) out.push_back(std::move(run));
        run = Json::array();
    };
    for (auto const& line : lines) {
        if (!line.is_array()) continue;
        for (std::size_t i = 0; i + 3 < line.size(); i += 2) {
            double const x0 = line[i].get<double>() / 100, y0 = line[i + 1].get<double>() / 100;
            double const x1 = line[i + 2].get<double>() / 100, y1 = line[i + 3].get<double>() / 100;
            if (!box.may_cross(x0, y0, x1, y1)) {
                end_run();
                continue;
            }
            if (run.empty()) run = {number(x0), number(y0)};
            run.push_back(number(x1));
            run.push_back(number(y1));
        }
        end_run();
    }
    document["borders"] = std::move(out);
}

} // namespace qkdes::look
