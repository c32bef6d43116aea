#pragma once
// An open regular file (or device). All positions and lengths are bytes. Interrupted calls are repeated inside.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/error.h"
#include "platform/handle.h"
#include "platform/metadata.h"

namespace arsync::platform {

/// [begin, end): bytes that hold data.
struct Extent {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// Whether data that went through the cache is to stay there. Once: not longer than needed, so that a large copy does
/// not push out what other programs use; where a system or file system cannot, it stays.
enum class Caching : std::uint8_t { Usual, Once };

class File {
public:
    explicit File(Handle handle) : handle_(std::move(handle)) {}

    [[nodiscard]] Result<Metadata> stat() const;
    /// Of an open block device.
    [[nodiscard]] Result<std::uint64_t> device_size() const;

    /// Reads at `offset` until `buffer` is full or the file ends; returns how much.
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer,
                                              Caching caching = Caching::Usual) const;
    /// The same in a single call: less than asked for means, of a regular file, that it ends there.
    [[nodiscard]] Result<std::size_t> read_once(std::uint64_t offset, std::span<std::byte> buffer,
                                                Caching caching = Caching::Usual) const;
    /// read_once() of what is in memory; only a part of it, or EAGAIN, where it would have to wait for a device or a
    /// server. A file system that cannot tell waits.
    [[nodiscard]] Result<std::size_t> read_cached(std::uint64_t offset, std::span<std::byte> buffer,
                                                  Caching caching = Caching::Usual) const;
    /// Whether reading the byte there would have to wait; `false` where that cannot be told.
    [[nodiscard]] bool would_wait(std::uint64_t offset) const;
    /// Has the system begin to read that range into memory. Only a hint.
    void fetch(std::uint64_t offset, std::uint64_t length) const;
    /// Writes all of `data` at `offset`.
    [[nodiscard]] Status write_at(std::uint64_t offset, std::span<const std::byte> data,
                                  Caching caching = Caching::Usual) const;

    [[nodiscard]] Status truncate(std::uint64_t size) const;
    /// Makes [offset, offset+length) read as zeros and gives its blocks back where the file system can
    /// (Linux: FALLOC_FL_PUNCH_HOLE, macOS: F_PUNCHHOLE); `false` where it cannot.
    [[nodiscard]] Result<bool> punch_hole(std::uint64_t offset, std::uint64_t length) const;
    /// Asks for disk space for a file that will have `size` bytes, without changing its size. Refusal by the file
    /// system is no error (`false`); a full disk is.
    [[nodiscard]] Result<bool> preallocate(std::uint64_t size) const;

    /// The next run of data at or after `from`, nullopt behind the last. A file system that knows no holes answers
    /// with one extent up to `size`. Source: lseek(2), SEEK_DATA and SEEK_HOLE.
    [[nodiscard]] Result<std::optional<Extent>> next_data(std::uint64_t from, std::uint64_t size) const;

    /// The file of that size will be read once from start to end, by one reader: several would wait for each other's
    /// read-ahead (Linux 6.18, 1 GiB cold: four times slower). Only a hint.
    void hint_sequential(std::uint64_t size) const;

    /// What is read will not be needed again and need not stay in the cache. For reads of 1 MiB or more. Only a hint.
    void hint_read_once() const;

    /// Data and size are on stable storage when this returns; on macOS they are when sync_volume() has returned
    /// as well, and in the order of these calls.
    [[nodiscard]] Status sync() const;

    /// The same, and the drive's cache is written out as well: nothing else need be called. (macOS: F_FULLFSYNC.)
    [[nodiscard]] Status sync_fully() const;

    /// Closes and tells what close(2) tells (NFS, quotas: writes may fail as late as this).
    [[nodiscard]] Status close();

    [[nodiscard]] const Handle& handle() const { return handle_; }
    [[nodiscard]] Handle take_handle() && { return std::move(handle_); }

private:
    Handle handle_;
};

}  // namespace arsync::platform
