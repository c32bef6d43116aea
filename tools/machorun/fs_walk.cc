#include "fs_walk.h"

#include <algorithm>
#include <cstring>
#include <deque>

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>

#include "darwin_errno.h"
#include "fs_names.h"
#include "volumes.h"

namespace machorun {
namespace {

// MAXSYMLINKS of macOS; Linux follows 40.
constexpr int kMostLinks = 32;

std::unexpected<int> linux_failure()
{
    return std::unexpected(to_darwin(errno));
}

// Looks up a path one component at a time, from an open directory to an open directory, so that a directory moved
// meanwhile does no harm.
class Walk {
public:
    Walk(Descriptor start, const char* path, Links links) : current_(std::move(start)), links_(links)
    {
        wants_directory_ = path[std::strlen(path) - 1] == '/';
        push_front(path);
    }

    Looked<Place> run()
    {
        if (!enter()) return linux_failure();
        while (!components_.empty()) {
            const std::string component = components_.front();
            components_.pop_front();
            const bool last = components_.empty();
            auto name = stored_name(component);
            if (!name) return std::unexpected(name.error());
            struct stat status;
            const bool exists = fstatat(current_.get(), name->c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
            if (!exists && !last) return linux_failure();
            if (exists && S_ISLNK(status.st_mode)) {
                const bool follow = !last || wants_directory_ || links_ == Links::kFollow;
                if (links_ == Links::kNone) return std::unexpected(darwin::kEloop);
                if (follow && in_proc()) return rest_for_linux(*name);
                if (follow) {
                    if (const int error = follow_link(*name)) return std::unexpected(error);
                    continue;
                }
            }
            if (last) return finish(*name, component);
            if (!descend(*name)) return linux_failure();
        }
        return finish(".", ".");
    }

private:
    void push_front(std::string_view path)
    {
        std::deque<std::string> parts;
        for (size_t start = 0; start < path.size();) {
            const size_t end = std::min(path.find('/', start), path.size());
            if (end > start) parts.emplace_back(path.substr(start, end - start));
            start = end + 1;
        }
        components_.insert(components_.begin(), parts.begin(), parts.end());
    }

    bool enter()
    {
        if (current_.get() < 0) return false;
        volume_ = declared_volume_of(path_of(current_.get()));
        return true;
    }

    bool descend(const std::string& name)
    {
        Descriptor next(openat(current_.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        current_ = std::move(next);
        return enter();
    }

    // The links of /proc (and so /dev/fd/N) lead to open files, and what they read as need not be a path.
    bool in_proc() const
    {
        struct statfs info;
        return fstatfs(current_.get(), &info) == 0 && info.f_type == PROC_SUPER_MAGIC;
    }

    Looked<Place> rest_for_linux(std::string path)
    {
        for (const std::string& component : components_) path += "/" + component;
        const int directory = current_.get();
        return Place{directory, path, path, std::move(current_)};
    }

    int follow_link(const std::string& name)
    {
        if (++followed_ > kMostLinks) return darwin::kEloop;
        char target[4096];
        const ssize_t length = readlinkat(current_.get(), name.c_str(), target, sizeof target - 1);
        if (length < 0) return to_darwin(errno);
        const std::string_view text(target, static_cast<size_t>(length));
        if (text.ends_with('/') && components_.empty()) wants_directory_ = true;
        push_front(text);
        if (!text.starts_with('/')) return 0;
        current_ = Descriptor(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        return enter() ? 0 : to_darwin(errno);
    }

    // The name under which the directory has an entry that is `component` by the volume's rules, or else the name it
    // would be given.
    Looked<std::string> stored_name(const std::string& component) const
    {
        if (component.size() > 255) return std::unexpected(darwin::kEnametoolong);
        if (!volume_ || component == "." || component == "..") return component;
        if (volume_->utf8_only && !is_utf8(component)) return std::unexpected(darwin::kEilseq);
        const std::string own = volume_->decomposes ? decomposed(component) : component;
        struct stat status;
        if (!volume_->insensitive || fstatat(current_.get(), own.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
            return own;
        const std::string key = folded(own);
        const int copy = openat(current_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR* entries = copy < 0 ? nullptr : fdopendir(copy);
        if (!entries) return own;  // not readable: the exact name is all that can be had
        std::string found = own;
        while (const dirent* entry = readdir(entries)) {
            if (folded(entry->d_name) == key) found = entry->d_name;
        }
        closedir(entries);
        return found;
    }

    Looked<Place> finish(const std::string& name, const std::string& component)
    {
        const std::string tail = wants_directory_ && name != "." ? "/" : "";
        const std::string wanted = volume_ && volume_->decomposes ? decomposed(component) : component;
        const int directory = current_.get();
        return Place{directory, name + tail, wanted + tail, std::move(current_)};
    }

    Descriptor current_;
    Links links_;
    const Volume* volume_ = nullptr;
    std::deque<std::string> components_;
    bool wants_directory_ = false;
    int followed_ = 0;
};

}  // namespace

Looked<Place> walk(Descriptor start, const char* path, Links links)
{
    return Walk(std::move(start), path, links).run();
}

}  // namespace machorun
