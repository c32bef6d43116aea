#include "sync/side_directory.h"

#include <utility>

#include "base/path.h"
#include "platform/attributes.h"

namespace arsync::sync {
namespace {

using platform::Directory;

constexpr platform::Mode kPrivate = 0700;

/// A directory and a name in it that may not exist yet.
struct Located {
    HeldDirectory parent;  // null: the directory where the search began
    Name last;
};

/// Goes along a relative path. ".." at its beginning leads to the directories of the transfer above; further down,
/// where it can only take back a component, it does that.
class Walk {
public:
    Walk(DirectoryNode& node, const Directory& directory, const platform::PathPolicy& paths)
        : node_(&node), directory_(&directory), paths_(paths)
    {
    }

    Result<Located> along(const std::string& path)
    {
        std::vector<std::string> names;
        for (const auto part : components(path)) {
            if (part == ".") continue;
            if (part != "..") {
                names.emplace_back(part);
            } else if (!names.empty()) {
                names.pop_back();
            } else if (const auto up = go_up(); !up) {
                return std::unexpected(up.error());
            }
        }
        if (names.empty()) return fail(Operation::Open, std::errc::invalid_argument);
        for (std::size_t i = 0; i + 1 < names.size(); ++i) {
            const auto name = Name::make(names[i]);
            if (!name) return fail(Operation::Open, std::errc::invalid_argument);
            if (const auto entered = hold(directory_->open_directory(*name)); !entered)
                return std::unexpected(entered.error());
        }
        auto last = Name::make(names.back());
        if (!last) return fail(Operation::Open, std::errc::invalid_argument);
        return Located{held_, std::move(*last)};
    }

private:
    Status hold(Result<Directory> opened)
    {
        if (!opened) return std::unexpected(opened.error());
        held_ = std::make_shared<const Directory>(std::move(*opened));
        directory_ = held_.get();
        return {};
    }

    Status go_up()
    {
        if (node_ == nullptr || !node_->parent()) {
            above_ += "/..";
            const auto start = node_ == nullptr ? top_ : node_->destination_path();
            top_ = start;
            node_ = nullptr;
            return hold(Directory::open_root(start + above_, paths_));
        }
        node_ = node_->parent().get();
        auto opened = node_->destination();
        if (!opened) return std::unexpected(opened.error());
        held_ = std::move(*opened);
        directory_ = held_.get();
        return {};
    }

    DirectoryNode* node_;
    const Directory* directory_;
    const platform::PathPolicy& paths_;
    HeldDirectory held_;
    std::string top_;    // once the walk has left the transfer
    std::string above_;  // how far
};

Result<HeldDirectory> open_in(const Directory& parent, NameView name, bool make)
{
    auto opened = parent.open_directory(name);
    if (!opened && make && opened.error().is(std::errc::no_such_file_or_directory)) {
        // Another worker may have been quicker.
        const auto made = parent.make_directory(name, kPrivate);
        if (!made && !made.error().is(std::errc::file_exists)) return std::unexpected(made.error());
        opened = parent.open_directory(name);
    }
    if (!opened) return std::unexpected(opened.error());
    return std::make_shared<const Directory>(std::move(*opened));
}

/// An absolute path: the user named it, so that links in it are followed if they are trusted.
Result<HeldDirectory> open_absolute(const std::string& path, bool make, const platform::PathPolicy& paths)
{
    auto opened = Directory::open_root(path, paths);
    if (opened) return std::make_shared<const Directory>(std::move(*opened));
    if (!make || !opened.error().is(std::errc::no_such_file_or_directory)) return std::unexpected(opened.error());
    const auto [above, name] = split_path(path);
    if (!name) return std::unexpected(opened.error());
    const auto parent = Directory::open_root(above, paths);
    if (!parent) return std::unexpected(parent.error());
    return open_in(*parent, *name, true);
}

}  // namespace

SideDirectories::SideDirectories(std::string partial, const platform::PathPolicy& paths)
    : partial_(std::move(partial)), paths_(paths)
{
}

Status SideDirectories::open_temporary(const std::string& path, const std::string& destination)
{
    auto opened = Directory::open_root(path.starts_with('/') ? path : destination + "/" + path, paths_);
    const auto facts = opened ? opened->stat() : std::unexpected(opened.error());
    if (!facts) return std::unexpected(facts.error());
    temporary_ = std::make_unique<const Directory>(std::move(*opened));
    temporary_identity_ = facts->identity;
    return {};
}

void SideDirectories::finished(platform::FileIdentity directory, Timestamp modified)
{
    if (temporary_ && directory == temporary_identity_) temporary_time_ = modified;
}

Status SideDirectories::restore_time() const
{
    if (!temporary_time_) return {};
    return platform::set_times(*temporary_, std::nullopt, *temporary_time_);
}

Result<HeldDirectory> SideDirectories::open(DirectoryNode& node, const Directory& directory, bool make)
{
    if (!partial_.starts_with('/')) {
        const auto located = Walk(node, directory, paths_).along(partial_);
        if (!located) return std::unexpected(located.error());
        return open_in(located->parent ? *located->parent : directory, located->last, make);
    }
    const std::lock_guard lock(mutex_);
    if (absolute_) return absolute_;
    auto opened = open_absolute(partial_, make, paths_);
    if (opened) absolute_ = *opened;
    return opened;
}

Result<HeldDirectory> SideDirectories::open_partial(DirectoryNode& node, const Directory& directory)
{
    return open(node, directory, false);
}

Result<HeldDirectory> SideDirectories::make_partial(DirectoryNode& node, const Directory& directory)
{
    return open(node, directory, true);
}

void SideDirectories::remove_empty_partial(DirectoryNode& node, const Directory& directory)
{
    if (partial_.starts_with('/')) return;
    const auto located = Walk(node, directory, paths_).along(partial_);
    // Others may still have files in it: then it stays, and whoever is last removes it.
    if (located) static_cast<void>((located->parent ? *located->parent : directory).remove_directory(located->last));
}

}  // namespace arsync::sync
