// How the files of one group share the group's table of imports.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "imports.h"

namespace machorun {

inline std::vector<Import> joined(std::initializer_list<std::span<const Import>> parts)
{
    std::vector<Import> all;
    for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

// fs_file_imports()
std::span<const Import> open_imports();
std::span<const Import> transfer_imports();
std::span<const Import> control_imports();
// fs_directory_imports()
std::span<const Import> entry_imports();
std::span<const Import> rename_imports();
std::span<const Import> listing_imports();
std::span<const Import> path_imports();
std::span<const Import> named_socket_imports();
// fs_metadata_imports()
std::span<const Import> stat_imports();
std::span<const Import> ownership_imports();
std::span<const Import> time_setting_imports();
// fs_attribute_imports()
std::span<const Import> xattr_imports();
std::span<const Import> flag_imports();
std::span<const Import> acl_object_imports();
std::span<const Import> acl_entry_imports();
std::span<const Import> acl_text_imports();
std::span<const Import> acl_file_imports();
std::span<const Import> filesec_imports();
// fs_attrlist_imports()
std::span<const Import> attribute_get_imports();
std::span<const Import> attribute_set_imports();
std::span<const Import> attribute_bulk_imports();
// fs_copy_imports()
std::span<const Import> clone_imports();
std::span<const Import> copyfile_imports();
std::span<const Import> copy_state_imports();

}  // namespace machorun
