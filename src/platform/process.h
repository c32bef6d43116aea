#pragma once
// Facts about and settings of this process.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "platform/metadata.h"

namespace arsync::platform {

struct ProcessFacts {
    UserId user = 0;                // effective
    GroupId group = 0;              // effective
    bool privileged = false;        // may give files away and make devices
    Mode umask = 0;                 // as found at start
    unsigned cores = 1;             // that this process may use
    std::uint64_t descriptors = 0;  // how many may be open at once
};

/// To be called once at the start, before any thread: takes the umask to 0 (modes given to create calls then mean what
/// they say; policies apply `umask` themselves), raises the limit on open files as far as allowed, ignores SIGPIPE,
/// lets large blocks of memory go back to the system as soon as they are free.
[[nodiscard]] ProcessFacts prepare_process();

/// Somebody else to be.
struct NewIdentity {
    UserId user = 0;
    std::optional<GroupId> group;  // nullopt: all the groups of that user
};

/// Takes on another identity for good, with all rights lost that go with the old one. To be called before any thread
/// is started and before is_member_of(). Changes `facts`.
[[nodiscard]] Status become(const NewIdentity& identity, ProcessFacts& facts);

/// Whether this process belongs to a group, so that it may give its files to it.
[[nodiscard]] bool is_member_of(GroupId group);

/// To be called in each thread that copies. (macOS: its quality of service; threads without one may be put on slow
/// cores when the machine is busy.)
void prepare_worker_thread();

/// Whether reading a file whose data is elsewhere (Metadata::dataless) fetches it. If not, such a read fails.
void fetch_dataless_files(bool fetch);

[[nodiscard]] std::optional<std::string> environment(const char* name);

/// Names for ids and back; nullopt where the system knows none.
[[nodiscard]] std::optional<std::string> user_name(UserId id);
[[nodiscard]] std::optional<std::string> group_name(GroupId id);
[[nodiscard]] std::optional<UserId> user_id(const std::string& name);
[[nodiscard]] std::optional<GroupId> group_id(const std::string& name);

/// What the user can do about this error where the system's words do not say; empty where there is nothing to add.
[[nodiscard]] std::string_view advice(const Error& error);

/// Puts back the default meaning of an interrupt and raises it: the process ends as if it had never caught it.
[[noreturn]] void die_by_interrupt();

[[nodiscard]] std::uint64_t process_id();

/// For names of temporary files; not for secrets.
[[nodiscard]] std::uint64_t random_number();

}  // namespace arsync::platform
