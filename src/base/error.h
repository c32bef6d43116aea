#pragma once
// Errors are small values: which operation failed and the system's number for why. The path is added where the
// event is told, because only there it is known in full.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <system_error>

namespace arsync {

/// What was attempted, as a verb that fits "cannot VERB "path"".
enum class Operation : std::uint8_t {
    Open,
    List,
    Stat,
    Read,
    Write,
    Seek,
    Create,
    MakeDirectory,
    MakeSymlink,
    MakeNode,
    Link,
    ReadLink,
    Rename,
    Unlink,
    RemoveDirectory,
    Truncate,
    Allocate,
    Clone,
    Copy,
    BecomeUser,
    SetOwner,
    SetMode,
    SetTimes,
    SetFlags,
    ReadXattr,
    WriteXattr,
    ReadAcl,
    WriteAcl,
    Sync,
    Wait,
    PassLink,   // on the way along a path: a link that is not trusted
    LeaveRoot,  // to follow a path out of the directory that it is confined to
};

[[nodiscard]] std::string_view verb(Operation operation);

/// `code` is an errno value of the host; it compares with the portable names of <system_error>.
struct Error {
    Operation operation{};
    int code = 0;

    [[nodiscard]] bool is(std::errc portable) const { return code == static_cast<int>(portable); }

    /// The system's words and number, as rsync prints them: `Permission denied (13)`; and more where those do not tell.
    [[nodiscard]] std::string reason() const;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> fail(Operation operation, int code)
{
    return std::unexpected(Error{operation, code});
}

[[nodiscard]] inline std::unexpected<Error> fail(Operation operation, std::errc code)
{
    return fail(operation, static_cast<int>(code));
}

}  // namespace arsync
