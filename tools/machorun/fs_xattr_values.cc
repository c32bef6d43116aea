#include <algorithm>
#include <string>
#include <vector>

#include <sys/xattr.h>

#include "darwin_errno.h"
#include "fs_attributes.h"
#include "fs_state.h"
#include "fs_xattr.h"

namespace machorun {
namespace {

constexpr std::string_view kOwnPrefix = "machorun.";  // the loader's own, see fs_state.h
constexpr size_t kFinderInfoSize = 32;

}  // namespace

bool is_system_name(std::string_view name)
{
    return name.starts_with("com.apple.system.") || name.starts_with(kOwnPrefix);
}

bool is_protected(std::string_view name)
{
    return is_system_name(name) || name == "com.apple.provenance" || name == "com.apple.macl" ||
           name == "com.apple.rootless";
}

Looked<std::string> read_value(const Object& object, std::string_view name)
{
    const std::string attribute = linux_attribute(object, name);
    std::string value(65536, '\0');  // XATTR_SIZE_MAX of Linux
    const ssize_t length = ::getxattr(object.link().c_str(), attribute.c_str(), value.data(), value.size());
    if (length < 0) return std::unexpected(to_darwin(errno));
    value.resize(static_cast<size_t>(length));
    return value;
}

int write_value(const Object& object, std::string_view name, const std::string& value)
{
    const std::string attribute = linux_attribute(object, name);
    if (::setxattr(object.link().c_str(), attribute.c_str(), value.data(), value.size(), 0) == 0) return 0;
    return to_darwin(errno);
}

int remove_value(const Object& object, std::string_view name)
{
    return ::removexattr(object.link().c_str(), linux_attribute(object, name).c_str()) == 0 ? 0 : to_darwin(errno);
}

Looked<std::vector<std::string>> attribute_names(const Object& object)
{
    std::string list(65536, '\0');
    const ssize_t length = ::listxattr(object.link().c_str(), list.data(), list.size());
    if (length < 0) return std::unexpected(to_darwin(errno));
    const std::string prefix = linux_attribute(object, "");
    std::vector<std::string> names;
    for (size_t at = 0; at < static_cast<size_t>(length);) {
        const std::string_view entry(list.data() + at);
        at += entry.size() + 1;
        if (!entry.starts_with(prefix)) continue;
        const std::string_view name = entry.substr(prefix.size());
        if (!name.starts_with(kOwnPrefix)) names.emplace_back(name);
    }
    return names;
}

int copy_attributes(const Object& from, const Object& to)
{
    const auto names = attribute_names(from);
    if (!names) return names.error() == darwin::kEnotsup ? 0 : names.error();
    for (const std::string& name : *names) {
        if (const int error = copy_attribute(from, to, name)) return error;
    }
    return 0;
}

int copy_attribute(const Object& from, const Object& to, const std::string& name)
{
    if (is_protected(name)) return 0;
    const auto value = read_value(from, name);
    return value ? write_value(to, name, *value) : value.error();
}

std::string finder_info_of(const Object& object)
{
    const auto value = read_value(object, kFinderInfo);
    std::string info = value.value_or("");
    info.resize(kFinderInfoSize);
    return info;
}

// Nothing but zeros means that there is no information.
int set_finder_info(const Object& object, const std::string& info)
{
    if (info.size() != kFinderInfoSize) return ERANGE;
    if (std::ranges::any_of(info, [](char byte) { return byte != 0; })) return write_value(object, kFinderInfo, info);
    const int error = remove_value(object, kFinderInfo);
    return error == darwin::kEnoattr ? 0 : error;
}

uint64_t resource_fork_size(const Object& object)
{
    const auto value = read_value(object, kResourceFork);
    return value ? value->size() : 0;
}

}  // namespace machorun
