#include "sync/compare.h"

#include "platform/attributes.h"
#include "sync/device_content.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;

constexpr platform::Mode kExecute = 0111;
constexpr platform::Mode kRead = 0444;

bool is_special(FileType type)
{
    return type == FileType::Fifo || type == FileType::Socket;
}

/// What is there has the data or value of the source.
SameValue same_value(const Metadata& source, const Metadata& destination, const Comparison& policy, SameValue same)
{
    const auto answer = [](bool yes) { return yes ? SameValue::Yes : SameValue::No; };
    switch (source.type) {
        case FileType::Symlink: return same;
        case FileType::CharacterDevice:
        case FileType::BlockDevice: return answer(source.type == destination.type && source.node == destination.node);
        case FileType::Regular: break;
        default: return answer(source.type == destination.type);
    }
    if (source.size != destination.size) return SameValue::No;
    if (policy.checksum) return same;
    if (policy.size_only) return SameValue::Yes;
    return answer(!policy.ignore_times && same_time(source.modified, destination.modified, policy.modify_window));
}

bool is_executable(const Metadata& file)
{
    return (file.mode & kExecute) != 0;
}

/// Who may read it may execute it, or nobody may.
platform::Mode with_other_executability(platform::Mode mode)
{
    const auto plain = static_cast<platform::Mode>(mode & ~kExecute);
    if ((mode & kExecute) != 0) return plain;
    return static_cast<platform::Mode>(plain | ((mode & kRead) >> 2));
}

bool changes_executability(const Metadata& source, const Metadata& destination, const Preservation& wanted)
{
    return differs_in_executability(source, destination, wanted) &&
           with_other_executability(destination.mode) != destination.mode;
}

Changes attribute_changes(const Metadata& source, const Metadata& destination, const AttributePolicy& policy,
                          bool may_set_group)
{
    Changes changes;
    const auto& wanted = policy.wanted;
    if (wanted.mode && (source.type != FileType::Symlink || policy.link_modes) && source.mode != destination.mode)
        changes.add(Change::Mode);
    if (changes_executability(source, destination, wanted)) changes.add(Change::Mode);
    if (wanted.user && policy.privileged && source.user != destination.user) changes.add(Change::User);
    if (wanted.group && may_set_group && source.group != destination.group) changes.add(Change::Group);
    // Of a link rsync sets it without a word.
    if (source.type != FileType::Symlink && keeps_access_time(wanted, source.type) &&
        source.accessed.seconds != destination.accessed.seconds)
        changes.add(Change::AccessTime);
    if (keeps_creation_time(wanted, source) && (!destination.born || destination.born->seconds != source.born->seconds))
        changes.add(Change::CreationTime);
    if (wanted.file_flags && platform::copied_flags(source.flags, policy.privileged) !=
                                 platform::copied_flags(destination.flags, policy.privileged))
        changes.add(Change::Flags);
    return changes;
}

Changes rewrite_changes(const Metadata& source, const Metadata& destination, const ComparePolicy& policy)
{
    Changes changes;
    const bool regular = source.type == FileType::Regular;
    if (!regular || policy.comparison.checksum) changes.add(Change::Content);
    if (regular && source.size != destination.size) changes.add(Change::Size);
    const auto& wanted = policy.attributes.wanted;
    if (!wanted.times) {
        changes.add(Change::TransferTime);
    } else if (!keeps_times(wanted, source.type) ||
               !same_time(source.modified, destination.modified, policy.comparison.modify_window)) {
        changes.add(Change::Time);
    }
    return changes;
}

std::optional<Verdict> skip_by_size(const Metadata& source, const Comparison& policy)
{
    if (source.type != FileType::Regular) return std::nullopt;
    if (policy.most && source.size > *policy.most) return Verdict::SkipLarge;
    if (policy.least && source.size < *policy.least) return Verdict::SkipSmall;
    return std::nullopt;
}

/// For -u. rsync counts a file as newer from the window on, so that with a window one of the same time is newer as
/// well.
bool is_newer(const Metadata& destination, const Metadata& source, std::int32_t window)
{
    return source.modified.seconds - destination.modified.seconds < window;
}

Changes merged(Changes a, Changes b)
{
    for (std::uint16_t bit = 1; bit <= static_cast<std::uint16_t>(Change::AccessTime);
         bit = static_cast<std::uint16_t>(bit << 1)) {
        if (b.has(static_cast<Change>(bit))) a.add(static_cast<Change>(bit));
    }
    return a;
}

}  // namespace

Decision compare(const Metadata& source, const Metadata* destination, const ComparePolicy& policy, bool may_set_group,
                 SameValue same)
{
    const bool directory = source.type == FileType::Directory;
    if (destination == nullptr) {
        if (policy.selection.existing_only) return {Verdict::SkipMissing, {}};
        if (const auto skip = skip_by_size(source, policy.comparison)) return {*skip, {}};
        return {Verdict::Create, Changes().add(Change::Created)};
    }
    if (policy.selection.ignore_existing && !(directory && destination->type == FileType::Directory))
        return {Verdict::SkipExists, {}};
    if (const auto skip = skip_by_size(source, policy.comparison)) return {*skip, {}};
    if (!same_kind(source.type, destination->type)) return {Verdict::Create, Changes().add(Change::Created)};
    if (policy.comparison.update && source.type == FileType::Regular &&
        is_newer(*destination, source, policy.comparison.modify_window))
        return {Verdict::SkipNewer, {}};

    const auto answer = same_value(source, *destination, policy.comparison, same);
    if (answer == SameValue::Unknown) return {Verdict::NeedsValue, {}};

    if (answer == SameValue::No && policy.comparison.longer && source.type == FileType::Regular &&
        source.size <= destination->size)
        return {Verdict::SkipShorter, {}};
    auto changes = attribute_changes(source, *destination, policy.attributes, may_set_group);
    if (answer == SameValue::No)
        return {Verdict::Rewrite, merged(changes, rewrite_changes(source, *destination, policy))};
    if (keeps_times(policy.attributes.wanted, source.type) &&
        !same_time(source.modified, destination->modified, policy.comparison.modify_window))
        changes.add(Change::Time);
    return {Verdict::Keep, changes};
}

bool differs_in_executability(const Metadata& source, const Metadata& destination, const Preservation& wanted)
{
    return wanted.executability && !wanted.mode && source.type == FileType::Regular &&
           destination.type == FileType::Regular && is_executable(source) != is_executable(destination);
}

bool same_time(const Timestamp& a, const Timestamp& b, std::int32_t window)
{
    if (window < 0) return a == b;
    const auto difference = a.seconds - b.seconds;
    return difference <= window && -difference <= window;
}

bool same_kind(FileType a, FileType b)
{
    return a == b || (is_device(a) && is_device(b)) || (is_special(a) && is_special(b));
}

bool hands_on_mode(FileType old, FileType source)
{
    if (same_kind(old, source)) return true;
    if (is_device(source)) return old != FileType::Directory && old != FileType::Symlink;
    return is_special(source) && old != FileType::Directory;
}

bool keeps_times(const Preservation& wanted, FileType type)
{
    if (type == FileType::Directory) return wanted.times && wanted.directory_times;
    if (type == FileType::Symlink) return wanted.times && wanted.link_times;
    return wanted.times;
}

bool keeps_access_time(const Preservation& wanted, FileType type)
{
    return wanted.access_times && type != FileType::Directory && (type != FileType::Symlink || wanted.link_times);
}

bool keeps_creation_time(const Preservation& wanted, const Metadata& source)
{
    if (!wanted.creation_times || !source.born) return false;
    if (source.type == FileType::Directory) return wanted.directory_times;
    return source.type != FileType::Symlink || wanted.link_times;
}

platform::Mode wanted_mode(const Metadata& source, const Metadata* destination, const AttributePolicy& policy,
                           bool directory_has_default_acl)
{
    if (policy.wanted.mode) return source.mode;
    if (destination != nullptr && hands_on_mode(destination->type, source.type))
        return changes_executability(source, *destination, policy.wanted) ? with_other_executability(destination->mode)
                                                                          : destination->mode;
    const platform::Mode plain = source.mode & 0777;
    if (directory_has_default_acl) return plain;
    return static_cast<platform::Mode>(plain & ~policy.umask);
}

}  // namespace arsync::sync
