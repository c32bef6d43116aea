#include "batch/reader.h"

#include <array>
#include <cerrno>

#include "base/checksum.h"

namespace arsync::batch {
namespace {

std::span<std::byte> bytes_of(std::string& text)
{
    return std::as_writable_bytes(std::span(text.data(), text.size()));
}

std::unexpected<Error> damaged()
{
    return fail(Operation::Read, std::errc::bad_message);
}

}  // namespace

Result<Reader> Reader::open(platform::File file)
{
    const auto facts = file.stat();
    if (!facts) return std::unexpected(facts.error());
    Reader reader(std::move(file));
    reader.root_->identity = {kBatchDevice, 0};
    reader.size_ = facts->size;
    std::string magic(kMagic.size(), '\0');
    const auto count = reader.file_.read_at(0, bytes_of(magic));
    if (!count) return std::unexpected(count.error());
    if (magic != kMagic) return damaged();
    const auto frame = reader.read_frame(kMagic.size());
    if (!frame || frame->kind != RecordKind::Header) return damaged();
    const auto body = reader.read_body(kMagic.size() + kRecordFrame, *frame);
    const auto header = body ? decode_header(*body) : std::nullopt;
    if (!header) return damaged();
    reader.header_ = *header;
    reader.read_records(kMagic.size() + kRecordFrame + frame->length);
    return reader;
}

void Reader::read_records(std::uint64_t at)
{
    for (std::uint64_t entries = 0;; ++entries) {
        const auto frame = read_frame(at);
        if (!frame) return;
        const auto body = read_body(at + kRecordFrame, *frame);
        if (!body) return;
        at += kRecordFrame + frame->length;
        if (frame->kind == RecordKind::End) {
            const auto end = decode_end(*body);
            complete_ = end && end->entries == entries;
            if (complete_) all_seen_ = end->all_seen;
            return;
        }
        auto entry = decode_entry(*body);
        if (!entry) return;
        const auto data = at;
        if (entry->has_data) {
            const auto next = skip_data(at);
            if (!next) return;
            at = *next;
        }
        if (!insert(std::move(*entry), data)) return;
    }
}

std::optional<RecordFrame> Reader::read_frame(std::uint64_t at) const
{
    std::array<std::byte, kRecordFrame> bytes{};
    const auto count = file_.read_at(at, bytes);
    if (!count || *count < bytes.size()) return std::nullopt;
    return decode_frame(bytes);
}

std::optional<std::string> Reader::read_body(std::uint64_t at, const RecordFrame& frame) const
{
    if (at + frame.length > size_) return std::nullopt;
    std::string body(frame.length, '\0');
    const auto count = file_.read_at(at, bytes_of(body));
    if (!count || *count < body.size() || checksum(body) != frame.checksum) return std::nullopt;
    return body;
}

std::optional<Chunk> Reader::read_chunk(std::uint64_t at) const
{
    std::array<std::byte, kChunkHeader> bytes{};
    const auto count = file_.read_at(at, bytes);
    if (!count || *count < bytes.size()) return std::nullopt;
    const auto chunk = decode_chunk(bytes);
    if (chunk.length > kLongestChunk) return std::nullopt;
    return chunk;
}

std::optional<std::uint64_t> Reader::skip_data(std::uint64_t at) const
{
    for (;;) {
        const auto chunk = read_chunk(at);
        if (!chunk) return std::nullopt;
        at += kChunkHeader + chunk->length;
        if (at > size_) return std::nullopt;
        if (chunk->length == 0) break;
    }
    at += kDigest;
    if (at > size_) return std::nullopt;
    return at;
}

Node* Reader::node_at(const std::string& path)
{
    Node* node = root_.get();
    if (path == ".") return node;
    for (std::string_view rest = path; !rest.empty();) {
        const auto slash = rest.find('/');
        const auto name = rest.substr(0, slash);
        if (!is_name(name)) return nullptr;
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
        auto found = node->children.find(name);
        if (found == node->children.end()) {
            found = node->children.emplace(std::string(name), std::make_unique<Node>()).first;
            found->second->identity = {kBatchDevice, ++identities_};
        }
        node = found->second.get();
    }
    return node;
}

bool Reader::insert(Entry entry, std::uint64_t data)
{
    auto* node = node_at(entry.path);
    if (node == nullptr) return false;
    if (entry.has_data) node->data = data;
    node->entry = std::move(entry);
    join(*node);
    return true;
}

void Reader::join(Node& node)
{
    auto& metadata = node.entry->metadata;
    if (metadata.type != platform::FileType::Directory && metadata.link_count > 1) {
        auto& names = linked_[metadata.identity];
        if (!names.empty()) node.identity = names.front()->identity;
        if (!names.empty() && !node.data) node.data = names.front()->data;
        names.push_back(&node);
        for (auto* other : names) {
            if (!other->data) other->data = node.data;
        }
    }
    metadata.identity = node.identity;
}

Status Reader::extract(const Node& node, const platform::File& target, std::span<std::byte> buffer) const
{
    Checksum sum;
    if (!node.data) return fail(Operation::Read, ENODATA);
    auto at = *node.data;
    for (;;) {
        const auto chunk = read_chunk(at);
        if (!chunk || chunk->length > buffer.size()) return damaged();
        const auto header = encode(*chunk);
        at += kChunkHeader;
        if (chunk->length == 0) break;
        const auto data = buffer.first(chunk->length);
        const auto count = file_.read_at(at, data);
        if (!count) return std::unexpected(count.error());
        if (*count < data.size()) return damaged();
        sum.add(header);
        sum.add(data);
        if (auto done = target.write_at(chunk->offset, data); !done) return done;
        at += chunk->length;
    }
    std::array<std::byte, kDigest> digest{};
    const auto count = file_.read_at(at, digest);
    if (!count) return std::unexpected(count.error());
    if (*count < digest.size() || sum.value() != decode_digest(digest)) return damaged();
    return target.truncate(node.entry->metadata.size);
}

}  // namespace arsync::batch
