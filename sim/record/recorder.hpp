// Writes a run's results. Layout of the file, readable with plain h5py:
//
//   /manifest            attributes: format, format_version, name, seed, replication, version, build, fidelity, crypto,
//                        status ("complete" or "partial"), reason (of a partial one); dataset `scenario`: its text
//   /<table>             a group per table (attribute: description), in it a dataset per column, all of equal length
//   /<table>/<column>    attributes: unit, description, kind (i64, u64, f64, u32, u8, bool, enumeration, text, time,
//                        duration); chunked, shuffled, gzip level 1; enumerations carry their names in their type
//   /summary/<name>      scalar datasets with the same attributes
//
// Files beside it. While OUT.h5 is being made only these exist:
//   .OUT.h5.work     the file being written; locked, so that a second run to the same output is refused
//   .OUT.h5.snap     a snapshot being made
//   OUT.partial.h5   the last snapshot: every row appended before that checkpoint, always a whole and valid file
// A complete run renames .work to OUT.h5 and removes the partial file; an interrupted one renames .work to
// OUT.partial.h5; a killed one leaves the last snapshot (and hidden leftovers that the next run removes). Nothing is
// ever half-written under OUT.h5 or OUT.partial.h5. This covers a killed process; a finished file is also synced to
// disk against a power cut, a snapshot is not.
//
// Why a copy: HDF5 has no journal, and its SWMR mode marks a crashed file so that plain h5py refuses it. A copy costs
// time in proportion to the file, so checkpoints are spaced to take at most 4 % of the run. The snapshot gets the rows
// of unfinished chunks, the work file never does: when checkpoints happen leaves no trace in the finished file.
//
// Left out: SIGXFSZ (a limit on file sizes) must be ignored by the caller for that limit to become a message.
// Checked: tests/sim/record (kill -9 at random moments, full disk, equal bytes whatever the checkpoints).
#pragma once
#include "sim/record/io_error.hpp"
#include "sim/record/manifest.hpp"
#include "sim/record/table.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct RecorderOptions {
    /// Wall time from one checkpoint to the next, at least.
    std::chrono::nanoseconds checkpoint_interval{std::chrono::seconds{1}};
    double checkpoint_budget = 0.04; ///< share of the run that checkpoints may take, in (0, 1]
};

struct Outcome {
    bool complete = true;
    std::string reason{}; ///< why it is partial
    static Outcome finished() { return {}; }
    static Outcome partial(std::string reason) { return {false, std::move(reason)}; }
};

class Recorder {
  public:
    /// Fails when the file cannot be made there: no such folder, no permission, a folder or device of that name, a
    /// second run writing the same output. An older OUT.h5 stays until this run is complete.
    static Result<Recorder> open(std::filesystem::path const& output, Manifest const& manifest,
                                 RecorderOptions const& options = {});
    /// Keeps nothing: for runs of which only the summary is wanted. finish() returns an empty path.
    static Recorder nowhere();
    Recorder(Recorder&&) noexcept;
    Recorder& operator=(Recorder&&) = delete;
    /// Without finish(): as finish(partial).
    ~Recorder();

    /// The table lives as long as the recorder, at the same address even when the recorder is moved.
    Table& add(TableSchema schema);

    /// Makes a checkpoint when one is due. Cheap (a coarse clock): call it after every event.
    void tick();
    /// Writes OUT.partial.h5 now. An error here does not end the run: the snapshot needs as much room as the results
    /// themselves, the results may yet fit.
    MaybeError checkpoint();

    /// The first failure to write the results. From then on rows are dropped, so stop the run and call finish().
    MaybeError const& error() const;
    /// The last failed checkpoint, for a warning; cleared by one that succeeds.
    MaybeError const& checkpoint_problem() const;

    /// Writes what is left, puts the file under its name, and returns that name. Call once; append nothing afterwards.
    Result<std::filesystem::path> finish(Outcome const& outcome, std::vector<Scalar> const& summary = {});

  private:
    struct Impl; ///< the file and what is known of it; of a recorder to nowhere: tables alone
    explicit Recorder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace qkdes
