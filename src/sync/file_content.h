#pragma once
// What is written into a file of the destination: the source's data, whole, behind what is there already (--append), or
// by the delta against an old file.

#include <optional>
#include <span>

#include "sync/context.h"
#include "sync/file_source.h"
#include "sync/placement.h"
#include "sync/scheduler.h"

namespace arsync::sync {

/// An old file whose data the new one may be made of.
struct Basis {
    platform::File file;
    std::uint64_t size = 0;
};

class FileContent {
public:
    FileContent(Context& context, Worker& worker, OpenSource& source, const SourceName& name, const Place& place);

    /// Reads a small source whole; with a basis, or where files are needed as such, nothing is read ahead. False, and
    /// told, if it cannot be read.
    [[nodiscard]] bool prepare(bool has_basis);
    /// Whether reading the source has failed.
    [[nodiscard]] bool source_failed() const { return source_failed_; }
    /// Whether it was read whole: one write makes the file.
    [[nodiscard]] bool small() const { return small_; }

    /// A file to take the data: on some systems it comes with it.
    [[nodiscard]] Result<platform::File> create(const platform::Directory& directory, NameView name,
                                                platform::Mode mode);
    /// The file that create() made holds the data already, and the attributes of a clone.
    [[nodiscard]] bool cloned() const { return cloned_.has_value(); }

    /// Writes all of it; `is_new`: the file holds nothing yet. False, and told, on failure.
    [[nodiscard]] bool fill(const platform::File& file, bool is_new);
    /// The same from what `basis` has; null: from what the file itself has, `basis_size` bytes.
    [[nodiscard]] bool fill_by_delta(const platform::File& file, const platform::File* basis, std::uint64_t basis_size);
    /// Writes what is behind the first `start` bytes.
    [[nodiscard]] bool append(const platform::File& file, std::uint64_t start);
    /// Whether the file begins as the source does; nullopt, and told, if that cannot be found out.
    [[nodiscard]] std::optional<bool> begins_like(const platform::File& file, std::uint64_t length);

    /// What the source has been found to be when it was read.
    [[nodiscard]] const platform::Metadata& metadata() const { return source_.metadata; }

private:
    [[nodiscard]] platform::Caching caching() const { return context_.job.writing.caching; }
    [[nodiscard]] bool whole_copy_wanted() const;
    [[nodiscard]] bool has_holes() const;
    [[nodiscard]] bool read_whole();
    [[nodiscard]] Result<std::size_t> read_small(std::span<std::byte> buffer);
    void look_anew(const platform::Metadata& now);
    [[nodiscard]] bool reserve_space(const platform::File& file);
    [[nodiscard]] bool fill_small(const platform::File& file);
    [[nodiscard]] bool fill_large(const platform::File& file, bool is_new, std::uint64_t start);
    /// Whether what was copied is what the source is now; growth is no harm.
    [[nodiscard]] bool is_complete(std::uint64_t size);
    [[nodiscard]] platform::CopyRequest request(const platform::File* file, bool is_new) const;
    void count_method(platform::CopyMethod method);
    void tell(const Error& error);
    void tell(const platform::CopyError& failure);
    void tell_changed();

    Context& context_;
    Worker& worker_;
    OpenSource& source_;
    const SourceName& name_;
    const Place& place_;
    bool has_basis_ = false;
    bool source_failed_ = false;
    bool small_ = false;  // decided once: the file may change
    std::optional<platform::CopyOutcome> cloned_;
    std::span<std::byte> data_;  // of a small file, in the worker's buffer
};

}  // namespace arsync::sync
