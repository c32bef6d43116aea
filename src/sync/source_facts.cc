#include "sync/source_facts.h"

#include <utility>

#include "base/path.h"
#include "sync/device_content.h"
#include "sync/fake_super.h"
#include "sync/source_links.h"

namespace arsync::sync {

using platform::Metadata;

namespace {

/// --chmod, --usermap, --groupmap, --chown: as if the source had been so.
void change_attributes(const Context& context, Metadata& facts)
{
    if (facts.type != platform::FileType::Symlink)
        facts.mode = context.job.mapping.mode.apply(facts.mode, facts.type == platform::FileType::Directory);
    facts.user = context.user_map(facts.user);
    facts.group = context.group_map(facts.group);
}

Result<Metadata> as_transferred(const Context& context, Result<Metadata> facts)
{
    if (facts) change_attributes(context, *facts);
    return facts;
}

/// What has to be opened to see it as the transfer does.
bool may_be_shown_otherwise(const Context& context, platform::FileType type)
{
    if (is_device(type)) return context.job.reading.device_contents;
    const bool may_have_xattr = type == platform::FileType::Regular || type == platform::FileType::Directory;
    return context.job.rights.fake_source && may_have_xattr;
}

/// What was found at a name, as the transfer shows it.
Result<Metadata> shown(const Context& context, const SourceDirectory& directory, NameView name, Result<Metadata> facts)
{
    if (facts && context.job.rights.fake_source)
        show_fake(*source_attributes(context, directory, name, facts->type).on_disk(), *facts);
    if (facts && context.job.reading.device_contents && is_device(facts->type)) {
        show_content(*directory.on_disk(), name, *facts);
        facts->modified = context.start_time;
    }
    return facts;
}

}  // namespace

Result<Metadata> unmapped_source_facts(const Context& context, const DirectoryNode& node,
                                       const SourceDirectory& directory, NameView name)
{
    auto facts = context.job.links.follow() ? followed_facts(context, node, directory, name) : directory.stat(name);
    return shown(context, directory, name, std::move(facts));
}

Result<Metadata> unmapped_source_facts(const Context& context, const SourceDirectory& directory)
{
    auto facts = directory.stat();
    if (facts && context.job.rights.fake_source) show_fake(*directory.on_disk(), *facts);
    return facts;
}

Result<Metadata> source_facts(const Context& context, const DirectoryNode& node, const SourceDirectory& directory,
                              NameView name)
{
    return as_transferred(context, unmapped_source_facts(context, node, directory, name));
}

Result<Metadata> followed_source_facts(const Context& context, const SourceDirectory& directory, NameView name)
{
    auto facts = directory.stat_followed(name);
    if (facts && context.job.rights.fake_source)
        show_fake(platform::AttributeTarget::followed(*directory.on_disk(), name), *facts);
    return as_transferred(context, std::move(facts));
}

Result<Metadata> source_facts(const Context& context, const SourceDirectory& directory)
{
    return as_transferred(context, unmapped_source_facts(context, directory));
}

Result<Metadata> source_facts(const Context& context, const platform::File& file)
{
    auto facts = file.stat();
    if (facts && context.job.rights.fake_source) show_fake(file, *facts);
    if (facts && context.job.reading.device_contents && is_device(facts->type)) {
        show_content(file, *facts);
        facts->modified = context.start_time;  // nobody knows since when it has been as it is
    }
    return as_transferred(context, std::move(facts));
}

Result<Metadata> source_facts(const Context& context, const std::string& operand, bool contents)
{
    auto facts = platform::stat_path(operand, contents);
    const bool shown_otherwise = facts && may_be_shown_otherwise(context, facts->type);
    if (!shown_otherwise) return as_transferred(context, std::move(facts));
    const auto [above, name] = split_path(operand);
    auto opened = platform::Directory::open_root(name ? above : operand);
    if (!opened) return std::unexpected(opened.error());
    const SourceDirectory directory(std::move(*opened));
    return name ? as_transferred(context, shown(context, directory, *name, directory.stat(*name)))
                : source_facts(context, directory);
}

}  // namespace arsync::sync
