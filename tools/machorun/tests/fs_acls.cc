// Access control lists: acl(3), acl_get_entry(3), acl_to_text(3) and inheritance.
#include <cstdlib>

#include <sys/acl.h>
#include <sys/stat.h>

#include "fs_check.h"

static const char* const kText =
    "!#acl 1\n"
    "user:FFFFEEEE-DDDD-CCCC-BBBB-AAAA00000000:root:0:allow:read,write\n"
    "group:ABCDEFAB-CDEF-ABCD-EFAB-CDEF00000000:root:0:deny,file_inherit,directory_inherit:delete\n";

static std::string text_of(acl_t acl)
{
    ssize_t length = 0;
    char* text = acl ? acl_to_text(acl, &length) : nullptr;
    const std::string result = text ? std::string(text, static_cast<size_t>(length)) : "(none)";
    if (text) CHECK(acl_free(text) == 0);
    return result;
}

static std::string acl_of(const char* path)
{
    acl_t acl = acl_get_link_np(path, ACL_TYPE_EXTENDED);
    const std::string text = text_of(acl);
    if (acl) acl_free(acl);
    return text;
}

static void entries()
{
    acl_t acl = acl_init(1);
    acl_entry_t entry, found;
    acl_permset_t permissions;
    acl_flagset_t flags;
    acl_tag_t tag;
    const unsigned char who[16] = {0xff, 0xff, 0xee, 0xee, 0xdd, 0xdd, 0xcc, 0xcc, 0xbb, 0xbb, 0xaa, 0xaa, 0, 0, 0, 0};
    CHECK(acl_get_entry(acl, ACL_FIRST_ENTRY, &found) == -1 && errno == EINVAL);
    CHECK(acl_create_entry(&acl, &entry) == 0);
    CHECK(acl_valid(acl) == -1 && errno == EINVAL);
    CHECK(acl_set_tag_type(entry, ACL_EXTENDED_ALLOW) == 0 && acl_set_qualifier(entry, who) == 0);
    CHECK(acl_get_permset(entry, &permissions) == 0 && acl_add_perm(permissions, ACL_READ_DATA) == 0);
    CHECK(acl_add_perm(permissions, ACL_WRITE_DATA) == 0 && acl_get_perm_np(permissions, ACL_WRITE_DATA) == 1);
    CHECK(acl_get_perm_np(permissions, ACL_EXECUTE) == 0 && acl_valid(acl) == 0);
    CHECK(acl_get_flagset_np(entry, &flags) == 0 && acl_add_flag_np(flags, ACL_ENTRY_ONLY_INHERIT) == 0);
    CHECK(text_of(acl) == "!#acl 1\nuser:FFFFEEEE-DDDD-CCCC-BBBB-AAAA00000000:root:0:allow,only_inherit:read,write\n");
    CHECK(acl_create_entry_np(&acl, &entry, ACL_FIRST_ENTRY) == 0 && acl_set_tag_type(entry, ACL_EXTENDED_DENY) == 0);
    CHECK(acl_get_entry(acl, ACL_FIRST_ENTRY, &found) == 0 && found == entry);
    CHECK(acl_get_entry(acl, ACL_NEXT_ENTRY, &found) == 0 && found != entry);
    CHECK(acl_get_tag_type(found, &tag) == 0 && tag == ACL_EXTENDED_ALLOW);
    void* guid = acl_get_qualifier(found);
    CHECK(guid && std::memcmp(guid, who, 16) == 0 && acl_free(guid) == 0);
    CHECK(acl_get_entry(acl, ACL_NEXT_ENTRY, &found) == -1);
    CHECK(acl_delete_entry(acl, entry) == 0 && acl_size(acl) == 44 + 24);
    acl_free(acl);
}

static void external_forms()
{
    acl_t acl = acl_from_text(kText);
    CHECK(acl && text_of(acl) == kText);
    unsigned char buffer[256];
    CHECK(acl_copy_ext(buffer, acl, sizeof buffer) == 44 + 2 * 24);
    CHECK(buffer[0] == 0x01 && buffer[1] == 0x2c && buffer[2] == 0xc1 && buffer[3] == 0x6d && buffer[39] == 2);
    acl_t copy = acl_copy_int(buffer);
    CHECK(text_of(copy) == kText);
    CHECK(acl_copy_ext_native(buffer, acl, sizeof buffer) == 92 && buffer[0] == 0x6d && buffer[36] == 2);
    acl_t native = acl_copy_int_native(buffer);
    CHECK(text_of(native) == kText);
    CHECK_ERROR(acl_copy_ext(buffer, acl, 50), ERANGE);
    CHECK(acl_copy_int(kText) == nullptr && errno == EINVAL);
    for (const char* wrong : {"", "!#acl 2\n", "!#acl 1\nuser:::0:permit:read\n", "!#acl 1\nuser:::0:allow:fly\n"})
        CHECK(acl_from_text(wrong) == nullptr && errno == EINVAL);
    acl_free(acl);
    acl_free(copy);
    acl_free(native);
}

static void files()
{
    make_file("file", "content");
    acl_t acl = acl_from_text(kText);
    CHECK(acl_get_file("file", ACL_TYPE_EXTENDED) == nullptr && errno == ENOENT);
    CHECK(acl_get_file("file", ACL_TYPE_ACCESS) == nullptr && errno == EINVAL);
    CHECK(acl_set_file("file", ACL_TYPE_EXTENDED, acl) == 0 && acl_of("file") == kText);
    const int fd = open("file", O_RDWR);
    acl_t read_back = acl_get_fd_np(fd, ACL_TYPE_EXTENDED);
    CHECK(text_of(read_back) == kText);
    acl_free(read_back);
    CHECK(acl_set_fd_np(fd, reinterpret_cast<acl_t>(1), ACL_TYPE_EXTENDED) == 0);  // _FILESEC_REMOVE_ACL
    CHECK(acl_get_fd_np(fd, ACL_TYPE_EXTENDED) == nullptr && errno == ENOENT);
    acl_t empty = acl_init(0);
    CHECK(acl_set_fd_np(fd, empty, ACL_TYPE_EXTENDED) == 0 && acl_of("file") == "!#acl 1\n");
    close(fd);
    CHECK(chflags("file", UF_IMMUTABLE) == 0);
    CHECK_ERROR(acl_set_file("file", ACL_TYPE_EXTENDED, acl), EPERM);
    CHECK(chflags("file", 0) == 0);
    if (geteuid() == 0) {
        CHECK(symlink("file", "link") == 0 && acl_set_link_np("link", ACL_TYPE_EXTENDED, acl) == 0);
        CHECK(acl_of("link") == kText && acl_of("file") == "!#acl 1\n");
    }
    acl_free(acl);
    acl_free(empty);
}

static void inheritance()
{
    const std::string head = "!#acl 1\nuser:FFFFEEEE-DDDD-CCCC-BBBB-AAAA00000000:root:0:allow";
    acl_t acl = acl_from_text((head + ",file_inherit,directory_inherit,only_inherit:read\n").c_str());
    CHECK(mkdir("parent", 0755) == 0 && acl_set_file("parent", ACL_TYPE_EXTENDED, acl) == 0);
    make_file("parent/file", "x");
    CHECK(acl_of("parent/file") == head + ",inherited:read\n");
    CHECK(mkdir("parent/dir", 0755) == 0);
    CHECK(acl_of("parent/dir") == head + ",inherited,file_inherit,directory_inherit:read\n");
    acl_free(acl);
    acl = acl_from_text((head + ",directory_inherit,limit_inherit:read\n").c_str());
    CHECK(acl_set_file("parent", ACL_TYPE_EXTENDED, acl) == 0 && mkdir("parent/limited", 0755) == 0);
    CHECK(acl_of("parent/limited") == head + ",inherited:read\n");
    make_file("parent/none", "x");
    CHECK(acl_of("parent/none") == "(none)");
    acl_free(acl);
}

int main()
{
    static_assert(ACL_TYPE_EXTENDED == 0x100 && ACL_NEXT_ENTRY == -1 && ACL_MAX_ENTRIES == 128);
    entries();
    external_forms();
    files();
    inheritance();
    return report();
}
