#pragma once
// Symbolic links of the source that appear as what they lead to (-L, -k, --copy-unsafe-links). A name is opened without
// following first; only if it turns out to be a link that the options want followed is it opened through it.

#include <optional>
#include <string>

#include "platform/attributes.h"
#include "platform/directory.h"
#include "platform/file.h"
#include "platform/metadata.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

/// What a name is, where links may be followed. `directory` is a source of `node`: what is unsafe depends on how deep
/// a link stands.
[[nodiscard]] Result<platform::Metadata> followed_facts(const Context& context, const DirectoryNode& node,
                                                        const SourceDirectory& directory, NameView name);

/// How many directories of the transfer are above what is in `node`.
[[nodiscard]] std::size_t depth_below_root(const DirectoryNode& node);

/// A link as a listing meets it.
struct ListedLink {
    Result<platform::Metadata> facts;          // of what it leads to if it is followed, else of the link
    bool followed = false;                     // or would be, if it led anywhere
    std::optional<std::string> unsafe_target;  // it is followed because it is unsafe
};
[[nodiscard]] ListedLink list_link(const Context& context, const DirectoryNode& node, const SourceDirectory& directory,
                                   NameView name);
/// The same of a name that is `depth` directories below the root.
[[nodiscard]] ListedLink list_link(const Context& context, std::size_t depth, const SourceDirectory& directory,
                                   NameView name);

/// What is told of a link that should be followed and leads nowhere; `path` is absolute.
[[nodiscard]] std::string no_referent(const std::string& path);

/// Tells of an unsafe link; `path` is its transfer path.
void tell_unsafe(Context& context, Segment* segment, NoticeKind kind, std::string path, std::string target);

/// Whether to enter `identity` below source `index` of `node` would lead round in circles: it is one of the directories
/// above. Only links that are followed make that possible.
[[nodiscard]] bool leads_back(const Context& context, DirectoryNode& node, std::size_t index,
                              platform::FileIdentity identity);

struct OpenedDirectory {
    SourceDirectory directory;
    bool followed = false;  // through a link
};
[[nodiscard]] Result<OpenedDirectory> open_shown_directory(const Context& context, const DirectoryNode& node,
                                                           const SourceDirectory& directory, NameView name);

struct OpenedFile {
    platform::File file;
    bool followed = false;
};
[[nodiscard]] Result<OpenedFile> open_shown_file(const Context& context, const DirectoryNode& node,
                                                 const SourceDirectory& directory, NameView name);

/// What to read xattrs and ACLs of a name from that appears as `type`.
[[nodiscard]] SourceTarget source_attributes(const Context& context, const SourceDirectory& directory, NameView name,
                                             platform::FileType type);

/// Where a link that stays one leads, as the destination shall have it.
[[nodiscard]] Result<std::string> source_link_target(const Context& context, const SourceDirectory& directory,
                                                     NameView name);

}  // namespace arsync::sync
