#include "sync/placement.h"

#include "sync/folded_names.h"
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

/// What was not there when it was looked for is not replaced where it may be another name's file.
bool TemporaryName::rename(Context& context) const
{
    const bool exclusively = place_.present == nullptr && place_.node.names_fold;
    auto renamed = exclusively ? place_.directory.rename_exclusively(name_, place_.name)
                               : place_.directory.rename(name_, place_.name);
    if (exclusively && !renamed && renamed.error().is(std::errc::file_exists)) {
        const auto spelling = spelled_as(place_.directory, place_.name);
        if (!spelling || *spelling != place_.name.view()) {
            context.fail_message(place_.segment, collision_message(place_.node.destination_path(), place_.name,
                                                                   spelling.value_or(kUnknownName)));
            return false;
        }
        renamed = place_.directory.rename(name_, place_.name);  // somebody else made it meanwhile, in this spelling
    }
    if (!renamed) context.fail(place_.segment, renamed.error(), place_.absolute());
    return renamed.has_value();
}

bool TemporaryName::put_into_place(Context& context)
{
    const bool directory_in_the_way =
        place_.present != nullptr && place_.present->type == platform::FileType::Directory;
    if (directory_in_the_way &&
        !make_way(context, place_.node, place_.directory, place_.name, joined_path(place_.directory_path, place_.name),
                  place_.filters, place_.segment))
        return false;
    if (!rename(context)) return false;
    exists_ = false;
    return true;
}

}  // namespace arsync::sync
