#pragma once
// Reading and setting what belongs to a file besides its data. Set in the order owner, xattrs, mode, ACL, times: chown
// clears set-id bits and capabilities, a mode without write permission may forbid xattrs, an ACL changes the group bits
// of the mode, and none of them moves mtime.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/name.h"
#include "platform/directory.h"
#include "platform/file.h"
#include "platform/metadata.h"

namespace arsync::platform {

/// What an attribute call acts on: an open file or directory, or, for links and special files, which must not be
/// opened, a name in a held directory (never followed). Borrows; must not outlive what it was made from.
class AttributeTarget {
public:
    // NOLINTBEGIN(google-explicit-constructor): any of the three is a target.
    AttributeTarget(const File& file) : descriptor_(file.handle().get()) {}
    AttributeTarget(const Directory& directory) : descriptor_(directory.handle().get()) {}
    // NOLINTEND(google-explicit-constructor)
    AttributeTarget(const Directory& directory, NameView name)
        : descriptor_(directory.handle().get()), name_(name.c_str())
    {
    }

    /// A handle that only stands for a file (O_PATH, see held_name.h).
    [[nodiscard]] static AttributeTarget of_path_handle(int descriptor) { return {descriptor, ""}; }

    /// What a link leads to: for reading what belongs to a source whose links are followed.
    [[nodiscard]] static AttributeTarget followed(const Directory& directory, NameView name)
    {
        AttributeTarget target(directory, name);
        target.follows_ = true;
        return target;
    }

    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// nullptr: the descriptor itself is meant. Empty: what it stands for.
    [[nodiscard]] const char* name() const { return name_; }
    [[nodiscard]] bool is_path_handle() const { return name_ != nullptr && name_[0] == '\0'; }
    /// Only calls that read know this.
    [[nodiscard]] bool follows() const { return follows_; }

private:
    AttributeTarget(int descriptor, const char* name) : descriptor_(descriptor), name_(name) {}

    int descriptor_;
    const char* name_ = nullptr;
    bool follows_ = false;
};

/// Never follows a link.
[[nodiscard]] Result<Metadata> stat_target(AttributeTarget target);
/// nullopt leaves that id as it is.
[[nodiscard]] Status set_owner(AttributeTarget target, std::optional<UserId> user, std::optional<GroupId> group);
/// Links have no mode on Linux: not to be called for them there.
[[nodiscard]] Status set_mode(AttributeTarget target, Mode mode);
/// nullopt leaves that time as it is.
[[nodiscard]] Status set_times(AttributeTarget target, std::optional<Timestamp> accessed,
                               std::optional<Timestamp> modified);

/// What files of this system can have beyond what all systems know. A volume may still refuse it.
struct AttributeSupport {
    bool creation_times = false;  // can be set
    bool file_flags = false;
    bool dataless_files = false;      // the data of some is elsewhere (see Metadata::dataless)
    bool group_of_directory = false;  // what is created gets the group of its directory, set-group-id or not
    bool link_modes = false;          // symbolic links have permissions of their own
    bool user_xattrs = false;         // a namespace for everybody, in which --fake-super keeps what it has to
};
[[nodiscard]] AttributeSupport attribute_support();

/// After set_times(): a modification time before it moves the creation time back. ENOTSUP where unsupported.
[[nodiscard]] Status set_creation_time(AttributeTarget target, Timestamp born);

/// All flags at once. ENOTSUP where unsupported; EPERM for those that are the super-user's or the system's own.
[[nodiscard]] Status set_flags(AttributeTarget target, FileFlags flags);
/// Those that a copy can have, for somebody with these rights: not what describes how this very file is stored.
[[nodiscard]] FileFlags copied_flags(FileFlags flags, bool privileged);
/// Those that forbid to change, rename or delete the file (immutable, append-only, not to be unlinked).
[[nodiscard]] FileFlags locking_flags(FileFlags flags);

struct Xattr {
    std::string name;
    std::string value;

    friend auto operator<=>(const Xattr&, const Xattr&) = default;
};

/// Which attributes count, as rsync sees it: an ordinary user's are `user.*`, root's are all but `system.*`
/// (macOS, for both: all but those that only the system may set). Source: rsync(1) --xattrs, and observed.
/// All: rules of the user's own decide, also on ACLs in their form as attributes.
enum class XattrScope : std::uint8_t { User, Privileged, All };

/// An ACL in the system's own form, to be compared and handed back; empty: only what the mode says.
using Acl = std::string;

/// What is asked of read_extended().
struct ExtendedQuery {
    bool xattrs = false;
    bool acls = false;
    XattrScope scope = XattrScope::User;
};

struct ExtendedAttributes {
    std::vector<Xattr> xattrs;  // sorted by name
    Acl access_acl;
    Acl default_acl;             // of a directory, for what is created in it (Linux); always empty on macOS
    bool acl_handed_on = false;  // of a directory: what is created in it starts with an ACL

    friend bool operator==(const ExtendedAttributes&, const ExtendedAttributes&) = default;
};

/// What was not asked for, or what the file system does not have, is empty. A file that has none of it costs one call.
[[nodiscard]] Result<ExtendedAttributes> read_extended(AttributeTarget target, const ExtendedQuery& query);

/// nullopt: there is none of that name, or none at all.
[[nodiscard]] Result<std::optional<std::string>> read_xattr(AttributeTarget target, const std::string& name);
[[nodiscard]] Status set_xattr(AttributeTarget target, const Xattr& xattr);
[[nodiscard]] Status remove_xattr(AttributeTarget target, const std::string& name);

enum class AclKind : std::uint8_t { Access, Default };

/// The same ACL for others: named users and groups become what the functions say. (macOS names them otherwise: as it
/// is.)
[[nodiscard]] Acl acl_with_ids(const Acl& acl, const std::function<UserId(UserId)>& user,
                               const std::function<GroupId(GroupId)>& group);
/// The same ACL where it says the same as `mode` (Linux).
[[nodiscard]] Acl acl_with_mode(const Acl& acl, Mode mode);

[[nodiscard]] Status set_acl(AttributeTarget target, AclKind kind, const Acl& acl);

}  // namespace arsync::platform
