// Declared volumes (MACHORUN_VOLUMES). Arguments: the kind of the volume, its directory, a directory elsewhere.
#include <dirent.h>
#include <stdlib.h>
#include <sys/attr.h>
#include <sys/clonefile.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/stdio.h>

#include "fs_check.h"

static_assert(sizeof(struct statfs) == 2168 && offsetof(struct statfs, f_fstypename) == 72);

static const char* const kComposed = "\xc3\xbc";     // u with diaeresis, NFC
static const char* const kDecomposed = "u\xcc\x88";  // the same, NFD

static bool is_there(const char* path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static std::string listing()
{
    std::string names;
    DIR* stream = opendir(".");
    while (const dirent* entry = readdir(stream)) {
        if (entry->d_name[0] != '.') names += std::string(entry->d_name) + ";";
    }
    closedir(stream);
    return names;
}

static void borders(const std::string& volume, const std::string& outside, bool clones, bool swaps)
{
    struct statfs inner, outer;
    struct stat inner_status, outer_status;
    make_file((outside + "/file").c_str(), "outside");
    make_file("file", "inside");
    CHECK(statfs("file", &inner) == 0 && statfs(outside.c_str(), &outer) == 0);
    CHECK(inner.f_mntonname == volume && inner.f_fsid.val[0] != outer.f_fsid.val[0]);
    CHECK(stat("file", &inner_status) == 0 && stat(outside.c_str(), &outer_status) == 0);
    CHECK(inner_status.st_dev == inner.f_fsid.val[0] && inner_status.st_dev != outer_status.st_dev);
    CHECK_ERROR(rename("file", (outside + "/moved").c_str()), EXDEV);
    CHECK_ERROR(rename((outside + "/file").c_str(), "moved"), EXDEV);
    CHECK_ERROR(link("file", (outside + "/linked").c_str()), EXDEV);
    CHECK_ERROR(clonefile("file", (outside + "/cloned").c_str(), 0), EXDEV);
    CHECK_ERROR(rmdir(volume.c_str()), EBUSY);
    if (clones)
        CHECK(clonefile("file", "cloned", 0) == 0 && content_of("cloned") == "inside" && unlink("cloned") == 0);
    else
        CHECK_ERROR(clonefile("file", "cloned", 0), ENOTSUP);
    if (swaps)
        CHECK(renamex_np("file", "exclusive", RENAME_EXCL) == 0 && rename("exclusive", "file") == 0);
    else
        CHECK_ERROR(renamex_np("file", "exclusive", RENAME_EXCL), ENOTSUP);
    CHECK(rename("file", "moved") == 0 && content_of((volume + "/moved").c_str()) == "inside" && unlink("moved") == 0);
    struct statfs* mounts;
    bool found = false;
    const int count = getmntinfo(&mounts, MNT_NOWAIT);
    for (int i = 0; i < count; ++i) found = found || mounts[i].f_mntonname == volume;
    CHECK(found && getfsstat(nullptr, 0, MNT_NOWAIT) == count);
}

static void insensitive_names(bool decomposes, bool swaps)
{
    make_file("Name", "one");
    CHECK(content_of("nAME") == "one");
    CHECK_ERROR(open("NAME", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    CHECK_ERROR(mkdir("NAME", 0755), EEXIST);
    const int fd = open("NAME", O_RDWR | O_CREAT, 0644);  // opens the one that is there
    char path[1024];
    CHECK(fd >= 0 && fcntl(fd, F_GETPATH, path) == 0 && std::string(path).ends_with("/Name"));
    close(fd);
    CHECK(listing() == "Name;");
    CHECK(rename("name", "NAME") == 0 && listing() == "NAME;");
    if (swaps) CHECK(renamex_np("NAME", "name", RENAME_EXCL) == 0 && listing() == "name;");
    make_file("other", "two");
    CHECK(rename("other", "naMe") == 0 && listing() == "naMe;" && content_of("NAME") == "two");
    CHECK(mkdir("Dir", 0755) == 0 && symlink("DIR", "Link") == 0);
    make_file("dIR/Inner", "three");
    CHECK(content_of("LINK/../link/inner") == "three" && realpath("lINK/INNER", path));
    CHECK(std::string(path).ends_with("/Dir/Inner") && unlink("LINK/inner") == 0 && rmdir("DIR") == 0);
    CHECK(unlink("link") == 0 && unlink("NAME") == 0 && listing().empty());
    make_file(kComposed, "umlaut");
    CHECK(content_of(kDecomposed) == "umlaut");
    CHECK(content_of("\xc3\x9c") == "umlaut");  // the capital letter
    CHECK(listing() == std::string(decomposes ? kDecomposed : kComposed) + ";" && unlink(kDecomposed) == 0);
    make_file(
        "stra\xc3\x9f"
        "e",
        "sharp s");
    CHECK(content_of("STRASSE") == "sharp s" && unlink("strasse") == 0);
    CHECK(pathconf(".", _PC_CASE_SENSITIVE) == 0);
}

static void sensitive_names()
{
    make_file("Name", "one");
    make_file("nAME", "two");
    make_file(kComposed, "three");
    CHECK(content_of("Name") == "one" && !is_there("NAME") && !is_there(kDecomposed));
    CHECK(unlink("Name") == 0 && unlink("nAME") == 0 && unlink(kComposed) == 0);
    CHECK(pathconf(".", _PC_CASE_SENSITIVE) == 1);
}

static void capabilities(const std::string& volume, bool clones, bool swaps, bool insensitive)
{
    attrlist list = {ATTR_BIT_MAP_COUNT, 0, 0, ATTR_VOL_INFO | ATTR_VOL_CAPABILITIES | ATTR_VOL_UUID, 0, 0, 0};
    struct {
        uint32_t length;
        vol_capabilities_attr_t capabilities;
        unsigned char uuid[16];
    } found;
    CHECK(getattrlist(volume.c_str(), &list, &found, sizeof found, 0) == 0 && found.length == 52);
    const uint32_t interfaces = found.capabilities.capabilities[VOL_CAPABILITIES_INTERFACES];
    const uint32_t format = found.capabilities.capabilities[VOL_CAPABILITIES_FORMAT];
    CHECK(!(interfaces & VOL_CAP_INT_CLONE) == !clones && !(interfaces & VOL_CAP_INT_RENAME_SWAP) == !swaps);
    CHECK(!(format & VOL_CAP_FMT_CASE_SENSITIVE) == insensitive && (format & VOL_CAP_FMT_CASE_PRESERVING));
}

int main(int, char** arguments)
{
    const std::string kind = arguments[1], volume = arguments[2], outside = arguments[3];
    const bool hfs = kind == "hfs", insensitive = kind != "apfs-cs" && !kind.starts_with("apfs-cs+");
    const bool clones = !hfs && !kind.contains("+noclone"), swaps = !hfs && !kind.contains("+noswap");
    CHECK(chdir(volume.c_str()) == 0);
    borders(volume, outside, clones, swaps);
    insensitive ? insensitive_names(hfs, swaps) : sensitive_names();
    CHECK_ERROR(open("\xff\xfe", O_RDWR | O_CREAT, 0644), EILSEQ);
    CHECK_ERROR(mkdir("\xff\xfe", 0755), EILSEQ);
    CHECK(!is_there("\xff\xfe") && (errno == EILSEQ || errno == ENOENT));
    capabilities(volume, clones, swaps, insensitive);
    return report();
}
