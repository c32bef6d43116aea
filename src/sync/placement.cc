#include "sync/placement.h"

#include "sync/temp_name.h"

namespace arsync::sync {

std::string Place::absolute() const
{
    return joined_path(node.destination_path(), name);
}

TemporaryName::TemporaryName(const Place& place) : place_(place), name_(temporary_name(place.name)) {}

TemporaryName::~TemporaryName()
{
    // If even this fails there is nothing better to do than leaving a file whose name says what it is.
    if (exists_) static_cast<void>(place_.directory.unlink(name_));
}

void TemporaryName::choose_again()
{
    name_ = temporary_name(place_.name);
}

bool TemporaryName::put_into_place(Context& context)
{
    const bool directory_in_the_way =
        place_.present != nullptr && place_.present->type == platform::FileType::Directory;
    if (directory_in_the_way &&
        !make_way(context, place_.node, place_.directory, place_.name, joined_path(place_.directory_path, place_.name),
                  place_.filters, place_.segment))
        return false;
    const auto renamed = place_.directory.rename(name_, place_.name);
    if (!renamed) {
        context.fail(place_.segment, renamed.error(), place_.absolute());
        return false;
    }
    exists_ = false;
    return true;
}

}  // namespace arsync::sync
