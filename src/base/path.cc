#include "base/path.h"

#include <algorithm>

namespace arsync {

std::vector<std::string_view> components(std::string_view path)
{
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        if (slash > 0) parts.push_back(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return parts;
}

std::string tidied(std::string_view path)
{
    std::string result = path.starts_with('/') ? "/" : "";
    for (const auto part : components(path)) {
        if (part == ".") continue;
        if (!result.empty() && !result.ends_with('/')) result += '/';
        result += part;
    }
    return result;
}

SplitPath split_path(std::string_view path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return {".", Name::make(path)};
    return {std::string(slash == 0 ? "/" : path.substr(0, slash)), Name::make(path.substr(slash + 1))};
}

}  // namespace arsync
