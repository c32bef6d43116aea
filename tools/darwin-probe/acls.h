// ACLs for the sections that need one.
#pragma once

#include <sys/acl.h>

#include <cstdint>
#include <string>

namespace probe {

// An ACL with one entry: everyone may read attributes; with these acl_flag_t of the entry. Null on failure.
acl_t one_entry(unsigned flags);
// Gives the file or directory that ACL; -1 and errno on failure.
int give_acl(const char* path, unsigned flags);
// "none (ENOENT)", or "2: allow allow-inherited".
std::string entries_of(const char* path);
std::string describe(acl_t acl);

}  // namespace probe
