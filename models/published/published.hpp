// Published experiments beside what the models make of their inputs: what `qkdes reproduce links` prints and the tests
// run. One entry is one paper; a figure is one number of it.
//
// Rules: inputs are the published ones. Where a paper does not publish an input, `knob` names the one value that was
// fitted and on which figure; that figure is then marked `fitted` and proves nothing by itself, the others do. No
// tolerance is wider than the papers' own digits, scatter or gaps in their inputs ask for.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

/// How far model and published value may lie apart.
struct Tolerance {
    enum class Kind { relative, absolute, factor, at_most } kind = Kind::relative;
    double value = 0; ///< 0.01: 1 %; .3: +-.3 in the figure's unit; 1.5: between 1/1.5 and 1.5; at_most: not used
    bool holds(double published, double model) const;
    std::string text() const;
};
inline Tolerance relative(double share) { return {Tolerance::Kind::relative, share}; }
inline Tolerance absolute(double distance) { return {Tolerance::Kind::absolute, distance}; }
inline Tolerance within_factor(double factor) { return {Tolerance::Kind::factor, factor}; }
/// The model may not be above the published value.
inline Tolerance at_most() { return {Tolerance::Kind::at_most, 0}; }

/// What the model's number was made with.
enum class ReproductionLevel { formula, block, photon };

struct PublishedFigure {
    std::string name, unit;
    double published = 0, model = 0;
    Tolerance tolerance;
    ReproductionLevel level = ReproductionLevel::formula;
    bool fitted = false; ///< the knob was set on this figure
    bool holds() const { return tolerance.holds(published, model); }
};

struct Reproduction {
    std::string paper; ///< authors, journal, doi
    std::string knob;  ///< what is not published and was fitted, on what; empty: nothing was
    std::string note;  ///< misprints, assumptions, why a figure cannot be reached
    std::vector<PublishedFigure> figures;
};

struct PublishedExperiment {
    std::string id; ///< `gys-2005`
    std::function<Reproduction()> run;
};
/// All of them, in the order of the families: decoy BB84, COW, entangled pairs, CV, DI, post-processing, stores.
std::vector<PublishedExperiment> published_experiments();

// One function a family; each file of this folder has one.
std::vector<PublishedExperiment> published_decoy();
std::vector<PublishedExperiment> published_entangled();
std::vector<PublishedExperiment> published_cv();
std::vector<PublishedExperiment> published_di();
std::vector<PublishedExperiment> published_correction();
std::vector<PublishedExperiment> published_stores();

} // namespace qkdes
