#include "sync/file_source.h"

#include <utility>

#include "sync/batch_replay.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"

namespace arsync::sync {

using platform::FileType;
using platform::Metadata;

void tell_dataless(Context& context, Segment* segment, const SourceName& name)
{
    context.fail_message(segment, "data is not on this machine and is not fetched: \"" + name.absolute() +
                                      "\" (--materialize says that this is meant)");
}

std::optional<OpenSource> open_source(Context& context, Segment* segment, const SourceDirectory& directory,
                                      const SourceName& name, const std::optional<Metadata>& known)
{
    auto opened = context.handles.with_room([&] { return open_shown_file(context, name.node, directory, name.name); });
    if (!opened && directory.recorded(name.name) != nullptr) {
        tell_not_in_batch(context, segment, name, opened.error());
        return std::nullopt;
    }
    if (!opened && opened.error().is(std::errc::resource_deadlock_would_occur)) {
        tell_dataless(context, segment, name);
        return std::nullopt;
    }
    if (!opened) {
        if (!opened.error().is(std::errc::no_such_file_or_directory)) context.troubles.source_unread = true;
        context.fail_source(segment, opened.error(), name.absolute());
        return std::nullopt;
    }
    auto& file = opened->file;
    if (const auto* recorded = directory.recorded(name.name)) {
        auto facts = source_facts(context, name.node, directory, name.name);
        if (facts) return OpenSource{std::move(file), *facts, std::nullopt, recorded};
    }
    if (known && !opened->followed && known->type == FileType::Regular && !known->dataless && known->size <= kSmallFile)
        return OpenSource{std::move(file), *known};
    auto metadata = source_facts(context, file);
    if (!metadata) {
        context.fail_source(segment, metadata.error(), name.absolute());
        return std::nullopt;
    }
    if (metadata->dataless && !context.job.selection.fetch_dataless) {
        tell_dataless(context, segment, name);
        return std::nullopt;
    }
    if (metadata->type != FileType::Regular) {
        context.fail_message(segment, "source is no longer a regular file: \"" + name.absolute() + "\"");
        return std::nullopt;
    }
    if (known && opened->followed && known->identity != metadata->identity) {
        context.fail_message(segment, "source link leads to another file now: \"" + name.absolute() + "\"");
        return std::nullopt;
    }
    return OpenSource{std::move(file), *metadata};
}

}  // namespace arsync::sync
