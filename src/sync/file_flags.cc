#include "sync/file_flags.h"

namespace arsync::sync {

using platform::FileFlags;

bool unlock(const Context& context, platform::AttributeTarget target, const platform::Metadata& present)
{
    const FileFlags locking = platform::locking_flags(present.flags);
    if (locking == 0 || !context.job.writing.force_change || context.job.dry_run) return false;
    return platform::set_flags(target, present.flags & ~locking).has_value();
}

void relock(Context& context, Segment* segment, platform::AttributeTarget target, const platform::Metadata& present,
            const LazyPath& path)
{
    const auto done = platform::set_flags(target, present.flags);
    if (!done) context.fail(segment, done.error(), path());
}

void put_flags(Context& context, Segment* segment, platform::AttributeTarget target, const platform::Metadata& source,
               const platform::Metadata* present, const LazyPath& path)
{
    if (!context.job.preservation.file_flags || context.job.dry_run) return;
    const bool privileged = context.acts_as_super_user();
    const FileFlags wanted = platform::copied_flags(source.flags, privileged);
    const FileFlags found = present != nullptr ? present->flags : 0;
    const FileFlags replaced = platform::copied_flags(found, privileged);
    if (wanted == replaced) return;
    const auto done = platform::set_flags(target, (found & ~replaced) | wanted);
    if (!done) context.fail(segment, done.error(), path());
}

UnlockedName::UnlockedName(const Context& context, const platform::Directory& directory, NameView name,
                           const platform::Metadata& present)
    : target_(directory, name), flags_(present.flags), unlocked_(unlock(context, target_, present))
{
    if (!unlocked_ || present.link_count < 2 || present.type != platform::FileType::Regular) return;
    if (auto file = directory.open_file(name)) held_ = std::move(*file);
}

void UnlockedName::kept() const
{
    if (unlocked_) static_cast<void>(platform::set_flags(target_, flags_));
}

void UnlockedName::gone() const
{
    if (held_) static_cast<void>(platform::set_flags(*held_, flags_));
}

Unlocked::Unlocked(const platform::Directory& directory, NameView name) : target_(directory, name)
{
    const auto facts = directory.stat(name);
    const FileFlags locking = facts ? platform::locking_flags(facts->flags) : 0;
    if (locking != 0 && platform::set_flags(target_, facts->flags & ~locking)) flags_ = facts->flags;
}

Unlocked::~Unlocked()
{
    if (flags_ != 0) static_cast<void>(platform::set_flags(target_, flags_));
}

}  // namespace arsync::sync
