// getattrlist(2), setattrlist(2), getattrlistbulk(2).
#include <cstddef>
#include <map>
#include <vector>

#include <sys/attr.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include "fs_check.h"

static_assert(sizeof(attrlist) == 24 && sizeof(attribute_set_t) == 20 && sizeof(vol_capabilities_attr_t) == 32);

static attrlist list_of(attrgroup_t common, attrgroup_t directory = 0, attrgroup_t file = 0)
{
    return {ATTR_BIT_MAP_COUNT, 0, common, 0, directory, file, 0};
}

struct __attribute__((packed, aligned(4))) FileAttributes {
    uint32_t length;
    attribute_set_t returned;
    attrreference_t name;
    dev_t device;
    fsid_t fsid;
    fsobj_type_t type;
    timespec birth, modification, change, access;
    char finder_info[32];
    uid_t owner;
    gid_t group;
    uint32_t mode, flags;
    uint64_t inode, parent;
    uint32_t links;
    off_t total, allocated;
    uint32_t block;
    off_t data, data_allocated, fork;
    char text[64];
};
static_assert(offsetof(FileAttributes, birth) == 48 && offsetof(FileAttributes, inode) == 160);

constexpr attrgroup_t kCommon = ATTR_CMN_RETURNED_ATTRS | ATTR_CMN_NAME | ATTR_CMN_DEVID | ATTR_CMN_FSID |
                                ATTR_CMN_OBJTYPE | ATTR_CMN_CRTIME | ATTR_CMN_MODTIME | ATTR_CMN_CHGTIME |
                                ATTR_CMN_ACCTIME | ATTR_CMN_FNDRINFO | ATTR_CMN_OWNERID | ATTR_CMN_GRPID |
                                ATTR_CMN_ACCESSMASK | ATTR_CMN_FLAGS | ATTR_CMN_FILEID | ATTR_CMN_PARENTID;
constexpr attrgroup_t kFile = ATTR_FILE_LINKCOUNT | ATTR_FILE_TOTALSIZE | ATTR_FILE_ALLOCSIZE | ATTR_FILE_IOBLOCKSIZE |
                              ATTR_FILE_DATALENGTH | ATTR_FILE_DATAALLOCSIZE | ATTR_FILE_RSRCLENGTH;

static void getting()
{
    struct stat status, parent;
    make_file("file", "content");
    CHECK(chflags("file", UF_HIDDEN) == 0 && stat("file", &status) == 0 && stat(".", &parent) == 0);
    attrlist list = list_of(kCommon, ATTR_DIR_ENTRYCOUNT, kFile);
    FileAttributes found;
    CHECK(getattrlist("file", &list, &found, sizeof found, 0) == 0);
    CHECK(found.returned.commonattr == kCommon && found.returned.fileattr == kFile && found.returned.dirattr == 0);
    const char* name = reinterpret_cast<const char*>(&found.name) + found.name.attr_dataoffset;
    CHECK(found.name.attr_length == 5 && std::string(name) == "file" &&
          found.length == offsetof(FileAttributes, text) + 8);
    CHECK(found.type == VREG && found.device == status.st_dev && found.fsid.val[0] == status.st_dev);
    CHECK(found.modification.tv_nsec == status.st_mtimespec.tv_nsec &&
          found.birth.tv_sec == status.st_birthtimespec.tv_sec);
    CHECK(found.mode == status.st_mode && found.flags == UF_HIDDEN && found.owner == status.st_uid);
    CHECK(found.inode == status.st_ino && found.parent == parent.st_ino && found.links == 1);
    CHECK(found.total == 7 && found.data == 7 && found.fork == 0 && found.allocated == status.st_blocks * 512);
    CHECK_ERROR(getattrlist("file", &list, &found, 40, 0), ERANGE);
    list = list_of(kCommon, 0, 0x8000);
    CHECK_ERROR(getattrlist("file", &list, &found, sizeof found, 0), EINVAL);
    list.bitmapcount = 4;
    CHECK_ERROR(getattrlist("file", &list, &found, sizeof found, 0), EINVAL);
}

static void directories_and_links()
{
    CHECK(mkdir("dir", 0755) == 0 && symlink("dir", "link") == 0);
    make_file("dir/one", "");
    make_file("dir/two", "");
    struct __attribute__((packed, aligned(4))) {
        uint32_t length;
        fsobj_type_t type;
        uint32_t entries, mount_status;
    } found;
    attrlist list = list_of(ATTR_CMN_OBJTYPE, ATTR_DIR_ENTRYCOUNT | ATTR_DIR_MOUNTSTATUS);
    CHECK(getattrlist("link", &list, &found, sizeof found, 0) == 0);
    CHECK(found.length == 16 && found.type == VDIR && found.entries == 2 && found.mount_status == 0);
    CHECK(getattrlist("link", &list, &found, sizeof found, FSOPT_NOFOLLOW) == 0 && found.type == VLNK);
    CHECK_ERROR(getattrlist("link", &list, &found, sizeof found, FSOPT_NOFOLLOW_ANY), ELOOP);
    const int fd = open("dir", O_RDONLY);
    CHECK(fgetattrlist(fd, &list, &found, sizeof found, 0) == 0 && found.entries == 2);
    CHECK(getattrlistat(fd, "one", &list, &found, sizeof found, 0) == 0 && found.type == VREG && found.length == 8);
    close(fd);
}

static void setting()
{
    struct {
        timespec birth, modification;
    } times = {{1234567890, 5}, {1300000000, 6}};
    struct stat status;
    attrlist list = list_of(ATTR_CMN_CRTIME | ATTR_CMN_MODTIME);
    CHECK(setattrlist("file", &list, &times, sizeof times, 0) == 0 && stat("file", &status) == 0);
    CHECK(status.st_birthtimespec.tv_sec == 1234567890 && status.st_birthtimespec.tv_nsec == 5);
    CHECK(status.st_mtimespec.tv_sec == 1300000000 && status.st_mtimespec.tv_nsec == 6);
    CHECK_ERROR(setattrlist("file", &list, &times, 20, 0), EINVAL);
    const int fd = open("file", O_RDWR);
    times.birth.tv_sec = 1500000000;  // later than the modification: allowed
    list = list_of(ATTR_CMN_CRTIME);
    CHECK(fsetattrlist(fd, &list, &times, sizeof(timespec), 0) == 0 && fstat(fd, &status) == 0);
    CHECK(status.st_birthtimespec.tv_sec == 1500000000);
    close(fd);
    struct {
        uint32_t mode, flags;
    } words = {0600, UF_IMMUTABLE};
    list = list_of(ATTR_CMN_ACCESSMASK | ATTR_CMN_FLAGS);
    CHECK(setattrlistat(AT_FDCWD, "file", &list, &words, sizeof words, 0) == 0 && stat("file", &status) == 0);
    CHECK((status.st_mode & 07777) == 0600 && status.st_flags == UF_IMMUTABLE);
    CHECK_ERROR(setattrlist("file", &list, &words, sizeof words, 0), EPERM);
    list = list_of(ATTR_CMN_FLAGS);
    words.mode = 0;
    CHECK(setattrlist("file", &list, &words, sizeof words, 0) == 0);
    list = list_of(ATTR_CMN_NAME);
    CHECK_ERROR(setattrlist("file", &list, &words, sizeof words, 0), EINVAL);
}

static std::map<std::string, off_t> read_all(int fd, size_t size, int& calls)
{
    attrlist list = list_of(ATTR_BULK_REQUIRED | ATTR_CMN_ERROR | ATTR_CMN_OBJTYPE, 0, ATTR_FILE_DATALENGTH);
    std::map<std::string, off_t> found;
    std::vector<char> buffer(size);
    for (calls = 0;; ++calls) {
        const int count = getattrlistbulk(fd, &list, buffer.data(), buffer.size(), 0);
        CHECK(count >= 0);
        if (count <= 0) return found;
        const char* entry = buffer.data();
        for (int i = 0; i < count; ++i) {
            uint32_t length, type;
            attribute_set_t returned;
            attrreference_t name;
            off_t data = -1;
            std::memcpy(&length, entry, 4);
            std::memcpy(&returned, entry + 4, sizeof returned);
            CHECK(length % 8 == 0 && !(returned.commonattr & ATTR_CMN_ERROR));
            std::memcpy(&name, entry + 24, sizeof name);
            std::memcpy(&type, entry + 32, 4);
            if (returned.fileattr & ATTR_FILE_DATALENGTH) std::memcpy(&data, entry + 36, sizeof data);
            CHECK((type == VREG) == (data >= 0));
            CHECK(found.emplace(entry + 24 + name.attr_dataoffset, data).second);
            entry += length;
        }
    }
}

static void bulk()
{
    CHECK(mkdir("many", 0755) == 0 && mkdir("many/dir", 0755) == 0);
    for (int i = 0; i < 500; ++i)
        make_file(("many/file" + std::to_string(i)).c_str(), std::string(static_cast<size_t>(i), 'x'));
    const int fd = open("many", O_RDONLY | O_DIRECTORY);
    int calls = 0;
    const auto found = read_all(fd, 2000, calls);
    CHECK(found.size() == 501 && found.at("file123") == 123 && found.at("dir") == -1 && calls > 10);
    CHECK(read_all(fd, 2000, calls).empty());
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && read_all(fd, 1 << 20, calls).size() == 501 && calls == 1);
    attrlist list = list_of(ATTR_BULK_REQUIRED);
    char small[16];
    lseek(fd, 0, SEEK_SET);
    CHECK_ERROR(getattrlistbulk(fd, &list, small, sizeof small, 0), ERANGE);
    list = list_of(ATTR_CMN_NAME);
    CHECK_ERROR(getattrlistbulk(fd, &list, small, sizeof small, 0), EINVAL);
    close(fd);
    const int file = open("file", O_RDONLY);
    list = list_of(ATTR_BULK_REQUIRED);
    CHECK_ERROR(getattrlistbulk(file, &list, small, sizeof small, 0), ENOTDIR);
    close(file);
}

static void volume(bool clones)
{
    struct statfs info;
    CHECK(statfs(".", &info) == 0);
    CHECK(std::string(info.f_fstypename) == (clones ? "apfs" : "hfs"));
    attrlist list = {ATTR_BIT_MAP_COUNT, 0, 0, ATTR_VOL_INFO | ATTR_VOL_CAPABILITIES, 0, 0, 0};
    struct {
        uint32_t length;
        vol_capabilities_attr_t capabilities;
    } found;
    CHECK(getattrlist(info.f_mntonname, &list, &found, sizeof found, 0) == 0 && found.length == 36);
    const uint32_t interfaces = found.capabilities.capabilities[VOL_CAPABILITIES_INTERFACES];
    const uint32_t valid = found.capabilities.valid[VOL_CAPABILITIES_INTERFACES];
    constexpr uint32_t kAsked = VOL_CAP_INT_CLONE | VOL_CAP_INT_RENAME_SWAP | VOL_CAP_INT_RENAME_EXCL;
    CHECK((interfaces & kAsked) == (clones ? kAsked : 0) && (valid & kAsked) == kAsked);
    CHECK(found.capabilities.capabilities[VOL_CAPABILITIES_FORMAT] & VOL_CAP_FMT_CASE_SENSITIVE);
    CHECK_ERROR(getattrlist("dir", &list, &found, sizeof found, 0), EINVAL);
    list.volattr = ATTR_VOL_CAPABILITIES;
    CHECK_ERROR(getattrlist(info.f_mntonname, &list, &found, sizeof found, 0), EINVAL);
}

int main(int count, char** arguments)
{
    getting();
    directories_and_links();
    setting();
    bulk();
    volume(count > 1 && std::string(arguments[1]) == "clones");
    return report();
}
