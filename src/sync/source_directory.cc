#include "sync/source_directory.h"

#include <algorithm>
#include <vector>

#include "platform/listing.h"
#include "platform/named_file.h"

namespace arsync::sync {

using platform::Directory;
using platform::File;
using platform::FileType;
using platform::Metadata;

namespace {

std::unexpected<Error> no_such_name(Operation operation)
{
    return fail(operation, std::errc::no_such_file_or_directory);
}

/// Of a directory that is only on the way to names: nothing but its type is asked.
Metadata facts_of(const batch::Node& node)
{
    if (node.entry) return node.entry->metadata;
    Metadata facts;
    facts.type = FileType::Directory;
    facts.mode = 0755;
    facts.identity = node.identity;
    return facts;
}

/// The data of a file of a batch, as a file that looks like the source's to whoever copies it.
Result<File> extracted(const batch::Reader& reader, const batch::Node& node)
{
    const auto& facts = node.entry->metadata;
    auto file = platform::make_unnamed_file();
    if (!file) return file;
    std::vector<std::byte> buffer(std::clamp<std::uint64_t>(facts.size, 1, batch::kLongestChunk));
    auto done = reader.extract(node, *file, buffer);
    if (done) done = platform::set_times(*file, facts.accessed, facts.modified);
    if (!done) return std::unexpected(done.error());
    return file;
}

const platform::ExtendedAttributes& extended_of(const batch::Node* node)
{
    static const platform::ExtendedAttributes kNone;
    return node != nullptr && node->entry ? node->entry->extended : kNone;
}

Result<SourceDirectory> as_source(Result<Directory> directory)
{
    if (!directory) return std::unexpected(directory.error());
    return SourceDirectory(std::move(*directory));
}

}  // namespace

const batch::Node* SourceDirectory::recorded(NameView name) const
{
    const auto* directory = recorded();
    if (directory == nullptr) return nullptr;
    const auto found = directory->children.find(name.view());
    return found == directory->children.end() ? nullptr : found->second.get();
}

void SourceDirectory::leave_access_times()
{
    if (auto* directory = std::get_if<Directory>(&place_)) directory->leave_access_times();
}

Result<Metadata> SourceDirectory::stat() const
{
    if (const auto* directory = on_disk()) return directory->stat();
    return facts_of(*recorded());
}

Result<Metadata> SourceDirectory::stat(NameView name) const
{
    if (const auto* directory = on_disk()) return directory->stat(name);
    const auto* node = recorded(name);
    if (node == nullptr) return no_such_name(Operation::Stat);
    return facts_of(*node);
}

Result<Metadata> SourceDirectory::stat_followed(NameView name) const
{
    if (const auto* directory = on_disk()) return directory->stat_followed(name);
    return stat(name);
}

Result<std::string> SourceDirectory::read_link(NameView name) const
{
    if (const auto* directory = on_disk()) return directory->read_link(name);
    const auto* node = recorded(name);
    if (node == nullptr || !node->entry) return no_such_name(Operation::ReadLink);
    return node->entry->link_target;
}

Result<SourceDirectory> SourceDirectory::open_directory(NameView name) const
{
    if (const auto* directory = on_disk()) return as_source(directory->open_directory(name));
    const auto* node = recorded(name);
    if (node == nullptr) return no_such_name(Operation::Open);
    return SourceDirectory(*in_batch().reader, *node);
}

Result<SourceDirectory> SourceDirectory::open_followed_directory(NameView name) const
{
    if (const auto* directory = on_disk()) return as_source(directory->open_followed_directory(name));
    return open_directory(name);
}

Result<File> SourceDirectory::open_file(NameView name) const
{
    if (const auto* directory = on_disk()) return directory->open_file(name);
    const auto* node = recorded(name);
    if (node == nullptr || !node->entry) return no_such_name(Operation::Open);
    return extracted(*in_batch().reader, *node);
}

Result<File> SourceDirectory::open_followed_file(NameView name) const
{
    if (const auto* directory = on_disk()) return directory->open_followed_file(name);
    return open_file(name);
}

bool SourceDirectory::is_empty() const
{
    if (const auto* directory = on_disk()) return !platform::has_names(*directory).value_or(false);
    return recorded()->children.empty();
}

SourceTarget::SourceTarget(const batch::Node& node) : target_(&extended_of(&node)) {}

SourceTarget::SourceTarget(const SourceDirectory& directory) : target_(&extended_of(directory.recorded()))
{
    if (const auto* on_disk = directory.on_disk()) target_ = platform::AttributeTarget(*on_disk);
}

SourceTarget::SourceTarget(const SourceDirectory& directory, NameView name) : target_(&extended_of(nullptr))
{
    if (const auto* on_disk = directory.on_disk()) {
        target_ = platform::AttributeTarget(*on_disk, name);
    } else {
        target_ = &extended_of(directory.recorded(name));
    }
}

SourceTarget SourceTarget::followed(const SourceDirectory& directory, NameView name)
{
    if (const auto* on_disk = directory.on_disk()) return platform::AttributeTarget::followed(*on_disk, name);
    return {directory, name};
}

Result<platform::ExtendedAttributes> SourceTarget::read(const platform::ExtendedQuery& query) const
{
    if (const auto* target = on_disk()) return platform::read_extended(*target, query);
    auto extended = *std::get<const platform::ExtendedAttributes*>(target_);
    if (!query.xattrs) extended.xattrs.clear();
    if (!query.acls) extended.access_acl = extended.default_acl = {};
    return extended;
}

}  // namespace arsync::sync
