// getattrlistbulk(2), mount points and firmlinks.
#include "probe.h"

#include <dirent.h>
#include <sys/attr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace probe {
namespace {

constexpr attrgroup_t kWanted =
    ATTR_CMN_RETURNED_ATTRS | ATTR_CMN_NAME | ATTR_CMN_ERROR | ATTR_CMN_OBJTYPE | ATTR_CMN_FILEID;

struct Bulk {
    std::vector<std::string> names;
    std::string counts;  // of the calls
    int error = 0;
};

template <class Value>
Value at(const char* bytes)
{
    Value value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

// The name is found by its reference: behind the length, the returned set, and the error if there is one.
std::string name_of(const char* record)
{
    const auto returned = at<attribute_set_t>(record + 4);
    const char* reference =
        record + 4 + sizeof(attribute_set_t) + ((returned.commonattr & ATTR_CMN_ERROR) != 0 ? 4 : 0);
    const auto where = at<attrreference_t>(reference);
    return reference + where.attr_dataoffset;
}

Bulk list(int directory, std::size_t size, std::uint64_t options)
{
    Bulk result;
    std::vector<char> buffer(size);
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.commonattr = kWanted;
    for (;;) {
        const int count = ::getattrlistbulk(directory, &wanted, buffer.data(), buffer.size(), options);
        if (count == -1) result.error = errno;
        if (count <= 0) return result;
        result.counts += (result.counts.empty() ? "" : " ") + std::to_string(count);
        const char* record = buffer.data();
        for (int i = 0; i < count; ++i) {
            result.names.push_back(name_of(record));
            record += at<std::uint32_t>(record);
        }
    }
}

void tell_layout(const char* key, std::uint64_t options)
{
    const Fd directory("listing/one", O_RDONLY | O_DIRECTORY);
    alignas(8) char buffer[4096];
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.commonattr = kWanted;
    const int count = ::getattrlistbulk(directory, &wanted, buffer, sizeof buffer, options);
    if (count != 1) return tell(key, count == -1 ? outcome(-1) : std::to_string(count) + " entries");
    const auto returned = at<attribute_set_t>(buffer + 4);
    std::string words = "length " + std::to_string(at<std::uint32_t>(buffer));
    words += ", returned " + hex(returned.commonattr);
    // What stands at which place of the record tells the order of the attributes.
    const auto inode = look("listing/one/name").st_ino;
    for (std::size_t place = 24; place + 8 <= at<std::uint32_t>(buffer); place += 4) {
        const auto reference = at<attrreference_t>(buffer + place);
        const auto data = static_cast<std::int64_t>(place) + reference.attr_dataoffset;
        if (reference.attr_length == 5 && data > 0 && data < 4000 && std::strcmp(buffer + data, "name") == 0)
            words += ", name at " + std::to_string(place) + " with its bytes at " + std::to_string(data);
        if (at<std::uint64_t>(buffer + place) == inode) words += ", file id at " + std::to_string(place);
    }
    tell(key, words);
}

std::string order_of(const std::vector<std::string>& names)
{
    bool by_name = true;
    for (std::size_t i = 1; i < names.size(); ++i) by_name = by_name && names[i - 1] < names[i];
    return by_name ? "by name" : "another";
}

void tell_bulk()
{
    ::mkdir("listing/many", 0755);
    for (int i = 0; i < 1000; ++i) {
        // Not made in the order of their names.
        const auto path = "listing/many/file-" + std::to_string(1000 + (i * 389) % 1000);
        const Fd fd(path.c_str(), O_WRONLY | O_CREAT);
    }
    const Fd directory("listing/many", O_RDONLY | O_DIRECTORY);
    const auto listed = list(directory, 65536, 0);
    tell("1000 files, 64 KiB: entries in each call", std::string_view(listed.counts));
    tell("entries in all", static_cast<std::int64_t>(listed.names.size()));
    tell("order", order_of(listed.names));
    bool dots = false;
    for (const auto& name : listed.names) dots = dots || name == "." || name == "..";
    tell(". or .. among them", dots);
    tell("again without lseek", static_cast<std::int64_t>(list(directory, 65536, 0).names.size()));
    ::lseek(directory, 0, SEEK_SET);
    tell("again after lseek", static_cast<std::int64_t>(list(directory, 65536, 0).names.size()));
    ::lseek(directory, 0, SEEK_SET);
    const auto small = list(directory, 48, 0);
    tell("buffer of 48 bytes", small.error != 0 ? error_name(small.error) : small.counts.substr(0, 5));
    ::mkdir("listing/empty", 0755);
    const Fd empty("listing/empty", O_RDONLY | O_DIRECTORY);
    const auto nothing = list(empty, 65536, 0);
    tell("empty directory", nothing.error != 0 ? error_name(nothing.error) : std::to_string(nothing.names.size()));
    ::rmdir("listing/empty");
    ::lseek(empty, 0, SEEK_SET);
    const auto removed = list(empty, 65536, 0);
    tell("removed directory", removed.error != 0 ? error_name(removed.error) : std::to_string(removed.names.size()));
    const Fd file("listing/many/file-1000", O_RDONLY);
    tell("of a file", error_name(list(file, 65536, 0).error));
}

void tell_mount_status(const char* path)
{
    struct __attribute__((packed, aligned(4))) {
        std::uint32_t length;
        std::uint32_t status;
    } answer{};
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.dirattr = ATTR_DIR_MOUNTSTATUS;
    const Fd fd(path, O_RDONLY | O_DIRECTORY);
    const auto name = std::string("mount status of ") + path;
    const int opened = ::fgetattrlist(fd, &wanted, &answer, sizeof answer, 0);
    tell(name + " by descriptor", opened == -1 ? outcome(-1) : hex(answer.status));
    answer.status = 0;
    const int named = ::getattrlistat(AT_FDCWD, path, &wanted, &answer, sizeof answer, FSOPT_NOFOLLOW);
    tell(name + " by name", named == -1 ? outcome(-1) : hex(answer.status));
}

void tell_firmlink(const char* path, const char* second_path)
{
    const auto facts = look(path);
    const auto second = look(second_path);
    tell(std::string("flags of ") + path, facts.st_mode == 0 ? std::string("not there") : hex(facts.st_flags));
    tell(std::string("flags of ") + second_path, second.st_mode == 0 ? std::string("not there") : hex(second.st_flags));
    tell("they are one file", facts.st_mode != 0 && facts.st_dev == second.st_dev && facts.st_ino == second.st_ino);
    tell(std::string("device of / and ") + path + " is one", look("/").st_dev == facts.st_dev);
}

}  // namespace

void probe_listing()
{
    ::mkdir("listing/one", 0755);
    write_file("listing/one/name", "data");
    tell_layout("one entry", 0);
    tell_layout("one entry, FSOPT_PACK_INVAL_ATTRS", FSOPT_PACK_INVAL_ATTRS);
    tell_bulk();
}

void probe_mounts()
{
    for (const char* path : {"/", "/System/Volumes/Data", "/dev", "/Users", "."}) tell_mount_status(path);
    tell_firmlink("/Users", "/System/Volumes/Data/Users");
    tell_firmlink("/Applications", "/System/Volumes/Data/Applications");
    tell_firmlink("/private", "/System/Volumes/Data/private");
    const auto root = look("/");
    const auto data = look("/System/Volumes/Data");
    tell("/ and /System/Volumes/Data are one device", root.st_dev == data.st_dev);
    note("inodes of / and /System/Volumes/Data", std::to_string(root.st_ino) + ' ' + std::to_string(data.st_ino));
    const Fd guarded("/Library/Application Support/com.apple.TCC/TCC.db", O_RDONLY);
    note("a file that needs Full Disk Access", guarded >= 0 ? "ok" : error_name(errno));
}

}  // namespace probe
