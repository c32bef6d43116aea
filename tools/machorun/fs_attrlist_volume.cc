// The attributes of volumes: getattrlist(2), ATTR_VOL_INFO.
#include <array>
#include <span>

#include <sys/statfs.h>

#include "darwin_errno.h"
#include "fs_attrlist.h"
#include "fs_volume.h"
#include "volumes.h"

namespace machorun {
namespace {

struct Facts {
    const Object& root;
    const Volume& volume;
    DarwinStatfs statfs;
};

struct Field {
    uint32_t bit;
    void (*pack)(const Facts& facts, AttributePacker& packer);
};

struct Capabilities {
    uint32_t format, interfaces, reserved[2];
    uint32_t valid_format, valid_interfaces, valid_reserved[2];
};
static_assert(sizeof(Capabilities) == 32);

constexpr uint32_t kSymbolicLinks = 0x2;
constexpr uint32_t kHardLinks = 0x4;
constexpr uint32_t kSparseFiles = 0x40;
constexpr uint32_t kCaseSensitive = 0x100;
constexpr uint32_t kCasePreserving = 0x200;
constexpr uint32_t kFastStatfs = 0x400;
constexpr uint32_t kLargeFiles = 0x800;
constexpr uint32_t kHiddenFiles = 0x2000;
constexpr uint32_t k64BitIds = 0x20000;

constexpr uint32_t kAttributeLists = 0x2;
constexpr uint32_t kAllocate = 0x40;
constexpr uint32_t kAdvisoryLocks = 0x100;
constexpr uint32_t kFlocks = 0x200;
constexpr uint32_t kExtendedSecurity = 0x400;
constexpr uint32_t kExtendedAttributes = 0x4000;
constexpr uint32_t kClones = 0x10000;
constexpr uint32_t kRenameSwap = 0x40000;
constexpr uint32_t kRenameExclusive = 0x80000;
constexpr uint32_t kPunchHole = 0x800000;
constexpr uint32_t kBarrierSync = 0x1000000;

Capabilities capabilities_of(const Volume& volume)
{
    const bool apfs = volume.type == "apfs";
    Capabilities all = {};
    all.format = kSymbolicLinks | kHardLinks | kCasePreserving | kFastStatfs | kLargeFiles | kHiddenFiles;
    if (!volume.insensitive) all.format |= kCaseSensitive;
    if (apfs) all.format |= kSparseFiles | k64BitIds;
    all.interfaces = kAttributeLists | kAllocate | kAdvisoryLocks | kFlocks | kExtendedSecurity | kExtendedAttributes;
    if (volume.clones) all.interfaces |= kClones;
    if (volume.swaps) all.interfaces |= kRenameSwap | kRenameExclusive;
    if (apfs) all.interfaces |= kPunchHole | kBarrierSync;
    all.valid_format = all.format | kSparseFiles | kCaseSensitive | k64BitIds;
    all.valid_interfaces = all.interfaces | kClones | kRenameSwap | kRenameExclusive | kPunchHole | kBarrierSync;
    return all;
}

// Stays the same for a volume, differs between volumes.
std::array<uint8_t, 16> uuid_of(const Volume& volume)
{
    std::array<uint8_t, 16> uuid = {'m', 'a', 'c', 'h', 'o', 'r', 0x40, 'n', 0x80};
    std::memcpy(uuid.data() + 12, &volume.device, sizeof volume.device);
    return uuid;
}

std::string name_of(const Volume& volume)
{
    const std::string name = volume.root.substr(volume.root.rfind('/') + 1);
    return name.empty() ? "Macintosh HD" : name;
}

std::array<AttributeSet, 2> valid_and_native(const Facts&);

int64_t bytes(const Facts& facts, uint64_t blocks)
{
    return static_cast<int64_t>(blocks * facts.statfs.block_size);
}

uint32_t count(uint64_t number)
{
    return number > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(number);
}

#define PACK(value) [](const Facts& facts, AttributePacker& packer) { packer.put(value); }
#define PACK_TEXT(value) [](const Facts& facts, AttributePacker& packer) { packer.put_text(value); }

constexpr Field kFields[] = {
    {0x1, PACK(facts.statfs.type)},                                                  // FSTYPE
    {0x4, PACK(bytes(facts, facts.statfs.blocks))},                                  // SIZE
    {0x8, PACK(bytes(facts, facts.statfs.blocks_free))},                             // SPACEFREE
    {0x10, PACK(bytes(facts, facts.statfs.blocks_available))},                       // SPACEAVAIL
    {0x20, PACK(int64_t{facts.statfs.block_size})},                                  // MINALLOCATION
    {0x40, PACK(int64_t{facts.statfs.block_size})},                                  // ALLOCATIONCLUMP
    {0x80, PACK(facts.statfs.io_size)},                                              // IOBLOCKSIZE
    {0x100, PACK(count(facts.statfs.files - facts.statfs.files_free))},              // OBJCOUNT
    {0x800, PACK(count(facts.statfs.files))},                                        // MAXOBJCOUNT
    {0x1000, PACK_TEXT(facts.statfs.mounted_on)},                                    // MOUNTPOINT
    {0x2000, PACK_TEXT(name_of(facts.volume))},                                      // NAME
    {0x4000, PACK(facts.statfs.flags)},                                              // MOUNTFLAGS
    {0x8000, PACK_TEXT(facts.statfs.mounted_from)},                                  // MOUNTEDDEVICE
    {0x20000, PACK(capabilities_of(facts.volume))},                                  // CAPABILITIES
    {0x40000, PACK(uuid_of(facts.volume))},                                          // UUID
    {0x100000, PACK_TEXT(facts.statfs.type_name)},                                   // FSTYPENAME
    {0x200000, PACK(facts.statfs.subtype)},                                          // FSSUBTYPE
    {0x800000, PACK(bytes(facts, facts.statfs.blocks - facts.statfs.blocks_free))},  // SPACEUSED
    {0x40000000, PACK(valid_and_native(facts))},                                     // ATTRIBUTES
};

#undef PACK
#undef PACK_TEXT

constexpr uint32_t kInfo = 0x80000000;  // ATTR_VOL_INFO: has to be there and has no value

uint32_t volume_bits()
{
    uint32_t bits = kInfo;
    for (const Field& field : kFields) bits |= field.bit;
    return bits;
}

std::array<AttributeSet, 2> valid_and_native(const Facts&)
{
    const AttributeSet all = {file_attributes().common, volume_bits(), file_attributes().directory,
                              file_attributes().file, 0};
    return {all, all};
}

}  // namespace

int pack_volume(const Object& root, const AttributeSet& wanted, AttributePacker& packer)
{
    // Common attributes of the volume are the business of its root directory: ask without ATTR_VOL_INFO.
    const uint32_t other = wanted.common & ~darwin::kCommonReturned;
    if (!(wanted.volume & kInfo) || wanted.directory || wanted.file || wanted.fork || other) return EINVAL;
    if (!is_volume_root(root)) return EINVAL;
    const uint32_t found = wanted.volume & volume_bits();
    if (found != wanted.volume && !(wanted.common & darwin::kCommonReturned)) return EINVAL;
    if (wanted.common & darwin::kCommonReturned) packer.put(AttributeSet{darwin::kCommonReturned, found, 0, 0, 0});
    Facts facts{root, root.volume(), {}};
    if (const int error = fill_statfs(root, facts.statfs)) return error;
    for (const Field& field : kFields) {
        if (found & field.bit) field.pack(facts, packer);
    }
    return 0;
}

}  // namespace machorun
