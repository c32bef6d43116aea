#include "sync/attributes.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "sync/fake_super.h"

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

/// The id that chown(2) takes for "leave it alone": no file can have it. True, and told, if it is that one.
bool is_impossible(Context& context, Segment* segment, std::string_view kind, std::uint32_t id, const LazyPath& path)
{
    constexpr auto kNoId = std::numeric_limits<std::uint32_t>::max();
    if (id != kNoId) return false;
    context.fail_message(
        segment, std::string(kind) + " " + std::to_string(id) + " (-1) is impossible to set on \"" + path() + "\"");
    return true;
}

OwnerSet put_owner(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const auto& wanted = context.job.preservation;
    std::optional<platform::UserId> user;
    std::optional<platform::GroupId> group;
    if (wanted.user && context.acts_as_super_user() && work.source.user != work.present.user) user = work.source.user;
    if (wanted.group && work.source.group != work.present.group && context.may_set_group(work.source.group))
        group = work.source.group;
    if (!user && !group) return OwnerSet::Unchanged;
    const bool no_user = user && is_impossible(context, segment, "uid", *user, path);
    const bool no_group = group && is_impossible(context, segment, "gid", *group, path);
    if (no_user) user.reset();
    if (no_group) group.reset();
    const auto done = user || group ? platform::set_owner(work.target, user, group) : Status{};
    check(context, segment, done, path);
    return done && !no_user && !no_group ? OwnerSet::Changed : OwnerSet::Failed;
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
    const bool fake = context.job.rights.fake_destination;
    const auto& wanted = work.extended_source->xattrs;
    const auto& present = work.extended_present != nullptr ? work.extended_present->xattrs : kNone;
    for (const auto& xattr : wanted) {
        // chown has cleared capabilities, whatever was seen before.
        const bool cleared = owner == OwnerSet::Changed && xattr.name == "security.capability";
        if (cleared || !std::ranges::binary_search(present, xattr))
            check(context, segment,
                  platform::set_xattr(work.target, {fake ? stored_name(xattr.name) : xattr.name, xattr.value}), path);
    }
    for (const auto& xattr : present) {
        if (!std::ranges::binary_search(wanted, xattr.name, {}, &platform::Xattr::name))
            check(context, segment, platform::remove_xattr(work.target, fake ? stored_name(xattr.name) : xattr.name),
                  path);
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

void put_times(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const auto& wanted = context.job.preservation;
    std::optional<Timestamp> accessed;
    std::optional<Timestamp> modified;
    // The file that stands for a link (--fake-super) is made with the time of the link, with -J as well.
    const bool stands_for_link = context.job.rights.fake_destination && work.source.type == FileType::Symlink;
    const bool keeps = keeps_times(wanted, work.source.type) || (wanted.times && stands_for_link && work.is_new);
    if (work.set_times && keeps) modified = work.source.modified;
    // Whole seconds, as in rsync.
    const bool differs = work.set_times || work.source.accessed.seconds != work.present.accessed.seconds;
    if (differs && keeps_access_time(wanted, work.source.type)) accessed = Timestamp{work.source.accessed.seconds, 0};
    if (accessed || modified) check(context, segment, platform::set_times(work.target, accessed, modified), path);
}

Result<ExtendedAttributes> read_extended_of_side(const Context& context, const SourceTarget& target, bool fake,
                                                 bool all_xattrs)
{
    const auto& wanted = context.job.preservation;
    const auto scope = all_xattrs                     ? platform::XattrScope::All
                       : context.acts_as_super_user() ? platform::XattrScope::Privileged
                                                      : platform::XattrScope::User;
    auto extended = target.read({.xattrs = wanted.xattrs, .acls = wanted.acls, .scope = scope});
    if (extended && fake) show_fake_names(extended->xattrs);
    return extended;
}

/// What an ACL says in the place of the mode is a change of the mode, where that is compared.
bool differ_beyond_mode(const platform::Acl& a, const platform::Acl& b, const Preservation& wanted)
{
    if (a == b) return false;
    return !wanted.mode || platform::acl_with_mode(a, 0) != platform::acl_with_mode(b, 0);
}

}  // namespace

bool wants_extended(const Preservation& wanted, FileType type)
{
    return wanted.xattrs || (wanted.acls && type != FileType::Symlink);
}

Result<ExtendedAttributes> read_extended(const Context& context, platform::AttributeTarget target, bool all_xattrs)
{
    return read_extended_of_side(context, target, context.job.rights.fake_destination, all_xattrs);
}

Result<ExtendedAttributes> read_source_extended(const Context& context, const SourceTarget& target,
                                                const platform::Metadata& facts, bool all_xattrs)
{
    auto extended = read_extended_of_side(context, target, context.job.rights.fake_source, all_xattrs);
    if (!extended) return extended;
    if (!context.job.preservation.xattrs_of_rsync) erase_names_of_rsync(extended->xattrs);
    const auto& mapping = context.job.mapping;
    // With --numeric-ids rsync maps owners, but not whom ACLs name.
    if (!mapping.numeric && (!mapping.users.rules.empty() || !mapping.groups.rules.empty())) {
        for (auto* acl : {&extended->access_acl, &extended->default_acl})
            *acl = platform::acl_with_ids(*acl, std::ref(context.user_map), std::ref(context.group_map));
    }
    if (!mapping.mode.empty()) extended->access_acl = platform::acl_with_mode(extended->access_acl, facts.mode);
    return extended;
}

void add_extended_changes(const ExtendedAttributes& source, const ExtendedAttributes& destination,
                          const Preservation& wanted, Changes& changes)
{
    if (wanted.acls && (differ_beyond_mode(source.access_acl, destination.access_acl, wanted) ||
                        source.default_acl != destination.default_acl))
        changes.add(Change::Acl);
    if (wanted.xattrs && source.xattrs != destination.xattrs) changes.add(Change::Xattr);
}

void put_attributes(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const bool fake = context.job.rights.fake_destination;
    if (fake) put_fake_stat(context, segment, work, path);
    const auto owner = fake ? OwnerSet::Unchanged : put_owner(context, segment, work, path);
    const bool extended = work.extended_source != nullptr;
    // Xattrs before the mode: a file that its owner may not write takes no user.* attributes.
    if (extended && context.job.preservation.xattrs) put_xattrs(context, segment, work, owner, path);
    if (!fake) put_mode(context, segment, work, owner, path);
    if (extended && context.job.preservation.acls && work.source.type != FileType::Symlink)
        put_acls(context, segment, work, path);
    put_times(context, segment, work, path);
    // After the other times: one before it moves the creation time back.
    const bool keeps_creation = keeps_creation_time(context.job.preservation, work.source);
    if (keeps_creation && (work.set_times || work.present.born != work.source.born))
        check(context, segment, platform::set_creation_time(work.target, *work.source.born), path);
}

}  // namespace arsync::sync
