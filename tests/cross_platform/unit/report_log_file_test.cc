#include "report/log_file.h"

#include <gtest/gtest.h>

#include <regex>

namespace arsync::report {
namespace {

TEST(LogFile, PutsTimeAndProcessBeforeEachLine)
{
    std::string written;
    LogFile log([&](std::string_view bytes) -> Status {
        written += bytes;
        return {};
    });
    log.add("building file list");
    log.add("\nNumber of files: 1\n\nsent 1\n");
    EXPECT_EQ(written, "");
    log.flush();
    const std::string prefix = R"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\d+\] )";
    EXPECT_TRUE(std::regex_match(
        written, std::regex(prefix + "building file list\n" + prefix + "Number of files: 1\n" + prefix + "sent 1\n")))
        << written;
}

TEST(LogFile, RemembersThatItCouldNotWrite)
{
    int calls = 0;
    LogFile log([&](std::string_view) -> Status {
        ++calls;
        return fail(Operation::Write, std::errc::no_space_on_device);
    });
    log.add("a");
    log.flush();
    log.add("b");
    log.flush();
    EXPECT_TRUE(log.write_error() && log.write_error()->is(std::errc::no_space_on_device));
    EXPECT_EQ(calls, 1);
}

TEST(LogFile, CannotBeOpened)
{
    const auto log = LogFile::open("/nonexistent/folder/log", 0644, {});
    ASSERT_FALSE(log);
    EXPECT_TRUE(log.error().is(std::errc::no_such_file_or_directory));
}

}  // namespace
}  // namespace arsync::report
