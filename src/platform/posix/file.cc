#include "platform/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/posix/file_calls.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::byte> buffer, Caching caching) const
{
    std::size_t done = 0;
    while (done < buffer.size()) {
        const auto count =
            sys::call("pread", [&] { return calls::read(handle_, offset + done, buffer.subspan(done), caching); });
        if (count == -1) return fail(Operation::Read, errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Result<std::size_t> File::read_once(std::uint64_t offset, std::span<std::byte> buffer, Caching caching) const
{
    const auto count = sys::call("pread", [&] { return calls::read(handle_, offset, buffer, caching); });
    if (count == -1) return fail(Operation::Read, errno);
    return static_cast<std::size_t>(count);
}

Status File::write_at(std::uint64_t offset, std::span<const std::byte> data, Caching caching) const
{
    while (!data.empty()) {
        const auto count = sys::call("pwrite", [&] { return calls::write(handle_, offset, data, caching); });
        if (count == -1) return fail(Operation::Write, errno);
        data = data.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
    return {};
}

Status File::truncate(std::uint64_t size) const
{
    if (sys::call("ftruncate", [&] { return ::ftruncate(handle_.get(), static_cast<off_t>(size)); }) == -1)
        return fail(Operation::Truncate, errno);
    return {};
}

Result<std::optional<Extent>> File::next_data(std::uint64_t from, std::uint64_t size) const
{
    if (from >= size) return std::nullopt;
    const auto seek = [&](std::uint64_t start, int whence) {
        return sys::call("lseek", [&] { return ::lseek(handle_.get(), static_cast<off_t>(start), whence); });
    };
    const auto begin = seek(from, SEEK_DATA);
    if (begin == -1) {
        if (errno == ENXIO) return std::nullopt;  // only a hole up to the end
        if (errno == EINVAL || errno == ENOTSUP) return Extent{from, size};
        return fail(Operation::Seek, errno);
    }
    const auto end = seek(static_cast<std::uint64_t>(begin), SEEK_HOLE);
    if (end == -1) return fail(Operation::Seek, errno);
    if (static_cast<std::uint64_t>(begin) >= size) return std::nullopt;
    return Extent{static_cast<std::uint64_t>(begin), std::min(static_cast<std::uint64_t>(end), size)};
}

Status File::close()
{
    if (!handle_) return {};
    const int descriptor = handle_.release();
    if (const int fault = sys::injected_fault("close"); fault != 0) {
        ::close(descriptor);
        return fail(Operation::Write, fault);
    }
    if (::close(descriptor) == -1 && errno != EINTR) return fail(Operation::Write, errno);
    return {};
}

}  // namespace arsync::platform
