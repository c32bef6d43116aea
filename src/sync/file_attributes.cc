#include "sync/file_attributes.h"

#include <utility>

#include "sync/creation.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {

using platform::FileType;
using platform::Mode;

namespace {

constexpr Mode kPrivate = 0600;
constexpr Mode kSetId = 06000;

}  // namespace

bool FileAttributes::read()
{
    if (!wants_extended(context_.job.preservation, FileType::Regular)) return true;
    auto extended = read_source_extended(context_, &name_.node, source_.extended(), source_.wanted());
    if (!extended) {
        context_.fail(place_.segment, extended.error(), name_.absolute());
        return false;
    }
    extended_ = std::move(*extended);
    return true;
}

const platform::Metadata* FileAttributes::old_file() const
{
    const bool replaces = place_.present != nullptr && place_.present->type == FileType::Regular;
    return replaces || place_.older == nullptr ? place_.present : &place_.older->metadata;
}

Mode FileAttributes::final_mode() const
{
    const auto creation = expected_creation(context_, place_.node, place_.directory);
    return wanted_mode(source_.wanted(), old_file(), context_.compare_policy.attributes, creation.default_acl);
}

bool FileAttributes::default_acl_decides() const
{
    const auto* old = old_file();
    const bool replaces = old != nullptr && old->type == FileType::Regular;
    return !context_.job.preservation.mode && !replaces && context_.sides.temporary() == nullptr &&
           expected_creation(context_, place_.node, place_.directory).default_acl;
}

Mode FileAttributes::creation_mode(Mode final) const
{
    if (context_.sides.temporary() != nullptr) return kPrivate;
    if (default_acl_decides()) return final;
    const auto creation = expected_creation(context_, place_.node, place_.directory);
    const auto& wanted = context_.job.preservation;
    const bool same_user = !wanted.user || !context_.acts_as_super_user() || creation.user == source_.wanted().user;
    const bool same_group = !wanted.group || creation.group == source_.wanted().group;
    const bool plain =
        !creation.acl_handed_on && extended_.access_acl.empty() && extended_.xattrs.empty() && (final & kSetId) == 0;
    return same_user && same_group && plain ? final : kPrivate;
}

void FileAttributes::put(const platform::File& file, const platform::Metadata& present, Mode final, Put how) const
{
    std::optional<ExtendedAttributes> extended_present;
    const bool extended = wants_extended(context_.job.preservation, FileType::Regular);
    if (extended && (how.found || expected_creation(context_, place_.node, place_.directory).acl_handed_on)) {
        if (auto read = read_destination_extended(context_, file)) extended_present = std::move(*read);
    }
    put_attributes(context_, place_.segment,
                   {.target = file,
                    .source = source_.wanted(),
                    .present = present,
                    .mode = default_acl_decides() ? present.mode : final,
                    .is_new = place_.present == nullptr || !context_.job.writing.inplace,
                    .set_times = how.times,
                    .extended_source = extended ? &extended_ : nullptr,
                    .extended_present = extended_present ? &*extended_present : nullptr},
                   [this] { return place_.absolute(); });
}

}  // namespace arsync::sync
