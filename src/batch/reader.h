#pragma once
// Reads a batch file: its names as a tree, and the data of each file when it is asked for.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/name.h"
#include "batch/format.h"
#include "platform/file.h"

namespace arsync::batch {

/// A name of the batch. Directories above one that the transfer did not name are there without an entry. Identities are
/// not those of the machine that wrote it, which might mean something else here: equal ones are names of one file, and
/// no file of this machine has them.
struct Node {
    std::optional<Entry> entry;
    /// Where in the file the chunks of its data begin; those of another name of the same file if that has them.
    std::optional<std::uint64_t> data;
    platform::FileIdentity identity;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
};

/// The device of all that is in a batch.
inline constexpr std::uint64_t kBatchDevice = ~std::uint64_t{0};

class Reader {
public:
    /// Reads all records but the data. EBADMSG: not a batch file, or one of another version.
    [[nodiscard]] static Result<Reader> open(platform::File file);

    [[nodiscard]] const Header& header() const { return header_; }
    [[nodiscard]] const Node& root() const { return *root_; }
    /// False if the file ends too early or is damaged from some point on: what stands before that is here.
    [[nodiscard]] bool complete() const { return complete_; }
    /// Whether who wrote it saw all names of the source.
    [[nodiscard]] bool all_seen() const { return all_seen_; }

    /// Gives `target`, which is empty, the node's data and its size. ENODATA: the batch has none of it. EBADMSG: it is
    /// damaged.
    [[nodiscard]] Status extract(const Node& node, const platform::File& target, std::span<std::byte> buffer) const;

private:
    explicit Reader(platform::File file) : file_(std::move(file)), root_(std::make_unique<Node>()) {}

    void read_records(std::uint64_t at);
    [[nodiscard]] std::optional<std::string> read_body(std::uint64_t at, const RecordFrame& frame) const;
    [[nodiscard]] std::optional<RecordFrame> read_frame(std::uint64_t at) const;
    [[nodiscard]] std::optional<Chunk> read_chunk(std::uint64_t at) const;
    /// Where the record behind these chunks begins.
    [[nodiscard]] std::optional<std::uint64_t> skip_data(std::uint64_t at) const;
    /// False if its path is no path of a transfer.
    [[nodiscard]] bool insert(Entry entry, std::uint64_t data);
    [[nodiscard]] Node* node_at(const std::string& path);
    /// Gives a name its identity, and all names of one file its data.
    void join(Node& node);

    platform::File file_;
    std::uint64_t size_ = 0;
    Header header_;
    std::unique_ptr<Node> root_;
    bool complete_ = false;
    bool all_seen_ = false;
    /// Files with several names, by the identity that they had.
    std::map<platform::FileIdentity, std::vector<Node*>> linked_;
    std::uint64_t identities_ = 0;
};

}  // namespace arsync::batch
