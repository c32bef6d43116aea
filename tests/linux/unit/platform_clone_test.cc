// Clones into a file that exists: ioctl_ficlone(2).
#include <cerrno>

#include "platform_copy_fixture.h"

namespace arsync::platform {
namespace {

using test::kMebi;
using test::PlatformCopy;
using test::random_text;

TEST_F(PlatformCopy, CloneWorksOrIsRefusedWithoutAFallback)
{
    const auto text = random_text(kMebi);
    make_source(text);
    make_target();
    const auto outcome = copier_.copy(request(CopyPreference::Clone));
    if (clones()) {
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->method, CopyMethod::Clone);
        EXPECT_TRUE(target_is(text));
        return;
    }
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().error, (Error{Operation::Clone, EOPNOTSUPP}));  // ioctl_ficlone(2)
    EXPECT_EQ(target_.stat()->size, 0U);
}

TEST_F(PlatformCopy, RefusalIsRememberedForThePairOfVolumes)
{
    if (clones()) GTEST_SKIP() << "clones work here";
    const auto text = random_text(kMebi);
    make_source(text);
    make_target();
    const auto device = directory_.stat()->identity.device;
    const auto& pair = volumes_.find(device, device);
    EXPECT_FALSE(pair.clone_refused);
    const auto outcome = copier_.copy(request());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->method, CopyMethod::ReadWrite);
    EXPECT_TRUE(pair.clone_refused);
    EXPECT_EQ(pair.clone_refusal, EOPNOTSUPP);
    EXPECT_FALSE(volumes_.find(device, device + 1).clone_refused);
}

}  // namespace
}  // namespace arsync::platform
