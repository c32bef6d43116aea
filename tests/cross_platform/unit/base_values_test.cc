// Names and errors. What a name may be: path_resolution(7). The words of errors: errno(3), and rsync's messages.
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "base/error.h"
#include "base/name.h"
#include "base/time.h"

namespace arsync {
namespace {

using namespace std::string_view_literals;

TEST(BaseName, RefusesWhatIsNoSingleComponent)
{
    for (const auto bytes : {""sv, "."sv, ".."sv, "/"sv, "a/b"sv, "/a"sv, "a/"sv, "../a"sv, "a\0b"sv, "\0"sv}) {
        EXPECT_FALSE(Name::make(bytes).has_value()) << '[' << bytes << ']';
        EXPECT_FALSE(is_name(bytes)) << '[' << bytes << ']';
    }
}

TEST(BaseName, TakesAllOtherBytes)
{
    for (const auto bytes :
         {"a"sv, "..."sv, ".a"sv, "..a"sv, "-"sv, " "sv, "\n"sv, "\\"sv, "\377\376"sv, "\303\251"sv}) {
        const auto name = Name::make(bytes);
        ASSERT_TRUE(name.has_value()) << '[' << bytes << ']';
        EXPECT_EQ(name->str(), bytes);
        EXPECT_EQ(NameView(*name).view(), bytes);
        EXPECT_EQ(NameView(*name).c_str()[bytes.size()], '\0');
    }
}

TEST(BaseName, OrdersByUnsignedBytes)
{
    const auto plain = *Name::make("z");
    const auto high = *Name::make("\303\251");
    const auto longer = *Name::make("za");
    EXPECT_LT(NameView(plain), NameView(high));
    EXPECT_LT(NameView(plain), NameView(longer));
    EXPECT_EQ(NameView(plain), NameView(*Name::make("z")));
    EXPECT_NE(plain, longer);
}

TEST(BaseName, CopyKeepsItsOwnBytes)
{
    const auto first = Name::make("first");
    const Name copy{NameView(*first)};
    EXPECT_EQ(copy, *first);
    EXPECT_NE(NameView(copy).c_str(), NameView(*first).c_str());
}

TEST(BaseError, ReasonIsTheSystemsWordsAndNumber)
{
    // The second halves of rsync's messages: `... failed: Permission denied (13)`.
    EXPECT_EQ((Error{Operation::Open, EACCES}.reason()), "Permission denied (13)");
    EXPECT_EQ((Error{Operation::Write, ENOSPC}.reason()), "No space left on device (28)");
    EXPECT_EQ((Error{Operation::Stat, ENOENT}.reason()), "No such file or directory (2)");
}

TEST(BaseError, ComparesWithPortableNames)
{
    const Error error{Operation::Rename, EXDEV};
    EXPECT_TRUE(error.is(std::errc::cross_device_link));
    EXPECT_FALSE(error.is(std::errc::io_error));
    const Status failed = fail(Operation::Rename, std::errc::cross_device_link);
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error(), error);
}

TEST(BaseError, EveryOperationHasWordsOfItsOwn)
{
    std::set<std::string_view> words;
    const auto last = static_cast<int>(Operation::Wait);
    for (int i = 0; i <= last; ++i) words.insert(verb(static_cast<Operation>(i)));
    EXPECT_EQ(words.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_FALSE(words.contains("use"));  // what is said for a forgotten one
}

TEST(BaseTime, OrdersAcrossTheEpoch)
{
    EXPECT_LT((Timestamp{-1, 999'999'999}), (Timestamp{0, 0}));
    EXPECT_LT((Timestamp{-2, 999'999'999}), (Timestamp{-1, 0}));
    EXPECT_LT((Timestamp{5, 1}), (Timestamp{5, 2}));
}

}  // namespace
}  // namespace arsync
