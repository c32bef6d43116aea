// Expectations: what rsync 3.5 -ii printed for two such items, as root and with -rlptgoD where nothing else is said.
#include "sync/compare.h"

#include <gtest/gtest.h>

#include <functional>

#include "report/item_line.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;

/// One name on both sides, equal but for what a case changes.
struct Sides {
    Sides()
    {
        source.type = destination.type = FileType::Regular;
        source.mode = destination.mode = 0644;
        source.size = destination.size = 2;
        source.modified = destination.modified = {1'000'000'000, 0};
        auto& wanted = policy.attributes.wanted;
        wanted.links = wanted.mode = wanted.times = wanted.user = wanted.group = wanted.devices = wanted.specials =
            true;
        policy.attributes.privileged = true;
        policy.attributes.umask = 022;
    }

    void both(FileType type) { source.type = destination.type = type; }
    Preservation& wanted() { return policy.attributes.wanted; }
    /// Only -r.
    void nothing_wanted() { policy.attributes.wanted = {}; }
    void destination_is_newer() { destination.modified.seconds += 1000; }
    void destination_is_older() { destination.modified.seconds -= 1000; }
    void other_owner() { source.user = source.group = 7; }

    [[nodiscard]] Decision decide() const
    {
        return compare(source, there ? &destination : nullptr, policy, may_set_group, same);
    }

    /// As rsync's -ii would say it.
    [[nodiscard]] std::string told() const
    {
        const auto decision = decide();
        Item item;
        item.changes = decision.changes;
        item.metadata = source;
        const bool data = source.type == FileType::Regular;
        switch (decision.verdict) {
            case Verdict::Create:
            case Verdict::Rewrite: item.update = data ? Update::Transfer : Update::LocalChange; break;
            case Verdict::Keep: break;
            case Verdict::NeedsValue: return "needs value";
            case Verdict::SkipExists: return "exists";
            case Verdict::SkipNewer: return "is newer";
            case Verdict::SkipMissing: return "not creating";
            case Verdict::SkipLarge: return "is over max-size";
            case Verdict::SkipSmall: return "is under min-size";
            case Verdict::SkipShorter: return "skip shorter";
        }
        return report::itemize(item);
    }

    Metadata source;
    Metadata destination;
    ComparePolicy policy;
    bool there = true;
    bool may_set_group = true;
    SameValue same = SameValue::Unknown;
};

struct Case {
    const char* what;
    std::function<void(Sides&)> change;
    const char* told;
};

void expect_all(std::initializer_list<Case> cases, const std::function<void(Sides&)>& first = [](Sides&) {})
{
    for (const auto& each : cases) {
        Sides sides;
        first(sides);
        each.change(sides);
        EXPECT_EQ(sides.told(), each.told) << each.what;
    }
}

constexpr const char* kUnchangedFile = ".f         ";

TEST(SyncCompare, Files)
{
    expect_all({
        {"equal", [](Sides&) {}, kUnchangedFile},
        {"missing", [](Sides& s) { s.there = false; }, ">f+++++++++"},
        {"time", [](Sides& s) { s.destination_is_newer(); }, ">f..t......"},
        {"part of a second", [](Sides& s) { s.source.modified.nanoseconds = 500'000'000; }, kUnchangedFile},
        {"part of a second before 1970",
         [](Sides& s) {
             s.source.modified = {-315'619'200, 0};
             s.destination.modified = {-315'619'200, 700'000'000};
         },
         kUnchangedFile},
        {"size", [](Sides& s) { s.source.size = 3; }, ">f.s......."},
        {"mode", [](Sides& s) { s.source.mode = 0600; }, ".f...p....."},
        {"owner", [](Sides& s) { s.other_owner(); }, ".f....og..."},
        {"all",
         [](Sides& s) {
             s.source.size = 3;
             s.destination_is_newer();
             s.source.mode = 0600;
             s.other_owner();
         },
         ">f.stpog..."},
    });
}

TEST(SyncCompare, OnlyWhatIsPreservedCounts)
{
    expect_all({
        {"mode", [](Sides& s) { s.source.mode = 0600, s.wanted().mode = false; }, kUnchangedFile},
        {"owner", [](Sides& s) { s.other_owner(), s.wanted().user = s.wanted().group = false; }, kUnchangedFile},
        {"owner, as a user",
         [](Sides& s) { s.other_owner(), s.policy.attributes.privileged = s.may_set_group = false; }, kUnchangedFile},
        {"owner, as a user of that group", [](Sides& s) { s.other_owner(), s.policy.attributes.privileged = false; },
         ".f.....g..."},
        {"time, without -t", [](Sides& s) { s.nothing_wanted(), s.destination_is_newer(); }, ">f..T......"},
        {"size, without -t", [](Sides& s) { s.nothing_wanted(), s.source.size = 3; }, ">f.sT......"},
        {"size and mode, with -p alone",
         [](Sides& s) { s.nothing_wanted(), s.wanted().mode = true, s.source.size = 3, s.source.mode = 0600; },
         ">f.sTp....."},
    });
}

TEST(SyncCompare, SizeOnlyAndIgnoreTimes)
{
    expect_all({
        {"--size-only, time", [](Sides& s) { s.policy.comparison.size_only = true, s.destination_is_newer(); },
         ".f..t......"},
        {"--size-only without -t, time",
         [](Sides& s) { s.policy.comparison.size_only = true, s.nothing_wanted(), s.destination_is_newer(); },
         kUnchangedFile},
        {"-I", [](Sides& s) { s.policy.comparison.ignore_times = true; }, ">f........."},
        {"-I without -t", [](Sides& s) { s.policy.comparison.ignore_times = true, s.nothing_wanted(); }, ">f..T......"},
        {"-I --size-only", [](Sides& s) { s.policy.comparison.ignore_times = s.policy.comparison.size_only = true; },
         kUnchangedFile},
    });
}

TEST(SyncCompare, Checksum)
{
    const auto checksum = [](Sides& s) { s.policy.comparison.checksum = true; };
    expect_all(
        {{"not known yet", [](Sides&) {}, "needs value"},
         {"not known yet, other time", [](Sides& s) { s.destination_is_newer(); }, "needs value"},
         {"same", [](Sides& s) { s.same = SameValue::Yes; }, kUnchangedFile},
         {"same, other time", [](Sides& s) { s.same = SameValue::Yes, s.destination_is_newer(); }, ".f..t......"},
         {"same, other time, without -t",
          [](Sides& s) { s.same = SameValue::Yes, s.destination_is_newer(), s.nothing_wanted(); }, kUnchangedFile},
         {"different", [](Sides& s) { s.same = SameValue::No; }, ">fc........"},
         {"different, other time", [](Sides& s) { s.same = SameValue::No, s.destination_is_newer(); }, ">fc.t......"},
         {"other size: no need to read", [](Sides& s) { s.source.size = 3; }, ">fcs......."}},
        checksum);
}

TEST(SyncCompare, UpdateKeepsNewerFilesOnly)
{
    const auto update = [](Sides& s) { s.policy.comparison.update = true; };
    expect_all({{"newer", [](Sides& s) { s.destination_is_newer(); }, "is newer"},
                {"older", [](Sides& s) { s.destination_is_older(); }, ">f..t......"},
                {"same time, other size", [](Sides& s) { s.source.size = 3; }, ">f.s......."},
                {"newer by less than a second",
                 [](Sides& s) { s.destination.modified.nanoseconds = 1, s.source.size = 3; }, ">f.s......."},
                {"directory", [](Sides& s) { s.both(FileType::Directory), s.destination_is_newer(); }, ".d..t......"},
                {"link", [](Sides& s) { s.both(FileType::Symlink), s.destination_is_newer(), s.same = SameValue::No; },
                 "cLc.t......"},
                {"link in the file's place",
                 [](Sides& s) { s.destination.type = FileType::Symlink, s.destination_is_newer(); }, ">f+++++++++"}},
               update);
}

TEST(SyncCompare, ExistingAndIgnoreExisting)
{
    const auto existing = [](Sides& s) { s.policy.selection.existing_only = true; };
    expect_all(
        {{"missing", [](Sides& s) { s.there = false; }, "not creating"},
         {"missing directory", [](Sides& s) { s.source.type = FileType::Directory, s.there = false; }, "not creating"},
         {"size", [](Sides& s) { s.source.size = 3; }, ">f.s......."},
         {"another type", [](Sides& s) { s.destination.type = FileType::Symlink; }, ">f+++++++++"}},
        existing);
    const auto ignore = [](Sides& s) { s.policy.selection.ignore_existing = true; };
    expect_all(
        {{"missing", [](Sides& s) { s.there = false; }, ">f+++++++++"},
         {"size", [](Sides& s) { s.source.size = 3; }, "exists"},
         {"directories", [](Sides& s) { s.both(FileType::Directory), s.source.mode = 0700, s.destination_is_newer(); },
          ".d..tp....."},
         {"file, directory there", [](Sides& s) { s.destination.type = FileType::Directory; }, "exists"},
         {"directory, file there", [](Sides& s) { s.source.type = FileType::Directory; }, "exists"}},
        ignore);
    Sides both;
    existing(both);
    ignore(both);
    EXPECT_EQ(both.told(), "exists");
}

TEST(SyncCompare, Links)
{
    const auto link = [](Sides& s) { s.both(FileType::Symlink), s.same = SameValue::Yes; };
    expect_all(
        {{"not known yet", [](Sides& s) { s.same = SameValue::Unknown; }, "needs value"},
         {"same", [](Sides&) {}, ".L         "},
         {"target", [](Sides& s) { s.same = SameValue::No; }, "cLc........"},
         {"target of another length", [](Sides& s) { s.same = SameValue::No, s.source.size = 9; }, "cLc........"},
         {"target and time", [](Sides& s) { s.same = SameValue::No, s.destination_is_newer(); }, "cLc.t......"},
         {"target and time, without -t",
          [](Sides& s) { s.same = SameValue::No, s.destination_is_newer(), s.nothing_wanted(); }, "cLc.T......"},
         {"time", [](Sides& s) { s.destination_is_newer(); }, ".L..t......"},
         {"time with -J", [](Sides& s) { s.destination_is_newer(), s.wanted().link_times = false; }, ".L         "},
         {"mode", [](Sides& s) { s.source.mode = 0700; }, ".L         "},
         {"owner", [](Sides& s) { s.other_owner(); }, ".L....og..."}},
        link);
}

TEST(SyncCompare, Directories)
{
    const auto directory = [](Sides& s) { s.both(FileType::Directory); };
    expect_all({{"same", [](Sides&) {}, ".d         "},
                {"size", [](Sides& s) { s.source.size = 4096; }, ".d         "},
                {"missing", [](Sides& s) { s.there = false; }, "cd+++++++++"},
                {"time", [](Sides& s) { s.destination_is_newer(); }, ".d..t......"},
                {"time with -O", [](Sides& s) { s.destination_is_newer(), s.wanted().directory_times = false; },
                 ".d         "},
                {"mode", [](Sides& s) { s.source.mode = 0700; }, ".d...p....."}},
               directory);
}

TEST(SyncCompare, SpecialFiles)
{
    expect_all({
        {"fifo, time", [](Sides& s) { s.both(FileType::Fifo), s.destination_is_newer(); }, ".S..t......"},
        {"fifo, mode", [](Sides& s) { s.both(FileType::Fifo), s.source.mode = 0600; }, ".S...p....."},
        {"device", [](Sides& s) { s.both(FileType::CharacterDevice); }, ".D         "},
        {"number", [](Sides& s) { s.both(FileType::CharacterDevice), s.source.node = {1, 5}; }, "cDc........"},
        {"number and time",
         [](Sides& s) { s.both(FileType::CharacterDevice), s.source.node = {1, 5}, s.destination_is_newer(); },
         "cDc.t......"},
        {"number and time, without -t",
         [](Sides& s) {
             s.both(FileType::CharacterDevice), s.nothing_wanted(), s.source.node = {1, 5}, s.destination_is_newer();
         },
         "cDc.T......"},
    });
}

TEST(SyncCompare, KeepsTimesByType)
{
    Preservation wanted{.times = true};
    EXPECT_TRUE(keeps_times(wanted, FileType::Regular));
    EXPECT_TRUE(keeps_times(wanted, FileType::Directory));
    wanted.directory_times = wanted.link_times = false;
    EXPECT_TRUE(keeps_times(wanted, FileType::Fifo));
    EXPECT_FALSE(keeps_times(wanted, FileType::Directory));
    EXPECT_FALSE(keeps_times(wanted, FileType::Symlink));
    EXPECT_FALSE(keeps_times(Preservation{}, FileType::Regular));
}

}  // namespace
}  // namespace arsync::sync
