#include "sync/compare.h"

#include "platform/attributes.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;

/// rsync compares whole seconds: a difference below that is neither seen nor mended.
bool same_time(const Metadata& a, const Metadata& b)
{
    return a.modified.seconds == b.modified.seconds;
}

bool is_device(FileType type)
{
    return type == FileType::CharacterDevice || type == FileType::BlockDevice;
}

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
    return answer(!policy.ignore_times && same_time(source, destination));
}

Changes attribute_changes(const Metadata& source, const Metadata& destination, const AttributePolicy& policy,
                          bool may_set_group)
{
    Changes changes;
    const auto& wanted = policy.wanted;
    if (wanted.mode && (source.type != FileType::Symlink || policy.link_modes) && source.mode != destination.mode)
        changes.add(Change::Mode);
    if (wanted.user && policy.privileged && source.user != destination.user) changes.add(Change::User);
    if (wanted.group && may_set_group && source.group != destination.group) changes.add(Change::Group);
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
    if (!policy.attributes.wanted.times) {
        changes.add(Change::TransferTime);
    } else if (!same_time(source, destination)) {
        changes.add(Change::Time);
    }
    return changes;
}

Changes merged(Changes a, Changes b)
{
    for (std::uint16_t bit = 1; bit <= static_cast<std::uint16_t>(Change::Flags);
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
        return {Verdict::Create, Changes().add(Change::Created)};
    }
    if (policy.selection.ignore_existing && !(directory && destination->type == FileType::Directory))
        return {Verdict::SkipExists, {}};
    if (!same_kind(source.type, destination->type)) return {Verdict::Create, Changes().add(Change::Created)};
    if (policy.comparison.update && source.type == FileType::Regular &&
        destination->modified.seconds > source.modified.seconds)
        return {Verdict::SkipNewer, {}};

    const auto answer = same_value(source, *destination, policy.comparison, same);
    if (answer == SameValue::Unknown) return {Verdict::NeedsValue, {}};

    auto changes = attribute_changes(source, *destination, policy.attributes, may_set_group);
    if (answer == SameValue::No)
        return {Verdict::Rewrite, merged(changes, rewrite_changes(source, *destination, policy))};
    if (keeps_times(policy.attributes.wanted, source.type) && !same_time(source, *destination))
        changes.add(Change::Time);
    return {Verdict::Keep, changes};
}

bool same_kind(FileType a, FileType b)
{
    return a == b || (is_device(a) && is_device(b)) || (is_special(a) && is_special(b));
}

bool keeps_times(const Preservation& wanted, FileType type)
{
    if (type == FileType::Directory) return wanted.times && wanted.directory_times;
    if (type == FileType::Symlink) return wanted.times && wanted.link_times;
    return wanted.times;
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
    if (destination != nullptr && same_kind(destination->type, source.type)) return destination->mode;
    const platform::Mode plain = source.mode & 0777;
    if (directory_has_default_acl) return plain;
    return static_cast<platform::Mode>(plain & ~policy.umask);
}

}  // namespace arsync::sync
