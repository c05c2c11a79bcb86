// What `qkdes import` decides for a network, as the files say nothing of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

enum class DemandModel : std::uint8_t {
    automatic, ///< file if the file has demands, else gravity
    gravity,   ///< w_i w_j / d^e
    uniform,   ///< the pairs of gravity, all with the same rate
    file,      ///< as the file's demands, scaled
    none,
};

struct ImportOptions {
    std::string name;        ///< of the scenario; empty: the file's title, else `fallback_name`
    std::string source_name; ///< the file, as the note names it
    std::uint64_t seed = 1;
    double duration_s = 3600;
    std::optional<double> start_s; ///< of the demands; none: when the slowest link has made its first block
    // Links:
    double detour = 1.25;                    ///< fibre length / great circle
    double min_length_km = 5;                ///< of a fibre whose sites' coordinates are (nearly) the same
    std::optional<double> default_length_km; ///< of lines of which nothing is known
    std::string device = "toshiba-ld";       ///< preset, data sheet, or path of a sheet
    std::string device_reference;            ///< as the scenario names it; empty: `device`
    double db_per_km = 0.2;
    double min_rate = 50'000;          ///< bit/s that a span must give
    std::optional<double> max_span_km; ///< instead of what `min_rate` gives
    bool relays = true;                ///< false: a line longer than a span is left without QKD
    std::vector<std::string> pqc_only; ///< sites (all their lines), or links by id
    // Demands:
    DemandModel demands = DemandModel::automatic;
    std::size_t pairs = 40;      ///< at most
    double rate = 4;             ///< requests per second of all together
    double exponent = 1;         ///< e
    double min_distance_km = 25; ///< nearer pairs count as so far apart
    std::string weight;          ///< numeric attribute of the sites; empty: their lines
    // The rest:
    std::string routing = "key-aware";
    std::string kem = "modelled";
};

} // namespace qkdes
