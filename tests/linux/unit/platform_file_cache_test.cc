// Whether data is in memory: preadv2(2) with RWF_NOWAIT, posix_fadvise(2).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "platform/directory.h"
#include "platform/file.h"
#include "platform/volume.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;

constexpr std::size_t kSize = std::size_t{4} << 20;

class PlatformFileCache : public testing::Test {
protected:
    void SetUp() override
    {
        const auto type = volume_facts(directory_)->type;
        if (type != "ext4" && type != "xfs" && type != "btrfs") GTEST_SKIP() << type << " may keep files in memory";
        temp_.write("f", std::string(kSize, 'x'));
        forget();
    }

    /// Only what is on the disk leaves the memory, and not while the kernel still holds it for its own ends: it is
    /// asked until mincore(2) says that nothing is there.
    void forget() const
    {
        const auto file = directory_.open_file(name("f"));
        ASSERT_TRUE(file);
        ASSERT_EQ(code(file->sync()), 0);
        const int descriptor = file->handle().get();
        int tries = 0;
        do {
            ASSERT_LT(++tries, 1000) << "the kernel does not let go of the file";
            ASSERT_EQ(::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED), 0);
            if (tries > 1) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        } while (cached_pages(descriptor) != 0);
    }

    [[nodiscard]] static std::ptrdiff_t cached_pages(int descriptor)
    {
        void* const mapped = ::mmap(nullptr, kSize, PROT_READ, MAP_SHARED, descriptor, 0);
        if (mapped == MAP_FAILED) return -1;
        std::vector<unsigned char> present(kSize / static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
        const int result = ::mincore(mapped, kSize, present.data());
        ::munmap(mapped, kSize);
        if (result != 0) return -1;
        return std::ranges::count_if(present, [](unsigned char page) { return (page & 1U) != 0; });
    }

    const test::TempDirectory temp_;
    const Directory directory_ = temp_.open();
    std::vector<std::byte> buffer_ = std::vector<std::byte>(kSize);
};

TEST_F(PlatformFileCache, WhatIsNotInMemoryIsToldAndNotWaitedFor)
{
    const auto file = directory_.open_file(name("f"));
    EXPECT_TRUE(file->would_wait(0));
    const auto read = file->read_cached(0, buffer_);
    ASSERT_FALSE(read);
    EXPECT_TRUE(read.error().is(std::errc::resource_unavailable_try_again));
}

TEST_F(PlatformFileCache, WhatWasReadIsThere)
{
    const auto file = directory_.open_file(name("f"));
    ASSERT_EQ(file->read_at(0, buffer_), kSize);
    EXPECT_FALSE(file->would_wait(0));
    EXPECT_FALSE(file->would_wait(kSize - 1));
    EXPECT_EQ(file->read_cached(0, buffer_), kSize);
    EXPECT_EQ(buffer_.back(), std::byte{'x'});
}

TEST_F(PlatformFileCache, FetchedDataArrives)
{
    const auto file = directory_.open_file(name("f"));
    file->fetch(0, kSize);
    for (int tries = 0; tries < 1000 && file->would_wait(kSize / 2); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_FALSE(file->would_wait(kSize / 2));
}

TEST_F(PlatformFileCache, BehindTheEndNothingHasToBeWaitedFor)
{
    const auto file = directory_.open_file(name("f"));
    EXPECT_FALSE(file->would_wait(kSize));
    EXPECT_EQ(file->read_cached(kSize, buffer_), std::size_t{0});
}

}  // namespace
}  // namespace arsync::platform
