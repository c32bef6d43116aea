// Data by position, and what lseek(2), fallocate(2) and ftruncate(2) promise.
#include "platform/file.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::bytes;
using test::code;
using test::name;
using test::read_text;
using test::TempDirectory;

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;

class PlatformFile : public testing::Test {
protected:
    File make(std::string_view file_name) { return directory_.create_file(name(file_name), 0600).value(); }

    /// Whether the file system of the tests keeps holes.
    bool keeps_holes()
    {
        const auto file = make("probe");
        EXPECT_EQ(code(file.truncate(kMebi)), 0);
        return file.stat()->allocated < kMebi;
    }

    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
};

TEST_F(PlatformFile, ReadsAndWritesAtOffsets)
{
    const auto file = make("f");
    ASSERT_EQ(code(file.write_at(0, bytes("hello world"))), 0);
    ASSERT_EQ(code(file.write_at(6, bytes("there"))), 0);
    EXPECT_EQ(read_text(file, 0, 11), "hello there");
    EXPECT_EQ(read_text(file, 6, 2), "th");
    EXPECT_EQ(temp_.read("f"), "hello there");
}

TEST_F(PlatformFile, ReadingEndsWithTheFile)
{
    const auto file = make("f");
    ASSERT_EQ(code(file.write_at(0, bytes("hello"))), 0);
    EXPECT_EQ(read_text(file, 3, 100), "lo");
    EXPECT_EQ(read_text(file, 5, 100), "");
    EXPECT_EQ(read_text(file, 100, 100), "");
}

TEST_F(PlatformFile, WritingBehindTheEndLeavesZeros)
{
    const auto file = make("f");
    ASSERT_EQ(code(file.write_at(4, bytes("x"))), 0);
    EXPECT_EQ(temp_.read("f"), std::string(4, '\0') + "x");
}

TEST_F(PlatformFile, OffsetsBeyondFourGibibytes)
{
    const auto file = make("f");
    const std::uint64_t far = (std::uint64_t{5} << 30) + 1;
    ASSERT_EQ(code(file.write_at(far, bytes("far"))), 0);
    EXPECT_EQ(file.stat()->size, far + 3);
    EXPECT_EQ(read_text(file, far, 10), "far");
}

TEST_F(PlatformFile, ErrorsNameTheOperation)
{
    temp_.write("f", "x");
    const auto reader = directory_.open_file(name("f"));
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->write_at(0, bytes("y")).error(), (Error{Operation::Write, EBADF}));
    EXPECT_EQ(reader->truncate(0).error(), (Error{Operation::Truncate, EINVAL}));
    EXPECT_EQ(temp_.read("f"), "x");
}

TEST_F(PlatformFile, TruncateCutsAndGrows)
{
    const auto file = make("f");
    ASSERT_EQ(code(file.write_at(0, bytes("hello"))), 0);
    ASSERT_EQ(code(file.truncate(2)), 0);
    ASSERT_EQ(code(file.truncate(4)), 0);
    EXPECT_EQ(temp_.read("f"), std::string("he") + '\0' + '\0');
}

TEST_F(PlatformFile, DataIsFoundBetweenHoles)
{
    if (!keeps_holes()) GTEST_SKIP() << "the file system keeps no holes";
    const auto file = make("f");
    const std::string block(64 * 1024, 'd');
    ASSERT_EQ(code(file.write_at(kMebi, bytes(block))), 0);
    ASSERT_EQ(code(file.write_at(2 * kMebi, bytes(block))), 0);
    const std::uint64_t size = 3 * kMebi;
    ASSERT_EQ(code(file.truncate(size)), 0);

    const auto expect_run = [&](std::uint64_t from, std::uint64_t limit, std::uint64_t begin, std::uint64_t end) {
        const auto run = file.next_data(from, limit);
        ASSERT_TRUE(run && *run);
        EXPECT_EQ((*run)->begin, begin) << from;
        EXPECT_EQ((*run)->end, end) << from;
    };
    expect_run(0, size, kMebi, kMebi + block.size());
    expect_run(kMebi + 4096, size, kMebi + 4096, kMebi + block.size());
    expect_run(kMebi + block.size(), size, 2 * kMebi, 2 * kMebi + block.size());
    expect_run(0, kMebi + 8192, kMebi, kMebi + 8192);  // no further than `size`
    EXPECT_EQ(file.next_data(2 * kMebi + block.size(), size).value(), std::nullopt);
    EXPECT_EQ(file.next_data(0, kMebi / 2).value(), std::nullopt);
    EXPECT_EQ(file.next_data(size, size).value(), std::nullopt);
}

TEST_F(PlatformFile, DenseFileIsOneRun)
{
    const auto file = make("f");
    const std::string content(100'000, 'd');
    ASSERT_EQ(code(file.write_at(0, bytes(content))), 0);
    const auto run = file.next_data(0, content.size());
    ASSERT_TRUE(run && *run);
    EXPECT_EQ((*run)->begin, 0U);
    EXPECT_EQ((*run)->end, content.size());
}

TEST_F(PlatformFile, PunchedHoleReadsAsZerosAndGivesBlocksBack)
{
    const auto file = make("f");
    const std::string content(kMebi, 'd');
    ASSERT_EQ(code(file.write_at(0, bytes(content))), 0);
    ASSERT_EQ(code(file.sync()), 0);
    const auto before = file.stat()->allocated;
    const auto punched = file.punch_hole(kMebi / 4, kMebi / 2);
    ASSERT_TRUE(punched);
    if (!*punched) GTEST_SKIP() << "the file system punches no holes";
    EXPECT_EQ(file.stat()->size, kMebi);
    EXPECT_LE(file.stat()->allocated, before - kMebi / 2);
    std::string expected = content;
    expected.replace(kMebi / 4, kMebi / 2, kMebi / 2, '\0');
    EXPECT_TRUE(read_text(file, 0, kMebi) == expected);
}

TEST_F(PlatformFile, PunchingBehindTheEndDoesNotGrow)
{
    const auto file = make("f");
    ASSERT_EQ(code(file.write_at(0, bytes("hello"))), 0);
    ASSERT_EQ(code(file.punch_hole(4096, kMebi)), 0);
    EXPECT_TRUE(file.punch_hole(0, 0).value());
    EXPECT_EQ(temp_.read("f"), "hello");
}

TEST_F(PlatformFile, PreallocationTakesSpaceButKeepsTheSize)
{
    const auto file = make("f");
    ASSERT_EQ(code(file.write_at(0, bytes("hello"))), 0);
    const auto done = file.preallocate(kMebi);
    ASSERT_TRUE(done);
    if (!*done) GTEST_SKIP() << "the file system allocates nothing beforehand";
    EXPECT_EQ(file.stat()->size, 5U);
    EXPECT_GE(file.stat()->allocated, kMebi);
    EXPECT_EQ(temp_.read("f"), "hello");
}

TEST_F(PlatformFile, PreallocationOfTooMuchIsAnError)
{
    const auto file = make("f");
    const auto refused = file.preallocate(std::uint64_t{1} << 62);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().operation, Operation::Allocate);
    EXPECT_TRUE(refused.error().code == EFBIG || refused.error().code == ENOSPC) << refused.error().code;
    EXPECT_EQ(file.stat()->size, 0U);
}

TEST_F(PlatformFile, CloseLetsTheDescriptorGoOnce)
{
    auto file = make("f");
    const int descriptor = file.handle().get();
    EXPECT_EQ(code(file.close()), 0);
    EXPECT_FALSE(file.handle());
    EXPECT_EQ(code(file.close()), 0);
    const auto next = make("g");
    EXPECT_EQ(next.handle().get(), descriptor);
}

TEST_F(PlatformFile, MovedHandleClosesOnce)
{
    auto first = make("f");
    const int descriptor = first.handle().get();
    {
        const File second = std::move(first);
        EXPECT_EQ(second.handle().get(), descriptor);
        EXPECT_EQ(code(second.stat()), 0);
    }
    EXPECT_EQ(code(File(Handle(descriptor)).stat()), EBADF);
}

}  // namespace
}  // namespace arsync::platform
