#include "fs_guard.h"

#include "darwin_errno.h"
#include "fs_layout.h"
#include "fs_state.h"

namespace machorun {
namespace {

constexpr uint32_t kImmutable = darwin::kUfImmutable | darwin::kSfImmutable;
constexpr uint32_t kAppend = darwin::kUfAppend | darwin::kSfAppend;

int refuse(const Object& object, uint32_t flags)
{
    return flags_of(object) & flags ? EPERM : 0;
}

int refuse_in_parent(const Place& place, uint32_t flags)
{
    Descriptor parent = place.open_parent();
    if (parent.get() < 0) return to_darwin(errno);
    const auto object = Object::of(parent.get());
    return object ? refuse(*object, flags) : object.error();
}

}  // namespace

int refuse_attribute_change(const Object& object)
{
    return refuse(object, kImmutable | kAppend);
}

int refuse_content_change(const Object& object)
{
    return refuse(object, kImmutable | kAppend);
}

int refuse_new_name(const Object& object)
{
    return refuse(object, kImmutable | kAppend);
}

// An append-only directory takes new entries but lets none go.
int refuse_new_entry(const Place& place)
{
    return refuse_in_parent(place, kImmutable);
}

int refuse_removal(const Place& place)
{
    if (place.at_volume_border()) return EBUSY;
    const auto object = Object::at(place, Links::kNofollow);
    if (!object) return object.error();
    if (const int error = refuse(*object, kImmutable | kAppend | darwin::kSfNounlink)) return error;
    return refuse_in_parent(place, kImmutable | kAppend);
}

int refuse_replacement(const Place& place)
{
    const int error = refuse_removal(place);
    return error == ENOENT ? refuse_new_entry(place) : error;
}

}  // namespace machorun
