#pragma once
// What tasks have to tell, kept until its turn comes (see sequencer.h). These own their strings; observer.h describes
// the fields.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sync/observer.h"

namespace arsync::sync {

struct LinkGroupReport;

struct ItemEvent {
    Update update = Update::None;
    Changes changes;
    std::string path;
    std::string target_path;
    std::string link_target;
    std::string long_name;  // only if the observer wants it
    std::string digest;     // likewise
    platform::Metadata metadata;
    std::uint64_t bytes_copied = 0;
    /// Set for a member of a hard-link group: who is told as leader is decided when its turn comes.
    std::shared_ptr<LinkGroupReport> group = nullptr;
    Changes as_member =
        {};  // what is told instead of `changes` if another one is the leader, and this already a link to it
    bool in_place = false;   // this already was a link to the member that was updated, as `update` and `changes` tell
    bool was_there = false;  // a file of that type stood at the destination
    bool untouched = false;  // nothing had to be done
    bool mended = false;     // see Item
    bool as_before = false;  // likewise
};

struct DeletedEvent {
    std::string path;
    platform::FileType type;
};

struct NoticeEvent {
    NoticeKind kind;
    std::string path;
    platform::FileType type = platform::FileType::Unknown;
    std::uint64_t count = 0;
    std::string text = {};
};

struct FailureEvent {
    std::string message;
    bool warning = false;
};

struct ListedEvent {
    std::string path;
    std::string link_target;
    platform::Metadata metadata;
    bool missing = false;
};

/// A member of a hard-link group of so many names that is left alone: it is no item, and leads nobody.
struct LeftAloneEvent {
    std::shared_ptr<LinkGroupReport> group;
    std::uint32_t link_count = 0;
};

using Event = std::variant<ItemEvent, DeletedEvent, NoticeEvent, FailureEvent, ListedEvent, LeftAloneEvent>;

/// What rsync's order makes of a hard-link group: its leader is the first member that was at the destination before,
/// else the last one (for links and special files always the first); the members that came before it are told after it,
/// latest first.
struct LinkGroupReport {
    std::uint64_t members_told = 0;
    std::string leader;       // transfer name, once known
    bool open_ended = false;  // it may have more members than its file has names
    bool in_place = false;    // the leader was a link to the member that was updated
    bool joined = false;  // the leader was linked to a member told after it: to that one, it is the link that is new
    std::vector<ItemEvent> waiting;
};

}  // namespace arsync::sync
