#include "platform/posix/data_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/file_ranges.h"

namespace arsync::platform {
namespace {

/// Zeros become holes in units of this: no file system allocates less.
constexpr std::size_t kHoleUnit = 4096;

bool is_zero(std::span<const std::byte> bytes)
{
    // Comparing the block with itself shifted by one is the quickest portable way: memcmp is vectorised.
    return bytes.front() == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

Result<bool> punch(const File& target, OldBlocks blocks, std::uint64_t offset, std::uint64_t length)
{
    if (blocks == OldBlocks::Reserved) {
        const auto facts = target.stat();
        if (!facts) return std::unexpected(facts.error());
        if (facts->size < offset + length) {
            if (const auto grown = target.truncate(offset + length); !grown) return std::unexpected(grown.error());
        }
    }
    return target.punch_hole(offset, length);
}

}  // namespace

Status write_without_zeros(const File& target, OldBlocks blocks, std::uint64_t offset, std::span<const std::byte> data)
{
    std::size_t at = 0;
    const auto unit = [&](std::size_t from) { return data.subspan(from, std::min(kHoleUnit, data.size() - from)); };
    while (at < data.size()) {
        std::size_t end = at;
        const bool zero = is_zero(unit(at));
        while (end < data.size() && is_zero(unit(end)) == zero) end += unit(end).size();
        Status done;
        if (!zero) {
            done = target.write_at(offset + at, data.subspan(at, end - at));
        } else if (blocks != OldBlocks::None) {
            const auto punched = punch(target, blocks, offset + at, end - at);
            if (!punched) {
                done = std::unexpected(punched.error());
            } else if (!*punched) {
                done = target.write_at(offset + at, data.subspan(at, end - at));
            }
        }
        if (!done) return done;
        at = end;
    }
    return {};
}

std::expected<std::uint64_t, CopyError> stream_range(const CopyRequest& request, Extent range,
                                                     std::span<std::byte> buffer, std::mutex* one_writer)
{
    const auto chunk = request.pace == nullptr ? buffer.size() : std::min(buffer.size(), request.pace->chunk());
    for (std::uint64_t at = range.begin; at < range.end;) {
        if (is_cancelled(request.cancel)) return copy_failed({Operation::Copy, ECANCELED}, false);
        const auto wanted = std::min<std::uint64_t>(chunk - at % kHoleUnit, range.end - at);
        const auto count = request.source->read_at(at, buffer.first(wanted), request.caching);
        if (!count) return copy_failed(count.error(), true);
        if (*count == 0) return at;
        const auto data = buffer.first(*count);
        if (request.pace != nullptr) request.pace->wait_for(*count);
        const auto written = [&] {
            const auto turn = one_writer == nullptr ? std::unique_lock<std::mutex>() : std::unique_lock(*one_writer);
            return request.zeros_become_holes ? write_without_zeros(*request.target, old_blocks(request), at, data)
                                              : request.target->write_at(at, data, request.caching);
        }();
        if (!written) return copy_failed(written.error(), false);
        at += *count;
        count_progress(request, *count);
        if (*count < wanted) return at;
    }
    return range.end;
}

Status clear_range(const File& target, OldBlocks blocks, std::uint64_t from, std::uint64_t to,
                   std::span<std::byte> buffer)
{
    if (from >= to) return {};
    const auto punched = punch(target, blocks, from, to - from);
    if (!punched) return std::unexpected(punched.error());
    if (*punched) return {};
    std::ranges::fill(buffer, std::byte{0});
    while (from < to) {
        const auto zeros = buffer.first(std::min<std::uint64_t>(buffer.size(), to - from));
        if (const auto written = target.write_at(from, zeros); !written) return written;
        from += zeros.size();
    }
    return {};
}

std::expected<std::uint64_t, CopyError> copy_data_runs(const CopyRequest& request, std::span<std::byte> buffer,
                                                       const CopyRange& copy_range)
{
    std::uint64_t at = request.start;
    while (at < request.size) {
        const auto run = request.source->next_data(at, request.size);
        if (!run) return copy_failed(run.error(), true);
        Extent data{request.size, request.size};
        if (*run) {
            data = **run;
        } else {
            // A hole up to the end and a source that was cut meanwhile look the same.
            const auto now = request.source->stat();
            if (!now) return copy_failed(now.error(), true);
            data.begin = data.end = std::clamp(now->size, at, request.size);
        }
        if (const auto blocks = old_blocks(request); blocks != OldBlocks::None) {
            const auto cleared = clear_range(*request.target, blocks, at, data.begin, buffer);
            if (!cleared) return copy_failed(cleared.error(), false);
        }
        count_progress(request, data.begin - at);
        if (data.begin == data.end) return data.end;
        const auto reached = copy_range(data);
        if (!reached || *reached < data.end) return reached;
        at = data.end;
    }
    return request.size;
}

}  // namespace arsync::platform
