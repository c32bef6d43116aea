#pragma once
// File flags (chflags(2)): taken off where they forbid what has to be done, put on last of all.

#include <optional>

#include "sync/attributes.h"
#include "sync/context.h"

namespace arsync::sync {

/// --force-change: takes off the flags that forbid changing what `target` means, whose metadata is `present`; the rest
/// is up to relock() or put_flags(). True if there were any. Without that option, and where the system will not, the
/// flags stay, and whatever is tried next fails and is told.
bool unlock(const Context& context, platform::AttributeTarget target, const platform::Metadata& present);

/// Puts back what unlock() took off.
void relock(Context& context, Segment* segment, platform::AttributeTarget target, const platform::Metadata& present,
            const LazyPath& path);

/// --fileflags: gives a finished item the source's flags. Nothing can be done to an immutable one afterwards.
/// `present` is how it is now; null for one that has none.
void put_flags(Context& context, Segment* segment, platform::AttributeTarget target, const platform::Metadata& source,
               const platform::Metadata* present, const LazyPath& path);

/// unlock() for an item that is about to be replaced or removed. Ends with kept() or gone(), once it is known which.
class UnlockedName {
public:
    UnlockedName(const Context& context, const platform::Directory& directory, NameView name,
                 const platform::Metadata& present);

    /// The item is still there, or written in place: it gets its flags back.
    void kept() const;
    /// The name is gone or another file's. What lives on under other names gets its flags back.
    void gone() const;

private:
    platform::AttributeTarget target_;
    platform::FileFlags flags_;
    bool unlocked_;
    std::optional<platform::File> held_;  // only where there are other names
};

/// Takes the locking flags off an item of the destination for as long as this lives: --fileflags has put them on, and
/// one more thing has to be done.
class Unlocked {
public:
    Unlocked(const platform::Directory& directory, NameView name);
    ~Unlocked();
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;

private:
    platform::AttributeTarget target_;
    platform::FileFlags flags_ = 0;
};

}  // namespace arsync::sync
