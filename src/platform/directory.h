#pragma once
// A held directory. Everything below a root is reached through these, one component at a time and never through a
// symbolic link, so that nobody who swaps names meanwhile can lead arsync out of the tree.

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/name.h"
#include "platform/file.h"
#include "platform/handle.h"
#include "platform/metadata.h"
#include "platform/path_policy.h"

namespace arsync::platform {

class Directory {
public:
    explicit Directory(Handle handle) : handle_(std::move(handle)) {}

    /// Opens a directory that the user named; links in the path are followed.
    [[nodiscard]] static Result<Directory> open_root(const std::string& path);
    /// The same if all links on the way are trusted, see path_policy.h.
    [[nodiscard]] static Result<Directory> open_root(const std::string& path, const PathPolicy& policy);
    /// What a path leads to from this directory, likewise.
    [[nodiscard]] Result<Directory> open_by_path(const std::string& path, const PathPolicy& policy) const;
    /// Whether a path from here to a directory may be gone, without a right to list that.
    [[nodiscard]] Status check_way(const std::string& path, const PathPolicy& policy) const;

    /// From now on opening something through this directory for reading, or the directory anew, leaves access times
    /// alone where the system can (O_NOATIME). Then only the owner may: EPERM for others.
    void leave_access_times() { leaves_access_times_ = true; }

    /// The same directory with a position of its own, for listing it while others may.
    [[nodiscard]] Result<Directory> reopened() const;

    /// Opens a directory in this one. ENOTDIR or ELOOP if the name is a link or no directory.
    [[nodiscard]] Result<Directory> open_directory(NameView name) const;
    /// Opens the directory that holds this one now. Who knows which it was has to compare identities.
    [[nodiscard]] Result<Directory> open_parent() const;
    /// Opens for reading without waiting (a fifo that took the place of a file does not block).
    [[nodiscard]] Result<File> open_file(NameView name) const;
    /// The same through a link at the end, wherever it leads: for sources whose links the user wants followed.
    [[nodiscard]] Result<Directory> open_followed_directory(NameView name) const;
    [[nodiscard]] Result<File> open_followed_file(NameView name) const;
    /// Opens for reading what `name` leads to, even through links if they are trusted: for files whose content is
    /// instructions of the user (rsync 3.5 asks the same of them).
    [[nodiscard]] Result<File> open_trusted_file(NameView name, const PathPolicy& policy) const;
    /// Opens an existing file for reading and writing.
    [[nodiscard]] Result<File> open_for_update(NameView name) const;
    /// Creates a file that must not exist (EEXIST), open for writing and reading. The process umask is not applied
    /// (see process.h), a default ACL of the directory is.
    [[nodiscard]] Result<File> create_file(NameView name, Mode mode) const;

    [[nodiscard]] Result<Metadata> stat() const;
    /// Never follows a link.
    [[nodiscard]] Result<Metadata> stat(NameView name) const;
    /// What a link leads to in the end, else the name itself.
    [[nodiscard]] Result<Metadata> stat_followed(NameView name) const;
    [[nodiscard]] Result<std::string> read_link(NameView name) const;

    [[nodiscard]] Status make_directory(NameView name, Mode mode) const;
    [[nodiscard]] Status make_symlink(const std::string& target, NameView name) const;
    /// Fifo, socket or device.
    [[nodiscard]] Status make_node(NameView name, FileType type, Mode mode, DeviceNumber number) const;
    /// Gives the file `existing` of this directory the further name `to` in `directory`. Never follows a link.
    [[nodiscard]] Status link(NameView existing, const Directory& directory, NameView to) const;

    /// Replaces `to` if it exists, atomically.
    [[nodiscard]] Status rename(NameView from, NameView to) const;
    /// EEXIST if `to` exists, and nothing was done. For volumes on which another name may be the same file.
    [[nodiscard]] Status rename_exclusively(NameView from, NameView to) const;
    /// Renames into another directory, likewise; EXDEV if that is on another volume.
    [[nodiscard]] Status move(NameView from, const Directory& directory, NameView to) const;
    [[nodiscard]] Status unlink(NameView name) const;
    [[nodiscard]] Status remove_directory(NameView name) const;

    [[nodiscard]] const Handle& handle() const { return handle_; }

private:
    [[nodiscard]] int reading_flags() const;

    Handle handle_;
    bool leaves_access_times_ = false;
};

/// What a path that the user named leads to; `follow` says whether a link at its end is followed.
[[nodiscard]] Result<Metadata> stat_path(const std::string& path, bool follow);
/// The whole content of a file that the user named.
[[nodiscard]] Result<std::string> read_whole_file(const std::string& path, const PathPolicy& policy);
/// All that standard input gives until its end.
[[nodiscard]] Result<std::string> read_standard_input();
/// `path` made absolute by the working directory, with "." and "//" taken out; links and ".." stay.
[[nodiscard]] std::string absolute_path(const std::string& path);

}  // namespace arsync::platform
