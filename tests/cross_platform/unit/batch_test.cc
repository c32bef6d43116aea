#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <string>
#include <vector>

#include "batch/reader.h"
#include "batch/writer.h"
#include "platform/directory.h"
#include "temp_directory.h"

namespace arsync::batch {
namespace {

using platform::Directory;
using platform::File;
using test::TempDirectory;

Name name(const char* text)
{
    return *Name::make(text);
}

class Batch : public ::testing::Test {
protected:
    Batch() : directory_(*Directory::open_root(place_.path())) {}

    File create(const char* called) { return *directory_.create_file(name(called), 0600); }

    File with(const char* called, const std::string& content, std::uint64_t at = 0)
    {
        auto file = create(called);
        EXPECT_TRUE(file.write_at(at, std::as_bytes(std::span(content))).has_value());
        return file;
    }

    std::string content(const char* called)
    {
        const auto file = directory_.open_file(name(called));
        std::string text(file->stat()->size, '\0');
        EXPECT_TRUE(file->read_at(0, std::as_writable_bytes(std::span(text))).has_value());
        return text;
    }

    Reader reopen() { return std::move(*Reader::open(*directory_.open_file(name("batch")))); }

    TempDirectory place_;
    Directory directory_;
    std::vector<std::byte> buffer_ = std::vector<std::byte>(256 * 1024);
    std::atomic<bool> cancel_ = false;
};

Entry file_entry(const char* path, std::uint64_t size)
{
    Entry entry;
    entry.path = path;
    entry.metadata.type = platform::FileType::Regular;
    entry.metadata.mode = 0640;
    entry.metadata.size = size;
    entry.metadata.modified = {-5, 999'999'999};
    return entry;
}

TEST_F(Batch, KeepsEveryFieldOfAnEntry)
{
    Entry entry = file_entry("a/b", 12);
    entry.metadata.type = platform::FileType::BlockDevice;
    entry.metadata.user = 0xFFFFFFFE;
    entry.metadata.group = 7;
    entry.metadata.node = {300, 70000};
    entry.metadata.identity = {~std::uint64_t{0}, 1};
    entry.metadata.link_count = 3;
    entry.metadata.born = Timestamp{1, 2};
    entry.metadata.flags = 0x80000001;
    entry.link_target = std::string("x\0y", 3);
    entry.extended.access_acl = "acl";
    entry.extended.default_acl = "default";
    entry.extended.xattrs = {{"user.empty", ""}, {"user.n", std::string("\0\xff", 2)}};
    const auto record = encode(entry);
    const auto again = decode_entry(std::string_view(record).substr(kRecordFrame));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->path, entry.path);
    EXPECT_EQ(again->metadata.type, entry.metadata.type);
    EXPECT_EQ(again->metadata.mode, entry.metadata.mode);
    EXPECT_EQ(again->metadata.user, entry.metadata.user);
    EXPECT_EQ(again->metadata.group, entry.metadata.group);
    EXPECT_EQ(again->metadata.node, entry.metadata.node);
    EXPECT_EQ(again->metadata.identity, entry.metadata.identity);
    EXPECT_EQ(again->metadata.link_count, entry.metadata.link_count);
    EXPECT_EQ(again->metadata.modified, entry.metadata.modified);
    EXPECT_EQ(again->metadata.born, entry.metadata.born);
    EXPECT_EQ(again->metadata.flags, entry.metadata.flags);
    EXPECT_EQ(again->link_target, entry.link_target);
    EXPECT_EQ(again->extended, entry.extended);
}

TEST_F(Batch, EveryCutBodyIsRefused)
{
    Entry entry = file_entry("name", 1);
    entry.extended.xattrs = {{"user.a", "b"}};
    const auto record = encode(entry);
    const auto body = std::string_view(record).substr(kRecordFrame);
    for (std::size_t length = 0; length < body.size(); ++length)
        EXPECT_FALSE(decode_entry(body.substr(0, length)).has_value()) << length;
}

TEST_F(Batch, GivesBackTheTreeAndTheData)
{
    const std::string data = "data of a file";
    Writer writer(create("batch"));
    ASSERT_TRUE(writer.begin({.letters = "rl", .has_contents = true}).has_value());
    Entry root = file_entry(".", 0);
    root.metadata.type = platform::FileType::Directory;
    ASSERT_TRUE(writer.add(root).has_value());
    auto entry = file_entry("d/f", data.size());
    entry.has_data = true;
    const auto source = with("source", data);
    ASSERT_TRUE(writer.add(entry, source, buffer_, cancel_).has_value());
    ASSERT_TRUE(writer.add(file_entry("unchanged", 5)).has_value());
    ASSERT_TRUE(writer.finish(true).has_value());

    const auto reader = reopen();
    EXPECT_TRUE(reader.complete());
    EXPECT_TRUE(reader.header().has_contents);
    EXPECT_EQ(reader.header().letters, "rl");
    ASSERT_TRUE(reader.root().entry.has_value());
    const auto& directory = *reader.root().children.at("d");
    EXPECT_FALSE(directory.entry.has_value());
    const auto& file = *directory.children.at("f");
    ASSERT_TRUE(file.entry && file.entry->has_data);
    EXPECT_FALSE(reader.root().children.at("unchanged")->entry->has_data);
    ASSERT_TRUE(reader.extract(file, create("target"), buffer_).has_value());
    EXPECT_EQ(content("target"), data);
}

TEST_F(Batch, KeepsHolesOutOfTheFile)
{
    const std::string data(70'000, 'x');
    auto source = with("source", data, 50'000'000);
    ASSERT_TRUE(source.truncate(100'000'000).has_value());
    Writer writer(create("batch"));
    ASSERT_TRUE(writer.begin({}).has_value());
    auto entry = file_entry("sparse", 100'000'000);
    entry.has_data = true;
    ASSERT_TRUE(writer.add(entry, source, buffer_, cancel_).has_value());
    ASSERT_TRUE(writer.finish(true).has_value());
    EXPECT_LT(directory_.stat(name("batch"))->size, 1'000'000U);
    const auto reader = reopen();
    ASSERT_TRUE(reader.extract(*reader.root().children.at("sparse"), create("target"), buffer_).has_value());
    EXPECT_EQ(content("target"), content("source"));
}

TEST_F(Batch, WhatIsCutOffIsToldAndTheRestIsThere)
{
    const std::string data(1000, 'd');
    {
        Writer writer(create("batch"));
        ASSERT_TRUE(writer.begin({}).has_value());
        for (const auto* path : {"first", "second"}) {
            auto entry = file_entry(path, data.size());
            entry.has_data = true;
            const auto source = with((std::string(path) + ".source").c_str(), data);
            ASSERT_TRUE(writer.add(entry, source, buffer_, cancel_).has_value());
        }
        ASSERT_TRUE(writer.finish(true).has_value());
    }
    const auto file = directory_.open_for_update(name("batch"));
    ASSERT_TRUE(file->truncate(file->stat()->size - 500).has_value());
    const auto reader = reopen();
    EXPECT_FALSE(reader.complete());
    EXPECT_TRUE(reader.root().children.contains("first"));
    EXPECT_FALSE(reader.root().children.contains("second"));
}

TEST_F(Batch, DamagedDataIsNotHandedOut)
{
    const std::string data(1000, 'd');
    Writer writer(create("batch"));
    ASSERT_TRUE(writer.begin({}).has_value());
    auto entry = file_entry("f", data.size());
    entry.has_data = true;
    ASSERT_TRUE(writer.add(entry, with("source", data), buffer_, cancel_).has_value());
    ASSERT_TRUE(writer.finish(true).has_value());
    const auto at = content("batch").find("dddd") + 100;
    const std::string other = "e";
    const auto file = directory_.open_for_update(name("batch"));
    ASSERT_TRUE(file->write_at(at, std::as_bytes(std::span(other))).has_value());
    const auto reader = reopen();
    const auto done = reader.extract(*reader.root().children.at("f"), create("target"), buffer_);
    ASSERT_FALSE(done.has_value());
    EXPECT_TRUE(done.error().is(std::errc::bad_message));
}

TEST_F(Batch, APathThatLeadsOutIsDamage)
{
    for (const auto* path : {"../up", "/etc/passwd", "a/../b", "a//b", "a/."}) {
        static_cast<void>(directory_.unlink(name("batch")));
        Writer writer(create("batch"));
        ASSERT_TRUE(writer.begin({}).has_value());
        ASSERT_TRUE(writer.add(file_entry(path, 0)).has_value());
        ASSERT_TRUE(writer.finish(true).has_value());
        EXPECT_FALSE(reopen().complete()) << path;
    }
}

TEST_F(Batch, AnotherFileIsNoBatch)
{
    static_cast<void>(with("batch", "#!/bin/sh\necho hello, this is a script\n"));
    const auto reader = Reader::open(*directory_.open_file(name("batch")));
    ASSERT_FALSE(reader.has_value());
    EXPECT_TRUE(reader.error().is(std::errc::bad_message));
}

}  // namespace
}  // namespace arsync::batch
