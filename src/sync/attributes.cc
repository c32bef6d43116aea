#include "sync/attributes.h"

#include <algorithm>

namespace arsync::sync {
namespace {

using platform::AclKind;
using platform::FileType;

/// Tells a failure if there was one.
void check(Context& context, Segment* segment, const Status& done, const LazyPath& path)
{
    if (!done) context.fail(segment, done.error(), path());
}

/// What became of the owner.
enum class OwnerSet : std::uint8_t { Unchanged, Changed, Failed };

OwnerSet put_owner(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const auto& wanted = context.job.preservation;
    std::optional<platform::UserId> user;
    std::optional<platform::GroupId> group;
    if (wanted.user && context.process.privileged && work.source.user != work.present.user) user = work.source.user;
    if (wanted.group && work.source.group != work.present.group && context.may_set_group(work.source.group))
        group = work.source.group;
    if (!user && !group) return OwnerSet::Unchanged;
    const auto done = platform::set_owner(work.target, user, group);
    check(context, segment, done, path);
    return done ? OwnerSet::Changed : OwnerSet::Failed;
}

void put_mode(Context& context, Segment* segment, const AttributeWork& work, OwnerSet owner, const LazyPath& path)
{
    constexpr platform::Mode kSetId = 06000;
    if (work.source.type == FileType::Symlink && !context.compare_policy.attributes.link_modes) return;
    auto mode = work.mode;
    // A program that was to run as somebody else must not run as whoever owns the copy instead.
    if (owner == OwnerSet::Failed && work.source.type == FileType::Regular)
        mode = static_cast<platform::Mode>(mode & ~kSetId);
    const bool cleared = owner == OwnerSet::Changed && (work.present.mode & kSetId) != 0;
    if (mode == work.present.mode && !cleared) return;
    check(context, segment, platform::set_mode(work.target, mode), path);
}

void put_xattrs(Context& context, Segment* segment, const AttributeWork& work, OwnerSet owner, const LazyPath& path)
{
    static const std::vector<platform::Xattr> kNone;
    const auto& wanted = work.extended_source->xattrs;
    const auto& present = work.extended_present != nullptr ? work.extended_present->xattrs : kNone;
    for (const auto& xattr : wanted) {
        // chown has cleared capabilities, whatever was seen before.
        const bool cleared = owner == OwnerSet::Changed && xattr.name == "security.capability";
        if (cleared || !std::ranges::binary_search(present, xattr))
            check(context, segment, platform::set_xattr(work.target, xattr), path);
    }
    for (const auto& xattr : present) {
        if (!std::ranges::binary_search(wanted, xattr.name, {}, &platform::Xattr::name))
            check(context, segment, platform::remove_xattr(work.target, xattr.name), path);
    }
}

void put_acls(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const auto put = [&](AclKind kind, const platform::Acl& wanted, const platform::Acl* present) {
        if (present != nullptr ? *present == wanted : wanted.empty()) return;
        check(context, segment, platform::set_acl(work.target, kind, wanted), path);
    };
    const auto* present = work.extended_present;
    put(AclKind::Access, work.extended_source->access_acl, present != nullptr ? &present->access_acl : nullptr);
    if (work.source.type == FileType::Directory)
        put(AclKind::Default, work.extended_source->default_acl, present != nullptr ? &present->default_acl : nullptr);
}

}  // namespace

bool wants_extended(const Preservation& wanted, FileType type)
{
    return wanted.xattrs || (wanted.acls && type != FileType::Symlink);
}

Result<ExtendedAttributes> read_extended(const Context& context, platform::AttributeTarget target)
{
    const auto& wanted = context.job.preservation;
    const auto scope = context.process.privileged ? platform::XattrScope::Privileged : platform::XattrScope::User;
    return platform::read_extended(target, {.xattrs = wanted.xattrs, .acls = wanted.acls, .scope = scope});
}

void add_extended_changes(const ExtendedAttributes& source, const ExtendedAttributes& destination,
                          const Preservation& wanted, Changes& changes)
{
    if (wanted.acls && (source.access_acl != destination.access_acl || source.default_acl != destination.default_acl))
        changes.add(Change::Acl);
    if (wanted.xattrs && source.xattrs != destination.xattrs) changes.add(Change::Xattr);
}

void put_attributes(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const auto owner = put_owner(context, segment, work, path);
    const bool extended = work.extended_source != nullptr;
    // Xattrs before the mode: a file that its owner may not write takes no user.* attributes.
    if (extended && context.job.preservation.xattrs) put_xattrs(context, segment, work, owner, path);
    put_mode(context, segment, work, owner, path);
    if (extended && context.job.preservation.acls && work.source.type != FileType::Symlink)
        put_acls(context, segment, work, path);
    if (work.set_times && keeps_times(context.job.preservation, work.source.type))
        check(context, segment, platform::set_times(work.target, std::nullopt, work.source.modified), path);
    // After the other times: one before it moves the creation time back.
    const bool keeps_creation = keeps_creation_time(context.job.preservation, work.source);
    if (keeps_creation && (work.set_times || work.present.born != work.source.born))
        check(context, segment, platform::set_creation_time(work.target, *work.source.born), path);
}

}  // namespace arsync::sync
