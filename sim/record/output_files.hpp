// The names under which a results file lives while it is made, and the system calls that move it along. Knows nothing
// of what is inside. recorder.hpp tells the whole story.
#pragma once
#include "sim/record/io_error.hpp"

#include <filesystem>

namespace qkdes {

class OutputFiles {
  public:
    /// Checks the place, claims it for this process (until destroyed) and removes what a killed run left hidden there.
    static Result<OutputFiles> claim(std::filesystem::path const& output);
    OutputFiles(OutputFiles&& other) noexcept;
    OutputFiles& operator=(OutputFiles&&) = delete;
    ~OutputFiles();

    std::filesystem::path const& output() const { return output_; }     ///< OUT.h5, symbolic links resolved
    std::filesystem::path const& partial() const { return partial_; }   ///< OUT.partial.h5
    std::filesystem::path const& work() const { return work_; }         ///< .OUT.h5.work, exists and is locked
    std::filesystem::path const& snapshot() const { return snapshot_; } ///< .OUT.h5.snap

    /// Copies the work file, as the system sees it now, to the snapshot's name (shared blocks where the disk can).
    MaybeError copy_work_to_snapshot() const;
    /// The snapshot becomes the partial file.
    MaybeError publish_snapshot() const;
    void remove_snapshot() const;
    /// The work file, synced to disk, becomes the output, and the partial file goes; or it becomes the partial file.
    MaybeError publish_work(bool complete) const;
    /// Gives the space back at once, even when somebody still holds the work file open.
    void discard_work() const;

    /// OUT.h5 -> OUT.partial.h5
    static std::filesystem::path partial_name(std::filesystem::path const& output);

  private:
    explicit OutputFiles(std::filesystem::path output);
    std::filesystem::path output_, partial_, work_, snapshot_;
    int lock_ = -1; ///< descriptor of the work file that holds the lock
};

} // namespace qkdes
