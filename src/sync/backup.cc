#include "sync/backup.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/path.h"
#include "platform/listing.h"
#include "sync/attributes.h"
#include "sync/backup_model.h"
#include "sync/creation.h"
#include "sync/link_safety.h"
#include "sync/remover.h"
#include "sync/source_links.h"
#include "sync/temp_name.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;
using platform::Metadata;
using platform::Mode;

constexpr Mode kPrivateDirectory = 0700;
constexpr Mode kPrivateFile = 0600;

/// The item under a name of its own: data, value and all attributes. For another volume, and for what is written over.
class ItemCopy {
public:
    ItemCopy(Context& context, Segment* segment, const BackupItem& item, const Metadata& metadata)
        : context_(context), segment_(segment), item_(item), metadata_(metadata)
    {
    }

    Status make(const Directory& directory, NameView name)
    {
        switch (metadata_.type) {
            case FileType::Regular: return copy_file(directory, name);
            case FileType::Symlink: {
                const auto target = item_.directory.read_link(item_.name);
                if (!target) return std::unexpected(target.error());
                if (const auto made = directory.make_symlink(*target, name); !made) return made;
                break;
            }
            default:
                if (const auto made = directory.make_node(name, metadata_.type, metadata_.mode & 0777, metadata_.node);
                    !made)
                    return made;
        }
        put({directory, name}, {item_.directory, item_.name});
        return {};
    }

private:
    Status copy_file(const Directory& directory, NameView name)
    {
        auto source = context_.handles.with_room([&] { return item_.directory.open_file(item_.name); });
        if (!source) return std::unexpected(source.error());
        auto target = context_.handles.with_room([&] { return directory.create_file(name, kPrivateFile); });
        if (!target) return std::unexpected(target.error());
        platform::Copier copier(context_.volumes);
        const auto facts = target->stat();
        const auto copied = copier.copy({.source = &*source,
                                         .target = &*target,
                                         .size = metadata_.size,
                                         .source_device = metadata_.identity.device,
                                         .target_device = facts ? facts->identity.device : 0,
                                         .source_has_holes = metadata_.allocated < metadata_.size});
        if (copied) put(*target, *source);
        const auto closed = target->close();
        if (!copied) return std::unexpected(copied.error().error);
        return closed;
    }

    /// All that it has, whatever the options preserve: it is the same item in another place.
    void put(platform::AttributeTarget target, platform::AttributeTarget from)
    {
        const auto check = [&](const Status& done) {
            if (!done) context_.fail(segment_, done.error(), item_.node.destination_path() + "/" + item_.path);
        };
        if (context_.process.privileged) check(platform::set_owner(target, metadata_.user, metadata_.group));
        const auto extended = platform::read_extended(
            from,
            {.xattrs = true,
             .acls = metadata_.type != FileType::Symlink,
             .scope = context_.process.privileged ? platform::XattrScope::Privileged : platform::XattrScope::User});
        if (extended) {
            // A volume that cannot hold them keeps what it can.
            for (const auto& xattr : extended->xattrs) static_cast<void>(platform::set_xattr(target, xattr));
        }
        if (metadata_.type != FileType::Symlink) check(platform::set_mode(target, metadata_.mode));
        if (extended && !extended->access_acl.empty())
            static_cast<void>(platform::set_acl(target, platform::AclKind::Access, extended->access_acl));
        check(platform::set_times(target, std::nullopt, metadata_.modified));
    }

    Context& context_;
    Segment* segment_;
    const BackupItem& item_;
    const Metadata& metadata_;
};

/// Puts one item under its backup name.
class Keeper {
public:
    Keeper(Context& context, Segment* segment, const BackupItem& item, const Directory& directory, Name name,
           const std::string& path)
        : context_(context), segment_(segment), item_(item), directory_(directory), name_(std::move(name)), path_(path)
    {
    }

    Status keep(BackupWay way)
    {
        if (const auto cleared = clear_directory(); !cleared) return cleared;
        const auto facts = item_.directory.stat(item_.name);
        if (!facts) return std::unexpected(facts.error());
        if (way == BackupWay::Link) {
            if (link(*facts)) return {};
            way = BackupWay::Move;
        }
        if (way == BackupWay::Move) {
            const auto moved = item_.directory.move(item_.name, directory_, name_);
            if (moved) {
                // Between two names of one file rename does nothing.
                if (facts->link_count > 1) static_cast<void>(item_.directory.unlink(item_.name));
                return {};
            }
            if (!moved.error().is(std::errc::cross_device_link)) return moved;
        }
        if (const auto copied = copy(*facts); !copied) return copied;
        return way == BackupWay::Move ? item_.directory.unlink(item_.name) : Status{};
    }

private:
    /// An older backup that is a directory makes way, with all in it.
    Status clear_directory()
    {
        const auto there = directory_.stat(name_);
        if (!there || there->type != FileType::Directory) return {};
        Remover remover(context_, segment_, item_.node, Remover::Of::Backups);
        if (!remover.empty_child(directory_, name_, path_, nullptr))
            return fail(Operation::RemoveDirectory, std::errc::directory_not_empty);
        return directory_.remove_directory(name_);
    }

    bool link(const Metadata& facts)
    {
        if (item_.directory.link(item_.name, directory_, name_)) return true;
        const auto there = directory_.stat(name_);
        if (!there) return false;
        if (there->identity == facts.identity) return true;
        const auto temporary = temporary_name(name_);
        return item_.directory.link(item_.name, directory_, temporary) && put(temporary);
    }

    Status copy(const Metadata& facts)
    {
        const auto temporary = temporary_name(name_);
        auto made = ItemCopy(context_, segment_, item_, facts).make(directory_, temporary);
        if (made) made = put(temporary);
        if (!made) static_cast<void>(directory_.unlink(temporary));
        return made;
    }

    Status put(NameView temporary)
    {
        auto renamed = directory_.rename(temporary, name_);
        if (!renamed) static_cast<void>(directory_.unlink(temporary));
        return renamed;
    }

    Context& context_;
    Segment* segment_;
    const BackupItem& item_;
    const Directory& directory_;
    Name name_;
    const std::string& path_;
};

std::string parent_path(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

Result<HeldDirectory> open_or_make(Context& context, Segment* segment, const Directory& above, NameView name,
                                   const std::optional<BackupModel>& model)
{
    const auto open = [&] { return context.handles.with_room([&] { return above.open_directory(name); }); };
    auto opened = open();
    if (opened) return std::make_shared<const Directory>(std::move(*opened));
    if (!opened.error().is(std::errc::no_such_file_or_directory)) {
        // What is no directory makes way.
        if (const auto removed = above.unlink(name); !removed) return std::unexpected(opened.error());
    }
    if (const auto made = above.make_directory(name, kPrivateDirectory);
        !made && !made.error().is(std::errc::file_exists))
        return std::unexpected(made.error());
    opened = open();
    if (!opened) return std::unexpected(opened.error());
    const auto present = opened->stat();
    if (model && present) {
        ExtendedAttributes inherited;  // from a default ACL
        if (model->extended) {
            if (auto read = read_destination_extended(context, *opened)) inherited = std::move(*read);
        }
        const auto mode = model->metadata.mode;
        const std::string path(name.view());
        put_attributes(
            context, segment,
            {.target = *opened,
             .source = model->metadata,
             .present = *present,
             .mode = context.job.preservation.mode ? mode : static_cast<Mode>(mode | (present->mode & 02000)),
             .set_times = false,
             .extended_source = model->extended ? &*model->extended : nullptr,
             .extended_present = model->extended ? &inherited : nullptr},
            [&path] { return path; });
    }
    return std::make_shared<const Directory>(std::move(*opened));
}

}  // namespace

std::string backup_root(const Job& job, DirectoryNode& node)
{
    const auto& typed = job.backup.directory;
    return typed.starts_with('/') ? typed : node.root().destination_path() + "/" + typed;
}

namespace {

/// Whether `directory` is the root of the destination, and the run gives it its time: it may be finished already.
/// (rsync leaves it with the time of the backup or with its own, as its processes come to it.)
bool gets_its_time(const Context& context, const DirectoryNode& root, const Metadata& directory)
{
    // The transfer sees by it that something was deleted before.
    if (context.surveying && context.job.deletion.moment == DeleteMoment::Before) return false;
    return directory.identity == context.destination_root && root.keeps_attributes &&
           keeps_times(context.job.preservation, FileType::Directory);
}

/// With --safe-links a link that leads out of the transfer is not kept, as in rsync; without -l that is not asked.
bool is_unsafe(Context& context, Segment* segment, const BackupItem& item)
{
    if (!context.job.links.skip_unsafe || !context.job.preservation.links) return false;
    auto target = item.directory.read_link(item.name);
    const auto depth = static_cast<std::size_t>(std::ranges::count(item.path, '/'));
    if (!target || !is_unsafe_link(*target, depth)) return false;
    tell_unsafe(context, segment, NoticeKind::UnsafeNotKept, item.path, std::move(*target));
    return true;
}

/// Makes what is missing of an absolute path. What is there already may be reached through links, what is made is not.
Result<Directory> make_way_to(const Context& context, const DirectoryNode& root, const std::string& path)
{
    // Parts above --confine-root have to be passed to get there.
    const auto unconfined = context.job.paths.unconfined();
    auto above = Directory::open_root("/", unconfined);
    std::string so_far;
    for (const auto& part : components(path)) {
        so_far.append("/").append(part);
        auto next = Directory::open_root(so_far, unconfined);
        if (!next && next.error().is(std::errc::no_such_file_or_directory) && above) {
            const auto name = Name::make(part);
            if (!name) return std::unexpected(next.error());
            if (const auto allowed = above->check_way(".", context.job.paths); !allowed)
                return std::unexpected(allowed.error());
            const auto before = above->stat();
            if (const auto made = above->make_directory(*name, plain_directory_mode(context, *above));
                !made && !made.error().is(std::errc::file_exists))
                return std::unexpected(made.error());
            if (before && gets_its_time(context, root, *before))
                static_cast<void>(platform::set_times(*above, std::nullopt, before->modified));
            next = above->open_directory(*name);
        }
        if (!next) return std::unexpected(next.error());
        above = std::move(next);
    }
    return above;
}

}  // namespace

Result<HeldDirectory> BackupTree::root(const Context& context, DirectoryNode& node)
{
    if (root_) return root_;
    const auto path = backup_root(context.job, node);
    auto opened = Directory::open_root(path, context.job.paths);
    if (!opened && opened.error().is(std::errc::no_such_file_or_directory)) {
        opened = make_way_to(context, node.root(), path);
    }
    if (!opened) return std::unexpected(opened.error());
    root_ = std::make_shared<const Directory>(std::move(*opened));
    return root_;
}

Result<HeldDirectory> BackupTree::directory_for(Context& context, Segment* segment, DirectoryNode& node,
                                                const std::string& path)
{
    const std::lock_guard lock(mutex_);
    if (last_ && last_path_ == path) return last_;
    auto at = root(context, node);
    if (!at) return at;
    std::vector<DirectoryNode*> chain;
    for (auto* one = &node; one->parent(); one = one->parent().get()) chain.push_back(one);
    std::ranges::reverse(chain);
    std::size_t depth = 0;
    auto model = node.root().destination();  // the handle walks along where a directory is not of the transfer
    for (const auto& part : components(path)) {
        const auto name = Name::make(part);
        if (!name) return fail(Operation::MakeDirectory, std::errc::invalid_argument);
        auto* known = depth < chain.size() ? chain[depth] : nullptr;
        const auto* above = model ? model->get() : nullptr;
        at = open_or_make(context, segment, **at, *name, model_of(context, known, above, *name));
        if (!at) return at;
        if (model) {
            auto next = (*model)->open_directory(*name);
            model = next ? Result<HeldDirectory>(std::make_shared<const Directory>(std::move(*next)))
                         : std::unexpected(next.error());
        }
        ++depth;
    }
    last_path_ = path;
    last_ = *at;
    return at;
}

bool is_backup_name(const Job& job, NameView name)
{
    return !job.backup.has_directory && name.view().ends_with(job.backup.suffix);
}

bool gives_way_as_backup(const Job& job, NameView name, FileType present, FileType arriving)
{
    const bool in_one_step =
        arriving != FileType::Directory && (arriving != FileType::Regular || present == FileType::Regular);
    return !in_one_step && is_backup_name(job, name);
}

bool keep_backup(Context& context, Segment* segment, const BackupItem& item, BackupWay way)
{
    const auto& backup = context.job.backup;
    const auto told_path = backup.has_directory
                               ? (backup.shown.empty() ? item.path : backup.shown + "/" + item.path) + backup.suffix
                               : item.path + backup.suffix;
    const auto tell = [&] {
        context.sequencer.add(segment, NoticeEvent{.kind = NoticeKind::BackedUp, .path = item.path, .text = told_path});
        return true;
    };
    const bool unsafe = is_unsafe(context, segment, item);
    if (context.job.dry_run) return tell();
    const auto told = [&](const Error& error) {
        context.fail(segment, error, item.node.root().destination_path() + "/" + item.path);
        return false;
    };
    auto name = Name::make(std::string(item.name.view()) + backup.suffix);
    if (!name) return told({Operation::Rename, static_cast<int>(std::errc::invalid_argument)});
    HeldDirectory held;
    if (backup.has_directory) {
        auto directory = context.backups.directory_for(context, segment, item.node, parent_path(item.path));
        if (!directory) return told(directory.error());
        held = std::move(*directory);
    }
    const auto& directory = held ? *held : item.directory;
    Status kept;
    if (!unsafe) {
        kept = Keeper(context, segment, item, directory, std::move(*name), told_path).keep(way);
    } else if (way == BackupWay::Move) {
        kept = item.directory.unlink(item.name);
    }
    if (!kept) return told(kept.error());
    return tell();
}

}  // namespace arsync::sync
