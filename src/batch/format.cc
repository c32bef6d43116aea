#include "batch/format.h"

#include <array>
#include <type_traits>

#include "base/checksum.h"

namespace arsync::batch {
namespace {

using platform::FileType;

/// Types as letters, so that the file does not depend on the order of an enumeration.
constexpr std::array<std::pair<FileType, char>, 7> kTypes{{{FileType::Regular, 'f'},
                                                           {FileType::Directory, 'd'},
                                                           {FileType::Symlink, 'L'},
                                                           {FileType::Fifo, 'p'},
                                                           {FileType::Socket, 's'},
                                                           {FileType::CharacterDevice, 'c'},
                                                           {FileType::BlockDevice, 'b'}}};

class Encoder {
public:
    template <class Number>
    void number(Number value)
    {
        auto bits = static_cast<std::make_unsigned_t<Number>>(value);
        for (std::size_t i = 0; i < sizeof(Number); ++i) {
            bytes_ += static_cast<char>(bits & 0xFFU);
            if constexpr (sizeof(Number) > 1) bits = static_cast<decltype(bits)>(bits >> 8U);
        }
    }
    void text(std::string_view text)
    {
        number(static_cast<std::uint32_t>(text.size()));
        bytes_ += text;
    }
    void time(const Timestamp& time)
    {
        number(time.seconds);
        number(time.nanoseconds);
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Takes apart what Encoder made. What does not fit makes all further answers empty.
class Decoder {
public:
    explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

    template <class Number>
    Number number()
    {
        std::make_unsigned_t<Number> bits = 0;
        if (bytes_.size() < sizeof(Number)) {
            damage();
            return 0;
        }
        for (std::size_t i = sizeof(Number); i-- > 0;)
            bits = static_cast<decltype(bits)>((std::uint64_t{bits} << 8U) | static_cast<unsigned char>(bytes_[i]));
        bytes_.remove_prefix(sizeof(Number));
        return static_cast<Number>(bits);
    }
    std::string text()
    {
        const auto length = number<std::uint32_t>();
        if (bytes_.size() < length) {
            damage();
            return {};
        }
        std::string text(bytes_.substr(0, length));
        bytes_.remove_prefix(length);
        return text;
    }
    Timestamp time()
    {
        Timestamp time;
        time.seconds = number<std::int64_t>();
        time.nanoseconds = number<std::uint32_t>();
        if (time.nanoseconds >= 1'000'000'000) damage();
        return time;
    }
    void damage()
    {
        damaged_ = true;
        bytes_ = {};
    }
    [[nodiscard]] bool complete() const { return !damaged_ && bytes_.empty(); }

private:
    std::string_view bytes_;
    bool damaged_ = false;
};

std::string record(RecordKind kind, const std::string& body)
{
    Encoder frame;
    frame.number(static_cast<std::uint8_t>(kind));
    frame.number(static_cast<std::uint32_t>(body.size()));
    frame.number(checksum(body));
    return frame.take() + body;
}

char letter_of(FileType type)
{
    for (const auto& [known, letter] : kTypes) {
        if (known == type) return letter;
    }
    return 'f';
}

FileType type_of(char letter)
{
    for (const auto& [type, known] : kTypes) {
        if (known == letter) return type;
    }
    return FileType::Unknown;
}

void put(Encoder& to, const platform::Metadata& metadata)
{
    to.number(letter_of(metadata.type));
    to.number(metadata.mode);
    to.number(metadata.user);
    to.number(metadata.group);
    to.number(metadata.link_count);
    to.number(metadata.node.major);
    to.number(metadata.node.minor);
    to.number(metadata.size);
    to.number(metadata.allocated);
    to.number(metadata.identity.device);
    to.number(metadata.identity.inode);
    to.time(metadata.accessed);
    to.time(metadata.modified);
    to.number(static_cast<std::uint8_t>(metadata.born ? 1 : 0));
    if (metadata.born) to.time(*metadata.born);
    to.number(metadata.flags);
}

platform::Metadata take_metadata(Decoder& from)
{
    platform::Metadata metadata;
    metadata.type = type_of(static_cast<char>(from.number<std::uint8_t>()));
    if (metadata.type == FileType::Unknown) from.damage();
    metadata.mode = from.number<platform::Mode>();
    metadata.user = from.number<platform::UserId>();
    metadata.group = from.number<platform::GroupId>();
    metadata.link_count = from.number<std::uint32_t>();
    metadata.node.major = from.number<std::uint32_t>();
    metadata.node.minor = from.number<std::uint32_t>();
    metadata.size = from.number<std::uint64_t>();
    metadata.allocated = from.number<std::uint64_t>();
    metadata.identity.device = from.number<std::uint64_t>();
    metadata.identity.inode = from.number<std::uint64_t>();
    metadata.accessed = from.time();
    metadata.modified = from.time();
    if (from.number<std::uint8_t>() != 0) metadata.born = from.time();
    metadata.flags = from.number<platform::FileFlags>();
    return metadata;
}

}  // namespace

std::string encode(const Header& header)
{
    Encoder body;
    body.text(header.letters);
    body.number(static_cast<std::uint8_t>(header.has_contents ? 1 : 0));
    return std::string(kMagic) + record(RecordKind::Header, body.take());
}

std::string encode(const Entry& entry)
{
    Encoder body;
    body.text(entry.path);
    body.number(static_cast<std::uint8_t>(entry.part));
    put(body, entry.metadata);
    body.text(entry.link_target);
    body.text(entry.extended.access_acl);
    body.text(entry.extended.default_acl);
    body.number(static_cast<std::uint32_t>(entry.extended.xattrs.size()));
    for (const auto& [name, value] : entry.extended.xattrs) {
        body.text(name);
        body.text(value);
    }
    body.number(static_cast<std::uint8_t>(entry.has_contents ? 1 : 0));
    body.number(static_cast<std::uint8_t>(entry.digest ? 1 : 0));
    if (entry.digest) body.number(*entry.digest);
    body.number(static_cast<std::uint8_t>(entry.has_data ? 1 : 0));
    return record(RecordKind::Entry, body.take());
}

std::string encode(const End& end)
{
    Encoder body;
    body.number(end.entries);
    body.number(static_cast<std::uint8_t>(end.all_seen ? 1 : 0));
    return record(RecordKind::End, body.take());
}

std::string encode(const Chunk& chunk)
{
    Encoder bytes;
    bytes.number(chunk.offset);
    bytes.number(chunk.length);
    return bytes.take();
}

std::string encode_digest(std::uint64_t sum)
{
    Encoder bytes;
    bytes.number(sum);
    return bytes.take();
}

std::uint64_t decode_digest(std::span<const std::byte, kDigest> bytes)
{
    return Decoder({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).number<std::uint64_t>();
}

std::optional<RecordFrame> decode_frame(std::span<const std::byte, kRecordFrame> bytes)
{
    Decoder from({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    RecordFrame frame;
    const auto kind = from.number<std::uint8_t>();
    frame.kind = static_cast<RecordKind>(kind);
    frame.length = from.number<std::uint32_t>();
    frame.checksum = from.number<std::uint64_t>();
    const bool known =
        frame.kind == RecordKind::Header || frame.kind == RecordKind::Entry || frame.kind == RecordKind::End;
    if (!known || frame.length > kLongestBody) return std::nullopt;
    return frame;
}

Chunk decode_chunk(std::span<const std::byte, kChunkHeader> bytes)
{
    Decoder from({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    Chunk chunk;
    chunk.offset = from.number<std::uint64_t>();
    chunk.length = from.number<std::uint32_t>();
    return chunk;
}

std::optional<Header> decode_header(std::string_view body)
{
    Decoder from(body);
    Header header;
    header.letters = from.text();
    header.has_contents = from.number<std::uint8_t>() != 0;
    if (!from.complete()) return std::nullopt;
    return header;
}

std::optional<Entry> decode_entry(std::string_view body)
{
    Decoder from(body);
    Entry entry;
    entry.path = from.text();
    const auto part = from.number<std::uint8_t>();
    if (part > static_cast<std::uint8_t>(Part::Missing)) return std::nullopt;
    entry.part = static_cast<Part>(part);
    entry.metadata = take_metadata(from);
    entry.link_target = from.text();
    entry.extended.access_acl = from.text();
    entry.extended.default_acl = from.text();
    // Each takes eight bytes at least: a number that cannot be true ends in damage before it fills the memory.
    for (auto left = from.number<std::uint32_t>(); left > 0; --left) {
        std::string name = from.text();
        if (name.empty()) return std::nullopt;
        std::string value = from.text();
        entry.extended.xattrs.push_back({std::move(name), std::move(value)});
    }
    entry.has_contents = from.number<std::uint8_t>() != 0;
    if (from.number<std::uint8_t>() != 0) entry.digest = from.number<std::uint64_t>();
    entry.has_data = from.number<std::uint8_t>() != 0;
    if (!from.complete() || entry.path.empty()) return std::nullopt;
    return entry;
}

std::optional<End> decode_end(std::string_view body)
{
    Decoder from(body);
    End end;
    end.entries = from.number<std::uint64_t>();
    end.all_seen = from.number<std::uint8_t>() != 0;
    if (!from.complete()) return std::nullopt;
    return end;
}

}  // namespace arsync::batch
