// What Linux tells of devices, mounts and file systems: statx(2), statfs(2), proc(5).
#include "platform/volume.h"

#include <gtest/gtest.h>
#include <sys/statfs.h>

#include "platform/attributes.h"
#include "platform/directory.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

class PlatformLinuxMetadata : public testing::Test {
protected:
    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
};

TEST_F(PlatformLinuxMetadata, DeviceNumbersOfAnySize)
{
    ARSYNC_NEEDS_ROOT();
    // Linux has 12 bits for the major and 20 for the minor number, XFS keeps 9 and 18 of these.
    const DeviceNumber numbers[] = {{1, 3}, {8, 255}, {259, 256}, {511, 262'143}};
    for (const auto& number : numbers) {
        const auto made = name("n" + std::to_string(number.major));
        ASSERT_EQ(code(directory_.make_node(made, FileType::CharacterDevice, 0600, number)), 0);
        EXPECT_EQ(directory_.stat(made)->type, FileType::CharacterDevice);
        EXPECT_EQ(directory_.stat(made)->node, number) << number.major;
    }
}

TEST_F(PlatformLinuxMetadata, BirthTimeStaysWhenOtherTimesAreSet)
{
    temp_.write("f", "");
    const auto type = volume_facts(directory_)->type;
    const auto before = directory_.stat(name("f"));
    ASSERT_TRUE(before);
    if (type != "ext4" && type != "xfs" && type != "btrfs" && !before->born) GTEST_SKIP() << type << " keeps none";
    ASSERT_TRUE(before->born);
    EXPECT_GE(before->born->seconds, directory_.stat()->born->seconds);
    ASSERT_EQ(code(set_times({directory_, name("f")}, std::nullopt, Timestamp{1000, 0})), 0);
    EXPECT_EQ(directory_.stat(name("f"))->born, before->born);
}

TEST_F(PlatformLinuxMetadata, MountedFileSystemIsSeenFromAbove)
{
    const auto dev = Directory::open_root("/dev");
    const auto shm = dev ? dev->stat(name("shm")) : std::unexpected(dev.error());
    if (!shm || shm->identity.device == dev->stat()->identity.device) GTEST_SKIP() << "nothing is mounted on /dev/shm";
    EXPECT_TRUE(shm->mount_root);
    temp_.write("d/f", "");
    EXPECT_FALSE(directory_.stat(name("d"))->mount_root);
}

class PlatformVolume : public testing::Test {};

TEST_F(PlatformVolume, TmpfsIsKnown)
{
    struct statfs facts{};
    if (::statfs("/dev/shm", &facts) != 0 || facts.f_type != 0x01021994) GTEST_SKIP() << "no tmpfs on /dev/shm";
    const auto volume = volume_facts(*Directory::open_root("/dev/shm"));
    ASSERT_TRUE(volume);
    EXPECT_EQ(volume->type, "tmpfs");
    EXPECT_FALSE(volume->preallocation_helps);
    EXPECT_FALSE(volume->supports_clone);
    EXPECT_FALSE(volume->read_only);
}

TEST_F(PlatformVolume, TypeIsWhatTheMountTableSays)
{
    const TempDirectory temp;
    const auto volume = volume_facts(temp.open());
    ASSERT_TRUE(volume);
    EXPECT_FALSE(volume->read_only);
    struct statfs facts{};
    ASSERT_EQ(::statfs(temp.path().c_str(), &facts), 0);
    EXPECT_EQ(volume->block_size, static_cast<std::uint64_t>(facts.f_bsize));

    // The last entry whose mount point is above the directory: proc(5), /proc/self/mounts.
    std::ifstream mounts("/proc/self/mounts");
    std::string line;
    std::string type;
    for (std::string device, point, its_type; mounts >> device >> point >> its_type && std::getline(mounts, line);) {
        if (point == "/" || (temp.path() + '/').starts_with(point + '/')) type = its_type;
    }
    if (volume->type.empty()) GTEST_SKIP() << type << " is not in the table";
    EXPECT_EQ(volume->type, type);
}

TEST_F(PlatformVolume, ReadOnlyMountIsSeen)
{
    struct statfs facts{};
    for (const char* path : {"/sys/fs/cgroup", "/proc/sys", "/boot", "/snap"}) {
        if (::statfs(path, &facts) != 0 || (facts.f_flags & 1) == 0) continue;
        EXPECT_TRUE(volume_facts(*Directory::open_root(path))->read_only) << path;
        return;
    }
    GTEST_SKIP() << "no read-only mount here";
}

}  // namespace
}  // namespace arsync::platform
