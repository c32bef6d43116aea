#pragma once
// --fake-super: what only the super-user could set is kept in extended attributes of ordinary files, in rsync's form.
//   user.rsync.%stat    "MODE MAJOR,MINOR UID:GID", MODE octal with the file type; devices, special files and links are
//                       regular files, a link's target is their content
//   user.rsync.NAME     an xattr of another namespace than user
// The side for which it is on looks to the rest of the engine as if all that were real.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/attributes.h"
#include "sync/attributes.h"

namespace arsync::sync {

/// What a %stat attribute tells.
struct FakeStat {
    platform::FileType type = platform::FileType::Regular;
    platform::Mode mode = 0;
    platform::DeviceNumber node;
    platform::UserId user = 0;
    platform::GroupId group = 0;

    friend bool operator==(const FakeStat&, const FakeStat&) = default;
};

[[nodiscard]] std::optional<FakeStat> parse_fake_stat(std::string_view text);
[[nodiscard]] std::string format_fake_stat(const FakeStat& facts);

/// The mode that the real file gets: nothing that gives somebody rights, and always open to its owner.
[[nodiscard]] platform::Mode real_mode(const FakeStat& wanted);

/// Makes the facts of `target` what its attribute says, if it has one.
void show_fake(platform::AttributeTarget target, platform::Metadata& facts);

/// Leaves out what is rsync's own: "user.rsync.%...".
void erase_names_of_rsync(std::vector<platform::Xattr>& xattrs);
/// Turns the xattrs that a file has into those that it stands for, and back.
void show_fake_names(std::vector<platform::Xattr>& xattrs);
[[nodiscard]] std::string stored_name(const std::string& name);

/// The target of a link that is a file; fails for a real one.
[[nodiscard]] Result<std::string> read_fake_link(const platform::Directory& directory, NameView name);
/// Makes what stands for a link, device or special file; `content` is a link's target.
[[nodiscard]] Status make_fake(const platform::Directory& directory, NameView name, const std::string& content);

/// What put_attributes() does for owner and mode.
void put_fake_stat(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path);

}  // namespace arsync::sync
