#pragma once
// Writes a batch file: what a transfer would have sent, to be applied elsewhere. Safe to use from several threads.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "batch/format.h"
#include "platform/file.h"

namespace arsync::batch {

/// Which side failed.
struct WriteError {
    Error error;
    bool source_side = false;
};

class Writer {
public:
    /// Takes over `file`, which is empty.
    explicit Writer(platform::File file) : file_(std::move(file)) {}

    [[nodiscard]] Status begin(const Header& header);
    [[nodiscard]] Status add(const Entry& entry);
    /// With the data of `source`, entry.metadata.size bytes of it; holes are left out. `buffer` is the caller's.
    /// ECANCELED if `cancel` is raised, ESTALE on the source's side if its time has moved when all is read. A file that
    /// failed is not in the batch; the next record takes its place.
    [[nodiscard]] std::expected<void, WriteError> add(const Entry& entry, const platform::File& source,
                                                      std::span<std::byte> buffer, const std::atomic<bool>& cancel);
    /// Marks the batch as complete, closes the file.
    [[nodiscard]] Status finish(bool all_seen);

private:
    [[nodiscard]] Status append(std::string_view bytes);
    [[nodiscard]] Status flush();
    [[nodiscard]] std::expected<void, WriteError> append_data(std::uint64_t size, const platform::File& source,
                                                              std::span<std::byte> buffer,
                                                              const std::atomic<bool>& cancel);

    std::mutex mutex_;
    platform::File file_;
    std::string waiting_;        // appended, not written yet
    std::uint64_t written_ = 0;  // bytes in the file
    std::uint64_t entries_ = 0;
};

}  // namespace arsync::batch
