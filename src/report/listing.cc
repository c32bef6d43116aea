#include "report/listing.h"

#include <fmt/format.h>

#include "platform/clock.h"
#include "report/escape.h"
#include "report/numbers.h"

namespace arsync::report {

namespace {

using platform::FileType;

constexpr int kTimeWidth = 19;

char type_letter(FileType type)
{
    switch (type) {
        case FileType::Directory: return 'd';
        case FileType::Symlink: return 'l';
        case FileType::Fifo: return 'p';
        case FileType::Socket: return 's';
        case FileType::CharacterDevice: return 'c';
        case FileType::BlockDevice: return 'b';
        case FileType::Regular:
        case FileType::Unknown: return '-';
    }
    return '-';
}

std::string time_text(const Timestamp& time)
{
    const auto local = platform::local_time(time.seconds);
    return fmt::format("{:04}/{:02}/{:02} {:02}:{:02}:{:02}", local.year, local.month, local.day, local.hour,
                       local.minute, local.second);
}

}  // namespace

std::string mode_string(FileType type, platform::Mode mode)
{
    std::string text{type_letter(type)};
    for (unsigned shift = 6; text.size() < 10; shift -= 3) {
        const unsigned bits = unsigned{mode} >> shift;
        text += (bits & 4U) != 0 ? 'r' : '-';
        text += (bits & 2U) != 0 ? 'w' : '-';
        text += (bits & 1U) != 0 ? 'x' : '-';
        if (shift == 0) break;
    }
    const auto special = [&](unsigned bit, std::size_t column, char letter, char without_x) {
        if ((mode & bit) != 0) text[column] = text[column] == 'x' ? letter : without_x;
    };
    special(04000, 3, 's', 'S');
    special(02000, 6, 's', 'S');
    special(01000, 9, 't', 'T');
    return text;
}

std::string listing_line(const sync::Listed& listed, const Settings& settings)
{
    // Without separators in its numbers rsync makes the column as narrow as of old.
    const int width = settings.numbers == NumberStyle::Plain ? 11 : 14;
    std::string name = escape(listed.path, settings.eight_bit);
    const int times = settings.access_column ? 2 * kTimeWidth + 1 : kTimeWidth;
    if (listed.missing) return fmt::format("{:<{}} {}", "*missing", 10 + 1 + width + 1 + times, name);
    if (!listed.link_target.empty()) name.append(" -> ").append(escape(listed.link_target, settings.eight_bit));
    std::string time = time_text(listed.metadata.modified);
    if (settings.access_column && listed.metadata.type != FileType::Directory)
        time.append(" ").append(time_text(listed.metadata.accessed));
    return fmt::format("{} {:>{}} {:<{}} {}", mode_string(listed.metadata.type, listed.metadata.mode),
                       format_size(listed.metadata.size, settings.numbers), width, time, times, name);
}

}  // namespace arsync::report
