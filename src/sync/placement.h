#pragma once
// Putting something new at a name of the destination: directly where nothing can be there, else under a temporary
// name that replaces the old one when it is complete.

#include <memory>
#include <string>

#include "platform/directory.h"
#include "sync/backup.h"
#include "sync/context.h"
#include "sync/deletion.h"
#include "sync/source_list.h"

namespace arsync::sync {

class FuzzyNames;

/// The file of an alternate tree that a new one is made after: without -p it has that mode, with --no-W its data
/// counts.
struct OlderVersion {
    std::shared_ptr<const platform::Directory> directory;
    platform::Metadata metadata;
};

/// The one name that work is done on, and what was found there.
struct Place {
    DirectoryNode& node;
    const platform::Directory& directory;  // the destination
    NameView name;
    const platform::Metadata* present = nullptr;                // null: nothing is there
    platform::FileType arriving = platform::FileType::Regular;  // what is put there
    Segment* segment = nullptr;
    const std::string& directory_path;                           // transfer path of the directory
    const std::shared_ptr<const rules::FilterContext>& filters;  // of the destination, for what has to make way
    bool once_more = false;                                      // a second attempt: not by --append
    const FuzzyNames* fuzzy = nullptr;                           // of this directory, for a file that is missing (-y)
    const OlderVersion* older = nullptr;                         // where no file is

    [[nodiscard]] std::string absolute() const;
};

/// Removes the temporary name unless it was put into place.
class TemporaryName {
public:
    explicit TemporaryName(const Place& place);
    /// In another directory (--temp-dir), from where it has to be moved before it can be put into place.
    TemporaryName(const Place& place, const platform::Directory& elsewhere);
    ~TemporaryName();
    TemporaryName(const TemporaryName&) = delete;
    TemporaryName& operator=(const TemporaryName&) = delete;

    [[nodiscard]] NameView name() const { return name_; }
    [[nodiscard]] const platform::Directory& directory() const { return *directory_; }
    /// The name was taken by someone else: use another one.
    void choose_again();
    void created()
    {
        exists_ = true;
        if (directory_ == &place_.directory) place_.node.touched = true;
    }
    /// Somebody else has moved it.
    void gone() { exists_ = false; }
    /// Renames to the final name. A directory that stands there has to make way first.
    [[nodiscard]] bool put_into_place(Context& context);

private:
    /// False, and told, if it cannot be done.
    [[nodiscard]] bool rename(Context& context) const;

    const Place& place_;
    const platform::Directory* directory_;
    Name name_;
    bool exists_ = false;
};

/// Keeps what stands at `place` if -b is given; it is no directory. False, and told, if that fails.
[[nodiscard]] bool back_up(Context& context, const Place& place, BackupWay way);

/// Removes what stands at `place`, so that nothing is there. False, and told, if it stays.
[[nodiscard]] bool remove_present(Context& context, const Place& place);

/// Makes something by calling `make` with a name until it does not exist yet: the final one where `place` is free,
/// else a temporary one that is then put into place. `make` returns a Status; `adjust` sets attributes on the name
/// while it is still out of sight; `tell` is given the error if `make` fails for good. True if all went well.
template <class Make, class Adjust, class Tell>
[[nodiscard]] bool place_new(Context& context, const Place& place, Make make, Adjust adjust, Tell tell)
{
    const auto told = [&](const Error& error) {
        tell(error);
        return false;
    };
    if (place.present == nullptr) {
        const Status made = make(place.name);
        if (made) {
            place.node.touched = true;
            adjust(place.name);
            return true;
        }
        if (!made.error().is(std::errc::file_exists)) return told(made.error());
        // Somebody else was quicker: replace it, as any other name that was there.
    }
    TemporaryName temporary(place);
    Status made = make(temporary.name());
    for (int tries = 0; !made && made.error().is(std::errc::file_exists) && tries < 100; ++tries) {
        temporary.choose_again();
        made = make(temporary.name());
    }
    if (!made) return told(made.error());
    temporary.created();
    adjust(temporary.name());
    return temporary.put_into_place(context);
}

}  // namespace arsync::sync
