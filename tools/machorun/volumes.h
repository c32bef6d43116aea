// The volumes a program sees. Every Linux mount is one; the environment variable MACHORUN_VOLUMES turns plain
// directories into volumes of their own, with the names, the clones and the borders of APFS or HFS+:
//     MACHORUN_VOLUMES=DIR=KIND[+noclone][+noswap][,DIR=KIND...]      KIND: apfs, apfs-cs, hfs
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace machorun {

struct Volume {
    std::string root;          // f_mntonname
    std::string source;        // f_mntfromname
    std::string type = "hfs";  // f_fstypename
    int32_t device = 0;        // st_dev and f_fsid.val[0] of everything in it
    bool declared = false;     // by MACHORUN_VOLUMES
    bool clones = false;       // VOL_CAP_INT_CLONE
    bool swaps = false;        // VOL_CAP_INT_RENAME_SWAP and _EXCL
    bool insensitive = false;  // names that differ in case or normalisation only are the same name
    bool decomposes = false;   // names are stored in NFD, whatever was asked for
    bool utf8_only = false;    // a name that is not UTF-8 gives EILSEQ

    bool operator==(const Volume& other) const { return device == other.device; }
};

// True if MACHORUN_VOLUMES is set. Without it names are bytes and no path needs a look at its components.
bool volumes_declared();
const std::vector<Volume>& declared_volumes();

// The volume of an open file or directory, whatever it was opened for (O_PATH is enough).
const Volume& volume_of(int fd);
// The declared volume that `path`, absolute and without links, lies in; nullptr if it lies in none.
const Volume* declared_volume_of(std::string_view path);
// Every mount with a disk or a memory file system, and every declared volume.
std::vector<Volume> all_volumes();

// Linux has 12 bits for the major and 20 for the minor number of a device, macOS 8 and 24.
int32_t darwin_device(dev_t device);
int32_t volume_device(dev_t device);  // for st_dev and f_fsid: never negative, as on macOS
dev_t linux_device(int32_t device);

// What /proc/self/fd says about an open file: its path, or something else ("pipe:[1234]").
std::string path_of(int fd);

}  // namespace machorun
