// Extended attributes and ACLs: getxattr(2), acl(3), <sys/xattr.h>.
#include <gtest/gtest.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cerrno>
#include <memory>

#include "platform/attributes.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

constexpr ExtendedQuery kAll = {.xattrs = true, .acls = true, .scope = XattrScope::User};

struct FreeAcl {
    void operator()(acl_t acl) const { ::acl_free(acl); }
};
using OwnedAcl = std::unique_ptr<std::remove_pointer_t<acl_t>, FreeAcl>;

/// user 1 may read, and what is created in a directory inherits that.
OwnedAcl sample_acl(bool inherited = false)
{
    return OwnedAcl(::acl_from_text(inherited ? "!#acl 1\nuser:::1:allow,file_inherit,directory_inherit:read\n"
                                              : "!#acl 1\nuser:::1:allow:read\n"));
}

class PlatformExtended : public testing::Test {
protected:
    void SetUp() override
    {
        temp_.write("f", "");
        ASSERT_EQ(code(directory_.make_directory(sub_, 0755)), 0);
        ASSERT_EQ(code(directory_.make_symlink("f", link_)), 0);
        if (!set_xattr({directory_, file_}, {"probe", ""})) GTEST_SKIP() << "no extended attributes here";
        ASSERT_EQ(code(remove_xattr({directory_, file_}, "probe")), 0);
    }

    std::vector<Xattr> xattrs_of(AttributeTarget target) { return read_extended(target, kAll).value().xattrs; }

    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
    const Name file_ = name("f");
    const Name sub_ = name("d");
    const Name link_ = name("l");
};

TEST_F(PlatformExtended, WithoutAnythingItIsEmpty)
{
    EXPECT_EQ(read_extended({directory_, file_}, kAll).value(), ExtendedAttributes{});
    EXPECT_EQ(read_extended(directory_, kAll).value(), ExtendedAttributes{});
    EXPECT_EQ(read_extended({directory_, link_}, kAll).value(), ExtendedAttributes{});
}

TEST_F(PlatformExtended, SetByHandleIsReadByNameAndTheOtherWayRound)
{
    const auto file = directory_.open_file(file_);
    ASSERT_TRUE(file);
    ASSERT_EQ(code(set_xattr(*file, {"by-handle", "1"})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"by-name", std::string("\0\377", 2)})), 0);
    const std::vector<Xattr> expected = {{"by-handle", "1"}, {"by-name", std::string("\0\377", 2)}};
    EXPECT_EQ(xattrs_of(*file), expected);
    EXPECT_EQ(xattrs_of({directory_, file_}), expected);
    ASSERT_EQ(code(set_xattr({directory_, sub_}, {"a", "name"})), 0);
    EXPECT_EQ(xattrs_of(*directory_.open_directory(sub_)), (std::vector<Xattr>{{"a", "name"}}));
}

TEST_F(PlatformExtended, NamesAreSortedAndValuesReplaced)
{
    for (const char* each : {"c", "a", "b"})
        ASSERT_EQ(code(set_xattr({directory_, file_}, {each, "long first value"})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"b", ""})), 0);
    EXPECT_EQ(xattrs_of({directory_, file_}),
              (std::vector<Xattr>{{"a", "long first value"}, {"b", ""}, {"c", "long first value"}}));
}

TEST_F(PlatformExtended, RemovingIsDoneOnceAndNoErrorTwice)
{
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"a", "1"})), 0);
    EXPECT_EQ(code(remove_xattr({directory_, file_}, "a")), 0);
    EXPECT_EQ(code(remove_xattr({directory_, file_}, "a")), 0);
    EXPECT_TRUE(xattrs_of({directory_, file_}).empty());
}

TEST_F(PlatformExtended, ValuesAndListsLargerThanTheFirstBuffer)
{
    for (const std::size_t length : {511U, 512U, 513U, 3000U}) {
        ASSERT_EQ(code(set_xattr({directory_, file_}, {"v", std::string(length, 'v')})), 0) << length;
        EXPECT_EQ(xattrs_of({directory_, file_}).front().value.size(), length);
    }
    std::vector<Xattr> many;
    for (int i = 10; i < 40; ++i) many.push_back({std::string(60, 'n') + std::to_string(i), ""});
    for (const auto& xattr : many) ASSERT_EQ(code(set_xattr({directory_, sub_}, xattr)), 0);
    EXPECT_EQ(xattrs_of({directory_, sub_}), many);
}

TEST_F(PlatformExtended, NameThatIsTooLongIsAnError)
{
    ASSERT_EQ(code(set_xattr({directory_, file_}, {std::string(XATTR_MAXNAMELEN, 'n'), ""})), 0);
    EXPECT_EQ(code(set_xattr({directory_, file_}, {std::string(XATTR_MAXNAMELEN + 1, 'n'), ""})), ENAMETOOLONG);
}

TEST_F(PlatformExtended, ResourceForkOfSeveralMebibytes)
{
    std::string fork(3 * (1U << 20) + 17, '\0');
    for (std::size_t i = 0; i < fork.size(); ++i) fork[i] = static_cast<char>(i * 2654435761U >> 24);
    const auto set = set_xattr({directory_, file_}, {XATTR_RESOURCEFORK_NAME, fork});
    if (!set && (set.error().code == E2BIG || set.error().code == ENOSPC))
        GTEST_SKIP() << "what keeps the fork here takes no large one";
    ASSERT_EQ(code(set), 0);
    const auto found = xattrs_of({directory_, file_});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found.front().value == fork);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {XATTR_RESOURCEFORK_NAME, "short"})), 0);
    EXPECT_EQ(xattrs_of({directory_, file_}), (std::vector<Xattr>{{XATTR_RESOURCEFORK_NAME, "short"}}));
}

TEST_F(PlatformExtended, SmallResourceForkIsReplacedWhole)
{
    ASSERT_EQ(code(set_xattr({directory_, file_}, {XATTR_RESOURCEFORK_NAME, std::string(3000, 'f')})), 0);
    ASSERT_EQ(code(set_xattr({directory_, file_}, {XATTR_RESOURCEFORK_NAME, "shorter"})), 0);
    EXPECT_EQ(xattrs_of({directory_, file_}), (std::vector<Xattr>{{XATTR_RESOURCEFORK_NAME, "shorter"}}));
}

TEST_F(PlatformExtended, FinderInformationHas32Bytes)
{
    const std::string info = "TEXTttxt" + std::string(24, '\0');
    ASSERT_EQ(code(set_xattr({directory_, file_}, {XATTR_FINDERINFO_NAME, info})), 0);
    EXPECT_EQ(xattrs_of({directory_, file_}), (std::vector<Xattr>{{XATTR_FINDERINFO_NAME, info}}));
    EXPECT_FALSE(set_xattr({directory_, file_}, {XATTR_FINDERINFO_NAME, "short"}));
}

TEST_F(PlatformExtended, LinkIsMeantItself)
{
    ARSYNC_NEEDS_ROOT();
    ASSERT_EQ(code(set_xattr({directory_, link_}, {"a", "of the link"})), 0);
    EXPECT_EQ(xattrs_of({directory_, link_}), (std::vector<Xattr>{{"a", "of the link"}}));
    EXPECT_TRUE(xattrs_of({directory_, file_}).empty());
    ASSERT_EQ(code(remove_xattr({directory_, link_}, "a")), 0);
    EXPECT_TRUE(xattrs_of({directory_, link_}).empty());
}

TEST_F(PlatformExtended, FifoIsNotOpened)
{
    const auto fifo = name("p");
    ASSERT_EQ(code(directory_.make_node(fifo, FileType::Fifo, 0600, {})), 0);
    EXPECT_EQ(code(read_extended({directory_, fifo}, kAll)), 0);  // would wait for a writer forever
}

TEST_F(PlatformExtended, AclByHandleAndByName)
{
    const auto acl = sample_acl();
    ASSERT_TRUE(acl);
    ASSERT_EQ(::acl_set_file((temp_ / "f").c_str(), ACL_TYPE_EXTENDED, acl.get()), 0);
    const auto facts = read_extended({directory_, file_}, kAll);
    ASSERT_EQ(code(facts), 0);
    EXPECT_FALSE(facts->access_acl.empty());
    EXPECT_TRUE(facts->default_acl.empty());
    EXPECT_FALSE(facts->acl_handed_on);
    EXPECT_EQ(read_extended(*directory_.open_file(file_), kAll)->access_acl, facts->access_acl);
    ASSERT_EQ(code(set_acl({directory_, sub_}, AclKind::Access, facts->access_acl)), 0);
    EXPECT_EQ(read_extended({directory_, sub_}, kAll)->access_acl, facts->access_acl);
    ASSERT_EQ(code(set_acl({directory_, sub_}, AclKind::Access, {})), 0);
    EXPECT_EQ(read_extended({directory_, sub_}, kAll).value(), ExtendedAttributes{});
    EXPECT_EQ(code(set_acl({directory_, sub_}, AclKind::Access, {})), 0);  // nothing left to remove
}

TEST_F(PlatformExtended, AclThatIsHandedOnIsSeen)
{
    const auto acl = sample_acl(true);
    ASSERT_TRUE(acl);
    ASSERT_EQ(::acl_set_file((temp_ / "d").c_str(), ACL_TYPE_EXTENDED, acl.get()), 0);
    EXPECT_TRUE(read_extended({directory_, sub_}, kAll)->acl_handed_on);
    const auto held = directory_.open_directory(sub_);
    ASSERT_EQ(code(held->create_file(file_, 0600)), 0);
    EXPECT_FALSE(read_extended({*held, file_}, kAll)->access_acl.empty()) << "inherited, acl(3)";
}

TEST_F(PlatformExtended, ModeIsNoBusinessOfTheAcl)
{
    const auto acl = sample_acl();
    ASSERT_EQ(code(set_mode({directory_, file_}, 0640)), 0);
    ASSERT_EQ(::acl_set_file((temp_ / "f").c_str(), ACL_TYPE_EXTENDED, acl.get()), 0);
    EXPECT_EQ(directory_.stat(file_)->mode, 0640);
}

TEST_F(PlatformExtended, OnlyWhatIsAskedForIsRead)
{
    const auto acl = sample_acl();
    ASSERT_EQ(code(set_xattr({directory_, file_}, {"a", "1"})), 0);
    ASSERT_EQ(::acl_set_file((temp_ / "f").c_str(), ACL_TYPE_EXTENDED, acl.get()), 0);
    const auto acls = read_extended({directory_, file_}, {.acls = true});
    EXPECT_TRUE(acls->xattrs.empty());
    EXPECT_FALSE(acls->access_acl.empty());
    const auto xattrs = read_extended({directory_, file_}, {.xattrs = true});
    EXPECT_EQ(xattrs->xattrs, (std::vector<Xattr>{{"a", "1"}}));
    EXPECT_TRUE(xattrs->access_acl.empty());
}

TEST_F(PlatformExtended, RemovingWhatIsTheSystemsOwnIsRefusedNotHidden)
{
    EXPECT_EQ(set_xattr({directory_, file_}, {"com.apple.rootless", "x"}).error().code, EPERM);
}

}  // namespace
}  // namespace arsync::platform
