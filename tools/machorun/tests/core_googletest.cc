// GoogleTest itself, with a test that fails.
#include <gtest/gtest.h>

#include <stdexcept>

#include "src/gtest-all.cc"

TEST(Passes, Once)
{
    EXPECT_EQ(1 + 1, 2);
    EXPECT_THROW(throw std::runtime_error("x"), std::runtime_error);
}

class Each : public testing::TestWithParam<int> {};
TEST_P(Each, Positive)
{
    EXPECT_GT(GetParam(), 0);
}
INSTANTIATE_TEST_SUITE_P(Numbers, Each, testing::Values(1, 2, 3));

TEST(Fails, Once)
{
    EXPECT_EQ(1 + 1, 3);
}

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
