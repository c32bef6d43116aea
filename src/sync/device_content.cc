#include "sync/device_content.h"

namespace arsync::sync {

using platform::FileType;
using platform::Metadata;

void show_content(const platform::File& device, Metadata& facts)
{
    const auto size = facts.type == FileType::BlockDevice ? device.device_size().value_or(0) : 0;
    facts.type = FileType::Regular;
    facts.size = facts.allocated = size;
}

void show_content(const platform::Directory& directory, NameView name, Metadata& facts)
{
    if (facts.type == FileType::BlockDevice) {
        if (const auto device = directory.open_file(name)) return show_content(*device, facts);
    }
    facts.type = FileType::Regular;
    facts.size = facts.allocated = 0;
}

}  // namespace arsync::sync
