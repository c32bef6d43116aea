#include "sync/link_safety.h"

#include <algorithm>

namespace arsync::sync {

bool is_unsafe_link(std::string_view target, std::size_t depth)
{
    if (target.empty() || target.front() == '/') return true;
    std::string_view rest = target;
    while (rest.starts_with("../")) {
        rest.remove_prefix(std::min(rest.find_first_not_of('/', 2), rest.size()));
        if (depth-- == 0) return true;
    }
    // What follows must not climb at all, but ".." alone is a prefix as well.
    if (rest.find("/../") != std::string_view::npos || target.ends_with("/..")) return true;
    // "./" between the ".."s ends what counts as prefix; a further "../" behind it was found above.
    return rest == ".." && depth == 0;
}

std::string unmunged(std::string target)
{
    if (target.starts_with(kMungePrefix) && target.size() > kMungePrefix.size()) target.erase(0, kMungePrefix.size());
    return target;
}

}  // namespace arsync::sync
