#include "sync/file_copy.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "sync/creation.h"

namespace arsync::sync {
namespace {

using platform::File;
using platform::FileType;
using platform::Metadata;
using platform::Mode;

constexpr Mode kPrivate = 0600;
constexpr Mode kSetId = 06000;
/// How often a source that changes while it is read is tried.
constexpr int kAttempts = 2;

/// One file on its way to its place.
class FileCopy {
public:
    FileCopy(Context& context, Worker& worker, OpenSource& source, const SourceName& name, const Place& place)
        : context_(context), worker_(worker), source_(source), name_(name), place_(place)
    {
    }

    std::optional<std::uint64_t> run()
    {
        if (!read_extended_attributes()) return std::nullopt;
        small_ = source_.metadata.size <= kSmallFile && !whole_copy_wanted();
        if (small() && !read_whole()) return std::nullopt;
        const bool there = place_.present != nullptr && place_.present->type == FileType::Regular;
        if (context_.job.writing.inplace && (there || place_.present == nullptr)) return write_in_place(there);
        if (place_.present == nullptr && small() && place_.node.state == DestinationState::Created &&
            !context_.job.writing.always_atomic)
            return write_new();
        return replace();
    }

private:
    [[nodiscard]] bool small() const { return small_; }

    /// -S and a forced method work on files, not on a buffer; a file with holes is worth asking for them.
    [[nodiscard]] bool whole_copy_wanted() const
    {
        const auto& writing = context_.job.writing;
        return writing.sparse || has_holes() || writing.method == platform::CopyPreference::Clone ||
               writing.method == platform::CopyPreference::Kernel;
    }

    [[nodiscard]] bool has_holes() const { return source_.metadata.allocated < source_.metadata.size; }

    bool read_extended_attributes()
    {
        if (!wants_extended(context_.job.preservation, FileType::Regular)) return true;
        auto extended = read_extended(context_, source_.file);
        if (!extended) {
            context_.fail(place_.segment, extended.error(), name_.absolute());
            return false;
        }
        extended_ = std::move(*extended);
        return true;
    }

    /// Reads the file in one go, so that it is one moment's content. One byte more is asked for than there should be: a
    /// file that is longer or shorter than when it was looked at is looked at again.
    bool read_whole()
    {
        for (int attempt = 1; attempt <= kAttempts && source_.metadata.size <= kSmallFile; ++attempt) {
            const auto size = static_cast<std::size_t>(source_.metadata.size);
            const auto count = source_.file.read_once(0, worker_.copier.buffer().first(size + 1));
            if (!count) {
                context_.fail(place_.segment, count.error(), name_.absolute());
                return false;
            }
            data_ = worker_.copier.buffer().first(std::min(*count, size));
            if (*count == size) return true;
            const auto now = source_.file.stat();
            if (now) source_.metadata = *now;
        }
        tell_changed();
        return false;
    }

    void tell_changed()
    {
        context_.fail_message(place_.segment, "source changed while it was copied: \"" + name_.absolute() + "\"");
    }

    void tell(const Error& error) { context_.fail(place_.segment, error, place_.absolute()); }

    [[nodiscard]] Mode final_mode() const
    {
        const auto creation = expected_creation(context_, place_.node, place_.directory);
        return wanted_mode(source_.metadata, place_.present, context_.compare_policy.attributes, creation.default_acl);
    }

    /// Without -p a default ACL of the directory decides, through the kernel, what a new file's mode becomes.
    [[nodiscard]] bool default_acl_decides() const
    {
        const bool there = place_.present != nullptr && place_.present->type == FileType::Regular;
        return !context_.job.preservation.mode && !there &&
               expected_creation(context_, place_.node, place_.directory).default_acl;
    }

    /// The final mode if the file can have it from the start without anybody seeing more than he will in the end.
    [[nodiscard]] Mode creation_mode(Mode final) const
    {
        if (default_acl_decides()) return final;
        const auto creation = expected_creation(context_, place_.node, place_.directory);
        const auto& wanted = context_.job.preservation;
        const bool same_user = !wanted.user || !context_.process.privileged || creation.user == source_.metadata.user;
        const bool same_group = !wanted.group || creation.group == source_.metadata.group;
        const bool plain = !creation.acl_handed_on && extended_.access_acl.empty() && extended_.xattrs.empty() &&
                           (final & kSetId) == 0;
        return same_user && same_group && plain ? final : kPrivate;
    }

    Result<File> create(NameView name, Mode mode)
    {
        return context_.handles.with_room([&] { return place_.directory.create_file(name, mode); });
    }

    /// A file for what is too large for one write: on some systems it comes with its data.
    Result<File> create_for_copy(NameView name, Mode mode)
    {
        auto created = context_.handles.with_room(
            [&] { return worker_.copier.create(request(nullptr, true), place_.directory, name, mode); });
        if (!created) return std::unexpected(created.error());
        cloned_ = created->cloned;
        return std::move(created->file);
    }

    /// A new file as it is before it gets its attributes.
    Metadata metadata_of_new(const File& file, Mode mode)
    {
        if (cloned_) {
            if (const auto facts = file.stat()) return *facts;
        }
        return created_metadata(place_.node, file, mode);
    }

    /// Under the final name: nothing is there to be protected, and one write makes it whole.
    std::optional<std::uint64_t> write_new()
    {
        const Mode final = final_mode();
        const Mode mode = creation_mode(final);
        auto file = create(place_.name, mode);
        if (!file && file.error().is(std::errc::file_exists)) return replace();
        if (!file) {
            tell(file.error());
            return std::nullopt;
        }
        place_.node.touched = true;
        if (fill_small(*file) && finish(*file, created_metadata(place_.node, *file, mode), final))
            return source_.metadata.size;
        static_cast<void>(place_.directory.unlink(place_.name));
        return std::nullopt;
    }

    /// Under a temporary name that takes the place of the old file when it is complete.
    std::optional<std::uint64_t> replace()
    {
        const Mode final = final_mode();
        const Mode mode = creation_mode(final);
        TemporaryName temporary(place_);
        const auto make = [&] {
            return small() ? create(temporary.name(), mode) : create_for_copy(temporary.name(), mode);
        };
        auto file = make();
        for (int tries = 0; !file && file.error().is(std::errc::file_exists) && tries < 100; ++tries) {
            temporary.choose_again();
            file = make();
        }
        if (!file) {
            tell(file.error());
            return std::nullopt;
        }
        temporary.created();
        if (!fill(*file, true)) {
            if (context_.job.writing.keep_partial && context_.cancelled) keep_partial(*file, temporary);
            return std::nullopt;
        }
        if (!finish(*file, metadata_of_new(*file, mode), final)) return std::nullopt;
        if (!temporary.put_into_place(context_)) return std::nullopt;
        return source_.metadata.size;
    }

    /// --partial: what there is takes the place of the old file, with a time that makes the next run copy it again.
    void keep_partial(const File& file, TemporaryName& temporary)
    {
        const auto facts = file.stat();
        const bool directory = place_.present != nullptr && place_.present->type == FileType::Directory;
        if (!facts || facts->size == 0 || directory) return;
        const auto marked = platform::set_times(file, std::nullopt, Timestamp{});
        if (!marked) return tell(marked.error());
        static_cast<void>(temporary.put_into_place(context_));
    }

    std::optional<std::uint64_t> write_in_place(bool there)
    {
        const Mode final = final_mode();
        const Mode mode = creation_mode(final);
        auto file = there ? context_.handles.with_room([&] { return place_.directory.open_for_update(place_.name); })
                          : create(place_.name, mode);
        if (!file) {
            tell(file.error());
            return std::nullopt;
        }
        if (!there) place_.node.touched = true;
        auto present = there ? file->stat() : created_metadata(place_.node, *file, mode);
        if (!present) {
            tell(present.error());
            return std::nullopt;
        }
        // Names of one file, with different sources: the last one wins, but as a whole.
        std::unique_lock<std::mutex> alone;
        if (present->link_count > 1) alone = std::unique_lock(context_.linked_in_place);
        // The same file under two names: writing would cut it while it is read.
        if (present->identity == source_.metadata.identity) return 0;
        if (!fill(*file, !there)) return std::nullopt;
        // Writing may have cleared the set-id bits that it had.
        if ((present->mode & kSetId) != 0) present->mode = 0;
        if (!finish(*file, *present, final)) return std::nullopt;
        return source_.metadata.size;
    }

    bool fill(const File& file, bool is_new) { return small() && is_new ? fill_small(file) : fill_large(file, is_new); }

    bool fill_small(const File& file)
    {
        const auto written = file.write_at(0, data_);
        if (!written) {
            tell(written.error());
            return false;
        }
        context_.progress->bytes_copied.fetch_add(data_.size(), std::memory_order_relaxed);
        count_method(platform::CopyMethod::ReadWrite);
        return true;
    }

    bool fill_large(const File& file, bool is_new)
    {
        source_.file.hint_sequential(source_.metadata.size);
        for (int attempt = 1; attempt <= kAttempts; ++attempt) {
            const auto outcome = attempt == 1 && cloned_
                                     ? std::expected<platform::CopyOutcome, platform::CopyError>(*cloned_)
                                     : worker_.copier.copy(request(&file, is_new && attempt == 1));
            if (!outcome) {
                tell_copy_error(outcome.error());
                return false;
            }
            const auto now = source_.file.stat();
            // Growth is no harm: what was there is copied, and the older time makes the next run take the rest.
            const bool same = now && outcome->size >= source_.metadata.size &&
                              (now->modified == source_.metadata.modified || now->size > source_.metadata.size);
            if (same) {
                count_method(outcome->method);
                return true;
            }
            // The next attempt is about what is there now.
            context_.progress->bytes_copied.fetch_sub(outcome->size, std::memory_order_relaxed);
            if (now) source_.metadata = *now;
        }
        tell_changed();
        return false;
    }

    platform::CopyRequest request(const File* file, bool is_new) const
    {
        return {.source = &source_.file,
                .target = file,
                .size = source_.metadata.size,
                .source_device = source_.metadata.identity.device,
                .target_device = place_.node.destination_metadata.identity.device,
                .preference = context_.job.writing.method,
                .target_is_new = is_new,
                .source_has_holes = has_holes(),
                .zeros_become_holes = context_.job.writing.sparse,
                .keeps_xattrs = context_.job.preservation.xattrs,
                .keeps_times = keeps_times(context_.job.preservation, FileType::Regular),
                .keeps_creation_time = context_.job.preservation.creation_times,
                .progress = &context_.progress->bytes_copied,
                .cancel = &context_.cancelled};
    }

    void tell_copy_error(const platform::CopyError& failure)
    {
        if (failure.error.is(std::errc::operation_canceled)) return;
        if (failure.source_side) {
            context_.fail_source(place_.segment, failure.error, name_.absolute());
        } else {
            tell(failure.error);
        }
    }

    void count_method(platform::CopyMethod method)
    {
        if (method != platform::CopyMethod::Clone && !small()) {
            const auto& pair = context_.volumes.find(source_.metadata.identity.device,
                                                     place_.node.destination_metadata.identity.device);
            if (pair.clone_refused) context_.progress->clone_refusal = pair.clone_refusal.load();
            if (pair.kernel_refused) context_.progress->kernel_refusal = pair.kernel_refusal.load();
        }
        context_.progress->by_method[static_cast<std::size_t>(method)].fetch_add(1, std::memory_order_relaxed);
    }

    /// Attributes, then close. False, and told, if the data may not have arrived.
    bool finish(File& file, const Metadata& present, Mode final)
    {
        std::optional<ExtendedAttributes> extended_present;
        const bool extended = wants_extended(context_.job.preservation, FileType::Regular);
        if (extended && (place_.present != nullptr || cloned_ || place_.node.creation->acl_handed_on)) {
            if (auto read = read_extended(context_, file)) extended_present = std::move(*read);
        }
        put_attributes(context_, place_.segment,
                       {.target = file,
                        .source = source_.metadata,
                        .present = present,
                        .mode = default_acl_decides() ? present.mode : final,
                        .set_times = true,
                        .extended_source = extended ? &extended_ : nullptr,
                        .extended_present = extended_present ? &*extended_present : nullptr},
                       [this] { return place_.absolute(); });
        const auto closed = file.close();
        if (!closed) tell(closed.error());
        return closed.has_value();
    }

    Context& context_;
    Worker& worker_;
    OpenSource& source_;
    const SourceName& name_;
    const Place& place_;
    ExtendedAttributes extended_;
    bool small_ = false;  // decided once: the file may change
    std::optional<platform::CopyOutcome> cloned_;
    std::span<std::byte> data_;  // of a small file, in the worker's buffer
};

}  // namespace

void tell_dataless(Context& context, Segment* segment, const SourceName& name)
{
    context.fail_message(segment, "data is not on this machine and is not fetched: \"" + name.absolute() +
                                      "\" (--materialize says that this is meant)");
}

std::optional<OpenSource> open_source(Context& context, Segment* segment, const platform::Directory& directory,
                                      const SourceName& name, const std::optional<Metadata>& known)
{
    auto file = context.handles.with_room([&] { return directory.open_file(name.name); });
    if (!file && file.error().is(std::errc::resource_deadlock_would_occur)) {
        tell_dataless(context, segment, name);
        return std::nullopt;
    }
    if (!file) {
        context.fail_source(segment, file.error(), name.absolute());
        return std::nullopt;
    }
    if (known && known->type == FileType::Regular && !known->dataless && known->size <= kSmallFile)
        return OpenSource{std::move(*file), *known};
    auto metadata = file->stat();
    if (!metadata) {
        context.fail_source(segment, metadata.error(), name.absolute());
        return std::nullopt;
    }
    if (metadata->dataless && !context.job.selection.fetch_dataless) {
        tell_dataless(context, segment, name);
        return std::nullopt;
    }
    if (metadata->type != FileType::Regular) {
        context.fail_message(segment, "source is no longer a regular file: \"" + name.absolute() + "\"");
        return std::nullopt;
    }
    return OpenSource{std::move(*file), *metadata};
}

std::optional<std::uint64_t> copy_file(Context& context, Worker& worker, OpenSource& source, const SourceName& name,
                                       const Place& place)
{
    return FileCopy(context, worker, source, name, place).run();
}

}  // namespace arsync::sync
