#pragma once
// A real directory for a test, and the few steps that nearly every such test needs.

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/name.h"
#include "platform/directory.h"

namespace arsync {

/// For GoogleTest's messages.
inline void PrintTo(const Error& error, std::ostream* out)
{
    *out << "cannot " << verb(error.operation) << ": " << error.reason();
}

}  // namespace arsync

namespace arsync::test {

/// Removed with all that is in it.
class TempDirectory {
public:
    explicit TempDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path())
        : path_((parent / "arsync-unit-XXXXXX").string())
    {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
    }
    ~TempDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// The path of something inside.
    [[nodiscard]] std::string operator/(std::string_view inside) const { return path_ + '/' + std::string(inside); }
    [[nodiscard]] platform::Directory open() const { return platform::Directory::open_root(path_).value(); }

    /// Writes a file, with the directories above it.
    void write(std::string_view inside, std::string_view content) const
    {
        const std::filesystem::path file = *this / inside;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
    }
    [[nodiscard]] std::string read(std::string_view inside) const
    {
        std::ifstream file(*this / inside, std::ios::binary);
        if (!file) return "(no file)";
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    std::string path_;
};

[[nodiscard]] inline Name name(std::string_view bytes)
{
    return Name::make(bytes).value();
}

/// The errno of what failed, 0 for success: EXPECT_EQ(code(directory.unlink(...)), ENOENT).
template <class T>
[[nodiscard]] int code(const Result<T>& result)
{
    return result ? 0 : result.error().code;
}

[[nodiscard]] inline std::span<const std::byte> bytes(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

/// Up to `length` bytes at `offset`.
[[nodiscard]] inline std::string read_text(const platform::File& file, std::uint64_t offset, std::size_t length)
{
    std::string text(length, '?');
    const auto count = file.read_at(offset, std::as_writable_bytes(std::span(text)));
    text.resize(count.value());
    return text;
}

[[nodiscard]] inline bool is_root()
{
    return ::geteuid() == 0;
}

}  // namespace arsync::test

/// For what only root may do.
#define ARSYNC_NEEDS_ROOT() \
    if (!::arsync::test::is_root()) GTEST_SKIP() << "only root may do this"
