#pragma once
// --write-batch: keeps every name of the transfer in a batch once it was dealt with, with its metadata as the transfer
// sees it, and the data of each file that was transferred, read again from the source. Owners are kept as they are in
// the source: the rules that change them are put to work where the batch is read, which may have other ones.

#include <atomic>
#include <optional>

#include "batch/format.h"
#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/entry_state.h"

namespace arsync::sync {

class BatchRecorder {
public:
    explicit BatchRecorder(Context& context) : context_(context) {}

    void begin(bool has_contents);
    /// Once, and with its data if it was transferred.
    void add(EntryState& state, Worker& worker, Segment* segment);
    /// `has_contents`: all that is in it takes part, and is listed.
    void add_directory(Segment* segment, const DirectoryWork& work, bool has_contents);
    /// A name about which nothing is done, or nothing could be: it must not be taken for one that does not exist.
    void add_left_out(Segment* segment, const DirectoryWork& work, const Entry& entry);
    /// The names that the user gave and that do not exist.
    void add_missing(Segment* segment, const DirectoryWork& work);
    /// Names of the source are missing from the batch.
    void doubt() { doubtful_ = true; }
    /// Ends the batch, unless the run was interrupted.
    void finish(Segment* segment);

private:
    [[nodiscard]] bool works() const { return !broken_ && !context_.cancelled; }
    [[nodiscard]] bool maps_owners() const { return !context_.user_map.empty() || !context_.group_map.empty(); }
    void put(Segment* segment, const batch::Entry& entry);
    /// nullopt: it could not be read, or is shorter.
    [[nodiscard]] std::optional<std::uint64_t> digest_of(const platform::File& file, std::uint64_t size,
                                                         Worker& worker);
    void put_data(EntryState& state, Worker& worker, Segment* segment, batch::Entry& entry);
    /// ACLs and xattrs, and the owner before it was changed, of what `target` is.
    void add_attributes(Segment* segment, const DirectoryNode* holder, const SourceTarget& target,
                        const Result<platform::Metadata>& unchanged, const std::string& path, batch::Entry& entry);
    void give_up(Segment* segment, const Error& error);

    Context& context_;
    std::atomic<bool> broken_ = false;
    std::atomic<bool> doubtful_ = false;
};

}  // namespace arsync::sync
