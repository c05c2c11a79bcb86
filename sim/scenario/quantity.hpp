// Physical quantities as scenario files write them: a number, then a unit.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace qkdes {

struct UnitSymbol {
    std::string_view symbol;
    double factor = 1; ///< base units in one of it
    bool shown = true; ///< a candidate when a value is printed
};

/// A kind of quantity: its units, and the one that a repair proposes.
struct UnitFamily {
    std::string_view name; ///< with its article: "a length"
    std::span<UnitSymbol const> units;
    std::string_view usual;
    double base_per_family = 1; ///< families of one name may differ in base (time in ns or ps)
};

namespace units {
extern UnitFamily const length;      ///< base km
extern UnitFamily const duration;    ///< base ns
extern UnitFamily const picoseconds; ///< a duration, base ps
extern UnitFamily const frequency;   ///< base Hz
extern UnitFamily const rate;        ///< of events, base /s
extern UnitFamily const loss;        ///< base dB
extern UnitFamily const attenuation; ///< base dB/km
extern UnitFamily const metres;      ///< a length, base m
extern UnitFamily const elevation;   ///< base deg
extern UnitFamily const beam;        ///< an angle, base urad
extern UnitFamily const power;       ///< base dBm
extern UnitFamily const wavelength;  ///< of a spectrum's width, base nm
extern UnitFamily const dispersion;  ///< base ps/(nm km)
extern UnitFamily const drift;       ///< of a clock, base ppb
extern UnitFamily const phase_noise; ///< base rad^2
extern UnitFamily const bit_rate;    ///< base bit/s
extern UnitFamily const bits;        ///< base bit
std::span<UnitFamily const* const> all();
} // namespace units

/// What a text turned out to be. A value is there only for `ok`.
struct QuantityText {
    enum class Outcome {
        ok,
        not_a_number,  ///< no number at the front
        not_finite,    ///< beyond what a double holds
        decimal_comma, ///< 68,9 km
        no_unit,
        unknown_unit, ///< `near` may hold the unit meant
        other_family, ///< a unit of `other`
    };
    Outcome outcome = Outcome::not_a_number;
    double value = 0;         ///< in the family's base unit
    std::string number, unit; ///< as written
    std::string near;
    UnitFamily const* other = nullptr;
};
QuantityText read_quantity(std::string_view text, UnitFamily const& family);

/// In the largest unit that leaves a number of at least 1 (or the smallest), shortest digits that read back the same:
/// 24 h -> "1 d", 1e6 bit -> "1 Mbit".
std::string print_quantity(double base_value, UnitFamily const& family);

/// Shortest decimal digits that read back as the same double; no exponent for everyday sizes.
std::string print_number(double value);

/// "m, km" for messages.
std::string list_units(UnitFamily const& family);

/// An ECMA regular expression for the family's values in a JSON Schema.
std::string quantity_pattern(UnitFamily const& family);

} // namespace qkdes
