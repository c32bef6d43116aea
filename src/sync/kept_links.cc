#include "sync/kept_links.h"

#include <deque>
#include <utility>
#include <vector>

#include "base/path.h"

namespace arsync::sync {
namespace {

using platform::Directory;

/// As many as Linux follows in one path.
constexpr int kMostLinks = 40;

class Walk {
public:
    explicit Walk(const Directory& root) : root_(root) {}

    Status go(const std::string& path, bool follow)
    {
        prepend(path);
        while (!pending_.empty()) {
            const auto component = std::move(pending_.front());
            pending_.pop_front();
            if (component == ".") continue;
            const auto step = component == ".." ? climb() : descend(component, follow);
            if (!step) return step;
        }
        return {};
    }

    Result<KeptLink> finish()
    {
        std::string place;
        for (const auto& [name, directory] : way_) place += (place.empty() ? "" : "/") + name.str();
        if (!way_.empty()) return KeptLink{std::move(way_.back().second), std::move(place)};
        auto root = root_.reopened();
        if (!root) return std::unexpected(root.error());
        return KeptLink{std::move(*root), std::move(place)};
    }

private:
    void prepend(const std::string& path)
    {
        const auto parts = components(path);
        pending_.insert(pending_.begin(), parts.begin(), parts.end());
    }

    Status climb()
    {
        if (way_.empty()) return fail(Operation::Open, std::errc::too_many_symbolic_link_levels);
        way_.pop_back();
        return {};
    }

    Status descend(const std::string& component, bool follow)
    {
        const auto& here = way_.empty() ? root_ : way_.back().second;
        auto name = Name::make(component);
        if (!name) return fail(Operation::Open, std::errc::no_such_file_or_directory);
        auto opened = here.open_directory(*name);
        if (opened) {
            way_.emplace_back(std::move(*name), std::move(*opened));
            return {};
        }
        const auto target = follow ? here.read_link(*name) : fail(Operation::Open, opened.error().code);
        if (!target) return std::unexpected(opened.error());
        if (target->starts_with('/') || ++links_ > kMostLinks)
            return fail(Operation::Open, std::errc::too_many_symbolic_link_levels);
        prepend(*target);
        return {};
    }

    const Directory& root_;
    std::deque<std::string> pending_;
    std::vector<std::pair<Name, Directory>> way_;
    int links_ = 0;
};

}  // namespace

Result<KeptLink> follow_kept_link(const Directory& root, const std::string& place, const std::string& target)
{
    if (target.starts_with('/')) return fail(Operation::Open, std::errc::too_many_symbolic_link_levels);
    Walk walk(root);
    if (const auto there = walk.go(place, false); !there) return std::unexpected(there.error());
    if (const auto there = walk.go(target, true); !there) return std::unexpected(there.error());
    return walk.finish();
}

Result<Directory> open_place(const Directory& root, const std::string& place)
{
    Walk walk(root);
    if (const auto there = walk.go(place, false); !there) return std::unexpected(there.error());
    auto found = walk.finish();
    if (!found) return std::unexpected(found.error());
    return std::move(found->directory);
}

}  // namespace arsync::sync
