// Users and groups: Darwin's passwd has three members more.
#include <grp.h>
#include <pwd.h>

#include <cstring>
#include <string>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {
namespace {

struct DarwinPasswd {
    char* name;
    char* password;
    uid_t uid;
    gid_t gid;
    long password_change;
    char* access_class;
    char* full_name;
    char* home;
    char* shell;
    long expiry;
};
static_assert(sizeof(DarwinPasswd) == 72);

// The structure of groups is the same.
static_assert(sizeof(group) == 32);

char no_class[] = "";

DarwinPasswd to_darwin_passwd(const passwd& host)
{
    return {host.pw_name, host.pw_passwd, host.pw_uid, host.pw_gid,   0,
            no_class,     host.pw_gecos,  host.pw_dir, host.pw_shell, 0};
}

// The host fills the buffer with the strings, which Darwin's structure then points to.
template <class Key, int (*find)(Key, passwd*, char*, std::size_t, passwd**)>
int find_user_r(Key key, DarwinPasswd* out, char* buffer, std::size_t size, DarwinPasswd** result)
{
    passwd host;
    passwd* found = nullptr;
    const int error = find(key, &host, buffer, size, &found);
    *result = nullptr;
    if (found != nullptr) {
        *out = to_darwin_passwd(host);
        *result = out;
    }
    // glibc says ENOENT for "no such user" in some set-ups; Darwin returns 0 and no entry.
    return error == ENOENT ? 0 : to_darwin(error);
}

template <class Key, int (*find)(Key, group*, char*, std::size_t, group**)>
int find_group_r(Key key, group* out, char* buffer, std::size_t size, group** result)
{
    const int error = find(key, out, buffer, size, result);
    return error == ENOENT ? 0 : to_darwin(error);
}

template <class Key, passwd* (*find)(Key)>
DarwinPasswd* find_user(Key key)
{
    static DarwinPasswd converted;
    const int before = errno;
    errno = 0;
    const passwd* const host = find(key);
    errno = errno == 0 || errno == ENOENT ? before : to_darwin(errno);
    if (host == nullptr) return nullptr;
    converted = to_darwin_passwd(*host);
    return &converted;
}

template <class Key, group* (*find)(Key)>
group* find_group(Key key)
{
    const int before = errno;
    errno = 0;
    group* const found = find(key);
    errno = errno == 0 || errno == ENOENT ? before : to_darwin(errno);
    return found;
}

}  // namespace

std::span<const Import> users_imports()
{
    static const Import table[] = {
        import("getgrgid", find_group<gid_t, getgrgid>),
        import("getgrgid_r", find_group_r<gid_t, getgrgid_r>),
        import("getgrnam", find_group<const char*, getgrnam>),
        import("getgrnam_r", find_group_r<const char*, getgrnam_r>),
        import("getpwnam", find_user<const char*, getpwnam>),
        import("getpwnam_r", find_user_r<const char*, getpwnam_r>),
        import("getpwuid", find_user<uid_t, getpwuid>),
        import("getpwuid_r", find_user_r<uid_t, getpwuid_r>),
    };
    return table;
}

}  // namespace machorun
