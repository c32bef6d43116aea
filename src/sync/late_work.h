#pragma once
// What is left for the end of the run: files that wait in the partial directory (--delay-updates), and files that
// --append-verify has to send once more.

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/name.h"
#include "platform/metadata.h"
#include "sync/sequencer.h"

namespace arsync::sync {

struct Context;
class DirectoryNode;
struct EntryState;
class Task;
struct Worker;

class LateWork {
public:
    /// Called when it is known whether the file has its place; tells in that segment.
    using Then = std::function<void(Worker& worker, bool placed, Sequencer::Segment* segment)>;

    /// A file in the partial directory of its directory, under its own name.
    struct Waiting {
        std::shared_ptr<DirectoryNode> node;
        Name name;
        platform::FileFlags flags = 0;  // of the source
        Then then;
    };

    /// The entry's file waits, and its directory with it.
    void put_later(const EntryState& state, Then then);
    /// The entry is to be brought up to date again, whatever it looks like.
    void try_again(const EntryState& state);

    [[nodiscard]] std::vector<Waiting> take_waiting();
    [[nodiscard]] std::vector<std::shared_ptr<EntryState>> take_retries();

private:
    std::mutex mutex_;
    std::vector<Waiting> waiting_;
    std::vector<std::shared_ptr<EntryState>> retries_;
};

/// Tasks for after the walk, each telling in `segment`; none if there is nothing to do.
[[nodiscard]] std::vector<std::unique_ptr<Task>> make_retry_tasks(Context& context, Sequencer::Segment* segment);
[[nodiscard]] std::vector<std::unique_ptr<Task>> make_placing_tasks(Context& context, Sequencer::Segment* segment);

}  // namespace arsync::sync
