// Data sheets of devices and detectors: what is known about a product, each value with where it comes from.
//
//   { "name": "…", "vendor": "…", "kind": "device", "protocol": "bb84",
//     "values": { "clock": { "value": "1 GHz", "source": "…", "date": "2023-05", "status": "datasheet" }, … } }
//
// The keys of `values` are a device's (`detector.` before those of its detector, likewise for other nested objects);
// those that begin with `datasheet.` are for people. A value without source, date or status (`measured`, `datasheet`,
// `assumed`) makes the sheet not load. The shipped sheets (models/devices) are part of the program: their file's stem
// is a name that `extends` knows. A path that ends in .json, seen from the scenario's folder, names a sheet of one's
// own.
#pragma once
#include "sim/base/shipped_text.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/raw_scenario.hpp"
#include "sim/scenario/reader.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace qkdes {

std::span<ShippedText const> shipped_sheets(); ///< by name

/// A sheet as the object that a scenario would have written, over the sheet's own text: problems are shown there.
struct SheetObject {
    std::string text;
    Document document;
    JsonNode const* object = nullptr; ///< null when the sheet does not load
    bool detector = false;            ///< kind
    std::vector<Diagnostic> problems;
};
/// `name` stands for the file in diagnostics.
std::unique_ptr<SheetObject> read_sheet(std::string text, std::string_view name);

} // namespace qkdes
