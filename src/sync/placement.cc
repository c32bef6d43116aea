#include "sync/placement.h"

#include "sync/folded_names.h"
#include "sync/temp_name.h"

namespace arsync::sync {

std::string Place::absolute() const
{
    return joined_path(node.destination_path(), name);
}

TemporaryName::TemporaryName(const Place& place)
    : place_(place), directory_(&place.directory), name_(temporary_name(place.name))
{
}

TemporaryName::TemporaryName(const Place& place, const platform::Directory& elsewhere)
    : place_(place), directory_(&elsewhere), name_(temporary_name_elsewhere(place.name))
{
}

TemporaryName::~TemporaryName()
{
    // If even this fails there is nothing better to do than leaving a file whose name says what it is.
    if (exists_) static_cast<void>(directory_->unlink(name_));
}

void TemporaryName::choose_again()
{
    name_ = directory_ == &place_.directory ? temporary_name(place_.name) : temporary_name_elsewhere(place_.name);
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

namespace {

bool is_kept(const Context& context, const Place& place)
{
    return context.job.backup.wanted && place.present != nullptr &&
           !gives_way_as_backup(context.job, place.name, place.present->type, place.arriving);
}

}  // namespace

bool back_up(Context& context, const Place& place, BackupWay way)
{
    if (!is_kept(context, place)) return true;
    const auto path = joined_path(place.directory_path, place.name);
    place.node.touched = true;
    return keep_backup(context, place.segment, {place.node, place.directory, place.name, path}, way);
}

bool TemporaryName::put_into_place(Context& context)
{
    const bool directory_in_the_way =
        place_.present != nullptr && place_.present->type == platform::FileType::Directory;
    if (directory_in_the_way &&
        !make_way(context, place_.node, place_.directory, place_.name, joined_path(place_.directory_path, place_.name),
                  place_.filters, place_.segment))
        return false;
    if (!directory_in_the_way && !back_up(context, place_, BackupWay::Link)) return false;
    if (!rename(context)) return false;
    exists_ = false;
    return true;
}

bool remove_present(Context& context, const Place& place)
{
    place.node.touched = true;
    if (place.present->type == platform::FileType::Directory)
        return make_way(context, place.node, place.directory, place.name, joined_path(place.directory_path, place.name),
                        place.filters, place.segment);
    if (is_kept(context, place)) return back_up(context, place, BackupWay::Move);
    const auto removed = place.directory.unlink(place.name);
    if (!removed) context.fail(place.segment, removed.error(), place.absolute());
    return removed.has_value();
}

}  // namespace arsync::sync
