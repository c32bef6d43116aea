// The point in time that --stop-at means.

#include "cli/stop_time.h"

#include <gtest/gtest.h>

#include <string>

namespace arsync::cli {
namespace {

std::time_t local(int year, int month, int day, int hour = 0, int minute = 0)
{
    std::tm fields{};
    fields.tm_year = year - 1900;
    fields.tm_mon = month - 1;
    fields.tm_mday = day;
    fields.tm_hour = hour;
    fields.tm_min = minute;
    fields.tm_isdst = -1;
    return std::mktime(&fields);
}

const std::time_t kNow = local(2026, 11, 24, 18, 45);

TEST(StopTime, FullDates)
{
    EXPECT_EQ(next_stop_time("2030-1-2T3:04", kNow), local(2030, 1, 2, 3, 4));
    EXPECT_EQ(next_stop_time("2030/01/02T03:04", kNow), local(2030, 1, 2, 3, 4));
    EXPECT_EQ(next_stop_time("2030-1-2", kNow), local(2030, 1, 2));
    EXPECT_EQ(next_stop_time("2020-1-2", kNow), local(2020, 1, 2));  // the caller sees that it has passed
    EXPECT_EQ(next_stop_time("30-1-2", kNow), local(2030, 1, 2));
    EXPECT_EQ(next_stop_time("5-1-2", kNow), local(2105, 1, 2));
}

TEST(StopTime, WhatIsMissingIsTheNextThatFits)
{
    EXPECT_EQ(next_stop_time("1-30", kNow), local(2027, 1, 30));
    EXPECT_EQ(next_stop_time("12-1", kNow), local(2026, 12, 1));
    EXPECT_EQ(next_stop_time("1", kNow), local(2026, 12, 1));
    EXPECT_EQ(next_stop_time("24", kNow), local(2026, 12, 24));
    EXPECT_EQ(next_stop_time("24T20:00", kNow), local(2026, 11, 24, 20));
    EXPECT_EQ(next_stop_time("31", kNow), local(2026, 12, 31));
    EXPECT_EQ(next_stop_time("2-29", kNow), local(2028, 2, 29));
    EXPECT_EQ(next_stop_time("19:00", kNow), local(2026, 11, 24, 19));
    EXPECT_EQ(next_stop_time("T14:00", kNow), local(2026, 11, 25, 14));
    EXPECT_EQ(next_stop_time(":59", kNow), local(2026, 11, 24, 18, 59));
    EXPECT_EQ(next_stop_time(":30", kNow), local(2026, 11, 24, 19, 30));
}

TEST(StopTime, NoTimes)
{
    for (const std::string text : {"",       "x",       "32", "13-1", "2-30",      "24:00",    "23:60",
                                   "2027-1", "12-31T5", "T5", "5:",   "1-2T3:4:5", "1/2/2027", "-1",
                                   "1-",     "T:30",    " 1", "+1",   "1-2-3-4",   "T",        "0"})
        EXPECT_FALSE(next_stop_time(text, kNow)) << text;
}

}  // namespace
}  // namespace arsync::cli
