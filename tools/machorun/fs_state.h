// What macOS keeps with a file and Linux does not: flags, a birth time that can be set, the mode of a symbolic link, an
// ACL. It lives as text in Linux xattrs "user.machorun.*" (so a test can set them with setfattr), on links and special
// files, which take no such attribute, in "trusted.machorun.machorun.*", for which one has to be root. No Darwin call
// shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fs_layout.h"
#include "paths.h"

namespace machorun {

// The Linux name of the Darwin attribute `name` of this object.
std::string linux_attribute(const Object& object, std::string_view name);

std::optional<std::string> read_state(const Object& object, std::string_view name);
// 0 or a Darwin errno. An empty text removes the entry.
int write_state(const Object& object, std::string_view name, const std::string& text);

uint32_t flags_of(const Object& object);
int set_flags(const Object& object, uint32_t flags);  // no check: see fs_flags.cc for chflags(2)

DarwinTimespec birth_time_of(const Object& object);
int set_birth_time(const Object& object, DarwinTimespec time);
// APFS and HFS+ move a file's birth time back with a modification time that is set to something earlier.
void keep_birth_before_modification(const Object& object);

unsigned mode_of(const Object& object);  // st_mode; that of a link can be set on macOS

}  // namespace machorun
