#include "report/item_line.h"

#include "report/escape.h"

namespace arsync::report {

namespace {

using platform::FileType;
using sync::Change;
using sync::Update;

char update_letter(Update update)
{
    switch (update) {
        case Update::None: return '.';
        case Update::Transfer: return '>';
        case Update::LocalChange: return 'c';
        case Update::HardLink: return 'h';
    }
    return '?';
}

char type_letter(FileType type)
{
    switch (type) {
        case FileType::Directory: return 'd';
        case FileType::Symlink: return 'L';
        case FileType::CharacterDevice:
        case FileType::BlockDevice: return 'D';
        case FileType::Fifo:
        case FileType::Socket: return 'S';
        case FileType::Regular:
        case FileType::Unknown: return 'f';
    }
    return 'f';
}

}  // namespace

std::string itemize(const sync::Item& item, bool flags_column)
{
    const std::size_t width = flags_column ? 10 : 9;
    std::string columns{update_letter(item.update), type_letter(item.metadata.type)};
    const sync::Changes changes = item.changes;
    if (changes.has(Change::Created)) return columns.append(width, '+');
    // A transfer with nothing to tell keeps its dots; where no data moved, rsync leaves the columns empty.
    if (changes.none() && item.update != Update::Transfer) return columns.append(width, ' ');
    const auto column = [&](Change change, char letter) { columns += changes.has(change) ? letter : '.'; };
    column(Change::Content, 'c');
    column(Change::Size, 's');
    columns += changes.has(Change::Time) ? 't' : changes.has(Change::TransferTime) ? 'T' : '.';
    column(Change::Mode, 'p');
    column(Change::User, 'o');
    column(Change::Group, 'g');
    column(Change::AccessTime, 'u');
    if (changes.has(Change::CreationTime)) columns.back() = changes.has(Change::AccessTime) ? 'b' : 'n';
    column(Change::Acl, 'a');
    column(Change::Xattr, 'x');
    if (flags_column) column(Change::Flags, 'f');
    return columns;
}

std::string shown_name(std::string_view path, platform::FileType type, bool eight_bit)
{
    std::string name = escape(path, eight_bit);
    if (type == platform::FileType::Directory) name += '/';
    return name;
}

std::string where_it_leads(const sync::Item& item)
{
    if (item.link_target.empty()) return "";
    if (item.update == Update::HardLink && !item.in_place) return " => " + std::string(item.link_target);
    if (item.metadata.type == FileType::Symlink) return " -> " + std::string(item.link_target);
    return "";
}

bool is_changed(const sync::Item& item)
{
    if (item.as_before) return false;
    switch (item.update) {
        case Update::None: return !item.changes.none();
        case Update::HardLink: return !item.in_place || !item.changes.none();
        case Update::Transfer:
        case Update::LocalChange: return true;
    }
    return true;
}

bool is_updated(const sync::Item& item)
{
    if (item.update != Update::None || item.as_before) return is_changed(item);
    auto changes = item.changes;
    if (item.metadata.type != platform::FileType::Directory) changes.remove(sync::Change::Xattr);
    return item.mended || !changes.none();
}

bool is_exact_copy(const sync::Item& item)
{
    return item.update == Update::LocalChange && item.metadata.type == FileType::Regular &&
           item.changes == sync::Changes().add(sync::Change::TransferTime);
}

bool is_named(const sync::Item& item)
{
    if (!is_changed(item)) return false;
    return item.update != Update::None || item.metadata.type == FileType::Directory;
}

}  // namespace arsync::report
