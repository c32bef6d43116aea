// chflags(2): who may set which flag, and what they forbid. Times: which ones move which, and how exact they are.
#include "probe.h"

#include <sys/attr.h>
#include <sys/clonefile.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <string>

#include "acls.h"

namespace probe {
namespace {

template <class Value>
int set_attribute(const char* path, attrgroup_t attribute, Value value)
{
    attrlist which{};
    which.bitmapcount = ATTR_BIT_MAP_COUNT;
    which.commonattr = attribute;
    return ::setattrlist(path, &which, &value, sizeof value, FSOPT_NOFOLLOW);
}

int set_flags(const char* path, std::uint32_t flags)
{
    return set_attribute(path, ATTR_CMN_FLAGS, flags);
}

int open_and_close(const char* path, int flags)
{
    const Fd fd(path, flags);
    return fd >= 0 ? 0 : -1;
}

// Each is tried on a file of its own that has the flag.
constexpr struct {
    const char* name;
    int (*act)(const char*);
} kActs[] = {
    {"open to read", [](const char* path) { return open_and_close(path, O_RDONLY); }},
    {"open to write", [](const char* path) { return open_and_close(path, O_RDWR); }},
    {"open to append", [](const char* path) { return open_and_close(path, O_WRONLY | O_APPEND); }},
    {"open to truncate", [](const char* path) { return open_and_close(path, O_WRONLY | O_TRUNC); }},
    {"truncate", [](const char* path) { return ::truncate(path, 1); }},
    {"chmod", [](const char* path) { return ::chmod(path, 0600); }},
    {"chown to oneself", [](const char* path) { return ::chown(path, ::geteuid(), static_cast<gid_t>(-1)); }},
    {"utimes",
     [](const char* path) {
         const timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
         return ::utimensat(AT_FDCWD, path, times, 0);
     }},
    {"birth time", [](const char* path) { return set_attribute(path, ATTR_CMN_CRTIME, timespec{900'000'000, 0}); }},
    {"setxattr", [](const char* path) { return ::setxattr(path, "user.probe", "v", 1, 0, 0); }},
    {"removexattr", [](const char* path) { return ::removexattr(path, "user.there", 0); }},
    {"acl", [](const char* path) { return give_acl(path, 0); }},
    {"more flags", [](const char* path) { return ::chflags(path, look(path).st_flags | UF_NODUMP); }},
    {"link", [](const char* path) { return ::link(path, (std::string(path) + ".linked").c_str()); }},
    {"clone", [](const char* path) { return ::clonefile(path, (std::string(path) + ".cloned").c_str(), 0); }},
    {"rename", [](const char* path) { return ::rename(path, (std::string(path) + ".renamed").c_str()); }},
    {"rename over it",
     [](const char* path) {
         const auto other = std::string(path) + ".other";
         write_file(other.c_str(), "other");
         return ::rename(other.c_str(), path);
     }},
    {"unlink", [](const char* path) { return ::unlink(path); }},
    {"flags off", [](const char* path) { return ::chflags(path, 0); }},
};

void tell_forbidden(const std::string& name, std::uint32_t flag)
{
    for (const auto& act : kActs) {
        write_file("flags/file", "data");
        ::setxattr("flags/file", "user.there", "v", 1, 0, 0);
        if (::chflags("flags/file", flag) == -1) return tell(name + " set", std::string_view(outcome(-1)));
        tell_outcome(name + ": " + act.name, act.act("flags/file"));
        for (const char* left : {"", ".linked", ".cloned", ".renamed", ".other"})
            remove_all((std::string("flags/file") + left).c_str());
    }
    ::mkdir("flags/directory", 0755);
    write_file("flags/directory/there", "data");
    write_file("flags/outside", "data");
    ::chflags("flags/directory", flag);
    tell_outcome(name + " directory: create in it", open_and_close("flags/directory/new", O_WRONLY | O_CREAT));
    tell_outcome(name + " directory: rename in it", ::rename("flags/directory/there", "flags/directory/renamed"));
    tell_outcome(name + " directory: write to a file in it", open_and_close("flags/directory/there", O_RDWR));
    tell_outcome(name + " directory: move into it", ::rename("flags/outside", "flags/directory/moved"));
    tell_outcome(name + " directory: unlink in it", ::unlink("flags/directory/there"));
    tell_outcome(name + " directory: utimes", ::utimes("flags/directory", nullptr));
    tell_outcome(name + " directory: rename", ::rename("flags/directory", "flags/directory.renamed"));
    remove_all("flags/directory");
    remove_all("flags/directory.renamed");
}

void tell_settable()
{
    static constexpr struct {
        const char* name;
        std::uint32_t flag;
    } kFlags[] = {
        {"UF_NODUMP", UF_NODUMP},
        {"UF_IMMUTABLE", UF_IMMUTABLE},
        {"UF_APPEND", UF_APPEND},
        {"UF_OPAQUE", UF_OPAQUE},
        {"UF_COMPRESSED", UF_COMPRESSED},
        {"UF_TRACKED", UF_TRACKED},
        {"UF_DATAVAULT", UF_DATAVAULT},
        {"UF_HIDDEN", UF_HIDDEN},
        {"0x10", 0x10},
        {"0x4000", 0x4000},
        {"SF_ARCHIVED", SF_ARCHIVED},
        {"SF_IMMUTABLE", SF_IMMUTABLE},
        {"SF_RESTRICTED", SF_RESTRICTED},
        {"SF_NOUNLINK", SF_NOUNLINK},
        {"SF_FIRMLINK", SF_FIRMLINK},
        {"SF_DATALESS", SF_DATALESS},
    };
    for (const auto& [name, flag] : kFlags) {
        write_file("flags/settable", "data");
        const auto result = outcome(::chflags("flags/settable", flag));
        tell(std::string(name) + " set, flags then", result + ' ' + hex(look("flags/settable").st_flags));
        remove_all("flags/settable");
    }
    ::symlink("nowhere", "flags/link");
    ::mkfifo("flags/fifo", 0644);
    tell_outcome("link: lchflags", ::lchflags("flags/link", UF_NODUMP));
    tell_outcome("link: setattrlist", set_flags("flags/link", UF_HIDDEN));
    tell("link: flags then", hex(look("flags/link").st_flags));
    tell_outcome("fifo: setattrlist", set_flags("flags/fifo", UF_NODUMP));
    tell_outcome("link: fchmodat", ::fchmodat(AT_FDCWD, "flags/link", 0600, AT_SYMLINK_NOFOLLOW));
    tell("link: mode then", hex(look("flags/link").st_mode));
    write_file("flags/sticky", "data");
    tell_outcome("sticky bit on a file", ::chmod("flags/sticky", 01644));
    tell("mode then", hex(look("flags/sticky").st_mode));
    ::chmod("flags/sticky", 06755);
    tell_outcome("chown of a set-id file to oneself", ::chown("flags/sticky", ::geteuid(), static_cast<gid_t>(-1)));
    tell("mode then", hex(look("flags/sticky").st_mode));
    ::chmod("flags/sticky", 06755);
    if (const Fd fd("flags/sticky", O_WRONLY); fd >= 0) static_cast<void>(::write(fd, "x", 1));
    tell("mode of a set-id file after a write", hex(look("flags/sticky").st_mode));
}

// A time of this run is "now": it is another one in the next run.
std::string told(const timespec& time)
{
    const auto age = std::time(nullptr) - time.tv_sec;
    if (age > -60 && age < 3600) return "now";
    return std::to_string(time.tv_sec) + '.' + std::to_string(time.tv_nsec);
}

void set_mtime(const char* path, std::int64_t seconds, long nanoseconds)
{
    const timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
    const int result = ::utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
    tell("mtime set to " + std::to_string(seconds) + '.' + std::to_string(nanoseconds) + ", then",
         outcome(result) + ' ' + told(look(path).st_mtimespec));
}

void tell_birth(const char* path, const timespec& birth)
{
    const int result = set_attribute(path, ATTR_CMN_CRTIME, birth);
    tell("birth time set to " + told(birth) + ", then", outcome(result) + ' ' + told(look(path).st_birthtimespec));
}

}  // namespace

void probe_flags()
{
    tell_forbidden("UF_IMMUTABLE", UF_IMMUTABLE);
    tell_forbidden("UF_APPEND", UF_APPEND);
    tell_settable();
}

void probe_times()
{
    write_file("times/file", "data");
    const auto born = look("times/file").st_birthtimespec;
    set_mtime("times/file", 4'000'000'000, 1);
    tell("birth time stays with a later mtime", look("times/file").st_birthtimespec.tv_sec == born.tv_sec);
    set_mtime("times/file", 1'100'000'000, 123'456'789);
    tell("birth time after an earlier mtime", told(look("times/file").st_birthtimespec));
    tell_birth("times/file", {1'050'000'000, 123'456'789});
    tell_birth("times/file", {1'200'000'000, 0});  // later than mtime
    tell("mtime then", told(look("times/file").st_mtimespec));
    tell_birth("times/file", {0, 0});
    tell_birth("times/file", {-1, 5});
    for (const std::int64_t seconds : {0LL, -1LL, -2'082'844'800LL, 2'147'483'648LL, 7'258'118'400LL, 1LL << 40})
        set_mtime("times/file", seconds, 999'999'999);
    ::symlink("nowhere", "times/link");
    set_mtime("times/link", 1'000'000'000, 5);
    tell_birth("times/link", {900'000'000, 7});
    ::mkfifo("times/fifo", 0644);
    set_mtime("times/fifo", 1'000'000'000, 5);
    tell_birth("times/fifo", {900'000'000, 7});
    ::mkdir("times/directory", 0755);
    set_mtime("times/directory", 1'000'000'000, 5);
    tell_birth("times/directory", {900'000'000, 7});
    // Does a call for the flags or the birth time move mtime, which was set before?
    write_file("times/order", "data");
    set_mtime("times/order", 1'000'000'000, 5);
    ::chflags("times/order", UF_NODUMP);
    tell("mtime after chflags", told(look("times/order").st_mtimespec));
    tell_birth("times/order", {900'000'000, 7});
    tell("mtime after setting the birth time", told(look("times/order").st_mtimespec));
    ::rename("times/order", "times/renamed");
    tell("birth time after a rename", told(look("times/renamed").st_birthtimespec));
}

}  // namespace probe
