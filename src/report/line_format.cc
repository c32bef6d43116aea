#include "report/line_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/clock.h"
#include "platform/process.h"
#include "report/item_line.h"
#include "report/numbers.h"

namespace arsync::report {

namespace {

constexpr std::string_view kEscapes = "%bBcCfGilLmMnoptU";
constexpr unsigned kWidest = 4096;  // a line is not longer than a screenful of them, whatever was typed

NumberStyle style_of(unsigned grouping)
{
    switch (grouping) {
        case 0: return NumberStyle::Plain;
        case 1: return NumberStyle::Grouped;
        case 2: return NumberStyle::Decimal;
        default: return NumberStyle::Binary;
    }
}

/// "rwxr-sr-t".
std::string permissions(platform::Mode mode)
{
    std::string text = "rwxrwxrwx";
    for (unsigned bit = 0; bit < 9; ++bit) {
        if ((mode >> (8 - bit) & 1) == 0) text[bit] = '-';
    }
    const auto special = [&](platform::Mode bit, std::size_t place, char letter) {
        if ((mode & bit) == 0) return;
        text[place] = text[place] == 'x' ? letter : static_cast<char>(letter - 'a' + 'A');
    };
    special(04000, 2, 's');
    special(02000, 5, 's');
    special(01000, 8, 't');
    return text;
}

/// The name in the source as it was typed, without a leading slash.
std::string long_name(const sync::Item& item)
{
    std::string name;
    for (std::string_view rest = item.long_name; !rest.empty();) {
        const std::size_t end = std::min(rest.find('/'), rest.size());
        const std::string_view component = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (component.empty() || component == ".") continue;
        if (!name.empty()) name += '/';
        name += component;
    }
    // A directory whose contents are copied shows as its own ".".
    if (item.path == ".") name += name.empty() ? "." : "/.";
    return name;
}

}  // namespace

LineFormat::LineFormat(std::string_view text, const LineFacts& facts) : facts_(facts)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        Piece piece;
        std::size_t next = at + 1;
        const auto apostrophes = [&] {
            for (; next < text.size() && text[next] == '\''; ++next) ++piece.grouping;
        };
        if (text[at] == '%') {
            apostrophes();
            piece.left = next < text.size() && text[next] == '-';
            if (piece.left) ++next;
            for (; next < text.size() && text[next] >= '0' && text[next] <= '9'; ++next)
                piece.width = std::min(piece.width * 10 + static_cast<unsigned>(text[next] - '0'), kWidest);
            apostrophes();
        }
        if (text[at] != '%' || next >= text.size() || !kEscapes.contains(text[next])) {
            plain += text[at];
            continue;
        }
        if (!plain.empty()) pieces_.push_back({.text = std::exchange(plain, {})});
        piece.escape = text[next];
        pieces_.push_back(std::move(piece));
        at = next;
    }
    if (!plain.empty()) pieces_.push_back({.text = std::move(plain)});
}

bool LineFormat::has(std::string_view escapes) const
{
    return std::ranges::any_of(pieces_,
                               [&](const Piece& piece) { return piece.escape != 0 && escapes.contains(piece.escape); });
}

std::string LineFormat::item(const sync::Item& item) const
{
    std::string name(item.path);
    if (item.metadata.type == platform::FileType::Directory) name += '/';
    return line(&item, name, item.path);
}

std::string LineFormat::deletion(std::string_view path, platform::FileType type) const
{
    std::string name(path);
    if (type == platform::FileType::Directory) name += '/';
    return line(nullptr, name, path);
}

std::string LineFormat::line(const sync::Item* item, std::string_view name, std::string_view path) const
{
    std::string text;
    for (const Piece& piece : pieces_) {
        if (piece.escape == 0) {
            text += piece.text;
            continue;
        }
        const std::string shown = value(piece, item, name, path);
        // A checksum that is not there takes its own place and no more.
        const bool missing = piece.escape == 'C' && shown.find_first_not_of(' ') == std::string::npos;
        const std::size_t padding = piece.width > shown.size() && !missing ? piece.width - shown.size() : 0;
        if (!piece.left) text.append(padding, ' ');
        text += shown;
        if (piece.left) text.append(padding, ' ');
    }
    return text;
}

/// As wide as a checksum also where there is none. What a dry run would transfer has rsync's: zeros.
std::string LineFormat::digest(const sync::Item* item) const
{
    const std::size_t width = digest_width(facts_.digest);
    const bool transferred = item != nullptr && item->update == sync::Update::Transfer;
    if (item == nullptr || facts_.digest == DigestKind::None || !(facts_.digest_of_all || transferred))
        return std::string(width, ' ');
    if (facts_.dry_run && !facts_.digest_of_all) return std::string(width, '0');
    return item->digest.empty() ? std::string(width, ' ') : std::string(item->digest);
}

std::string LineFormat::value(const Piece& piece, const sync::Item* item, std::string_view name,
                              std::string_view path) const
{
    const auto number = [&](std::uint64_t it) { return format_size(it, style_of(piece.grouping)); };
    const auto time = [](std::int64_t seconds, char between) {
        const auto local = platform::local_time(seconds);
        return fmt::format("{:04}/{:02}/{:02}{}{:02}:{:02}:{:02}", local.year, local.month, local.day, between,
                           local.hour, local.minute, local.second);
    };
    switch (piece.escape) {
        case '%': return "%";
        case 'b': return number(item != nullptr && !facts_.dry_run ? item->bytes_copied : 0);
        case 'B': return item != nullptr ? permissions(item->metadata.mode) : "---------";
        case 'c': return number(0);  // checksums of blocks come with a connection only
        case 'C': return digest(item);
        case 'f': return item != nullptr ? long_name(*item) : std::string(path);
        case 'G':
            if (!facts_.groups) return "DEFAULT";
            return fmt::format("{}", item != nullptr ? item->metadata.group : 0);
        case 'i': return item != nullptr ? itemize(*item, facts_.flags_column) : "*deleting  ";
        case 'l': return number(item != nullptr ? item->metadata.size : 0);
        case 'L': return item != nullptr ? where_it_leads(*item) : "";
        case 'M': return time(item != nullptr ? item->metadata.modified.seconds : 0, '-');
        case 'n': return std::string(name);
        case 'o': return item == nullptr ? "del." : facts_.from_batch ? "recv" : "send";
        case 'p': return fmt::format("{}", platform::process_id());
        case 't': return time(platform::now().seconds, ' ');
        case 'U': return fmt::format("{}", item != nullptr && facts_.owners ? item->metadata.user : 0);
        default: return "";  // %m: the module of a daemon
    }
}

}  // namespace arsync::report
