#include "sync/filters.h"

#include <array>

#include "sync/source_list.h"

namespace arsync::sync {
namespace {

/// Rules are written by people: what is larger is no file of rules, and may have no end (a device).
constexpr std::size_t kLargestRules = std::size_t{16} << 20;

Result<std::string> read_in(const platform::Directory& directory, NameView name, const platform::PathPolicy& paths)
{
    const auto file = directory.open_trusted_file(name, paths);
    if (!file) return std::unexpected(file.error());
    std::string content;
    std::array<std::byte, 4096> block;
    for (;;) {
        const auto count = file->read_at(content.size(), block);
        if (!count) return std::unexpected(count.error());
        content.append(reinterpret_cast<const char*>(block.data()), *count);
        if (content.size() > kLargestRules) return fail(Operation::Read, std::errc::file_too_large);
        if (*count < block.size()) return content;
    }
}

}  // namespace

std::optional<Filters> enter_filters(Context& context, const Filters& above, const std::string& path,
                                     const std::vector<const platform::Directory*>& directories, Segment* segment)
{
    if (!above || !above->has_directory_rules()) return above;
    const auto read = [&](std::string_view name) -> Result<std::string> {
        const auto valid = Name::make(name);
        if (!valid) return fail(Operation::Open, std::errc::no_such_file_or_directory);
        for (const auto* directory : directories) {
            auto content = context.handles.with_room([&] { return read_in(*directory, *valid, context.job.paths); });
            if (content) return content;
            const bool no_file = content.error().is(std::errc::no_such_file_or_directory) ||
                                 content.error().is(std::errc::is_a_directory);
            // The rules would let any error pass as "no such file": but what it would have kept must not be deleted.
            if (!no_file) {
                context.doubt();
                if (!context.surveying) context.fail(segment, content.error(), joined_path(path, *valid));
                return content;
            }
        }
        return fail(Operation::Open, std::errc::no_such_file_or_directory);
    };
    auto inside = rules::FilterContext::enter(above, path.empty() ? "." : path, read);
    if (inside) return std::move(*inside);
    if (!context.troubles.rules_broken.exchange(true)) {
        context.troubles.rules_unreadable = inside.error().exit_code != 1;
        context.fail_message(segment, inside.error().message);
        context.cancelled = true;
    }
    return std::nullopt;
}

}  // namespace arsync::sync
