// acl(3): what absence looks like, whether lists keep their bytes, what is inherited.
#include "acls.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "probe.h"

namespace probe {
namespace {

// The group "everyone" (12), the same on each Mac: ABCDEFAB-CDEF-ABCD-EFAB-CDEF0000000C.
constexpr std::array<unsigned char, 16> kEveryone = {0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef, 0xab, 0xcd,
                                                     0xef, 0xab, 0xcd, 0xef, 0x00, 0x00, 0x00, 0x0c};

std::vector<char> bytes_of(acl_t acl)
{
    std::vector<char> bytes(static_cast<std::size_t>(std::max<ssize_t>(::acl_size(acl), 0)));
    const auto written = ::acl_copy_ext(bytes.data(), acl, static_cast<ssize_t>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    return bytes;
}

void tell_absence()
{
    write_file("acl/plain", "data");
    tell("none on a file", entries_of("acl/plain"));
    ::mkdir("acl/directory", 0755);
    tell("none on a directory", entries_of("acl/directory"));
    ::symlink("plain", "acl/link");
    ::mkfifo("acl/fifo", 0644);
    errno = 0;
    acl_t acl = ::acl_get_link_np("acl/link", ACL_TYPE_EXTENDED);
    tell("none on a link", acl == nullptr ? "none (" + error_name(errno) + ')' : describe(acl));
    errno = 0;
    acl = ::acl_get_link_np("acl/fifo", ACL_TYPE_EXTENDED);
    tell("none on a fifo", acl == nullptr ? "none (" + error_name(errno) + ')' : describe(acl));
    const Fd link("acl/link", O_RDONLY | O_SYMLINK);
    errno = 0;
    acl = ::acl_get_fd_np(link, ACL_TYPE_EXTENDED);
    tell("none on a link opened with O_SYMLINK", acl == nullptr ? "none (" + error_name(errno) + ')' : describe(acl));
    acl_t entry = one_entry(0);
    if (entry != nullptr) {
        tell_outcome("set on a link opened with O_SYMLINK", ::acl_set_fd_np(link, entry, ACL_TYPE_EXTENDED));
        tell_outcome("set on a link by name", ::acl_set_link_np("acl/link", ACL_TYPE_EXTENDED, entry));
        tell_outcome("set on a fifo by name", ::acl_set_file("acl/fifo", ACL_TYPE_EXTENDED, entry));
        ::acl_free(entry);
    }
}

void tell_empty_list()
{
    write_file("acl/emptied", "data");
    tell_outcome("set", give_acl("acl/emptied", 0));
    tell("entries", entries_of("acl/emptied"));
    tell("mode with it", hex(look("acl/emptied").st_mode & 07777U));
    ::chmod("acl/emptied", 0600);
    tell("entries after chmod", entries_of("acl/emptied"));
    const Fd fd("acl/emptied", O_RDONLY);
    if (acl_t none = ::acl_init(0); none != nullptr) {
        tell_outcome("empty list set", ::acl_set_fd_np(fd, none, ACL_TYPE_EXTENDED));
        tell("entries after that", entries_of("acl/emptied"));
        tell("bytes of an empty list", static_cast<std::int64_t>(bytes_of(none).size()));
        ::acl_free(none);
    }
}

void tell_round_trip()
{
    write_file("acl/original", "data");
    write_file("acl/copy", "data");
    give_acl("acl/original", 0);
    const Fd from("acl/original", O_RDONLY);
    const Fd to("acl/copy", O_RDONLY);
    acl_t acl = ::acl_get_fd_np(from, ACL_TYPE_EXTENDED);
    if (acl == nullptr) return tell("round trip", std::string_view(outcome(-1)));
    const auto bytes = bytes_of(acl);
    tell("bytes of one entry", static_cast<std::int64_t>(bytes.size()));
    acl_t parsed = ::acl_copy_int(bytes.data());
    tell("acl_copy_int", parsed == nullptr ? outcome(-1) : describe(parsed));
    if (parsed != nullptr) {
        tell_outcome("set on the other file", ::acl_set_fd_np(to, parsed, ACL_TYPE_EXTENDED));
        acl_t again = ::acl_get_fd_np(to, ACL_TYPE_EXTENDED);
        tell("same bytes there", again != nullptr && bytes_of(again) == bytes);
        if (again != nullptr) ::acl_free(again);
        ::acl_free(parsed);
    }
    ::acl_free(acl);
}

void tell_inheritance()
{
    ::mkdir("acl/parent", 0755);
    give_acl("acl/parent", ACL_ENTRY_FILE_INHERIT | ACL_ENTRY_DIRECTORY_INHERIT);
    tell("parent", entries_of("acl/parent"));
    write_file("acl/parent/file", "data");
    ::mkdir("acl/parent/directory", 0755);
    ::symlink("file", "acl/parent/link");
    ::mkfifo("acl/parent/fifo", 0644);
    tell("new file in it", entries_of("acl/parent/file"));
    tell("new directory in it", entries_of("acl/parent/directory"));
    write_file("acl/moved", "data");
    ::rename("acl/moved", "acl/parent/moved");
    tell("file moved into it", entries_of("acl/parent/moved"));
    ::link("acl/plain", "acl/parent/linked");
    tell("file linked into it", entries_of("acl/parent/linked"));
    const Fd created("acl/parent/private", O_RDWR | O_CREAT | O_EXCL, 0);
    tell("new file of mode 0", entries_of("acl/parent/private"));
}

}  // namespace

acl_t one_entry(unsigned flags)
{
    acl_t acl = ::acl_init(1);
    if (acl == nullptr) return nullptr;
    acl_entry_t entry = nullptr;
    acl_permset_t permissions = nullptr;
    acl_flagset_t set = nullptr;
    const bool made = ::acl_create_entry(&acl, &entry) == 0 && ::acl_set_tag_type(entry, ACL_EXTENDED_ALLOW) == 0 &&
                      ::acl_set_qualifier(entry, kEveryone.data()) == 0 &&
                      ::acl_get_permset(entry, &permissions) == 0 &&
                      ::acl_add_perm(permissions, ACL_READ_ATTRIBUTES) == 0 &&
                      ::acl_set_permset(entry, permissions) == 0 && ::acl_get_flagset_np(entry, &set) == 0;
    if (!made) {
        tell("cannot make an acl", std::string_view(outcome(-1)));
        ::acl_free(acl);
        return nullptr;
    }
    for (const unsigned flag : {ACL_ENTRY_FILE_INHERIT, ACL_ENTRY_DIRECTORY_INHERIT}) {
        if ((flags & flag) != 0) ::acl_add_flag_np(set, static_cast<acl_flag_t>(flag));
    }
    ::acl_set_flagset_np(entry, set);
    return acl;
}

int give_acl(const char* path, unsigned flags)
{
    acl_t acl = one_entry(flags);
    if (acl == nullptr) return -1;
    const int result = ::acl_set_file(path, ACL_TYPE_EXTENDED, acl);
    const int code = errno;
    ::acl_free(acl);
    errno = code;
    return result;
}

std::string describe(acl_t acl)
{
    std::string words;
    std::int64_t count = 0;
    acl_entry_t entry = nullptr;
    for (int which = ACL_FIRST_ENTRY; ::acl_get_entry(acl, which, &entry) == 0; which = ACL_NEXT_ENTRY) {
        ++count;
        acl_tag_t tag = ACL_UNDEFINED_TAG;
        acl_flagset_t flags = nullptr;
        ::acl_get_tag_type(entry, &tag);
        words += tag == ACL_EXTENDED_ALLOW ? " allow" : tag == ACL_EXTENDED_DENY ? " deny" : " other";
        if (::acl_get_flagset_np(entry, &flags) != 0) continue;
        if (::acl_get_flag_np(flags, ACL_ENTRY_INHERITED) == 1) words += "-inherited";
        if (::acl_get_flag_np(flags, ACL_ENTRY_FILE_INHERIT) == 1) words += "-files";
        if (::acl_get_flag_np(flags, ACL_ENTRY_DIRECTORY_INHERIT) == 1) words += "-directories";
    }
    return std::to_string(count) + ':' + words;
}

std::string entries_of(const char* path)
{
    errno = 0;
    acl_t acl = ::acl_get_file(path, ACL_TYPE_EXTENDED);
    if (acl == nullptr) return "none (" + error_name(errno) + ')';
    auto words = describe(acl);
    ::acl_free(acl);
    return words;
}

void probe_acl()
{
    tell_absence();
    tell_empty_list();
    tell_round_trip();
    tell_inheritance();
}

}  // namespace probe
