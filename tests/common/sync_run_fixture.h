#pragma once
// Whole runs on real trees: "s" is copied to "d".

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

#include "platform/attributes.h"
#include "signals_as_before.h"
#include "sync/run.h"
#include "sync_recorder.h"
#include "temp_directory.h"

namespace arsync::sync::test {

class SyncRun : public testing::Test {
protected:
    SyncRun()
    {
        job_.sources = {temp_ / "s/"};
        job_.destination = temp_ / "d";
        job_.selection.recurse = true;
        const auto no_files = [](const std::string&) -> Result<std::string> {
            return fail(Operation::Open, std::errc::no_such_file_or_directory);
        };
        job_.selection.filters = rules::FilterBuilder(no_files, {}).build(temp_ / "s");
        auto& wanted = job_.preservation;
        wanted.links = wanted.mode = wanted.times = wanted.user = wanted.group = wanted.devices = wanted.specials =
            true;
    }
    ~SyncRun() override { ::umask(umask_); }

    Ending run(Observer& observer)
    {
        outcome_ = sync::run(job_, observer, facts_);
        return outcome_.ending;
    }

    Lines run_lines(Ending expected = Ending::Complete)
    {
        Recorder recorder;
        EXPECT_EQ(run(recorder), expected) << outcome_.message;
        EXPECT_EQ(recorder.starts, 1);
        return recorder.take();
    }

    void set_time(const std::string& directory, const char* file, Timestamp time)
    {
        const auto held = platform::Directory::open_root(temp_ / directory).value();
        const auto its_name = arsync::test::name(file);
        ASSERT_EQ(arsync::test::code(platform::set_times({held, its_name}, std::nullopt, time)), 0);
    }

    platform::Metadata stat(std::string_view path) { return platform::stat_path(temp_ / path, false).value(); }

    /// All files below `directory` with their content, links with their target.
    std::map<std::string, std::string> tree(const char* directory)
    {
        std::map<std::string, std::string> found;
        const std::filesystem::path top = temp_ / directory;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
            auto& content = found[entry.path().lexically_relative(top)];
            if (entry.is_symlink()) {
                content = "-> " + std::filesystem::read_symlink(entry.path()).string();
            } else if (entry.is_regular_file()) {
                content = temp_.read(entry.path().lexically_relative(temp_.path()).string());
            }
        }
        return found;
    }

    void make_small_tree()
    {
        temp_.write("s/f", "a\n");
        temp_.write("s/d/g", "b\n");
        std::filesystem::create_directories(temp_ / "s/d/e");
        std::filesystem::create_symlink("f", temp_ / "s/l");
    }

    const arsync::test::SignalsAsBefore signals_;
    const mode_t umask_ = ::umask(022);
    const platform::ProcessFacts facts_ = platform::prepare_process();
    const arsync::test::TempDirectory temp_;
    Job job_;
    Outcome outcome_;
};

}  // namespace arsync::sync::test
