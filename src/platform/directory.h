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

namespace arsync::platform {

class Directory {
public:
    explicit Directory(Handle handle) : handle_(std::move(handle)) {}

    /// Opens a directory that the user named; links in the path are followed.
    [[nodiscard]] static Result<Directory> open_root(const std::string& path);

    /// The same directory with a position of its own, for listing it while others may.
    [[nodiscard]] Result<Directory> reopened() const;

    /// Opens a directory in this one. ENOTDIR or ELOOP if the name is a link or no directory.
    [[nodiscard]] Result<Directory> open_directory(NameView name) const;
    /// Opens for reading without waiting (a fifo that took the place of a file does not block).
    [[nodiscard]] Result<File> open_file(NameView name) const;
    /// Opens for reading what `name` leads to, even through a link if it belongs to `trusted` or to root: for files
    /// whose content is instructions of the user (rsync 3.5 asks the same of them). ELOOP for anybody else's link.
    [[nodiscard]] Result<File> open_trusted_file(NameView name, UserId trusted) const;
    /// Opens an existing file for reading and writing.
    [[nodiscard]] Result<File> open_for_update(NameView name) const;
    /// Creates a file that must not exist (EEXIST), open for writing and reading. The process umask is not applied
    /// (see process.h), a default ACL of the directory is.
    [[nodiscard]] Result<File> create_file(NameView name, Mode mode) const;

    [[nodiscard]] Result<Metadata> stat() const;
    /// Never follows a link.
    [[nodiscard]] Result<Metadata> stat(NameView name) const;
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
    [[nodiscard]] Status unlink(NameView name) const;
    [[nodiscard]] Status remove_directory(NameView name) const;

    [[nodiscard]] const Handle& handle() const { return handle_; }

private:
    Handle handle_;
};

/// What a path that the user named leads to; `follow` says whether a link at its end is followed.
[[nodiscard]] Result<Metadata> stat_path(const std::string& path, bool follow);
/// The whole content of a file that the user named.
[[nodiscard]] Result<std::string> read_whole_file(const std::string& path);
/// `path` made absolute by the working directory, with "." and "//" taken out; links and ".." stay.
[[nodiscard]] std::string absolute_path(const std::string& path);

}  // namespace arsync::platform
