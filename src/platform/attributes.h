#pragma once
// Reading and setting what belongs to a file besides its data. Set in the order owner, xattrs, mode, ACL, times: chown
// clears set-id bits and capabilities, a mode without write permission may forbid xattrs, an ACL changes the group bits
// of the mode, and none of them moves mtime.

#include <cstdint>
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

    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// nullptr: the descriptor itself is meant.
    [[nodiscard]] const char* name() const { return name_; }

private:
    int descriptor_;
    const char* name_ = nullptr;
};

/// nullopt leaves that id as it is.
[[nodiscard]] Status set_owner(AttributeTarget target, std::optional<UserId> user, std::optional<GroupId> group);
/// Links have no mode on Linux: not to be called for them there.
[[nodiscard]] Status set_mode(AttributeTarget target, Mode mode);
/// nullopt leaves that time as it is.
[[nodiscard]] Status set_times(AttributeTarget target, std::optional<Timestamp> accessed, Timestamp modified);

/// What files of this system can have beyond what all systems know. A volume may still refuse it.
struct AttributeSupport {
    bool creation_times = false;  // can be set
    bool file_flags = false;
    bool dataless_files = false;      // the data of some is elsewhere (see Metadata::dataless)
    bool group_of_directory = false;  // what is created gets the group of its directory, set-group-id or not
    bool link_modes = false;          // symbolic links have permissions of their own
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
enum class XattrScope : std::uint8_t { User, Privileged };

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

[[nodiscard]] Status set_xattr(AttributeTarget target, const Xattr& xattr);
[[nodiscard]] Status remove_xattr(AttributeTarget target, const std::string& name);

enum class AclKind : std::uint8_t { Access, Default };

[[nodiscard]] Status set_acl(AttributeTarget target, AclKind kind, const Acl& acl);

}  // namespace arsync::platform
