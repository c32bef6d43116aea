#pragma once
// What a regular file that is written shall have besides its data: with which mode it is created, and all that it gets
// once the data is there.

#include "sync/attributes.h"
#include "sync/context.h"
#include "sync/file_source.h"
#include "sync/placement.h"
#include "sync/source_list.h"

namespace arsync::sync {

class FileAttributes {
public:
    FileAttributes(Context& context, const OpenSource& source, const SourceName& name, const Place& place)
        : context_(context), source_(source), name_(name), place_(place)
    {
    }

    /// The source's ACLs and xattrs, if they are wanted. False, and told, if they cannot be read.
    [[nodiscard]] bool read();

    [[nodiscard]] platform::Mode final_mode() const;
    /// The final mode if the file can have it from the start without anybody seeing more than he will in the end.
    [[nodiscard]] platform::Mode creation_mode(platform::Mode final) const;

    struct Put {
        bool times = true;
        bool found = false;  // not made just now from nothing: it may have ACLs and xattrs
    };
    /// `present` is the file as it is. Failures are told.
    void put(const platform::File& file, const platform::Metadata& present, platform::Mode final, Put how) const;

private:
    /// What the file is a new version of; its mode stays without -p.
    [[nodiscard]] const platform::Metadata* old_file() const;
    /// Without -p a default ACL of the directory decides, through the kernel, what a new file's mode becomes.
    [[nodiscard]] bool default_acl_decides() const;

    Context& context_;
    const OpenSource& source_;
    const SourceName& name_;
    const Place& place_;
    ExtendedAttributes extended_;
};

}  // namespace arsync::sync
