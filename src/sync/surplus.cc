#include "sync/surplus.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "platform/attributes.h"
#include "platform/listing.h"
#include "sync/deletion.h"

namespace arsync::sync {
namespace {

/// Whether the node is where an operand's contents begin: the root, or a directory named without trailing slash.
bool begins_operand(DirectoryNode& node)
{
    if (!node.parent()) return true;
    return node.parent()->source_at(node.source_at(0).parent_index).device == 0;
}

/// Whether there is nothing at all in the directories whose contents are transferred, not even something excluded:
/// often a volume that is not mounted.
bool is_empty_root(const DirectoryWork& work)
{
    if (!begins_operand(*work.node) || !work.list.entries().empty() || work.listed_later) return false;
    return std::ranges::all_of(work.sources, [](const HeldSource& source) { return !source || source->is_empty(); });
}

/// --delete-after goes by what the walk has listed as well: what has left the source since then was copied all the
/// same.
bool is_for_the_end(const Deletion& deletion)
{
    return deletion.moment == DeleteMoment::Delay || deletion.moment == DeleteMoment::After;
}

/// The rules for `node` as the destination's merge files say now, after the transfer.
std::optional<Filters> filters_now(Context& context, DirectoryNode& node, Segment* segment)
{
    std::vector<DirectoryNode*> chain;
    for (auto* one = &node; one != nullptr; one = one->parent().get()) chain.push_back(one);
    const auto& job = context.job;
    std::optional<Filters> filters = job.deletion.filters ? job.deletion.filters : job.selection.filters;
    for (auto at = chain.rbegin(); at != chain.rend() && filters; ++at) {
        if (!(*at)->parent() && !(*at)->keeps_attributes) continue;  // an operand's parent is not of the transfer
        const auto directory = context.handles.with_room([&] { return (*at)->destination(); });
        if (!directory) {
            context.fail(segment, directory.error(), (*at)->destination_path());
            return std::nullopt;
        }
        filters = enter_filters(context, *filters, (*at)->path(), {directory->get()}, segment);
    }
    return filters;
}

/// Drops the directories whose rules cannot be read.
void renew_filters(Context& context, std::vector<DelayedDeletion>& all, Segment* segment)
{
    std::erase_if(all, [&](DelayedDeletion& one) {
        if (!one.filters || !one.filters->has_directory_rules()) return false;
        auto now = filters_now(context, *one.node, segment);
        if (!now) return true;
        one.filters = std::move(*now);
        return false;
    });
}

/// The transfer is over, and a directory may have a mode by now that shuts out its owner: open as long as this lives.
class OpenedUp {
public:
    OpenedUp(Context& context, DirectoryNode& node)
    {
        if (context.process.privileged || context.job.dry_run || !node.parent()) return;
        auto above = context.handles.with_room([&] { return node.parent()->destination(); });
        if (!above) return;
        const auto& name = node.destination_name() ? *node.destination_name() : *node.name();
        const auto facts = (*above)->stat(name);
        const bool open = !facts || facts->type != platform::FileType::Directory || (facts->mode & 0700) == 0700;
        if (open || !platform::set_mode({**above, name}, static_cast<platform::Mode>(facts->mode | 0700))) return;
        above_ = std::move(*above);
        name_.emplace(name);
        mode_ = facts->mode;
    }
    ~OpenedUp()
    {
        if (above_) static_cast<void>(platform::set_mode({*above_, *name_}, mode_));
    }
    OpenedUp(const OpenedUp&) = delete;
    OpenedUp& operator=(const OpenedUp&) = delete;

private:
    HeldDirectory above_;
    std::optional<Name> name_;
    platform::Mode mode_ = 0;
};

/// What is to be removed from a directory now, of the names that come after `place`, if it is given; afterwards it is
/// where there may be more.
std::optional<DelayedDeletion> find_surplus(Context& context, DirectoryWork& work, std::optional<ListPlace>& place,
                                            Segment* segment)
{
    const auto after = std::exchange(place, std::nullopt);
    if (context.cancelled) return std::nullopt;
    const auto& deletion = context.job.deletion;
    if (deletion.moment == DeleteMoment::Never || !work.destination) return std::nullopt;
    if (context.troubles.source_unlisted) static_cast<void>(deletion_allowed(context, segment));  // tells it
    if (work.node->state != DestinationState::Existed || work.gone) return std::nullopt;
    if (work.incomplete && !deletion.ignore_errors) {
        static_cast<void>(deletion_allowed(context, segment));  // tells why not
        return std::nullopt;
    }
    // Who lists names has looked at them.
    const bool needs_a_word = deletion.moment == DeleteMoment::Sure && !deletion.force && !deletion.ignore_errors &&
                              !context.job.selection.names;
    if (needs_a_word && is_empty_root(work)) {
        if (platform::has_names(*work.destination).value_or(false))
            context.fail_message(segment, "source is empty, nothing is deleted from \"" +
                                              work.node->destination_path() + "\" (--force says that this is meant)");
        return std::nullopt;
    }
    auto surplus = find_extraneous(context, work, after, segment);
    if (!surplus.names.empty() && !deletion_allowed(context, segment)) return std::nullopt;
    place = std::move(surplus.cut);
    if (surplus.names.empty()) return std::nullopt;
    DelayedDeletion found{work.node, work.path, work.destination_filters, std::move(surplus.names)};
    if (!is_for_the_end(deletion)) return found;
    context.delayed.add(std::move(found));
    return std::nullopt;
}

/// So many subtrees are worth tasks of their own, at most so many tasks.
constexpr int kSeveral = 4;
constexpr std::size_t kPieces = 32;

/// The surplus of one directory on its way out.
struct Removal {
    Removal(Context& the_context, std::shared_ptr<DirectoryWork> the_work, NextStep the_next)
        : context(the_context), work(std::move(the_work)), next(std::move(the_next))
    {
    }

    Context& context;
    std::shared_ptr<DirectoryWork> work;
    NextStep next;
    Segment* rest = nullptr;
    std::atomic<std::size_t> left = 0;
};

class RemovalTask : public Task {
public:
    RemovalTask(std::shared_ptr<Removal> removal, DelayedDeletion part, Segment* segment)
        : removal_(std::move(removal)), part_(std::move(part)), segment_(segment)
    {
    }

    void run(Worker& worker) override
    {
        remove_extraneous(removal_->context, part_, *removal_->work->destination, segment_);
        removal_->context.sequencer.close(segment_);
        if (removal_->left.fetch_sub(1) == 1) removal_->next(worker, removal_->rest);
    }

private:
    std::shared_ptr<Removal> removal_;
    DelayedDeletion part_;
    Segment* segment_;
};

/// `removal` in tasks of their own.
void remove_in_pieces(Context& context, const std::shared_ptr<Removal>& removal, DelayedDeletion found,
                      Segment* segment)
{
    const auto piece = (found.names.size() + kPieces - 1) / kPieces;
    std::vector<std::unique_ptr<Task>> tasks;
    Segment* tail = segment;
    for (std::span<SurplusName> rest(found.names); !rest.empty();) {
        const auto names = rest.first(std::min(piece, rest.size()));
        rest = rest.subspan(names.size());
        tail = context.sequencer.insert_after(tail);
        DelayedDeletion part{found.node, found.path, found.filters, {}};
        std::ranges::move(names, std::back_inserter(part.names));
        tasks.push_back(std::make_unique<RemovalTask>(removal, std::move(part), tail));
    }
    removal->rest = context.sequencer.insert_after(tail);
    removal->left = tasks.size();
    context.sequencer.close(segment);
    context.scheduler.push(std::move(tasks));
}

/// delete_surplus_first() for the names that come after `place`.
void delete_surplus_from(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work,
                         std::optional<ListPlace> place, Segment* segment, NextStep next)
{
    do {
        auto found = find_surplus(context, *work, place, segment);
        if (!found) continue;
        const auto is_directory = [](const SurplusName& name) { return name.type == platform::FileType::Directory; };
        if (std::ranges::count_if(found->names, is_directory) < kSeveral) {
            remove_extraneous(context, *found, *work->destination, segment);
            continue;
        }
        if (place) {
            next = [&context, work, place, next = std::move(next)](Worker& next_worker, Segment* rest) {
                delete_surplus_from(context, next_worker, work, place, rest, next);
            };
        }
        return remove_in_pieces(context, std::make_shared<Removal>(context, work, std::move(next)), std::move(*found),
                                segment);
    } while (place);
    next(worker, segment);
}

}  // namespace

bool deletes_while_walking(const Deletion& deletion)
{
    using enum DeleteMoment;
    if (is_for_the_end(deletion)) return true;
    return (deletion.moment == Sure || deletion.moment == During) && !deletion.limit;
}

void delete_surplus(Context& context, DirectoryWork& work, Segment* segment)
{
    std::optional<ListPlace> place;
    do {
        if (const auto found = find_surplus(context, work, place, segment))
            remove_extraneous(context, *found, *work.destination, segment);
    } while (place);
}

void delete_surplus_first(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work,
                          Segment* segment, NextStep next)
{
    delete_surplus_from(context, worker, work, std::nullopt, segment, std::move(next));
}

void remove_delayed(Context& context, Segment* segment)
{
    auto all = context.delayed.take();
    // rsync's order of directories: each path as if it ended in '/', by bytes.
    std::ranges::sort(all, {}, [](const DelayedDeletion& one) {
        return std::pair(one.path.empty() ? "" : one.path + '/', one.number);
    });
    // Before anything goes: a merge file may be surplus itself, and still protects what is below.
    if (context.job.deletion.moment == DeleteMoment::After) renew_filters(context, all, segment);
    for (auto& one : all) {
        if (context.cancelled) return;
        const OpenedUp opened_up(context, *one.node);
        const auto directory = context.handles.with_room([&] { return one.node->destination(); });
        if (!directory) {
            context.fail(segment, directory.error(), one.node->destination_path());
            continue;
        }
        if (remove_extraneous(context, one, **directory, segment))
            put_times_again(context, *one.node, **directory, segment);
    }
}

void put_times_again(Context& context, DirectoryNode& node, const platform::Directory& directory, Segment* segment)
{
    if (context.job.dry_run || !node.keeps_attributes) return;
    if (!keeps_times(context.job.preservation, platform::FileType::Directory)) return;
    const auto done = platform::set_times(directory, std::nullopt, node.source_metadata.modified);
    if (!done) context.fail(segment, done.error(), node.destination_path());
}

}  // namespace arsync::sync
