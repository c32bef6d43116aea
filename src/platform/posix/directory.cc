#include "platform/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/path.h"
#include "platform/posix/open_flags.h"
#include "platform/posix/path_walk.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

Result<std::string> read_to_the_end(int descriptor)
{
    std::string content;
    char block[16384];
    for (;;) {
        const auto count = sys::call("read", [&] { return ::read(descriptor, block, sizeof block); });
        if (count == -1) return fail(Operation::Read, errno);
        if (count == 0) return content;
        content.append(block, static_cast<std::size_t>(count));
    }
}

template <class Opened>
Result<Opened> open_below(const Handle& directory, NameView name, int flags)
{
    const int descriptor =
        sys::call("openat", [&] { return ::openat(directory.get(), name.c_str(), flags | kBelowRoot); });
    if (descriptor == -1) return fail(Operation::Open, errno);
    return Opened(Handle(descriptor));
}

template <class Opened>
Result<Opened> open_followed(const Handle& directory, NameView name, int flags)
{
    const int descriptor =
        sys::call("openat", [&] { return ::openat(directory.get(), name.c_str(), flags | O_CLOEXEC); });
    if (descriptor == -1) return fail(Operation::Open, errno);
    return Opened(Handle(descriptor));
}

template <class Call>
Status status_of(Operation operation, const char* name, Call make)
{
    if (sys::call(name, make) == -1) return fail(operation, errno);
    return {};
}

}  // namespace

Result<Directory> Directory::open_root(const std::string& path)
{
    const int descriptor = sys::call("open", [&] { return ::open(path.c_str(), kDirectoryFlags); });
    if (descriptor == -1) return fail(Operation::Open, errno);
    return Directory(Handle(descriptor));
}

Result<Directory> Directory::open_root(const std::string& path, const PathPolicy& policy)
{
    auto opened = open_path(AT_FDCWD, path, kDirectoryFlags, 0, policy);
    if (!opened) return std::unexpected(opened.error());
    return Directory(std::move(*opened));
}

Result<Directory> Directory::open_by_path(const std::string& path, const PathPolicy& policy) const
{
    auto opened = open_path(handle_.get(), path, kDirectoryFlags | reading_flags(), 0, policy);
    if (!opened) return std::unexpected(opened.error());
    Directory directory(std::move(*opened));
    directory.leaves_access_times_ = leaves_access_times_;
    return directory;
}

Status Directory::check_way(const std::string& path, const PathPolicy& policy) const
{
    const auto reached = open_path(handle_.get(), path, kPassing, 0, policy);
    if (!reached) return std::unexpected(reached.error());
    return {};
}

int Directory::reading_flags() const
{
    return leaves_access_times_ ? kNoAccessTime : 0;
}

Result<Directory> Directory::reopened() const
{
    const int flags = kDirectoryFlags | reading_flags();
    const int descriptor = sys::call("openat", [&] { return ::openat(handle_.get(), ".", flags); });
    if (descriptor == -1) return fail(Operation::Open, errno);
    Directory opened{Handle(descriptor)};
    opened.leaves_access_times_ = leaves_access_times_;
    return opened;
}

Result<Directory> Directory::open_directory(NameView name) const
{
    auto opened = open_below<Directory>(handle_, name, kDirectoryFlags | reading_flags());
    if (opened) opened->leaves_access_times_ = leaves_access_times_;
    return opened;
}

Result<Directory> Directory::open_parent() const
{
    const int descriptor = sys::call("openat", [&] { return ::openat(handle_.get(), "..", kDirectoryFlags); });
    if (descriptor == -1) return fail(Operation::Open, errno);
    return Directory(Handle(descriptor));
}

Result<File> Directory::open_file(NameView name) const
{
    return open_below<File>(handle_, name, O_RDONLY | O_NONBLOCK | reading_flags());
}

Result<Directory> Directory::open_followed_directory(NameView name) const
{
    auto opened = open_followed<Directory>(handle_, name, kDirectoryFlags | reading_flags());
    if (opened) opened->leaves_access_times_ = leaves_access_times_;
    return opened;
}

Result<File> Directory::open_followed_file(NameView name) const
{
    return open_followed<File>(handle_, name, O_RDONLY | O_NONBLOCK | reading_flags());
}

Result<File> Directory::open_trusted_file(NameView name, const PathPolicy& policy) const
{
    auto opened =
        open_path(handle_.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | reading_flags(), 0, policy);
    if (!opened) return std::unexpected(opened.error());
    return File(std::move(*opened));
}

Result<File> Directory::open_for_update(NameView name) const
{
    return open_below<File>(handle_, name, O_RDWR | O_NONBLOCK);
}

Result<File> Directory::create_file(NameView name, Mode mode) const
{
    // O_EXCL follows no link at the end either, and says EEXIST of one; O_NOFOLLOW_ANY might say ELOOP.
    const int descriptor = sys::call(
        "openat", [&] { return ::openat(handle_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode); });
    if (descriptor == -1) return fail(Operation::Create, errno);
    return File(Handle(descriptor));
}

Result<std::string> Directory::read_link(NameView name) const
{
    // Targets are nearly always short; a full buffer means that the target may be longer.
    for (std::string target(256, '\0');; target.resize(target.size() * 4)) {
        const auto length = sys::call(
            "readlinkat", [&] { return ::readlinkat(handle_.get(), name.c_str(), target.data(), target.size()); });
        if (length == -1) return fail(Operation::ReadLink, errno);
        if (static_cast<std::size_t>(length) < target.size()) {
            target.resize(static_cast<std::size_t>(length));
            return target;
        }
    }
}

Status Directory::make_directory(NameView name, Mode mode) const
{
    return status_of(Operation::MakeDirectory, "mkdirat", [&] { return ::mkdirat(handle_.get(), name.c_str(), mode); });
}

Status Directory::make_symlink(const std::string& target, NameView name) const
{
    return status_of(Operation::MakeSymlink, "symlinkat",
                     [&] { return ::symlinkat(target.c_str(), handle_.get(), name.c_str()); });
}

Status Directory::link(NameView existing, const Directory& directory, NameView to) const
{
    return status_of(Operation::Link, "linkat",
                     [&] { return ::linkat(handle_.get(), existing.c_str(), directory.handle_.get(), to.c_str(), 0); });
}

Status Directory::rename(NameView from, NameView to) const
{
    return status_of(Operation::Rename, "renameat",
                     [&] { return ::renameat(handle_.get(), from.c_str(), handle_.get(), to.c_str()); });
}

Status Directory::move(NameView from, const Directory& directory, NameView to) const
{
    return status_of(Operation::Rename, "renameat",
                     [&] { return ::renameat(handle_.get(), from.c_str(), directory.handle_.get(), to.c_str()); });
}

Status Directory::unlink(NameView name) const
{
    return status_of(Operation::Unlink, "unlinkat", [&] { return ::unlinkat(handle_.get(), name.c_str(), 0); });
}

Status Directory::remove_directory(NameView name) const
{
    return status_of(Operation::RemoveDirectory, "unlinkat",
                     [&] { return ::unlinkat(handle_.get(), name.c_str(), AT_REMOVEDIR); });
}

Result<std::string> read_whole_file(const std::string& path, const PathPolicy& policy)
{
    const auto opened = open_path(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0, policy);
    if (!opened) return std::unexpected(opened.error());
    return read_to_the_end(opened->get());
}

Result<std::string> read_standard_input()
{
    return read_to_the_end(STDIN_FILENO);
}

std::string absolute_path(const std::string& path)
{
    std::string absolute;
    if (!path.starts_with('/')) {
        char* working = ::getcwd(nullptr, 0);
        if (working != nullptr) absolute = working;
        ::free(working);
    }
    for (const auto component : components(path)) {
        if (component == ".") continue;
        if (absolute != "/") absolute += '/';
        absolute += component;
    }
    return absolute.empty() ? "/" : absolute;
}

}  // namespace arsync::platform
