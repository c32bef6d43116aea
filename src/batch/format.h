#pragma once
// The form of a batch file, docs/BATCH_FORMAT.md: records that each stand for one name of the transfer, in bytes that
// are the same on every system. Pure: no file is touched here.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/attributes.h"
#include "platform/metadata.h"

namespace arsync::batch {

inline constexpr std::string_view kMagic = "arsync batch 1\n";

/// What the batch was made with and what has to be the same where it is read, by the letters of rsync's options:
/// 'r', 'd', 'l', 'H', 'A', 'X', 'D', ...
struct Header {
    std::string letters;
    /// The transfer's root is one of the names: a source was given by its contents.
    bool has_contents = false;
};

/// What a name was to the transfer.
enum class Part : std::uint8_t {
    Taken,
    LeftOut,  // it exists and was not looked at, or not dealt with: nothing is done about it, and it is not deleted
    Missing,  // the user named it and it did not exist (--delete-missing-args)
};

/// One name of the transfer as the source had it.
struct Entry {
    std::string path;  // transfer name: "a/b"; "." for the root
    Part part = Part::Taken;
    platform::Metadata metadata;
    std::string link_target;  // of a symbolic link
    platform::ExtendedAttributes extended;
    bool has_contents = false;            // of a directory: all that is in it follows
    std::optional<std::uint64_t> digest;  // of a file without data, with -c: XXH3 of its content
    bool has_data = false;                // chunks follow: a regular file that was transferred
};

/// What stands at the end of a batch that was written to its end.
struct End {
    std::uint64_t entries = 0;
    bool all_seen = true;  // else names of the source may be missing: nothing is to be deleted
};

/// Chunks of a file's data: those that are not holes, in order, then one without length.
struct Chunk {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;  // bytes, at most kLongestChunk
};
inline constexpr std::uint32_t kLongestChunk = 256 * 1024;
inline constexpr std::size_t kChunkHeader = 12;

enum class RecordKind : std::uint8_t { Header = 'H', Entry = 'E', End = 'Z' };

/// What stands in front of a record's body.
struct RecordFrame {
    RecordKind kind = RecordKind::End;
    std::uint32_t length = 0;    // of the body
    std::uint64_t checksum = 0;  // XXH3 of the body
};
inline constexpr std::size_t kRecordFrame = 13;
/// A body longer than this is damage: names, xattrs and ACLs are far smaller.
inline constexpr std::uint32_t kLongestBody = 64U << 20;

/// The whole record: frame and body.
[[nodiscard]] std::string encode(const Header& header);
[[nodiscard]] std::string encode(const Entry& entry);
[[nodiscard]] std::string encode(const End& end);
[[nodiscard]] std::string encode(const Chunk& chunk);

/// nullopt: not a frame, or one that does not fit here.
[[nodiscard]] std::optional<RecordFrame> decode_frame(std::span<const std::byte, kRecordFrame> bytes);
[[nodiscard]] Chunk decode_chunk(std::span<const std::byte, kChunkHeader> bytes);

/// nullopt: the body is damaged, or from a version that does not fit.
[[nodiscard]] std::optional<Header> decode_header(std::string_view body);
[[nodiscard]] std::optional<Entry> decode_entry(std::string_view body);
[[nodiscard]] std::optional<End> decode_end(std::string_view body);

/// What stands behind the last chunk: the checksum of all of them, as eight bytes.
inline constexpr std::size_t kDigest = 8;
[[nodiscard]] std::string encode_digest(std::uint64_t sum);
[[nodiscard]] std::uint64_t decode_digest(std::span<const std::byte, kDigest> bytes);

}  // namespace arsync::batch
