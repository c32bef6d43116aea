#include "sync/file_copy.h"

#include <mutex>
#include <utility>

#include "sync/creation.h"
#include "sync/device_content.h"
#include "sync/file_attributes.h"
#include "sync/file_content.h"
#include "sync/fuzzy.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::File;
using platform::FileType;
using platform::Metadata;
using platform::Mode;

constexpr Mode kPrivate = 0600;
constexpr Mode kSetId = 06000;

/// What an earlier run left in the partial directory.
struct Partial {
    HeldDirectory directory;
    Basis basis;
};

/// One file on its way to its place.
class FileCopy {
public:
    FileCopy(Context& context, Worker& worker, OpenSource& source, const SourceName& name, const Place& place)
        : context_(context),
          worker_(worker),
          source_(source),
          place_(place),
          content_(context, worker, source, name, place),
          attributes_(context, source, name, place)
    {
    }

    std::optional<Copied> run()
    {
        if (!attributes_.read()) return std::nullopt;
        const bool there = is_file_there();
        const bool into_device = there && is_device_content(*place_.present);
        if (into_device || (writing().inplace && (there || place_.present == nullptr))) return write_in_place(there);
        if (context_.sides.has_partial()) partial_ = find_partial();
        if (partial_ && !writing().whole_file) return resume();
        const auto basis = find_basis();
        if (!content_.prepare(basis.has_value())) return std::nullopt;
        if (place_.present == nullptr && content_.small() && place_.node.state == DestinationState::Created &&
            may_be_seen_at_once() && !partial_)
            return write_new();
        return replace(basis ? &*basis : nullptr);
    }

private:
    [[nodiscard]] const Writing& writing() const { return context_.job.writing; }
    [[nodiscard]] bool is_file_there() const
    {
        return place_.present != nullptr && place_.present->type == FileType::Regular;
    }
    [[nodiscard]] bool may_be_seen_at_once() const
    {
        return !writing().always_atomic && !writing().delay_updates && context_.sides.temporary() == nullptr;
    }

    void tell(const Error& error) { context_.fail(place_.segment, error, place_.absolute()); }
    bool refused(const Error& error)
    {
        tell(error);
        return false;
    }
    std::nullopt_t failed(const Error& error)
    {
        tell(error);
        return std::nullopt;
    }

    /// The old file whose data may be used: what is there, else that of an alternate tree, else, with -y, a similar
    /// one. What cannot be read is none.
    std::optional<Basis> find_basis()
    {
        if (writing().whole_file) return std::nullopt;
        if (is_file_there()) return open_basis(place_.directory, place_.name);
        if (place_.older != nullptr) return open_basis(*place_.older->directory, place_.name);
        if (place_.present != nullptr || place_.fuzzy == nullptr) return std::nullopt;
        const auto* similar = place_.fuzzy->nearest(place_.name, source_.metadata);
        return similar == nullptr ? std::nullopt : open_basis(*similar->directory, similar->name);
    }

    std::optional<Basis> open_basis(const platform::Directory& directory, NameView name)
    {
        auto file = context_.handles.with_room([&] { return directory.open_file(name); });
        const auto facts = file ? file->stat() : std::unexpected(file.error());
        if (!facts || facts->type != FileType::Regular || facts->size == 0) return std::nullopt;
        return Basis{std::move(*file), facts->size};
    }

    std::optional<Partial> find_partial()
    {
        auto directory =
            context_.handles.with_room([&] { return context_.sides.open_partial(place_.node, place_.directory); });
        if (!directory) return std::nullopt;
        auto file = context_.handles.with_room([&] { return (*directory)->open_for_update(place_.name); });
        const auto facts = file ? file->stat() : std::unexpected(file.error());
        if (!facts || facts->type != FileType::Regular) return std::nullopt;
        return Partial{std::move(*directory), {std::move(*file), facts->size}};
    }

    /// A new file as it is before it gets its attributes.
    Metadata metadata_of_new(const File& file, Mode mode)
    {
        if (content_.cloned() || context_.sides.temporary() != nullptr) {
            if (const auto facts = file.stat()) return *facts;
        }
        return created_metadata(place_.node, file, mode);
    }

    /// Under the final name: nothing is there to be protected, and one write makes it whole.
    std::optional<Copied> write_new()
    {
        const Mode final = attributes_.final_mode();
        const Mode mode = attributes_.creation_mode(final);
        auto file = content_.create(place_.directory, place_.name, mode);
        if (!file && file.error().is(std::errc::file_exists)) return replace(nullptr);
        if (!file) return failed(file.error());
        place_.node.touched = true;
        if (content_.fill(*file, true) && finish(*file, created_metadata(place_.node, *file, mode), final))
            return Copied{source_.metadata.size};
        static_cast<void>(place_.directory.unlink(place_.name));
        return std::nullopt;
    }

    /// Under a temporary name that takes the place of the old file when it is complete.
    std::optional<Copied> replace(const Basis* basis)
    {
        const Mode final = attributes_.final_mode();
        const Mode mode = attributes_.creation_mode(final);
        const auto* elsewhere = context_.sides.temporary();
        auto temporary = elsewhere == nullptr ? TemporaryName(place_) : TemporaryName(place_, *elsewhere);
        auto file = content_.create(temporary.directory(), temporary.name(), mode);
        for (int tries = 0; !file && file.error().is(std::errc::file_exists) && tries < 100; ++tries) {
            temporary.choose_again();
            file = content_.create(temporary.directory(), temporary.name(), mode);
        }
        if (!file) return failed(file.error());
        temporary.created();
        const bool filled =
            basis == nullptr ? content_.fill(*file, true) : content_.fill_by_delta(*file, &basis->file, basis->size);
        if (!filled) {
            keep_partial(*file, mode, final, temporary);
            return std::nullopt;
        }
        if (!finish(*file, metadata_of_new(*file, mode), final)) return std::nullopt;
        if (writing().delay_updates) return leave_waiting(temporary);
        if (!bring_home(temporary)) return std::nullopt;
        forget_partial();
        return Copied{source_.metadata.size};
    }

    /// Goes on with what an earlier run has left; should this one be interrupted too, it is there for the next.
    std::optional<Copied> resume()
    {
        if (!content_.prepare(true)) return std::nullopt;
        const Mode final = attributes_.final_mode();
        auto& file = partial_->basis.file;
        const auto present = file.stat();
        if (!present) return failed(present.error());
        const bool filled = partial_->basis.size == 0 ? content_.fill(file, false)
                                                      : content_.fill_by_delta(file, nullptr, partial_->basis.size);
        if (!filled) return std::nullopt;
        auto now = *present;
        if ((now.mode & kSetId) != 0) now.mode = 0;
        if (!finish(file, now, final)) return std::nullopt;
        if (writing().delay_updates) return make_room_for_file() ? std::optional(waiting()) : std::nullopt;
        TemporaryName home(place_);
        if (!move(*partial_->directory, place_.name, place_.directory, home.name())) return std::nullopt;
        home.created();
        if (!home.put_into_place(context_)) return std::nullopt;
        context_.sides.remove_empty_partial(place_.node, place_.directory);
        return Copied{source_.metadata.size};
    }

    [[nodiscard]] Copied waiting() const { return {.bytes = source_.metadata.size, .waits = true}; }

    /// --delay-updates: into the partial directory, under its own name.
    std::optional<Copied> leave_waiting(TemporaryName& temporary)
    {
        if (!make_room_for_file()) return std::nullopt;
        const auto directory =
            context_.handles.with_room([&] { return context_.sides.make_partial(place_.node, place_.directory); });
        if (!directory) return failed(directory.error());
        place_.node.touched = true;
        if (!move(temporary.directory(), temporary.name(), **directory, place_.name)) {
            context_.sides.remove_empty_partial(place_.node, place_.directory);
            return std::nullopt;
        }
        temporary.gone();
        return waiting();
    }

    /// A directory that stands at the name goes at once, as in rsync, although its file comes later.
    [[nodiscard]] bool make_room_for_file()
    {
        return place_.present == nullptr || place_.present->type != FileType::Directory ||
               make_way(context_, place_.node, place_.directory, place_.name,
                        joined_path(place_.directory_path, place_.name), place_.filters, place_.segment);
    }

    [[nodiscard]] bool bring_home(TemporaryName& temporary)
    {
        if (&temporary.directory() == &place_.directory) return temporary.put_into_place(context_);
        TemporaryName home(place_);
        if (!move(temporary.directory(), temporary.name(), place_.directory, home.name())) return false;
        temporary.gone();
        home.created();
        return home.put_into_place(context_);
    }

    /// Renames, or, to another volume, copies and removes. False, and told, on failure.
    [[nodiscard]] bool move(const Directory& from, NameView name, const Directory& to, NameView new_name)
    {
        const auto moved = from.move(name, to, new_name);
        if (moved) return true;
        if (!moved.error().is(std::errc::cross_device_link)) return refused(moved.error());
        if (copy_across(from, name, to, new_name)) {
            static_cast<void>(from.unlink(name));
            return true;
        }
        static_cast<void>(to.unlink(new_name));
        return false;
    }

    [[nodiscard]] bool copy_across(const Directory& from, NameView name, const Directory& to, NameView new_name)
    {
        const auto source = context_.handles.with_room([&] { return from.open_file(name); });
        if (!source) return refused(source.error());
        static_cast<void>(to.unlink(new_name));
        auto target = context_.handles.with_room([&] { return to.create_file(new_name, kPrivate); });
        if (!target) return refused(target.error());
        const auto facts = source->stat();
        const auto made = target->stat();
        if (!facts || !made) return refused(facts ? made.error() : facts.error());
        const auto copied = worker_.copier.copy({.source = &*source,
                                                 .target = &*target,
                                                 .size = facts->size,
                                                 .source_device = facts->identity.device,
                                                 .target_device = made->identity.device,
                                                 .source_has_holes = facts->allocated < facts->size,
                                                 .cancel = &context_.cancelled});
        if (!copied && !copied.error().error.is(std::errc::operation_canceled)) tell(copied.error().error);
        return copied && finish(*target, *made, attributes_.final_mode());
    }

    /// -W: what an earlier run left is of no use any more.
    void forget_partial()
    {
        if (!partial_) return;
        static_cast<void>(partial_->directory->unlink(place_.name));
        context_.sides.remove_empty_partial(place_.node, place_.directory);
    }

    /// --partial: what there is takes the place of the old file, with a time that makes the next run copy it again;
    /// with --partial-dir it goes there. A source that cannot be read is no reason to spoil the old file.
    void keep_partial(File& file, Mode mode, Mode final, TemporaryName& temporary)
    {
        const bool aside = context_.sides.has_partial();
        const auto facts = file.stat();
        if (!facts || facts->size == 0 || content_.source_failed()) return;
        if (!aside && !may_replace_by_part()) return;
        if (!aside) {
            const auto marked = platform::set_times(file, std::nullopt, Timestamp{});
            if (!marked) return tell(marked.error());
        }
        if (!finish(file, metadata_of_new(file, mode), final, false)) return;
        if (!aside) return static_cast<void>(bring_home(temporary));
        const auto directory = context_.sides.make_partial(place_.node, place_.directory);
        if (!directory) return tell(directory.error());
        if (move(temporary.directory(), temporary.name(), **directory, place_.name)) temporary.gone();
    }

    /// An interrupt was the user's own wish; a full disk must not cost him the old file.
    [[nodiscard]] bool may_replace_by_part() const
    {
        if (!writing().keep_partial) return false;
        return place_.present == nullptr || (is_file_there() && context_.cancelled);
    }

    std::optional<Copied> write_in_place(bool there)
    {
        if (there && !back_up(context_, place_, BackupWay::Copy)) return std::nullopt;
        const bool appends = there && writing().append != Writing::Append::No && !place_.once_more;
        const auto basis = there ? std::nullopt : find_basis();
        if (!content_.prepare(there || basis)) return std::nullopt;
        const Mode final = attributes_.final_mode();
        const Mode mode = attributes_.creation_mode(final);
        auto file = there ? context_.handles.with_room([&] { return place_.directory.open_for_update(place_.name); })
                          : context_.handles.with_room([&] { return place_.directory.create_file(place_.name, mode); });
        if (!file) return failed(file.error());
        if (!there) place_.node.touched = true;
        auto present = there ? file->stat() : created_metadata(place_.node, *file, mode);
        if (!present) return failed(present.error());
        // Names of one file, with different sources: the last one wins, but as a whole.
        std::unique_lock<std::mutex> alone;
        if (present->link_count > 1) alone = std::unique_lock(context_.linked_in_place);
        // The same file under two names: writing would cut it while it is read.
        if (present->identity == source_.metadata.identity) return Copied{};
        if (!write_over(*file, appends, there ? nullptr : basis ? &*basis : nullptr, there, present->size))
            return std::nullopt;
        bool mismatch = false;
        if (appends && writing().append == Writing::Append::Verified) {
            const auto same = content_.begins_like(*file, present->size);
            if (!same) return std::nullopt;
            mismatch = !*same;
        }
        // Writing may have cleared the set-id bits that it had.
        if ((present->mode & kSetId) != 0) present->mode = 0;
        if (!finish(*file, *present, final, !mismatch)) return std::nullopt;
        return Copied{.bytes = source_.metadata.size, .mismatch = mismatch};
    }

    bool write_over(const File& file, bool appends, const Basis* basis, bool there, std::uint64_t present_size)
    {
        if (appends) {
            if (present_size >= source_.metadata.size) return true;  // somebody else was quicker
            context_.progress->bytes_settled.fetch_add(present_size, std::memory_order_relaxed);
            return content_.append(file, present_size);
        }
        if (basis != nullptr) return content_.fill_by_delta(file, &basis->file, basis->size);
        if (there && !writing().whole_file && present_size > 0 && !is_device_content(*place_.present))
            return content_.fill_by_delta(file, nullptr, present_size);
        return content_.fill(file, !there);
    }

    /// Attributes, then close. False, and told, if the data may not have arrived.
    bool finish(File& file, const Metadata& present, Mode final, bool set_times = true)
    {
        attributes_.put(file, present, final,
                        {.times = set_times, .found = place_.present != nullptr || partial_ || content_.cloned()});
        const auto synced = writing().sync_files ? file.sync_fully() : Status();
        if (!synced) tell(synced.error());
        const auto closed = file.close();
        if (!closed) tell(closed.error());
        return synced && closed;
    }

    Context& context_;
    Worker& worker_;
    OpenSource& source_;
    const Place& place_;
    FileContent content_;
    FileAttributes attributes_;
    std::optional<Partial> partial_;
};

}  // namespace

std::optional<Copied> copy_file(Context& context, Worker& worker, OpenSource& source, const SourceName& name,
                                const Place& place)
{
    return FileCopy(context, worker, source, name, place).run();
}

}  // namespace arsync::sync
