// Options about how data is written. Limits and words as rsync 3.5 has them.
#include "cli/writing_options.h"

#include <gtest/gtest.h>

#include "cli/parser.h"

namespace arsync::cli {
namespace {

Options good(const std::vector<std::string>& arguments)
{
    const auto options = parse(arguments);
    EXPECT_TRUE(options.has_value()) << (options ? "" : options.error().message);
    return options.value_or(Options{});
}

std::string refusal(const std::vector<std::string>& arguments)
{
    const auto options = parse(arguments);
    if (!options) return options.error().message;
    const auto checked = check_writing(*options);
    return checked ? "accepted" : checked.error().message;
}

sync::Writing writing(const std::vector<std::string>& arguments, std::optional<std::string> partial_dir = std::nullopt)
{
    Surroundings surroundings;
    surroundings.partial_dir = std::move(partial_dir);
    sync::Writing result;
    set_writing(result, good(arguments), surroundings);
    return result;
}

TEST(WritingOptions, Bandwidth)
{
    EXPECT_EQ(good({"--bwlimit=1"}).bandwidth, 1024U);
    EXPECT_EQ(good({"--bwlimit=1.5m"}).bandwidth, 1572864U);
    EXPECT_EQ(good({"--bwlimit=512b"}).bandwidth, 1024U);
    EXPECT_EQ(good({"--bwlimit=1k-1"}).bandwidth, 1024U);
    EXPECT_EQ(good({"--bwlimit=10mb"}).bandwidth, 10000384U);  // rounded to KiB
    EXPECT_EQ(good({"--bwlimit=9", "--bwlimit=0"}).bandwidth, 0U);
    EXPECT_EQ(good({"--bwlimit=9", "--no-bwlimit"}).bandwidth, 0U);
    EXPECT_EQ(good({"--bwlimit="}).bandwidth, 0U);
    EXPECT_EQ(refusal({"--bwlimit=0.1"}), "--bwlimit=0.1 is too small (min: 512 or 0 for unlimited)");
    EXPECT_EQ(refusal({"--bwlimit=-1"}), "--bwlimit=-1 is too large");
    EXPECT_EQ(refusal({"--bwlimit=1x"}), "--bwlimit=1x is invalid");
}

TEST(WritingOptions, BlockSize)
{
    EXPECT_EQ(good({"-B", "1000"}).block_size, 1000U);
    EXPECT_EQ(good({"-B1.5k"}).block_size, 1536U);
    EXPECT_EQ(good({"--block-size="}).block_size, 0U);
    EXPECT_EQ(refusal({"-B131073"}), "--block-size=131073 is too large (max: 128.00K)");
    EXPECT_EQ(refusal({"-B-5"}), "--block-size=-5 is too large (max: 128.00K)");
    EXPECT_EQ(refusal({"-Bx"}), "--block-size=x is invalid");
}

TEST(WritingOptions, MaxAllocation)
{
    EXPECT_EQ(refusal({"--max-alloc=0"}), "accepted");
    EXPECT_EQ(refusal({"--max-alloc=1m"}), "accepted");
    EXPECT_EQ(refusal({"--max-alloc=100"}), "--max-alloc=100 is too small (min: 1.00M or 0 for unlimited)");
    EXPECT_EQ(refusal({"--max-alloc=99999999999g"}), "--max-alloc=99999999999g is too large");
    EXPECT_EQ(refusal({"--max-alloc=x"}), "--max-alloc=x is invalid");
}

TEST(WritingOptions, WholeFiles)
{
    EXPECT_TRUE(writing({"-a"}).whole_file);
    EXPECT_FALSE(writing({"-a", "--no-W"}).whole_file);
    EXPECT_FALSE(writing({"-a", "--append"}).whole_file);
    EXPECT_TRUE(writing({"-a", "--no-W", "--cc=none"}).whole_file);
    EXPECT_TRUE(writing({"-a", "--no-W", "--cc=none,md5"}).whole_file);
    EXPECT_FALSE(writing({"-a", "--no-W", "--cc=md5,none"}).whole_file);
    EXPECT_EQ(refusal({"--cc=md5,bad"}), "unknown checksum name: bad");
}

TEST(WritingOptions, Append)
{
    using Append = sync::Writing::Append;
    EXPECT_EQ(writing({"-a"}).append, Append::No);
    EXPECT_EQ(writing({"-a", "--append"}).append, Append::Blindly);
    EXPECT_EQ(writing({"-a", "--append-verify"}).append, Append::Verified);
    EXPECT_EQ(writing({"-a", "--append-verify", "--no-append"}).append, Append::No);
    EXPECT_TRUE(writing({"-a", "--append"}).inplace);
    EXPECT_EQ(refusal({"--append", "-W"}), "--append cannot be used with --whole-file");
    EXPECT_EQ(refusal({"--append", "--partial-dir=x"}), "--append cannot be used with --partial-dir");
    EXPECT_EQ(refusal({"--inplace", "--partial-dir=x"}), "--inplace cannot be used with --partial-dir");
    EXPECT_EQ(refusal({"--inplace", "--delay-updates"}), "--inplace cannot be used with --delay-updates");
    EXPECT_EQ(refusal({"--inplace", "--partial-dir=."}), "accepted");
}

TEST(WritingOptions, PartialDirectory)
{
    EXPECT_EQ(writing({"-a"}).partial_dir, "");
    EXPECT_EQ(writing({"-a", "--partial-dir=./.p//"}).partial_dir, ".p");
    EXPECT_EQ(writing({"-a", "--partial-dir=/a//b/"}).partial_dir, "/a/b");
    EXPECT_EQ(writing({"-a", "--partial-dir=."}).partial_dir, "");
    EXPECT_EQ(writing({"-a"}, ".e").partial_dir, "");
    EXPECT_EQ(writing({"-a", "--partial"}, ".e").partial_dir, ".e");
    EXPECT_EQ(writing({"-a", "--partial", "--partial-dir=x"}, ".e").partial_dir, "x");
    EXPECT_EQ(writing({"-a", "--partial", "--inplace"}, ".e").partial_dir, "");
    EXPECT_EQ(writing({"-a", "--partial", "--delay-updates"}, ".e").partial_dir, ".~tmp~");
    EXPECT_EQ(writing({"-a", "--delay-updates", "--partial-dir=x"}).partial_dir, "x");
    EXPECT_EQ(partial_directory_rule(good({"--partial-dir=x/y/"}), {}), "-p x/y/");
    EXPECT_EQ(partial_directory_rule(good({"--partial-dir=/x"}), {}), "");
    EXPECT_EQ(partial_directory_rule(good({"--delay-updates"}), {}), "-p .~tmp~/");
}

}  // namespace
}  // namespace arsync::cli
