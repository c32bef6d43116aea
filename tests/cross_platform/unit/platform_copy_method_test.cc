// Which way is taken, what is remembered of it, and the comparison of contents.
#include <cerrno>

#include "platform_copy_fixture.h"

namespace arsync::platform {
namespace {

using arsync::test::bytes;
using arsync::test::code;
using arsync::test::name;
using test::kMebi;
using test::PlatformCopy;
using test::random_text;
using test::text_with_gaps;

TEST_F(PlatformCopy, MethodIsTheOneThatWasAskedFor)
{
    make_source(random_text(kMebi));
    make_target();
    EXPECT_EQ(copier_.copy(request(CopyPreference::ReadWrite))->method, CopyMethod::ReadWrite);
    EXPECT_EQ(copier_.copy(request(CopyPreference::Kernel))->method, CopyMethod::Kernel);
}

TEST_F(PlatformCopy, ZerosBecomeHoles)
{
    const auto text = text_with_gaps();
    source_ = directory_.create_file(name("source"), 0600).value();
    ASSERT_EQ(code(source_.write_at(0, bytes(text))), 0);  // all of it allocated
    for (const bool is_new : {true, false}) {
        make_target(is_new ? "" : std::string(text.size() + 1, 'o'));
        auto wanted = request();
        wanted.zeros_become_holes = true;
        wanted.target_is_new = is_new;
        const auto outcome = copier_.copy(wanted);
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->size, text.size());
        EXPECT_TRUE(target_is(text)) << is_new;
        EXPECT_LT(target_.stat()->allocated, text.size() - kMebi) << is_new;
        ASSERT_EQ(code(directory_.unlink(name("target"))), 0);
    }
}

TEST_F(PlatformCopy, ErrorsTellTheSide)
{
    temp_.write("source", "text");
    temp_.write("target", "");
    source_ = *directory_.open_file(name("source"));
    target_ = *directory_.open_file(name("target"));  // not for writing
    auto outcome = copier_.copy(request(CopyPreference::ReadWrite));
    ASSERT_FALSE(outcome);
    EXPECT_FALSE(outcome.error().source_side);
    EXPECT_EQ(outcome.error().error, (Error{Operation::Write, EBADF}));

    target_ = *directory_.open_for_update(name("target"));
    auto wanted = request(CopyPreference::ReadWrite);
    const File closed{Handle()};
    wanted.source = &closed;
    outcome = copier_.copy(wanted);
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.error().source_side);
    EXPECT_EQ(outcome.error().error.operation, Operation::Read);
}

TEST_F(PlatformCopy, PairsAreFoundByDirectionAndStay)
{
    auto& first = volumes_.find(1, 2);
    auto& back = volumes_.find(2, 1);
    EXPECT_NE(&first, &back);
    for (std::uint64_t i = 10; i < 200; ++i) static_cast<void>(volumes_.find(i, i));
    EXPECT_EQ(&volumes_.find(1, 2), &first);
    EXPECT_EQ(first.from_device, 1U);
    EXPECT_EQ(first.to_device, 2U);
}

class PlatformSameContent : public PlatformCopy {
protected:
    std::expected<bool, CopyError> same(const std::string& a, const std::string& b, std::uint64_t size)
    {
        temp_.write("a", a);
        temp_.write("b", b);
        return same_content(*directory_.open_file(name("a")), *directory_.open_file(name("b")), size, copier_.buffer(),
                            &cancel_);
    }
    std::atomic<bool> cancel_ = false;
};

TEST_F(PlatformSameContent, ComparesEveryByte)
{
    const auto text = random_text(kMebi + 5);
    EXPECT_TRUE(same(text, text, text.size()).value());
    EXPECT_TRUE(same("", "", 0).value());
    for (const std::size_t at : {std::size_t{0}, Copier::kBufferSize / 2, text.size() - 1}) {
        auto other = text;
        other[at] = static_cast<char>(other[at] + 1);
        EXPECT_FALSE(same(text, other, text.size()).value()) << at;
    }
}

TEST_F(PlatformSameContent, FileThatBecameShorterIsNotTheSame)
{
    EXPECT_FALSE(same("abc", "ab", 3).value());
    EXPECT_FALSE(same("ab", "abc", 3).value());
    EXPECT_FALSE(same("ab", "ab", 3).value());
}

TEST_F(PlatformSameContent, CanBeCancelled)
{
    cancel_ = true;
    const auto answer = same("abc", "abc", 3);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.code, ECANCELED);
}

}  // namespace
}  // namespace arsync::platform
