#include "sync/file_content.h"

#include <algorithm>
#include <utility>

#include "sync/attributes.h"
#include "sync/delta.h"
#include "sync/delta_copy.h"
#include "sync/device_content.h"
#include "sync/source_facts.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {

using platform::CopyError;
using platform::File;
using platform::FileType;
using platform::Mode;

namespace {

/// How often a source that changes while it is read is tried.
constexpr int kAttempts = 2;

}  // namespace

FileContent::FileContent(Context& context, Worker& worker, OpenSource& source, const SourceName& name,
                         const Place& place)
    : context_(context), worker_(worker), source_(source), name_(name), place_(place)
{
}

bool FileContent::prepare(bool has_basis)
{
    has_basis_ = has_basis;
    small_ = source_.metadata.size <= kSmallFile && !has_basis && !whole_copy_wanted();
    return !small_ || read_whole();
}

/// -S and a forced method work on files, not on a buffer; a file with holes is worth asking for them.
bool FileContent::whole_copy_wanted() const
{
    const auto& writing = context_.job.writing;
    return writing.sparse || has_holes() || writing.method == platform::CopyPreference::Clone ||
           writing.method == platform::CopyPreference::Kernel;
}

/// Reserved space has no holes, but for -S.
bool FileContent::has_holes() const
{
    return source_.metadata.allocated < source_.metadata.size && !context_.job.writing.preallocate;
}

/// Reads the file in one go, so that it is one moment's content. One byte more is asked for than there should be: a
/// file that is longer or shorter than when it was looked at is looked at again.
bool FileContent::read_whole()
{
    for (int attempt = 1; attempt <= kAttempts && source_.metadata.size <= kSmallFile; ++attempt) {
        const auto size = static_cast<std::size_t>(source_.metadata.size);
        // What a character device would give never ends.
        if (size == 0 && is_device_content(source_.metadata)) return true;
        const auto count = read_small(worker_.copier.buffer().first(size + 1));
        if (!count) {
            context_.fail(place_.segment, count.error(), name_.absolute());
            return false;
        }
        data_ = worker_.copier.buffer().first(std::min(*count, size));
        if (*count == size) return true;
        const auto now = source_facts(context_, source_.file);
        if (now) look_anew(*now);
    }
    tell_changed();
    return false;
}

/// Tells whether it was in memory already.
Result<std::size_t> FileContent::read_small(std::span<std::byte> buffer)
{
    auto count = source_.file.read_cached(0, buffer, caching());
    // A part of it may be there as well.
    const bool waits = count ? *count + 1 < buffer.size() : count.error().is(std::errc::resource_unavailable_try_again);
    context_.prefetch.worker_looked(waits);
    return waits ? source_.file.read_once(0, buffer, caching()) : count;
}

/// Reading has moved the access time.
void FileContent::look_anew(const platform::Metadata& now)
{
    const auto accessed = source_.metadata.accessed;
    source_.metadata = now;
    source_.metadata.accessed = accessed;
}

Result<File> FileContent::create(const platform::Directory& directory, NameView name, Mode mode)
{
    if (small_ || has_basis_) return context_.handles.with_room([&] { return directory.create_file(name, mode); });
    auto created = context_.handles.with_room(
        [&] { return worker_.copier.create(request(nullptr, true), directory, name, mode); });
    if (!created) return std::unexpected(created.error());
    cloned_ = created->cloned;
    return std::move(created->file);
}

bool FileContent::fill(const File& file, bool is_new)
{
    if (!cloned_ && !reserve_space(file)) return false;
    return small_ && is_new ? fill_small(file) : fill_large(file, is_new, 0);
}

bool FileContent::append(const File& file, std::uint64_t start)
{
    return reserve_space(file) && fill_large(file, false, start);
}

bool FileContent::reserve_space(const File& file)
{
    if (!context_.job.writing.preallocate || source_.metadata.size == 0) return true;
    const auto reserved = file.preallocate(source_.metadata.size);
    if (!reserved) tell(reserved.error());
    return reserved.has_value();  // a file system that cannot is no failure
}

bool FileContent::fill_small(const File& file)
{
    if (context_.pace) context_.pace->wait_for(data_.size());
    const auto written = file.write_at(0, data_, caching());
    if (!written) {
        tell(written.error());
        return false;
    }
    source_.counter(*context_.progress).fetch_add(data_.size(), std::memory_order_relaxed);
    count_method(platform::CopyMethod::ReadWrite);
    return true;
}

bool FileContent::fill_large(const File& file, bool is_new, std::uint64_t start)
{
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        auto wanted = request(&file, attempt == 1 && (is_new || start > 0));
        wanted.start = start;
        const auto outcome = attempt == 1 && cloned_ ? std::expected<platform::CopyOutcome, CopyError>(*cloned_)
                                                     : worker_.copier.copy(wanted);
        if (!outcome) {
            tell(outcome.error());
            return false;
        }
        if (is_complete(outcome->size)) {
            count_method(outcome->method);
            return true;
        }
        source_.counter(*context_.progress)
            .fetch_sub(outcome->size - std::min(start, outcome->size), std::memory_order_relaxed);
        if (source_.metadata.size < start) break;  // shorter than what is there: nothing can be appended
    }
    tell_changed();
    return false;
}

bool FileContent::fill_by_delta(const File& file, const File* basis, std::uint64_t basis_size)
{
    const auto block = context_.job.writing.block_size;
    const bool worth_it = !BlockTable::too_large(basis_size, block == 0 ? default_block_length(basis_size) : block);
    if (!worth_it) return fill(file, basis != nullptr);
    if (!reserve_space(file)) return false;
    source_.file.hint_sequential(source_.metadata.size);
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        const auto outcome = copy_delta({.copy = request(&file, basis != nullptr && attempt == 1),
                                         .basis = basis == nullptr ? &file : basis,
                                         .basis_size = basis_size,
                                         .block_length = block},
                                        worker_.copier.buffer());
        if (!outcome) {
            tell(outcome.error());
            return false;
        }
        if (is_complete(outcome->size)) {
            context_.progress->bytes_matched.fetch_add(outcome->matched, std::memory_order_relaxed);
            context_.progress->blocks_matched.fetch_add(outcome->blocks, std::memory_order_relaxed);
            count_method(platform::CopyMethod::ReadWrite);
            return true;
        }
        source_.counter(*context_.progress).fetch_sub(outcome->size, std::memory_order_relaxed);
        if (basis == nullptr) basis_size = outcome->size;
    }
    tell_changed();
    return false;
}

bool FileContent::is_complete(std::uint64_t size)
{
    const auto now = source_facts(context_, source_.file);
    // Growth is no harm: what was there is copied, and the older time makes the next run take the rest.
    const bool same = now && size >= source_.metadata.size &&
                      (now->modified == source_.metadata.modified || now->size > source_.metadata.size);
    // The next attempt is about what is there now.
    if (!same && now) look_anew(*now);
    return same;
}

std::optional<bool> FileContent::begins_like(const File& file, std::uint64_t length)
{
    const auto same = platform::same_content(source_.file, file, length, worker_.copier.buffer(), &context_.cancelled);
    if (same) return *same;
    tell(same.error());
    return std::nullopt;
}

platform::CopyRequest FileContent::request(const File* file, bool is_new) const
{
    const auto& writing = context_.job.writing;
    return {.source = &source_.file,
            .target = file,
            .size = source_.metadata.size,
            .source_device = source_.metadata.identity.device,
            .target_device = place_.node.destination_metadata.identity.device,
            .preference = writing.method,
            .target_is_new = is_new,
            .target_is_device = place_.present != nullptr && is_device_content(*place_.present),
            .source_has_holes = has_holes(),
            .zeros_become_holes = writing.sparse,
            .front_to_back = writing.inplace,
            .space_is_reserved = writing.preallocate,
            .caching = caching(),
            .pace = context_.pace.get(),
            .keeps_xattrs = context_.job.preservation.xattrs && !has_xattr_rules(context_, &name_.node),
            .keeps_times = keeps_times(context_.job.preservation, FileType::Regular),
            .keeps_creation_time = context_.job.preservation.creation_times,
            .progress = &source_.counter(*context_.progress),
            .cancel = &context_.cancelled};
}

void FileContent::count_method(platform::CopyMethod method)
{
    if (method != platform::CopyMethod::Clone && !small_) {
        const auto& pair =
            context_.volumes.find(source_.metadata.identity.device, place_.node.destination_metadata.identity.device);
        if (pair.clone_refused) context_.progress->clone_refusal = pair.clone_refusal.load();
        if (pair.kernel_refused) context_.progress->kernel_refusal = pair.kernel_refusal.load();
        const auto refusal = worker_.pipeline ? worker_.pipeline->refusal() : std::nullopt;
        if (refusal) context_.progress->engine_refusal = refusal->code;
    }
    context_.progress->by_method[static_cast<std::size_t>(method)].fetch_add(1, std::memory_order_relaxed);
}

void FileContent::tell(const Error& error)
{
    context_.fail(place_.segment, error, place_.absolute());
}

void FileContent::tell(const CopyError& failure)
{
    if (failure.error.is(std::errc::operation_canceled)) return;
    if (failure.source_side) {
        source_failed_ = context_.troubles.source_unread = true;
        context_.fail_source(place_.segment, failure.error, name_.absolute());
    } else {
        tell(failure.error);
    }
}

void FileContent::tell_changed()
{
    source_failed_ = true;
    context_.fail_message(place_.segment, "source changed while it was copied: \"" + name_.absolute() + "\"");
}

}  // namespace arsync::sync
