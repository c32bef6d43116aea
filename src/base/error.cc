#include "base/error.h"

namespace arsync {

std::string_view verb(Operation operation)
{
    switch (operation) {
        case Operation::Open:
        case Operation::PassLink:
        case Operation::LeaveRoot: return "open";
        case Operation::List: return "list directory";
        case Operation::Stat: return "examine";
        case Operation::Read: return "read";
        case Operation::Write: return "write";
        case Operation::Seek: return "seek in";
        case Operation::Create: return "create";
        case Operation::MakeDirectory: return "make directory";
        case Operation::MakeSymlink: return "make symbolic link";
        case Operation::MakeNode: return "make special file";
        case Operation::Link: return "make hard link";
        case Operation::ReadLink: return "read symbolic link";
        case Operation::Rename: return "rename into place";
        case Operation::Unlink: return "delete";
        case Operation::RemoveDirectory: return "delete directory";
        case Operation::Truncate: return "truncate";
        case Operation::Allocate: return "allocate space for";
        case Operation::Clone: return "clone";
        case Operation::Copy: return "copy";
        case Operation::BecomeUser: return "become";
        case Operation::SetOwner: return "set owner of";
        case Operation::SetMode: return "set permissions of";
        case Operation::SetTimes: return "set times of";
        case Operation::SetFlags: return "set file flags of";
        case Operation::ReadXattr: return "read extended attributes of";
        case Operation::WriteXattr: return "write extended attributes of";
        case Operation::ReadAcl: return "read ACL of";
        case Operation::WriteAcl: return "write ACL of";
        case Operation::Sync: return "flush";
        case Operation::Wait: return "wait on";
    }
    return "use";
}

std::string Error::reason() const
{
    auto words = std::generic_category().message(code) + " (" + std::to_string(code) + ")";
    if (operation == Operation::PassLink)
        words += "; a symbolic link on the way belongs to another user (--insecure-links follows it)";
    if (operation == Operation::LeaveRoot) words += "; it is not in the directory of --confine-root";
    return words;
}

}  // namespace arsync
