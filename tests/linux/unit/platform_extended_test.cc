// Extended attributes and ACLs: xattr(7), acl(5). The bytes of an ACL: linux/posix_acl_xattr.h.
#include <gtest/gtest.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>

#include "platform/attributes.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

constexpr ExtendedQuery kAll = {.xattrs = true, .acls = true, .scope = XattrScope::Privileged};

/// One entry of an ACL: tag and permissions in two bytes each, the id in four.
std::string acl_entry(unsigned tag, unsigned permissions, std::uint32_t id = 0xffff'ffff)
{
    std::string entry;
    for (const unsigned value : {tag, permissions}) {
        entry += static_cast<char>(value & 0xff);
        entry += static_cast<char>(value >> 8);
    }
    for (int shift = 0; shift < 32; shift += 8) entry += static_cast<char>((id >> shift) & 0xff);
    return entry;
}

/// u::rw-, u:1234:rw-, g::r--, m::rw-, o::---
Acl sample_acl()
{
    return std::string("\2\0\0\0", 4) + acl_entry(0x01, 6) + acl_entry(0x02, 6, 1234) + acl_entry(0x04, 4) +
           acl_entry(0x10, 6) + acl_entry(0x20, 0);
}

class PlatformExtended : public testing::Test {
protected:
    void SetUp() override
    {
        temp_.write("f", "");
        ASSERT_EQ(code(directory_.make_directory(sub_, 0755)), 0);
        ASSERT_EQ(code(directory_.make_symlink("f", link_)), 0);
        if (!set_xattr({directory_, file_}, {"user.probe", ""})) GTEST_SKIP() << "no extended attributes here";
        ASSERT_EQ(code(remove_xattr({directory_, file_}, "user.probe")), 0);
    }

    std::vector<Xattr> xattrs_of(AttributeTarget target) { return read_extended(target, kAll).value().xattrs; }

    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
    const Name file_ = name("f");
    const Name sub_ = name("d");
    const Name link_ = name("l");
};

TEST_F(PlatformExtended, FileWithoutAnythingIsEmpty)
{
    EXPECT_EQ(read_extended({directory_, file_}, kAll).value(), ExtendedAttributes{});
    EXPECT_EQ(read_extended(directory_, kAll).value(), ExtendedAttributes{});
    EXPECT_EQ(read_extended({directory_, link_}, kAll).value(), ExtendedAttributes{});
}

TEST_F(PlatformExtended, SetByHandleIsReadByNameAndTheOtherWayRound)
{
    const auto file = directory_.open_file(file_);
    ASSERT_TRUE(file);
    ASSERT_EQ(code(set_xattr(*file, {"user.by-handle", "1"})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.by-name", std::string("\0\377", 2)})), 0);
    const std::vector<Xattr> expected = {{"user.by-handle", "1"}, {"user.by-name", std::string("\0\377", 2)}};
    EXPECT_EQ(xattrs_of(*file), expected);
    EXPECT_EQ(xattrs_of({directory_, file_}), expected);
}

TEST_F(PlatformExtended, DirectoriesHaveThemToo)
{
    ASSERT_EQ(code(set_xattr({directory_, sub_}, {"user.a", "name"})), 0);
    const auto held = directory_.open_directory(sub_);
    ASSERT_TRUE(held);
    EXPECT_EQ(xattrs_of(*held), (std::vector<Xattr>{{"user.a", "name"}}));
    ASSERT_EQ(code(set_xattr(*held, {"user.a", "handle"})), 0);
    EXPECT_EQ(xattrs_of({directory_, sub_}), (std::vector<Xattr>{{"user.a", "handle"}}));
}

TEST_F(PlatformExtended, NamesAreSortedAndValuesReplaced)
{
    for (const char* each : {"user.c", "user.a", "user.b"})
        ASSERT_EQ(code(set_xattr({directory_, file_}, {each, "long first value"})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.b", ""})), 0);
    EXPECT_EQ(xattrs_of({directory_, file_}),
              (std::vector<Xattr>{{"user.a", "long first value"}, {"user.b", ""}, {"user.c", "long first value"}}));
}

TEST_F(PlatformExtended, RemovingIsDoneOnceAndNoErrorTwice)
{
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.a", "1"})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.b", "2"})), 0);
    EXPECT_EQ(code(remove_xattr({directory_, file_}, "user.a")), 0);
    EXPECT_EQ(code(remove_xattr({directory_, file_}, "user.a")), 0);
    EXPECT_EQ(code(remove_xattr(*directory_.open_file(file_), "user.a")), 0);
    EXPECT_EQ(xattrs_of({directory_, file_}), (std::vector<Xattr>{{"user.b", "2"}}));
}

TEST_F(PlatformExtended, ValuesAndListsLargerThanTheFirstBuffer)
{
    // ext4 has one block for all of a file's attributes, tmpfs takes values up to 64 KiB.
    for (const std::size_t length : {511U, 512U, 513U, 3000U}) {
        ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.v", std::string(length, 'v')})), 0) << length;
        EXPECT_EQ(xattrs_of({directory_, file_}).front().value.size(), length);
        EXPECT_EQ(xattrs_of(*directory_.open_file(file_)).front().value.size(), length);
    }
    std::vector<Xattr> many;
    for (int i = 10; i < 40; ++i) many.push_back({"user." + std::string(60, 'n') + std::to_string(i), ""});
    for (const auto& xattr : many) ASSERT_EQ(code(set_xattr({directory_, sub_}, xattr)), 0);
    EXPECT_EQ(xattrs_of({directory_, sub_}), many);
}

TEST_F(PlatformExtended, ValuesOfSixtyKilobytes)
{
    if (!std::filesystem::is_directory("/dev/shm")) GTEST_SKIP() << "no /dev/shm";
    const TempDirectory memory("/dev/shm");
    memory.write("f", "");
    const auto directory = memory.open();
    const std::string value(60'000, 'v');
    if (!set_xattr({directory, file_}, {"user.v", value})) GTEST_SKIP() << "tmpfs keeps no user attributes";
    EXPECT_EQ(xattrs_of({directory, file_}), (std::vector<Xattr>{{"user.v", value}}));
}

TEST_F(PlatformExtended, TooLargeAValueIsAnErrorAndKeepsTheOld)
{
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.v", "old"})), 0);
    const auto refused = set_xattr({directory_, file_}, {"user.v", std::string(65'537, 'v')});  // XATTR_SIZE_MAX + 1
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{Operation::WriteXattr, E2BIG}));
    EXPECT_EQ(xattrs_of({directory_, file_}), (std::vector<Xattr>{{"user.v", "old"}}));
}

TEST_F(PlatformExtended, LinkIsMeantItself)
{
    ARSYNC_NEEDS_ROOT();
    // Links take no user.* attributes (xattr(7)), root may give them trusted.* ones.
    EXPECT_EQ(set_xattr({directory_, link_}, {"user.a", "1"}).error().operation, Operation::WriteXattr);
    ASSERT_EQ(code(set_xattr({directory_, link_}, {"trusted.a", "of the link"})), 0);
    EXPECT_EQ(xattrs_of({directory_, link_}), (std::vector<Xattr>{{"trusted.a", "of the link"}}));
    EXPECT_TRUE(xattrs_of({directory_, file_}).empty());
    ASSERT_EQ(code(remove_xattr({directory_, link_}, "trusted.a")), 0);
    EXPECT_TRUE(xattrs_of({directory_, link_}).empty());
}

TEST_F(PlatformExtended, UserScopeSeesOnlyUserAttributes)
{
    ARSYNC_NEEDS_ROOT();
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"trusted.t", "1"})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.u", "2"})), 0);
    const auto user = read_extended({directory_, file_}, {.xattrs = true, .scope = XattrScope::User});
    EXPECT_EQ(user->xattrs, (std::vector<Xattr>{{"user.u", "2"}}));
    EXPECT_EQ(xattrs_of({directory_, file_}).size(), 2U);
}

TEST_F(PlatformExtended, AccessAclByHandleAndByName)
{
    const auto file = directory_.open_file(file_);
    ASSERT_EQ(code(set_mode(*file, 0640)), 0);
    for (const AttributeTarget target : {AttributeTarget(*file), AttributeTarget(directory_, file_)}) {
        if (const auto set = set_acl(target, AclKind::Access, sample_acl()); !set) GTEST_SKIP() << "no ACLs here";
        EXPECT_EQ(read_extended(*file, kAll)->access_acl, sample_acl());
        EXPECT_EQ(read_extended({directory_, file_}, kAll)->access_acl, sample_acl());
        EXPECT_EQ(directory_.stat(file_)->mode, 0660);  // the group bits are the mask now: acl(5)
        ASSERT_EQ(code(set_acl(target, AclKind::Access, {})), 0);
        EXPECT_EQ(read_extended(*file, kAll).value(), ExtendedAttributes{});
    }
    EXPECT_EQ(code(set_acl(*file, AclKind::Access, {})), 0);  // nothing left to remove
}

TEST_F(PlatformExtended, DefaultAclOfADirectoryIsInherited)
{
    const auto held = directory_.open_directory(sub_);
    if (!set_acl(*held, AclKind::Default, sample_acl())) GTEST_SKIP() << "no ACLs here";
    const auto facts = read_extended({directory_, sub_}, kAll);
    EXPECT_EQ(facts->default_acl, sample_acl());
    EXPECT_EQ(facts->access_acl, "");
    ASSERT_EQ(code(held->create_file(file_, 0666)), 0);
    EXPECT_EQ(read_extended({*held, file_}, kAll)->access_acl, sample_acl());
    EXPECT_EQ(held->stat(file_)->mode, 0660);  // the umask does not count where there is a default ACL: umask(2)
    ASSERT_EQ(code(set_acl({directory_, sub_}, AclKind::Default, {})), 0);
    EXPECT_EQ(read_extended(*held, kAll)->default_acl, "");
}

TEST_F(PlatformExtended, OnlyWhatIsAskedForIsRead)
{
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"user.a", "1"})), 0);
    if (!set_acl({directory_, file_}, AclKind::Access, sample_acl())) GTEST_SKIP() << "no ACLs here";
    const auto acls = read_extended({directory_, file_}, {.acls = true});
    EXPECT_TRUE(acls->xattrs.empty());
    EXPECT_EQ(acls->access_acl, sample_acl());
    const auto xattrs = read_extended({directory_, file_}, {.xattrs = true});
    EXPECT_EQ(xattrs->xattrs, (std::vector<Xattr>{{"user.a", "1"}}));
    EXPECT_EQ(xattrs->access_acl, "");
}

TEST_F(PlatformExtended, FileSystemWithoutThemIsEmptyNotAnError)
{
    const auto proc = Directory::open_root("/proc/self");
    if (!proc) GTEST_SKIP() << "no /proc";
    const auto status = name("status");
    const auto facts = read_extended({*proc, status}, kAll);
    ASSERT_EQ(code(facts), 0);
    EXPECT_EQ(*facts, ExtendedAttributes{});
    EXPECT_EQ(set_xattr({*proc, status}, {"user.a", "1"}).error().operation, Operation::WriteXattr);
}

}  // namespace
}  // namespace arsync::platform
