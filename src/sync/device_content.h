#pragma once
// --copy-devices, --write-devices: a device looked at as the file that its content is.

#include "platform/directory.h"
#include "platform/file.h"
#include "platform/metadata.h"

namespace arsync::sync {

[[nodiscard]] constexpr bool is_device(platform::FileType type)
{
    return type == platform::FileType::CharacterDevice || type == platform::FileType::BlockDevice;
}

/// Makes the facts of a device those of a file with its content: as long as a block device is, empty for a character
/// device, which has no end. What cannot be opened counts as empty; whoever wants to read it will be told.
void show_content(const platform::Directory& directory, NameView name, platform::Metadata& facts);
void show_content(const platform::File& device, platform::Metadata& facts);

/// Whether these facts are of a device that show_content() made a file of.
[[nodiscard]] constexpr bool is_device_content(const platform::Metadata& facts)
{
    return facts.type == platform::FileType::Regular && facts.node != platform::DeviceNumber{};
}

}  // namespace arsync::sync
