#pragma once
// What the source has, as the transfer sees it. Whoever looks at a name of the source asks here, so that options that
// show the source otherwise than it is have one place.

#include "platform/directory.h"
#include "platform/file.h"
#include "platform/metadata.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

/// Of a name in `directory`, a source of `node`; of what it leads to where links are followed.
[[nodiscard]] Result<platform::Metadata> source_facts(const Context& context, const DirectoryNode& node,
                                                      const SourceDirectory& directory, NameView name);
/// The same, and of a directory that is open, with the owner that it has, whatever rules make of it.
[[nodiscard]] Result<platform::Metadata> unmapped_source_facts(const Context& context, const DirectoryNode& node,
                                                               const SourceDirectory& directory, NameView name);
[[nodiscard]] Result<platform::Metadata> unmapped_source_facts(const Context& context,
                                                               const SourceDirectory& directory);
/// Of what a name that the user typed leads to.
[[nodiscard]] Result<platform::Metadata> followed_source_facts(const Context& context, const SourceDirectory& directory,
                                                               NameView name);
/// Of a directory that is open.
[[nodiscard]] Result<platform::Metadata> source_facts(const Context& context, const SourceDirectory& directory);
/// Of a file that is open.
[[nodiscard]] Result<platform::Metadata> source_facts(const Context& context, const platform::File& file);
/// Of an operand as typed; `contents`: it ends in '/', "." or "..", or is a link to be followed.
[[nodiscard]] Result<platform::Metadata> source_facts(const Context& context, const std::string& operand,
                                                      bool contents);

}  // namespace arsync::sync
