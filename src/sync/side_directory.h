#pragma once
// Directories beside the destination in which files wait: --temp-dir, one for the run, and the partial directory
// (--partial-dir, --delay-updates' .~tmp~), one for the run if its path is absolute, else one in each directory.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "sync/node.h"

namespace arsync::sync {

class SideDirectories {
public:
    /// Paths as in Writing: empty for none.
    SideDirectories(std::string partial, const platform::PathPolicy& paths);

    /// Opens --temp-dir, below the destination if it is relative.
    [[nodiscard]] Status open_temporary(const std::string& path, const std::string& destination);
    /// Null: there is none.
    [[nodiscard]] const platform::Directory* temporary() const { return temporary_.get(); }
    /// A directory of the transfer has got its time. If it is the one for temporary files, those that are still to come
    /// will move it: restore_time() gives it back when there are no more.
    void finished(platform::FileIdentity directory, Timestamp modified);
    [[nodiscard]] Status restore_time() const;

    [[nodiscard]] bool has_partial() const { return !partial_.empty(); }
    /// The partial directory for the files of `node`, whose destination is `directory`; ENOENT if it is not there.
    [[nodiscard]] Result<HeldDirectory> open_partial(DirectoryNode& node, const platform::Directory& directory);
    /// The same, and its last component is made where it is missing, for the user alone.
    [[nodiscard]] Result<HeldDirectory> make_partial(DirectoryNode& node, const platform::Directory& directory);
    /// Removes it if it is empty, and belongs to this directory alone.
    void remove_empty_partial(DirectoryNode& node, const platform::Directory& directory);

private:
    [[nodiscard]] Result<HeldDirectory> open(DirectoryNode& node, const platform::Directory& directory, bool make);

    const std::string partial_;
    const platform::PathPolicy& paths_;
    std::mutex mutex_;
    HeldDirectory absolute_;
    std::unique_ptr<const platform::Directory> temporary_;
    platform::FileIdentity temporary_identity_;
    std::optional<Timestamp> temporary_time_;
};

}  // namespace arsync::sync
