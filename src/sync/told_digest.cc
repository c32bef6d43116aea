#include "sync/told_digest.h"

#include <limits>
#include <memory>

#include "base/digest.h"
#include "base/page_buffer.h"
#include "sync/file_blocks.h"
#include "sync/source_links.h"

namespace arsync::sync {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;

bool is_wanted(const EntryState& state, Update update, bool untouched)
{
    const auto& job = state.context.job;
    if (job.digests.kind == DigestKind::None || state.source.type != platform::FileType::Regular) return false;
    if (job.digests.of_all_files) return true;
    // Which member of a group is told as transferred is decided later.
    return !job.dry_run && (update == Update::Transfer || (state.group && !untouched));
}

/// Of what --append adds, rsync tells the checksum of that alone.
std::uint64_t first_byte(const EntryState& state)
{
    const auto& job = state.context.job;
    const bool appended = job.writing.append == Writing::Append::Blindly && state.present &&
                          state.present->type == platform::FileType::Regular && state.present->size < state.source.size;
    return appended && !job.digests.of_all_files ? state.present->size : 0;
}

std::string digest_of(const platform::File& file, std::uint64_t at, const Context& context)
{
    constexpr auto kEnd = std::numeric_limits<std::uint64_t>::max();
    Digest digest(context.job.digests.kind);
    const auto block = make_page_buffer(kBlock);
    const auto read = read_blocks(file, {at, kEnd}, {block.get(), kBlock}, context.cancelled, digest);
    return read ? digest.text() : std::string();
}

}  // namespace

std::string told_digest(const EntryState& state, Update update, bool untouched)
{
    if (!is_wanted(state, update, untouched)) return {};
    auto& context = state.context;
    if (state.open && !state.open->attributes) return digest_of(state.open->file, first_byte(state), context);
    const auto opened = context.handles.with_room(
        [&] { return open_shown_file(context, *state.work->node, state.source_directory(), state.entry.name); });
    return opened ? digest_of(opened->file, first_byte(state), context) : std::string();
}

}  // namespace arsync::sync
