#include "batch/writer.h"

#include <algorithm>
#include <cerrno>

#include "base/checksum.h"

namespace arsync::batch {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;

std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view text_of(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Status Writer::begin(const Header& header)
{
    const std::lock_guard lock(mutex_);
    return append(encode(header));
}

Status Writer::add(const Entry& entry)
{
    const std::lock_guard lock(mutex_);
    ++entries_;
    return append(encode(entry));
}

std::expected<void, WriteError> Writer::add(const Entry& entry, const platform::File& source,
                                            std::span<std::byte> buffer, const std::atomic<bool>& cancel)
{
    const std::lock_guard lock(mutex_);
    const auto before = source.stat();
    if (!before) return std::unexpected(WriteError{before.error(), true});
    // What was begun and failed is written over by what comes next.
    if (const auto done = flush(); !done) return std::unexpected(WriteError{done.error()});
    const auto begin = written_;
    const auto failed = [&](WriteError error) {
        waiting_.clear();
        written_ = begin;
        static_cast<void>(file_.truncate(begin));
        return std::unexpected(error);
    };
    if (const auto done = append(encode(entry)); !done) return failed({done.error()});
    const auto copied = append_data(entry.metadata.size, source, buffer, cancel);
    if (!copied) return failed(copied.error());
    const auto now = source.stat();
    if (!now) return failed({now.error(), true});
    // More of it is no harm: what was there is kept, as in a copy.
    if (now->modified != before->modified && now->size <= entry.metadata.size)
        return failed({{Operation::Read, ESTALE}, true});
    ++entries_;
    return {};
}

std::expected<void, WriteError> Writer::append_data(std::uint64_t size, const platform::File& source,
                                                    std::span<std::byte> buffer, const std::atomic<bool>& cancel)
{
    Checksum sum;
    const auto put = [&](std::string_view bytes) {
        sum.add(bytes);
        return append(bytes);
    };
    const auto piece = std::min<std::size_t>(buffer.size(), kLongestChunk);
    for (std::uint64_t at = 0; at < size;) {
        const auto extent = source.next_data(at, size);
        if (!extent) return std::unexpected(WriteError{extent.error(), true});
        if (!*extent || (*extent)->begin >= size) break;
        const auto end = std::min((*extent)->end, size);
        for (at = (*extent)->begin; at < end;) {
            if (cancel)
                return std::unexpected(WriteError{{Operation::Read, static_cast<int>(std::errc::operation_canceled)}});
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece, end - at));
            const auto count = source.read_at(at, buffer.first(wanted));
            if (!count) return std::unexpected(WriteError{count.error(), true});
            if (*count == 0) {  // it became shorter: the rest is a hole, and the caller sees that it changed
                at = size;
                break;
            }
            auto done = put(encode(Chunk{at, static_cast<std::uint32_t>(*count)}));
            if (done) done = put(text_of(buffer.first(*count)));
            if (!done) return std::unexpected(WriteError{done.error()});
            at += *count;
        }
    }
    auto done = append(encode(Chunk{size, 0}));
    if (done) done = append(encode_digest(sum.value()));
    if (!done) return std::unexpected(WriteError{done.error()});
    return {};
}

Status Writer::finish(bool all_seen)
{
    const std::lock_guard lock(mutex_);
    if (const auto done = append(encode(End{entries_, all_seen})); !done) return done;
    if (const auto done = flush(); !done) return done;
    return file_.close();
}

Status Writer::append(std::string_view bytes)
{
    waiting_ += bytes;
    return waiting_.size() < kBlock ? Status{} : flush();
}

Status Writer::flush()
{
    const auto done = file_.write_at(written_, bytes_of(waiting_));
    if (!done) return done;
    written_ += waiting_.size();
    waiting_.clear();
    return {};
}

}  // namespace arsync::batch
