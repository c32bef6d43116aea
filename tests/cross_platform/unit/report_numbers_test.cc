// Expectations: rsync 3.5 -an --stats of a sparse file of that size, with --no-h, nothing, -h and -hh.
#include "report/numbers.h"

#include <gtest/gtest.h>

#include "report/progress_line.h"

namespace arsync::report {
namespace {

using enum NumberStyle;

TEST(Numbers, Sizes)
{
    struct Case {
        std::uint64_t bytes;
        const char* plain;
        const char* decimal;
        const char* binary;
    };
    const Case cases[] = {
        {0, "0", "0", "0"},
        {999, "999", "999", "999"},
        {1000, "1000", "1.00K", "1,000"},
        {1023, "1023", "1.02K", "1,023"},
        {1024, "1024", "1.02K", "1.00K"},
        {9995, "9995", "9.99K", "9.76K"},
        {9999, "9999", "10.00K", "9.76K"},
        {99999, "99999", "100.00K", "97.66K"},
        {999995, "999995", "1000.00K", "976.56K"},
        {1000000, "1000000", "1.00M", "976.56K"},
        {1048575, "1048575", "1.05M", "1024.00K"},
        {1073741823, "1073741823", "1.07G", "1024.00M"},
        {1099511627776, "1099511627776", "1.10T", "1.00T"},
        {5497558138880, "5497558138880", "5.50T", "5.00T"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(format_size(c.bytes, Plain), c.plain);
        EXPECT_EQ(format_size(c.bytes, Decimal), c.decimal);
        EXPECT_EQ(format_size(c.bytes, Binary), c.binary);
    }
    EXPECT_EQ(format_size(5497558138880, Grouped), "5,497,558,138,880");
}

TEST(Numbers, CountsAreNeverShortened)
{
    EXPECT_EQ(format_count(2521, Decimal), "2,521");
    EXPECT_EQ(format_count(2521, Binary), "2,521");
    EXPECT_EQ(format_count(2521, Plain), "2521");
    EXPECT_EQ(format_count(121, Grouped), "121");
}

TEST(Numbers, RatesAndRatios)
{
    EXPECT_EQ(format_rate(6003124, Grouped), "6,003,124.00");
    EXPECT_EQ(format_rate(6001764, Plain), "6001764.00");
    EXPECT_EQ(format_rate(384920, Decimal), "384.92K");
    EXPECT_EQ(format_rate(596, Decimal), "596.00");
    EXPECT_EQ(format_ratio(43287859361.26, Binary), "43,287,859,361.26");
    EXPECT_EQ(format_ratio(7772.06, Plain), "7772.06");
}

TEST(Numbers, Speeds)
{
    EXPECT_EQ(format_speed(0), "   0.00kB/s");
    EXPECT_EQ(format_speed(32768 / 0.001), "  31.25MB/s");
    EXPECT_EQ(format_speed(3e6 / 0.002), "   1.40GB/s");
    EXPECT_EQ(format_speed(1024.0 * 1024), "1024.00kB/s");
}

TEST(Progress, LinesAsRsyncPrintsThem)
{
    const ProgressLine done{.bytes = 3000000,
                            .total = 3000000,
                            .rate = 715.26 * 1048576,
                            .seconds = 0,
                            .finished = true,
                            .transferred = 4,
                            .left = 8,
                            .known = 13};
    EXPECT_EQ(format_progress(done, Grouped), "      3,000,000 100%  715.26MB/s    0:00:00 (xfr#4, to-chk=8/13)");
    EXPECT_EQ(format_progress(done, Decimal), "          3.00M 100%  715.26MB/s    0:00:00 (xfr#4, to-chk=8/13)");
    EXPECT_EQ(format_progress(done, Plain), "        3000000 100%  715.26MB/s    0:00:00 (xfr#4, to-chk=8/13)");

    const ProgressLine running{.bytes = 1051557888, .total = 3221225472, .rate = 144.78 * 1048576, .seconds = 14};
    EXPECT_EQ(format_progress(running, Grouped), "  1,051,557,888  32%  144.78MB/s    0:00:14  ");

    const ProgressLine listing{.bytes = 14,
                               .total = 2000,
                               .rate = 11.72 * 1024,
                               .seconds = 0,
                               .finished = true,
                               .transferred = 5,
                               .left = 1109,
                               .known = 1157,
                               .list_complete = false};
    EXPECT_EQ(format_progress(listing, Grouped),
              "             14   0%   11.72kB/s    0:00:00 (xfr#5, ir-chk=1109/1157)");
}

TEST(Progress, AlmostAllIsNotAll)
{
    const ProgressLine line{.bytes = 3000013, .total = 3000016, .rate = 476.84 * 1048576, .seconds = 0};
    EXPECT_EQ(format_progress(line, Grouped), "      3,000,013  99%  476.84MB/s    0:00:00  ");
}

TEST(Progress, RateFollowsTheLastSeconds)
{
    RateMeter meter;
    EXPECT_EQ(meter.rate(), 0);
    for (int second = 0; second <= 10; ++second) meter.add(second, 1000U * static_cast<unsigned>(second));
    EXPECT_DOUBLE_EQ(meter.rate(), 1000);
    for (int second = 11; second <= 20; ++second) meter.add(second, 10000);
    EXPECT_EQ(meter.rate(), 0);
}

TEST(Progress, TimeLeft)
{
    EXPECT_EQ(time_left(0, 0), 0U);
    EXPECT_EQ(time_left(100, 0), std::nullopt);
    EXPECT_EQ(time_left(100, 10), 10U);
    EXPECT_EQ(format_duration(3 * 3600 + 25 * 60 + 7), "3:25:07");
}

}  // namespace
}  // namespace arsync::report
