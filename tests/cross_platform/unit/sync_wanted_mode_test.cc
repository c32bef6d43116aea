// Modes that rsync 3.5 gave, with -p or without.
#include <gtest/gtest.h>

#include "sync/compare.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;

class SyncWantedMode : public testing::Test {
protected:
    platform::Mode mode(platform::Mode source, std::optional<platform::Mode> present, bool acl = false)
    {
        source_.mode = source;
        destination_.mode = present.value_or(0);
        return wanted_mode(source_, present ? &destination_ : nullptr, policy_, acl);
    }

    SyncWantedMode()
    {
        source_.type = destination_.type = FileType::Regular;
        policy_.umask = 022;
    }

    Metadata source_;
    Metadata destination_;
    AttributePolicy policy_;
};

TEST_F(SyncWantedMode, IsTheSourcesWithPerms)
{
    policy_.wanted.mode = true;
    EXPECT_EQ(mode(04755, std::nullopt), 04755);
    EXPECT_EQ(mode(02755, 0600), 02755);
    EXPECT_EQ(mode(0666, std::nullopt, true), 0666);
}

TEST_F(SyncWantedMode, OfANewItemIsCutByTheUmask)
{
    EXPECT_EQ(mode(04777, std::nullopt), 0755);
    EXPECT_EQ(mode(03777, std::nullopt), 0755);
    EXPECT_EQ(mode(0666, std::nullopt), 0644);
    policy_.umask = 077;
    EXPECT_EQ(mode(04755, std::nullopt), 0700);
}

TEST_F(SyncWantedMode, OfAnExistingItemStays)
{
    EXPECT_EQ(mode(04777, 0640), 0640);
    EXPECT_EQ(mode(0600, 06755), 06755);
    destination_.type = FileType::Directory;  // a file in a directory's place is new
    EXPECT_EQ(mode(0666, 0700), 0644);
}

TEST_F(SyncWantedMode, DefaultAclStandsInForTheUmask)
{
    policy_.umask = 077;
    EXPECT_EQ(mode(0666, std::nullopt, true), 0666);  // the kernel cuts it by the ACL: acl(5)
    EXPECT_EQ(mode(04640, std::nullopt, true), 0640);
}

}  // namespace
}  // namespace arsync::sync
