// Extended attributes, ACLs and flags as other calls need them.
#pragma once

#include <string>
#include <vector>

#include "paths.h"

namespace machorun {

// Whether reading an SF_DATALESS file may download it: the process's I/O policy.
bool materializes_dataless();

// The Darwin names of the object's extended attributes; ACL, flags and the like are none.
Looked<std::vector<std::string>> attribute_names(const Object& object);
// 0 or a Darwin errno. ACLs, flags and what no program may set are left out.
int copy_attributes(const Object& from, const Object& to);
int copy_attribute(const Object& from, const Object& to, const std::string& name);

// com.apple.FinderInfo: always 32 bytes, zeros if there is none.
std::string finder_info_of(const Object& object);
int set_finder_info(const Object& object, const std::string& info);
// The length of com.apple.ResourceFork.
uint64_t resource_fork_size(const Object& object);

// A Darwin ACL is kept as its text, see acl_to_text(3). Empty: none.
std::string acl_of(const Object& object);
int set_acl(const Object& object, const std::string& text);
// Gives a file just made the entries its directory passes on.
void inherit_acl(const Place& created);

}  // namespace machorun
