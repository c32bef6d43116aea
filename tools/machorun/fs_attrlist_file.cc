// The attributes of files, one function each, in the order of their bits: getattrlist(2).
#include <algorithm>
#include <ranges>
#include <span>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_acl.h"
#include "fs_attributes.h"
#include "fs_attrlist.h"
#include "fs_metadata.h"
#include "volumes.h"

namespace machorun {
namespace {

struct Facts {
    const Described& file;
    DarwinStat stat;
};

struct Field {
    uint32_t bit;
    void (*pack)(const Facts& facts, AttributePacker& packer);
};

// enum vtype of sys/vnode.h.
uint32_t vnode_type(unsigned mode)
{
    switch (mode & S_IFMT) {
        case S_IFREG: return 1;
        case S_IFDIR: return 2;
        case S_IFBLK: return 3;
        case S_IFCHR: return 4;
        case S_IFLNK: return 5;
        case S_IFSOCK: return 6;
        case S_IFIFO: return 7;
        default: return 0;
    }
}

struct FileSystemId {
    int32_t device;
    int32_t type;
};

FileSystemId file_system_id(const Facts& facts)
{
    return {facts.stat.dev, 0};
}

int64_t allocated(const Facts& facts)
{
    return facts.stat.blocks * 512;
}

int64_t fork_size(const Facts& facts)
{
    return static_cast<int64_t>(resource_fork_size(facts.file.object));
}

uint32_t entry_count(const Facts& facts)
{
    const int fd = openat(facts.file.object.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* entries = fd < 0 ? nullptr : fdopendir(fd);
    uint32_t count = 0;
    while (entries && readdir(entries)) ++count;
    if (entries) closedir(entries);
    return count < 2 ? 0 : count - 2;  // without "." and ".."
}

// R_OK, W_OK and X_OK of the calling process.
uint32_t user_access(const Facts& facts)
{
    uint32_t result = 0;
    for (const int mode : {R_OK, W_OK, X_OK}) {
        if (access(facts.file.object.link().c_str(), mode) == 0) result |= static_cast<uint32_t>(mode);
    }
    return result;
}

#define PACK(value) [](const Facts& facts, AttributePacker& packer) { packer.put(value); }
#define PACK_TEXT(value) [](const Facts& facts, AttributePacker& packer) { packer.put_text(value); }

constexpr Field kCommon[] = {
    {darwin::kCommonName, PACK_TEXT(facts.file.name)},
    {0x2, PACK(facts.stat.dev)},         // DEVID
    {0x4, PACK(file_system_id(facts))},  // FSID
    {darwin::kCommonObjectType, PACK(vnode_type(facts.stat.mode))},
    {0x20, PACK(facts.stat.ino)},                 // OBJID
    {0x40, PACK(facts.stat.ino)},                 // OBJPERMANENTID
    {0x80, PACK(facts.file.parent)},              // PAROBJID
    {0x200, PACK(facts.stat.birth_time)},         // CRTIME
    {0x400, PACK(facts.stat.modification_time)},  // MODTIME
    {0x800, PACK(facts.stat.change_time)},        // CHGTIME
    {0x1000, PACK(facts.stat.access_time)},       // ACCTIME
    {0x4000, [](const Facts& facts, AttributePacker& packer) { packer.put_bytes(finder_info_of(facts.file.object)); }},
    {0x8000, PACK(facts.stat.uid)},                           // OWNERID
    {0x10000, PACK(facts.stat.gid)},                          // GRPID
    {0x20000, PACK(uint32_t{facts.stat.mode})},               // ACCESSMASK, with the type as in st_mode
    {0x40000, PACK(facts.stat.flags)},                        // FLAGS
    {0x80000, PACK(facts.stat.generation)},                   // GEN_COUNT
    {0x200000, PACK(user_access(facts))},                     // USERACCESS
    {0x800000, PACK(guid_of_user(facts.stat.uid))},           // UUID
    {0x1000000, PACK(guid_of_group(facts.stat.gid))},         // GRPUUID
    {0x2000000, PACK(facts.stat.ino)},                        // FILEID
    {0x4000000, PACK(facts.file.parent)},                     // PARENTID
    {0x8000000, PACK_TEXT(path_of(facts.file.object.fd()))},  // FULLPATH
};

constexpr Field kDirectory[] = {
    {0x1, PACK(uint32_t{facts.stat.nlink})},                                     // LINKCOUNT
    {0x2, PACK(entry_count(facts))},                                             // ENTRYCOUNT
    {0x4, PACK(is_volume_root(facts.file.object) ? uint32_t{1} : uint32_t{0})},  // MOUNTSTATUS
    {0x8, PACK(allocated(facts))},                                               // ALLOCSIZE
    {0x10, PACK(facts.stat.block_size)},                                         // IOBLOCKSIZE
    {0x20, PACK(facts.stat.size)},                                               // DATALENGTH
};

constexpr Field kFile[] = {
    {0x1, PACK(uint32_t{facts.stat.nlink})},                     // LINKCOUNT
    {0x2, PACK(facts.stat.size + fork_size(facts))},             // TOTALSIZE: both forks
    {0x4, PACK(allocated(facts))},                               // ALLOCSIZE
    {0x8, PACK(facts.stat.block_size)},                          // IOBLOCKSIZE
    {0x20, PACK(facts.stat.rdev)},                               // DEVTYPE
    {0x80, PACK(fork_size(facts) ? uint32_t{2} : uint32_t{1})},  // FORKCOUNT
    {0x200, PACK(facts.stat.size)},                              // DATALENGTH
    {0x400, PACK(allocated(facts))},                             // DATAALLOCSIZE
    {0x1000, PACK(fork_size(facts))},                            // RSRCLENGTH
    {0x2000, PACK((fork_size(facts) + 4095) / 4096 * 4096)},     // RSRCALLOCSIZE
};

constexpr Field kExtended[] = {
    {0x10, PACK(facts.stat.ino)},         // LINKID
    {0x40, PACK(facts.stat.dev)},         // REALDEVID
    {0x80, PACK(file_system_id(facts))},  // REALFSID
};

#undef PACK
#undef PACK_TEXT

uint32_t bits_of(std::span<const Field> fields)
{
    uint32_t bits = 0;
    for (const Field& field : fields) bits |= field.bit;
    return bits;
}

void pack(std::span<const Field> fields, uint32_t bits, const Facts& facts, AttributePacker& packer)
{
    for (const Field& field : fields) {
        if (bits & field.bit) field.pack(facts, packer);
    }
}

constexpr uint32_t kCommonMarks = darwin::kCommonReturned | darwin::kCommonError;

bool has_unknown_bits(const AttributeSet& wanted, uint64_t options)
{
    const uint32_t extended = options & darwin::kOptCommonExtended ? 0x1ffcU : 0U;
    return (wanted.directory & ~0x3fU) || (wanted.file & ~0x37ffU) || (wanted.fork & ~extended) || wanted.volume;
}

}  // namespace

bool is_volume_root(const Object& object)
{
    return object.is_directory() && path_of(object.fd()) == object.volume().root;
}

AttributeSet file_attributes()
{
    return {bits_of(kCommon) | kCommonMarks, 0, bits_of(kDirectory), bits_of(kFile), bits_of(kExtended)};
}

int pack_file(const Described& file, const AttributeSet& wanted, uint64_t options, AttributePacker& packer)
{
    const bool directory = file.object.is_directory();
    if (has_unknown_bits(wanted, options)) return EINVAL;
    // Directories have no file attributes, and the other way round: those are left out, whatever else is asked for.
    const AttributeSet found{wanted.common & bits_of(kCommon), 0,
                             directory ? wanted.directory & bits_of(kDirectory) : 0,
                             directory ? 0 : wanted.file & bits_of(kFile), wanted.fork & bits_of(kExtended)};
    const bool complete = found.common == (wanted.common & ~kCommonMarks) && found.fork == wanted.fork &&
                          (wanted.directory & ~bits_of(kDirectory)) == 0 && (wanted.file & ~bits_of(kFile)) == 0;
    const bool says_what = wanted.common & darwin::kCommonReturned;
    // A value that is packed without being valid would have to be made up here.
    if ((options & darwin::kOptPackInvalid) && !complete) return darwin::kEnotsup;
    if (!complete && !says_what) return EINVAL;
    if (says_what) {
        AttributeSet returned = found;
        returned.common |= darwin::kCommonReturned;
        packer.put(returned);
    }
    const Facts facts{file, stat_of(file.object)};
    pack(kCommon, found.common, facts, packer);
    pack(kDirectory, found.directory, facts, packer);
    pack(kFile, found.file, facts, packer);
    pack(kExtended, found.fork, facts, packer);
    return 0;
}

void pack_failure(std::string_view name, int error, const AttributeSet& wanted, AttributePacker& packer)
{
    const uint32_t reported = wanted.common & darwin::kCommonError;
    packer.put(AttributeSet{darwin::kCommonReturned | darwin::kCommonName | reported, 0, 0, 0, 0});
    if (reported) packer.put(static_cast<uint32_t>(error));
    packer.put_text(name);
}

}  // namespace machorun
