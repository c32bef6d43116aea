#pragma once
// A source and a target to be copied to, for the tests of the copy ladder.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "platform/copy.h"
#include "platform/volume.h"
#include "temp_directory.h"

namespace arsync::platform::test {

inline constexpr std::size_t kMebi = std::size_t{1} << 20;

inline std::string random_text(std::size_t length)
{
    std::minstd_rand engine(static_cast<unsigned>(length));
    std::string text(length, '\0');
    for (auto& c : text) c = static_cast<char>(engine());
    return text;
}

/// Data, a hole, data, a hole at the end.
inline std::string text_with_gaps()
{
    return random_text(256 * 1024) + std::string(kMebi, '\0') + random_text(128 * 1024 + 5) + std::string(kMebi, '\0');
}

class PlatformCopy : public testing::Test {
protected:
    /// A source with `text`, runs of zeros of a mebibyte left out as holes.
    void make_source(const std::string& text)
    {
        source_ = directory_.create_file(arsync::test::name("source"), 0600).value();
        for (std::size_t at = 0; at < text.size();) {
            const auto length = std::min<std::size_t>(4096, text.size() - at);
            const std::string_view block(text.data() + at, length);
            const bool data = block.find_first_not_of('\0') != std::string_view::npos;
            ASSERT_TRUE(!data || source_.write_at(at, arsync::test::bytes(block)));
            at += length;
        }
        ASSERT_EQ(arsync::test::code(source_.truncate(text.size())), 0);
    }

    void make_target(const std::string& old = {})
    {
        target_ = directory_.create_file(arsync::test::name("target"), 0600).value();
        ASSERT_EQ(arsync::test::code(target_.write_at(0, arsync::test::bytes(old))), 0);
    }

    CopyRequest request(CopyPreference preference = CopyPreference::Auto)
    {
        const auto device = directory_.stat()->identity.device;
        return {.source = &source_,
                .target = &target_,
                .size = source_.stat()->size,
                .source_device = device,
                .target_device = device,
                .preference = preference};
    }

    bool target_is(const std::string& text) { return temp_.read("target") == text; }
    bool clones() { return volume_facts(directory_)->supports_clone; }

    const arsync::test::TempDirectory temp_;
    const Directory directory_ = temp_.open();
    File source_{Handle()};
    File target_{Handle()};
    VolumePairs volumes_;
    Copier copier_{volumes_};
};

}  // namespace arsync::platform::test
