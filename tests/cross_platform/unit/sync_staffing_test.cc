#include "sync/staffing.h"

#include <gtest/gtest.h>

namespace arsync::sync {
namespace {

/// Calls enough for any pause to be over.
void observe_long(Staffing& staffing, double busy, bool all_taken)
{
    for (int i = 0; i < 100; ++i) staffing.observe(busy, all_taken);
}

TEST(SyncStaffing, WaitingForDevicesBringsMoreUpToTheMost)
{
    Staffing staffing(2, 16);
    EXPECT_EQ(staffing.count(), 2U);
    staffing.observe(0.3, true);
    EXPECT_EQ(staffing.count(), 3U);
    observe_long(staffing, 0.3, true);
    EXPECT_EQ(staffing.count(), 16U);
}

TEST(SyncStaffing, WithoutWorkThatWaitsNobodyIsAdded)
{
    Staffing staffing(2, 16);
    observe_long(staffing, 0.1, false);
    EXPECT_EQ(staffing.count(), 2U);
}

TEST(SyncStaffing, BusyCoresNeedNobodyElse)
{
    Staffing staffing(4, 16);
    observe_long(staffing, 3.9, true);
    EXPECT_EQ(staffing.count(), 4U);
}

TEST(SyncStaffing, WhenCoresAreBusyAgainTheyGoBackToTheRegularNumber)
{
    Staffing staffing(2, 16);
    observe_long(staffing, 0.1, true);
    observe_long(staffing, 2.0, true);
    EXPECT_EQ(staffing.count(), 2U);
}

TEST(SyncStaffing, ShortageHalvesAndLaterTheyComeBack)
{
    Staffing staffing(8, 8);
    staffing.shortage();
    staffing.observe(7.9, true);
    EXPECT_EQ(staffing.count(), 4U);
    staffing.observe(7.9, true);
    EXPECT_EQ(staffing.count(), 4U);
    observe_long(staffing, 7.9, true);
    EXPECT_EQ(staffing.count(), 8U);
}

TEST(SyncStaffing, OneWorkerAlwaysStays)
{
    Staffing staffing(2, 16);
    for (int i = 0; i < 10; ++i) {
        staffing.shortage();
        staffing.observe(0.0, true);
    }
    EXPECT_EQ(staffing.count(), 1U);
}

}  // namespace
}  // namespace arsync::sync
