#include "base/path.h"

#include <gtest/gtest.h>

namespace arsync {
namespace {

TEST(Path, Components)
{
    using Parts = std::vector<std::string_view>;
    EXPECT_EQ(components(""), Parts{});
    EXPECT_EQ(components("///"), Parts{});
    EXPECT_EQ(components("a"), Parts{"a"});
    EXPECT_EQ(components("/a//b/"), (Parts{"a", "b"}));
    EXPECT_EQ(components("./a/.."), (Parts{".", "a", ".."}));
}

TEST(Path, Tidied)
{
    EXPECT_EQ(tidied("./a//b/"), "a/b");
    EXPECT_EQ(tidied("."), "");
    EXPECT_EQ(tidied("//a/./b"), "/a/b");
    EXPECT_EQ(tidied("/"), "/");
    EXPECT_EQ(tidied("../a"), "../a");
}

TEST(Path, Split)
{
    EXPECT_EQ(split_path("a").directory, ".");
    EXPECT_EQ(split_path("a").name->str(), "a");
    EXPECT_EQ(split_path("/a").directory, "/");
    EXPECT_EQ(split_path("a/b/c").directory, "a/b");
    EXPECT_EQ(split_path("a/b/c").name->str(), "c");
    for (const auto* contents : {"a/", "a/.", "a/..", "/", "."}) EXPECT_FALSE(split_path(contents).name) << contents;
}

}  // namespace
}  // namespace arsync
