// A run as a trace for the viewers Perfetto (ui.perfetto.dev) and chrome://tracing, in Chrome's trace event format.
//
//   process        one per node; one named "faults"
//   thread         of a link, on the process of its end a: blocks. "relay LINK" on the sender: protected messages.
//                  "FROM > TO" on the node of the application that asks: requests
//   blocks         spans from first pulse to key in the stores; named by outcome; QBER, bits in the arguments
//   requests       spans from asking to both applications' key, or to the refusal; named by outcome
//   relays         spans from when a message leaves a node to when its last bit can be at the other end at the earliest
//                  (the link's latency: results do not record arrivals, nor to which request a message belongs)
//   faults         spans named by kind and target
//   stores         counters of bits, one per link and end
// Spans that overlap on one thread would be drawn wrongly, so a second one goes to a thread "NAME (2)", and so on.
//
// Time stamps are microseconds of simulated time with three decimals: no nanosecond is lost. Rows come table by table,
// not in the order of time; viewers sort. Same file and limits, same bytes. Memory: one block of rows and one number
// per thread. What never ends is drawn to the end of the run. Leaves out: arrows from hop to hop, as results do not say
// which messages carried one key. Checked: tests/sim/look/export_trace_test.cpp, tests/notebooks/test_export.py.
#pragma once
#include "sim/base/units.hpp"
#include "sim/record/reader.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace qkdes::look {

struct TraceOptions {
    SimTime from = kSimStart, to = kSimNever; ///< what overlaps [from, to) is written, whole
    std::vector<std::string> tables;          ///< of blocks, requests, relays, faults, stores; none: all
    bool replace = false;                     ///< a file that is there already
};

/// More events than this make the viewers slow.
inline constexpr std::uint64_t kManyEvents = 2'000'000;

struct TraceReport {
    std::vector<std::pair<std::string, std::uint64_t>> events; ///< by table
    std::uint64_t threads = 0, bytes = 0;
    std::uint64_t total() const;
};

Result<TraceReport> export_trace(ResultsReader& reader, std::filesystem::path const& path, TraceOptions const& options);

/// The tables that a trace can show.
std::vector<std::string> const& trace_tables();

} // namespace qkdes::look
