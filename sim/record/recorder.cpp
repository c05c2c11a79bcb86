#include "sim/record/recorder.hpp"

#include "sim/record/hdf5_file.hpp"
#include "sim/record/output_files.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace qkdes {

namespace {

/// A few nanoseconds a call, good to some milliseconds.
std::chrono::nanoseconds coarse_now() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

MaybeError write_manifest(Hdf5File& file, Manifest const& manifest) {
    if (auto error = file.create_group("/manifest")) return error;
    std::pair<char const*, Value> const attributes[] = {
        {"description", "What was run. Nothing here depends on the machine or the time of the run."},
        {"format", kResultsFormat},
        {"format_version", std::uint64_t{kResultsFormatVersion}},
        {"name", manifest.name},
        {"seed", manifest.seed},
        {"replication", manifest.replication},
        {"version", manifest.version},
        {"build", manifest.build},
        {"fidelity", manifest.fidelity},
        {"crypto", manifest.crypto}};
    for (auto const& [name, value] : attributes)
        if (auto error = file.set_attribute("/manifest", name, value)) return error;
    return file.write_scalar("/manifest/scenario", {"scenario", "none", "the scenario's text", manifest.scenario});
}

/// Written last: a file without a status is a work file.
MaybeError write_status(Hdf5File& file, Outcome const& outcome) {
    if (auto error = file.set_attribute("/manifest", "status", outcome.complete ? "complete" : "partial")) return error;
    if (outcome.complete) return {};
    return file.set_attribute("/manifest", "reason", outcome.reason);
}

MaybeError write_rows(Hdf5File& file, Table const& table) {
    auto const& schema = table.schema();
    for (std::size_t c = 0; c < schema.columns.size(); ++c) {
        auto const& column = schema.columns[c];
        if (auto error =
                file.append(fmt::format("{}/{}", schema.path, column.name), column, table.buffer(c), table.buffered()))
            return error;
    }
    return {};
}

/// Between two openings of a file, at most so many chunks: by then their indexes take a few megabytes of memory, and
/// nothing that the library keeps of the file has had to make room yet.
constexpr std::size_t kChunksPerOpening = 128;

/// Texts of any length lie together in the file, where there is room among what is kept of it.
bool has_long_texts(TableSchema const& schema) {
    return std::ranges::any_of(schema.columns,
                               [](Column const& c) { return c.type == ColumnType::text && c.width == 0; });
}

MaybeError write_summary(Hdf5File& file, std::vector<Scalar> const& summary) {
    if (auto error = file.create_group("/summary")) return error;
    if (auto error = file.set_attribute("/summary", "description", "Totals of the run.")) return error;
    for (auto const& scalar : summary)
        if (auto error = file.write_scalar("/summary/" + scalar.name, scalar)) return error;
    return {};
}

} // namespace

struct Recorder::Impl {
    struct ResultsFile {
        OutputFiles names;
        Hdf5File file;
        std::size_t chunks = 0; ///< written since it was opened
    };
    std::optional<ResultsFile> to; ///< none: to nowhere
    RecorderOptions options{};
    std::vector<std::unique_ptr<Table>> tables{};
    std::chrono::nanoseconds due{};
    MaybeError error{}, checkpoint_problem{};
    bool finished = false;

    Impl() = default;
    Impl(OutputFiles claimed, Hdf5File created, RecorderOptions const& wanted)
        : to{ResultsFile{std::move(claimed), std::move(created), 0}}, options{wanted} {}

    void note(MaybeError problem) {
        if (problem && !error) error = std::move(problem);
    }

    /// The rows of a chunk that is full.
    MaybeError write_chunk(Table const& table) {
        std::size_t const columns = table.schema().columns.size();
        if (to->chunks + columns > kChunksPerOpening || has_long_texts(table.schema())) {
            if (auto problem = to->file.reopen()) return problem;
            to->chunks = 0;
        }
        to->chunks += columns;
        return write_rows(to->file, table);
    }

    /// The flushed work file, copied, with the rows of unfinished chunks and a status of its own.
    MaybeError make_snapshot() {
        if (auto problem = to->names.copy_work_to_snapshot()) return problem;
        auto copy = Hdf5File::open(to->names.snapshot(), to->names.partial(), Hdf5File::Access::add);
        if (!copy.ok()) return copy.error();
        for (auto const& table : tables)
            if (table->buffered() != 0)
                if (auto problem = write_rows(*copy, *table)) return problem;
        if (auto problem = write_status(*copy, Outcome::partial("the run is going on, or was killed"))) return problem;
        if (auto problem = copy->close()) return problem;
        return to->names.publish_snapshot();
    }

    MaybeError checkpoint() {
        if (!to) return {};
        auto const begin = std::chrono::steady_clock::now();
        if (!error) note(to->file.flush());
        if (error) return error;
        checkpoint_problem = make_snapshot();
        if (checkpoint_problem) to->names.remove_snapshot();
        std::chrono::duration<double, std::nano> const cost = std::chrono::steady_clock::now() - begin;
        auto const earned =
            std::chrono::nanoseconds{static_cast<std::int64_t>(cost.count() / options.checkpoint_budget)};
        due = coarse_now() + std::max(options.checkpoint_interval, earned);
        return checkpoint_problem;
    }

    MaybeError write_end(Outcome const& outcome, std::vector<Scalar> const& summary) {
        if (auto problem = to->file.reopen()) return problem;
        for (auto const& table : tables)
            if (table->buffered() != 0)
                if (auto problem = write_rows(to->file, *table)) return problem;
        if (auto problem = write_summary(to->file, summary)) return problem;
        if (auto problem = write_status(to->file, outcome)) return problem;
        if (auto problem = to->file.close()) return problem;
        return to->names.publish_work(outcome.complete);
    }
};

Recorder::Recorder(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Recorder::Recorder(Recorder&&) noexcept = default;

Recorder::~Recorder() {
    if (impl_ && !impl_->finished) (void)finish(Outcome::partial("the program stopped before the run was over"));
}

Result<Recorder> Recorder::open(std::filesystem::path const& output, Manifest const& manifest,
                                RecorderOptions const& options) {
    QKDES_EXPECTS(options.checkpoint_budget > 0 && options.checkpoint_budget <= 1);
    auto names = OutputFiles::claim(output);
    if (!names.ok()) return names.error();
    auto file = Hdf5File::create(names->work(), output);
    if (!file.ok()) {
        names->discard_work();
        return file.error();
    }
    auto impl = std::make_unique<Impl>(std::move(*names), std::move(*file), options);
    MaybeError error = write_manifest(impl->to->file, manifest);
    // From here on there is a partial file of this run, not of an older one.
    if (!error) error = impl->checkpoint();
    if (error) {
        impl->to->names.discard_work();
        return *error;
    }
    return Recorder{std::move(impl)};
}

Recorder Recorder::nowhere() { return Recorder{std::make_unique<Impl>()}; }

Table& Recorder::add(TableSchema schema) {
    auto& self = *impl_;
    QKDES_EXPECTS(!self.finished && schema.path != "/manifest" && schema.path != "/summary");
    auto const write = [&self](Table const& table) {
        if (self.to && !self.error) self.note(self.write_chunk(table));
    };
    auto const& table = *self.tables.emplace_back(std::make_unique<Table>(std::move(schema), write));
    if (!self.to) return *self.tables.back();
    auto const& path = table.schema().path;
    self.note(self.to->file.create_group(path));
    if (!self.error) self.note(self.to->file.set_attribute(path, "description", table.schema().description));
    for (auto const& column : table.schema().columns)
        if (!self.error)
            self.note(self.to->file.create_column(fmt::format("{}/{}", path, column.name), column,
                                                  table.schema().chunk_rows));
    return *self.tables.back();
}

void Recorder::tick() {
    if (impl_->to && coarse_now() >= impl_->due) (void)checkpoint();
}

MaybeError Recorder::checkpoint() {
    QKDES_EXPECTS(!impl_->finished);
    return impl_->checkpoint();
}

MaybeError const& Recorder::error() const { return impl_->error; }
MaybeError const& Recorder::checkpoint_problem() const { return impl_->checkpoint_problem; }

Result<std::filesystem::path> Recorder::finish(Outcome const& outcome, std::vector<Scalar> const& summary) {
    auto& self = *impl_;
    QKDES_EXPECTS(!self.finished);
    self.finished = true;
    if (!self.to) return std::filesystem::path{};
    if (!self.error) self.note(self.write_end(outcome, summary));
    if (!self.error) return outcome.complete ? self.to->names.output() : self.to->names.partial();
    self.to->names.discard_work();
    IoError error = *self.error;
    std::error_code ignored;
    if (std::filesystem::exists(self.to->names.partial(), ignored))
        error.because +=
            fmt::format("; {} has what was recorded up to the last checkpoint", self.to->names.partial().string());
    return error;
}

} // namespace qkdes
