// Which names are one name, how they come back, and how links are kept out.
#include "probe.h"

#include <sys/socket.h>
#include <sys/stdio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace probe {
namespace {

constexpr const char* kComposed = "\xc3\xa9";     // é
constexpr const char* kDecomposed = "e\xcc\x81";  // e and a combining accent

int create(const std::string& path)
{
    const Fd fd(path.c_str(), O_WRONLY | O_CREAT | O_EXCL);
    return fd >= 0 ? 0 : -1;
}

std::string in(const std::string& directory, std::string_view name)
{
    return "names/" + directory + '/' + std::string(name);
}

// Makes a file called `first` in a new directory and looks whether `second` is it.
void tell_equality(const std::string& what, const char* first, const char* second)
{
    const std::string folder = "pair";
    ::mkdir("names/pair", 0755);
    const auto made = outcome(create(in(folder, first)));
    const bool same = exists(in(folder, second).c_str());
    const auto again = outcome(create(in(folder, second)));
    tell(what,
         made + ", " + (same ? "the same" : "another") + ", created: " + again + ", listed: " + names_in("names/pair"));
    remove_all("names/pair");
}

void tell_bytes(const std::string& what, const std::string& name)
{
    ::mkdir("names/bytes", 0755);
    const auto made = outcome(create(in("bytes", name)));
    auto listed = names_in("names/bytes");
    if (listed.size() > 60) listed = std::to_string(listed.size()) + " characters";
    tell(what, made + (listed.empty() ? "" : ", listed: " + listed));
    remove_all("names/bytes");
}

void tell_unicode()
{
    tell_equality("a and A", "a", "A");
    tell_equality("composed, then decomposed", kComposed, kDecomposed);
    tell_equality("decomposed, then composed", kDecomposed, kComposed);
    tell_equality("composed, then its capital", kComposed, "\xc3\x89");
    tell_equality("sharp s and ss", "\xc3\x9f", "ss");
    tell_equality("k and the Kelvin sign", "k", "\xe2\x84\xaa");
    tell_equality("i and capital dotted I", "i", "\xc4\xb0");
    tell_equality("final and other sigma", "\xcf\x82", "\xcf\x83");
    tell_equality("fi and its ligature", "fi", "\xef\xac\x81");
    tell_equality("Greek with two marks in both orders", "a\xcc\x81\xcc\xa3", "a\xcc\xa3\xcc\x81");
    tell_bytes("byte ff", "\xff");
    tell_bytes("half a character", "a\xc3");
    tell_bytes("overlong slash", "\xc0\xaf");
    tell_bytes("surrogate", "\xed\xa0\x80");
    tell_bytes("unassigned U+0378", "\xcd\xb8");
    tell_bytes("noncharacter U+FFFF", "\xef\xbf\xbf");
    tell_bytes("beyond U+FFFF", "\xf0\x9f\x98\x80");
    tell_bytes("private use", "\xee\x80\x80");
    tell_bytes("newline", "a\nb");
    tell_bytes("colon", "a:b");
    tell_bytes("trailing blank", "a ");
    tell_bytes("trailing dot", "a.");
    tell_bytes("starting with ._", "._a");
    std::string many;
    for (int i = 0; i < 255; ++i) many += kComposed;
    tell_bytes("255 letters", std::string(255, 'a'));
    tell_bytes("256 letters", std::string(256, 'a'));
    tell_bytes("127 composed letters", many.substr(0, 254));
    tell_bytes("128 composed letters", many.substr(0, 256));
    tell_bytes("255 composed letters", many);
}

void tell_spelling()
{
    ::mkdir("names/spelling", 0755);
    create(in("spelling", "name"));
    tell_outcome("rename to another spelling of itself", ::rename("names/spelling/name", "names/spelling/NAME"));
    tell("listed", names_in("names/spelling"));
    create(in("spelling", "temporary"));
    tell_outcome("rename over another spelling", ::rename("names/spelling/temporary", "names/spelling/Name"));
    tell("listed", names_in("names/spelling"));
    tell_outcome("RENAME_EXCL to another spelling of itself",
                 ::renameatx_np(AT_FDCWD, "names/spelling/Name", AT_FDCWD, "names/spelling/nAME", RENAME_EXCL));
    tell("listed", names_in("names/spelling"));
    create(in("spelling", "temporary"));
    tell_outcome("RENAME_EXCL over another spelling",
                 ::renameatx_np(AT_FDCWD, "names/spelling/temporary", AT_FDCWD, "names/spelling/NaMe", RENAME_EXCL));
    remove_all("names/spelling/temporary");
    tell_outcome("link to another spelling of itself", ::link("names/spelling/Name", "names/spelling/nAmE"));
    tell("listed", names_in("names/spelling"));
    tell_outcome("mkdir of another spelling", ::mkdir("names/spelling/NAMe", 0755));
}

void tell_socket()
{
    const auto make = find_function<decltype(::socket)>("socket");
    const auto bind = find_function<decltype(::bind)>("bind");
    if (make == nullptr || bind == nullptr) return tell("socket by bind", "not here");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "open/bound");
    const Fd socket(make(AF_UNIX, SOCK_STREAM, 0));
    tell_outcome("socket by bind", bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    tell_outcome("socket, O_RDONLY", Fd("open/bound", O_RDONLY | O_NONBLOCK));
    // A directory by device and inode, which makes a short path of each.
    const auto folder = look("open");
    const auto by_number = "/.vol/" + std::to_string(folder.st_dev) + '/' + std::to_string(folder.st_ino);
    tell("directory below /.vol", look(by_number.c_str()).st_ino == folder.st_ino);
    std::snprintf(address.sun_path, sizeof address.sun_path, "%s/by number", by_number.c_str());
    const Fd other(make(AF_UNIX, SOCK_STREAM, 0));
    tell_outcome("socket by bind below /.vol",
                 bind(other, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    tell("mode of it", hex(look("open/by number").st_mode));
    tell_outcome("bind once more",
                 bind(Fd(make(AF_UNIX, SOCK_STREAM, 0)), reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

}  // namespace

void probe_names()
{
    tell_unicode();
    tell_spelling();
}

void probe_open()
{
    write_file("open/file", "data");
    ::mkdir("open/directory", 0755);
    write_file("open/directory/file", "data");
    ::symlink("file", "open/link");
    ::symlink("directory", "open/directory link");
    ::mkfifo("open/fifo", 0644);
    static constexpr struct {
        const char* name;
        const char* path;
        int flags;
    } kOpens[] = {
        {"link, O_NOFOLLOW", "open/link", O_RDONLY | O_NOFOLLOW},
        {"link, O_NOFOLLOW_ANY", "open/link", O_RDONLY | O_NOFOLLOW_ANY},
        {"link, both", "open/link", O_RDONLY | O_NOFOLLOW | O_NOFOLLOW_ANY},
        {"link, O_SYMLINK", "open/link", O_RDONLY | O_SYMLINK},
        {"link, O_SYMLINK and O_NOFOLLOW", "open/link", O_RDONLY | O_SYMLINK | O_NOFOLLOW},
        {"link, O_SYMLINK and O_NOFOLLOW_ANY", "open/link", O_RDONLY | O_SYMLINK | O_NOFOLLOW_ANY},
        {"link, O_SYMLINK to write", "open/link", O_RDWR | O_SYMLINK},
        {"link, created exclusively, O_NOFOLLOW_ANY", "open/link", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW_ANY},
        {"link to a directory, O_DIRECTORY and O_NOFOLLOW_ANY", "open/directory link",
         O_RDONLY | O_DIRECTORY | O_NOFOLLOW_ANY},
        {"link to a directory, O_DIRECTORY and O_NOFOLLOW", "open/directory link", O_RDONLY | O_DIRECTORY | O_NOFOLLOW},
        {"behind a link, O_NOFOLLOW", "open/directory link/file", O_RDONLY | O_NOFOLLOW},
        {"behind a link, O_NOFOLLOW_ANY", "open/directory link/file", O_RDONLY | O_NOFOLLOW_ANY},
        {"file, O_NOFOLLOW_ANY", "open/file", O_RDONLY | O_NOFOLLOW_ANY},
        {"file, O_SYMLINK", "open/file", O_RDONLY | O_SYMLINK},
        {"file, O_DIRECTORY", "open/file", O_RDONLY | O_DIRECTORY},
        {"directory, to write", "open/directory", O_RDWR},
        {"fifo, O_NONBLOCK", "open/fifo", O_RDONLY | O_NONBLOCK},
    };
    for (const auto& one : kOpens) tell_outcome(one.name, Fd(one.path, one.flags));
    struct stat facts{};
    tell_outcome("fstatat behind a link, AT_SYMLINK_NOFOLLOW_ANY",
                 ::fstatat(AT_FDCWD, "open/directory link/file", &facts, AT_SYMLINK_NOFOLLOW_ANY));
    tell_outcome("socket by mknod", ::mknodat(AT_FDCWD, "open/socket", S_IFSOCK | 0644, 0));
    tell_outcome("fifo by mknod", ::mknodat(AT_FDCWD, "open/made fifo", S_IFIFO | 0644, 0));
    tell_outcome("fifo by mkfifoat", ::mkfifoat(AT_FDCWD, "open/second fifo", 0644));
    tell_outcome("device by mknod", ::mknodat(AT_FDCWD, "open/device", S_IFCHR | 0644, makedev(3, 2)));
    tell_socket();
    tell_outcome("linkat of a link", ::linkat(AT_FDCWD, "open/link", AT_FDCWD, "open/link linked", 0));
    tell("that is a link", S_ISLNK(look("open/link linked").st_mode));
    tell_outcome("linkat of a fifo", ::linkat(AT_FDCWD, "open/fifo", AT_FDCWD, "open/fifo linked", 0));
    tell_outcome("linkat of a directory", ::linkat(AT_FDCWD, "open/directory", AT_FDCWD, "open/linked", 0));
    tell_outcome("unlink of a directory", ::unlink("open/directory"));
    tell_outcome("rmdir of one that is not empty", ::rmdir("open/directory"));
    const auto folder = look("open");
    tell("group of a new file is the directory's", look("open/file").st_gid == folder.st_gid);
}

void probe_rename()
{
    const auto rename = [](const char* from, const char* to, unsigned flags) {
        return outcome(::renameatx_np(AT_FDCWD, from, AT_FDCWD, to, flags));
    };
    write_file("rename/a", "a");
    write_file("rename/b", "b");
    ::mkdir("rename/directory", 0755);
    write_file("rename/directory/file", "data");
    ::mkdir("rename/empty", 0755);
    tell("RENAME_EXCL onto a file", rename("rename/a", "rename/b", RENAME_EXCL));
    tell("RENAME_EXCL to a new name", rename("rename/a", "rename/c", RENAME_EXCL));
    tell("RENAME_SWAP of two files", rename("rename/b", "rename/c", RENAME_SWAP));
    tell("content then", read_file("rename/b") + read_file("rename/c"));
    tell("RENAME_SWAP of a file and a directory", rename("rename/b", "rename/empty", RENAME_SWAP));
    write_file("rename/c", "c");  // where the volume has neither, it is not there yet
    tell("RENAME_SWAP with nothing", rename("rename/c", "rename/nothing", RENAME_SWAP));
    tell("both at once", rename("rename/c", "rename/d", RENAME_EXCL | RENAME_SWAP));
    tell("an unknown flag", rename("rename/c", "rename/d", 0x8000));
    tell("file onto a directory", rename("rename/c", "rename/directory", 0));
    tell("directory onto a file", rename("rename/directory", "rename/c", 0));
    write_file("rename/one", "data");
    ::link("rename/one", "rename/same");
    tell("onto another name of the same file", rename("rename/one", "rename/same", 0));
    tell("both names are left", exists("rename/one") && exists("rename/same"));
    if (!other_place.empty()) tell("to the other volume", rename("rename/c", (other_place + "/c").c_str(), 0));
}

}  // namespace probe
