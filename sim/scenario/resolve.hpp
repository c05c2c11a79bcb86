// From what was read to what is meant: names become indices, defaults that depend on other values are filled in, and
// what only makes sense together is checked. All problems go to the reader; the scenario counts only if there were no
// errors.
#pragma once
#include "sim/scenario/raw_scenario.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/traffic.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace qkdes {

/// Ids of one kind, in the order of the file.
class Names {
  public:
    explicit Names(std::string kind) : kind_{std::move(kind)} {}
    /// `node` is the object that has the id; a second one of the same id is reported.
    void add(Reader& reader, std::string const& id, JsonNode const* node);
    /// The list could not be read: whatever refers to it may be right.
    void incomplete() { complete_ = false; }
    /// The index, or a report. Nothing is reported when some id could not be read: it may be the one that is meant.
    std::optional<std::size_t> find(Reader& reader, Reference const& reference) const;

  private:
    std::string kind_;
    std::vector<std::string> ids_;
    std::vector<JsonNode const*> nodes_;
    std::unordered_map<std::string, std::size_t> index_;
    bool complete_ = true;
};

/// The value of a key if the object writes it, else the object: where a problem is shown.
JsonNode const& place(JsonNode const& object, std::string_view key);

struct Resolution {
    Reader& reader;
    JsonNode const& root;
    RawScenario const& raw;
    Scenario& out;
    Names devices{"device"}, nodes{"node"}, links{"link"}, applications{"application"}, groups{"shared-risk group"};
    bool knows_duration = false;
    std::optional<Traffic> traffic{}; ///< once somebody asked which is the busiest
};

/// The list of that name is there, but its items could not be read.
bool unreadable_list(Resolution const& r, std::string_view key, JsonKind kind);

/// A device as its model takes it, with what must hold between its values checked.
LinkParameters physics_of(Reader& reader, RawDevice const& raw);

void resolve_devices(Resolution& r);
/// The fibre with everything that stands in it.
FibreParameters fibre_of(RawLink const& raw);
/// A satellite's passes or a switch's turns within the run; problems go to the reader.
std::vector<LinkWindow> windows_of(Resolution& r, RawLink const& raw);
/// Blocks of a link that are in memory at once: one in use, three computed ahead.
inline constexpr double kBlocksInMemory = 4;
double memory_of_this_machine(); ///< bytes
/// A photon-level block must fit into `machine` bytes; `at` is where the block's size or the device is written.
void check_memory(Reader& reader, JsonNode const& at, LinkParameters const& parameters, double machine);
void check_drift(Reader& reader, JsonNode const& link, DriftParameters const& drift);

void resolve_links(Resolution& r);   ///< nodes too
void resolve_demands(Resolution& r); ///< applications too
enum class TargetKind : std::uint8_t { link, qkd_link, node, application, group };
/// The indices that a target stands for, one unless it chooses several; none after a report. `in_turn`: it may take
/// each in turn.
std::vector<std::size_t> resolve_target(Resolution& r, RawTarget const& target, TargetKind kind, bool in_turn);
void resolve_groups(Resolution& r); ///< after demands
void resolve_faults(Resolution& r);
void resolve_failures(Resolution& r);
/// One fault a target and repetition from a fault as written, whose times are those of all together. `targets` are
/// indices of what `fault` is aimed at.
std::vector<FaultSpec> spread_fault(Resolution& r, RawFault const& raw, FaultSpec const& whole, bool in_turn,
                                    TargetKind kind, std::vector<std::size_t> const& targets);
void resolve_shares(Resolution& r);
void resolve_agents(Resolution& r);
void resolve_digital(Resolution& r);
/// What depends on how a demand's keys come about; the demand's other values are in range.
void check_via(Resolution& r, RawDemand const& raw, DemandSpec& demand);
/// A name for the set of nodes that links join to each node: the least index among them.
std::vector<std::size_t> islands_of(Scenario const& scenario);
/// Of the link's channel; `classical` is its object.
std::optional<ContactSpec> contact_of(Resolution& r, JsonNode const& classical, RawContact const& raw);
void resolve_adversaries(Resolution& r);
/// Of links' stores, and of links of which only the rate is known.
void check_stores(Resolution& r);
void check_stated(Resolution& r);
void resolve_published(Resolution& r);
void check_routing(Resolution& r);
void check_vendors(Resolution& r); ///< `kms.vendor`, the scenario's and the nodes'
/// Warnings about what no demand can reach; only for a scenario without errors.
void warn_about_reach(Resolution& r);

} // namespace qkdes
