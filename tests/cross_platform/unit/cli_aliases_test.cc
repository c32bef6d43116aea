// Expectations: what rsync 3.5 with popt 1.19 makes of the same files.
#include "cli/aliases.h"

#include <gtest/gtest.h>

#include "cli/parser.h"

namespace arsync::cli {
namespace {

std::expected<Options, UsageError> parse_with(std::string_view file, const std::vector<std::string>& arguments)
{
    Aliases aliases;
    aliases.add(file);
    return parse(arguments, false, aliases);
}

std::vector<std::string> words(std::string_view line, std::string_view option)
{
    Aliases aliases;
    aliases.add(line);
    const Alias* alias = aliases.find(option);
    return alias != nullptr ? alias->words : std::vector<std::string>{};
}

TEST(Aliases, Lines)
{
    using List = std::vector<std::string>;
    EXPECT_EQ(words("rsync alias -Z -a --delete", "-Z"), (List{"-a", "--delete"}));
    EXPECT_EQ(words("rsync\talias\t--tab\t-n", "--tab"), (List{"-n"}));
    EXPECT_EQ(words("arsync alias --own -n", "--own"), (List{"-n"}));
    EXPECT_EQ(words("* alias --any -n", "--any"), (List{"-n"}));
    EXPECT_EQ(words("other alias --foo -v", "--foo"), (List{}));
    EXPECT_EQ(words("# rsync alias --no -v", "--no"), (List{}));
    EXPECT_EQ(words("rsync alias --long \\\n   --stats\n", "--long"), (List{"--stats"}));
    EXPECT_EQ(words("rsync alias --q '--exclude=a b' \"--exclude=it's\" c\\ d", "--q"),
              (List{"--exclude=a b", "--exclude=it's", "c d"}));
    EXPECT_EQ(words("rsync alias --x -v\nrsync alias --x -q", "--x"), (List{"-q"}));
}

TEST(Aliases, AreReplacedWhereTheyStand)
{
    const auto options = parse_with("rsync alias -Z -r --delete\nrsync alias --mine -vv", {"-nZi", "--mine", "s", "d"});
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->dry_run && options->recurse && options->delete_ && options->itemize == 1);
    EXPECT_EQ(options->verbose, 2U);
    EXPECT_EQ(options->operands, (std::vector<std::string>{"s", "d"}));
}

TEST(Aliases, MayTakeAValue)
{
    constexpr std::string_view kFile = "rsync alias --leave --exclude=!#:+";
    for (const auto& arguments : {std::vector<std::string>{"--leave=b"}, std::vector<std::string>{"--leave", "b"}}) {
        const auto options = parse_with(kFile, arguments);
        ASSERT_TRUE(options);
        EXPECT_EQ(options->filters, (std::vector<FilterOption>{{FilterOption::Kind::Exclude, "b"}}));
    }
    EXPECT_EQ(parse_with(kFile, {"--leave"}).error().message, "--leave: missing argument");
}

TEST(Aliases, DoNotTurnInCircles)
{
    EXPECT_EQ(parse_with("rsync alias --loop --loop", {"--loop"}).error().message, "--loop: unknown option");
    const auto hidden = parse_with("rsync alias -v -v -q", {"-v"});
    ASSERT_TRUE(hidden);
    EXPECT_TRUE(hidden->quiet && hidden->verbose == 1);
    const auto chain = parse_with("rsync alias --a --b\nrsync alias --b -v", {"--a"});
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->verbose, 1U);
}

TEST(Aliases, AValueIsNone)
{
    const auto options = parse_with("rsync alias --mine -v", {"--exclude", "--mine"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->verbose, 0U);
}

TEST(Aliases, ExecIsRefusedWhereItIsUsed)
{
    EXPECT_TRUE(parse_with("rsync exec --run /bin/echo", {"-v"}));
    EXPECT_NE(parse_with("rsync exec --run /bin/echo", {"--run"}).error().message.find("exec"), std::string::npos);
}

}  // namespace
}  // namespace arsync::cli
