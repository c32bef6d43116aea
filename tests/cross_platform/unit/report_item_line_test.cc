// Expectations: what rsync 3.5 -i, -v and --info=name printed for such items and names.
#include "report/item_line.h"

#include <gtest/gtest.h>

#include <clocale>

#include "report/escape.h"

namespace arsync::report {
namespace {

using platform::FileType;
using sync::Change;
using sync::Changes;
using sync::Item;
using sync::Update;

Item item_of(Update update, FileType type, Changes changes, std::string_view path, std::string_view target = {})
{
    Item item;
    item.update = update;
    item.changes = changes;
    item.path = path;
    item.link_target = target;
    item.metadata.type = type;
    return item;
}

Changes changes(std::initializer_list<Change> list)
{
    Changes all;
    for (const Change change : list) all.add(change);
    return all;
}

TEST(ItemLine, Itemized)
{
    const Changes created = changes({Change::Created});
    struct Case {
        Item item;
        const char* line;
    };
    const Case cases[] = {
        {item_of(Update::LocalChange, FileType::Directory, created, "."), "cd+++++++++ ./"},
        {item_of(Update::Transfer, FileType::Regular, created, "a"), ">f+++++++++ a"},
        {item_of(Update::LocalChange, FileType::Symlink, created, "ln", "foo"), "cL+++++++++ ln -> foo"},
        {item_of(Update::LocalChange, FileType::Fifo, created, "p"), "cS+++++++++ p"},
        {item_of(Update::LocalChange, FileType::CharacterDevice, created, "n"), "cD+++++++++ n"},
        {item_of(Update::HardLink, FileType::Regular, created, "a", "b"), "hf+++++++++ a => b"},
        {item_of(Update::HardLink, FileType::Regular, {}, "b", "a"), "hf          b => a"},
        {item_of(Update::HardLink, FileType::Regular, {}, "b"), "hf          b"},
        {item_of(Update::HardLink, FileType::Regular, changes({Change::Size, Change::Time}), "b", "a"),
         "hf.st...... b => a"},
        {item_of(Update::None, FileType::Regular, {}, "a"), ".f          a"},
        {item_of(Update::None, FileType::Symlink, {}, "ln", "foo"), ".L          ln -> foo"},
        {item_of(Update::None, FileType::Directory, changes({Change::Time}), "sub"), ".d..t...... sub/"},
        {item_of(Update::None, FileType::Symlink, changes({Change::Time}), "ln", "foo"), ".L..t...... ln -> foo"},
        {item_of(Update::None, FileType::Fifo, changes({Change::Mode}), "p"), ".S...p..... p"},
        {item_of(Update::Transfer, FileType::Regular, changes({Change::TransferTime}), "a"), ">f..T...... a"},
        {item_of(Update::LocalChange, FileType::Symlink, changes({Change::Content}), "lnk", "b"),
         "cLc........ lnk -> b"},
        {item_of(Update::Transfer, FileType::Regular,
                 changes({Change::Content, Change::Size, Change::Time, Change::Mode, Change::User, Change::Group,
                          Change::Acl, Change::Xattr}),
                 "a"),
         ">fcstpog.ax a"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(itemize(c.item) + ' ' + shown_name(c.item.path, c.item.metadata.type, false) + where_it_leads(c.item),
                  c.line);
}

TEST(ItemLine, WhatCountsAsChanged)
{
    EXPECT_FALSE(is_changed(item_of(Update::None, FileType::Regular, {}, "a")));
    auto in_place = item_of(Update::HardLink, FileType::Regular, {}, "b");
    in_place.in_place = true;
    EXPECT_FALSE(is_changed(in_place));
    EXPECT_TRUE(is_changed(item_of(Update::HardLink, FileType::Regular, {}, "b", "a")));
    EXPECT_TRUE(is_changed(item_of(Update::Transfer, FileType::Regular, {}, "b")));
    // -v names a directory whose time was set, but no file of which only the mode was.
    EXPECT_TRUE(is_named(item_of(Update::None, FileType::Directory, changes({Change::Time}), "sub")));
    EXPECT_FALSE(is_named(item_of(Update::None, FileType::Regular, changes({Change::Mode}), "k")));
    EXPECT_FALSE(is_named(item_of(Update::None, FileType::Symlink, changes({Change::Time}), "ln")));
}

class Escape : public testing::Test {
protected:
    ~Escape() override { std::setlocale(LC_CTYPE, "C"); }
    static bool use_utf8()
    {
        return std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr || std::setlocale(LC_CTYPE, "en_US.UTF-8") != nullptr;
    }
};

TEST_F(Escape, EverywhereTheSame)
{
    EXPECT_EQ(escape("plain name", false), "plain name");
    EXPECT_EQ(escape("ct\001x", false), "ct\\#001x");
    EXPECT_EQ(escape("tab\tnl\nz", false), "tab\tnl\\#012z");
    EXPECT_EQ(escape("\177del", false), "\177del");
    EXPECT_EQ(escape("esc\033[2J", false), "esc\\#033[2J");
    EXPECT_EQ(escape("a\\b", false), "a\\b");
    EXPECT_EQ(escape("a\\#", false), "a\\#");
    EXPECT_EQ(escape("a\\#12x", false), "a\\#12x");
    EXPECT_EQ(escape("a\\#123", false), "a\\#134#123");
    EXPECT_EQ(escape("b\\#041s", false), "b\\#134#041s");
}

TEST_F(Escape, HighBytesWithoutLocale)
{
    std::setlocale(LC_CTYPE, "C");
    EXPECT_EQ(escape("t\303\251", false), "t\\#303\\#251");
    EXPECT_EQ(escape("t\303\251", true), "t\303\251");
    EXPECT_EQ(escape("nl\n\377", true), "nl\\#012\377");
}

TEST_F(Escape, HighBytesInUtf8)
{
    if (!use_utf8()) GTEST_SKIP() << "no UTF-8 locale";
    EXPECT_EQ(escape("\303\251", false), "\303\251");
    EXPECT_EQ(escape("\302\205nel", false), "\302\205nel");
    EXPECT_EQ(escape("\303", false), "\\#303");
    EXPECT_EQ(escape("\377\376x", false), "\\#377\\#376x");
    EXPECT_EQ(escape("\303x\303\251", false), "\\#303x\303\251");
}

}  // namespace
}  // namespace arsync::report
