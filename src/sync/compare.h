#pragma once
// Decides what a name of the source needs, from what both sides look like. Pure: no system call, no state.

#include <cstdint>
#include <optional>

#include "platform/metadata.h"
#include "sync/job.h"
#include "sync/observer.h"

namespace arsync::sync {

/// What this process may preserve: the user's wishes cut to what the system allows it.
struct AttributePolicy {
    Preservation wanted;
    bool privileged = false;
    bool link_modes = false;  // symbolic links have permissions of their own
    platform::Mode umask = 0;
};

enum class Verdict : std::uint8_t {
    Create,       // nothing of that type is there (something else may be, and has to make way)
    Rewrite,      // there, but its data or value differs
    Keep,         // data is the same; attributes may differ
    NeedsValue,   // the answer depends on content or link target: ask again with it
    SkipExists,   // --ignore-existing
    SkipNewer,    // --update
    SkipMissing,  // --existing
    SkipLarge,    // --max-size
    SkipSmall,    // --min-size
    SkipShorter,  // --append: the source is not longer; not told
};

struct Decision {
    Verdict verdict = Verdict::Create;
    Changes changes;  // of the metadata alone; ACLs and xattrs are added by who can read them
};

/// Whether content (-c) or value (link target) is known to be equal.
enum class SameValue : std::uint8_t { Unknown, Yes, No };

struct ComparePolicy {
    Selection selection;
    Comparison comparison;
    AttributePolicy attributes;
};

/// `destination` is null where the name is missing. Group changes count only if `may_set_group`.
[[nodiscard]] Decision compare(const platform::Metadata& source, const platform::Metadata* destination,
                               const ComparePolicy& policy, bool may_set_group, SameValue same);

/// -E, which -p makes needless: only whether anybody may execute the file counts.
[[nodiscard]] bool differs_in_executability(const platform::Metadata& source, const platform::Metadata& destination,
                                            const Preservation& wanted);

/// Whether the source's access time shall be put on an item of this type (-U).
[[nodiscard]] bool keeps_access_time(const Preservation& wanted, platform::FileType type);

/// Whether times of creation are kept (-N) and known.
[[nodiscard]] bool keeps_creation_time(const Preservation& wanted, const platform::Metadata& source);

/// Whether two modification times count as equal (--modify-window). By default whole seconds do: a difference below
/// that is neither seen nor mended.
[[nodiscard]] bool same_time(const Timestamp& a, const Timestamp& b, std::int32_t window);

/// To rsync all devices are of one kind, and so are fifos and sockets: another one is a changed value.
[[nodiscard]] bool same_kind(platform::FileType a, platform::FileType b);

/// Whether the source's modification time shall be put on an item of this type.
[[nodiscard]] bool keeps_times(const Preservation& wanted, platform::FileType type);

/// Whether, without -p, an item gets the mode of what it is made in the place of. In rsync devices and special files
/// get that of anything but a directory. The mode of a link means nothing, though, and everybody could use the device.
[[nodiscard]] bool hands_on_mode(platform::FileType old, platform::FileType source);

/// The mode an item shall have: the source's with -p; else, where something is there, its own, which -E may have
/// changed; else the source's cut by the umask, which a default ACL of the directory replaces.
[[nodiscard]] platform::Mode wanted_mode(const platform::Metadata& source, const platform::Metadata* destination,
                                         const AttributePolicy& policy, bool directory_has_default_acl);

}  // namespace arsync::sync
