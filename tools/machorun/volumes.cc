#include "volumes.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace machorun {
namespace {

struct Mount {
    unsigned long id;
    std::string root;
    std::string type;
    std::string source;
};

// mountinfo writes blanks and backslashes in paths as octal escapes, see proc(5).
std::string unescaped(std::string_view field)
{
    std::string text;
    for (size_t i = 0; i < field.size(); ++i) {
        if (field[i] == '\\' && i + 3 < field.size()) {
            text += static_cast<char>(std::stoi(std::string(field.substr(i + 1, 3)), nullptr, 8));
            i += 3;
        } else {
            text += field[i];
        }
    }
    return text;
}

std::vector<Mount> mounts()
{
    std::vector<Mount> found;
    std::ifstream file("/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        Mount mount;
        std::string skipped, root;
        fields >> mount.id >> skipped >> skipped >> skipped >> root >> skipped;
        while (fields >> skipped && skipped != "-") {
        }
        fields >> mount.type >> mount.source;
        mount.root = unescaped(root);
        found.push_back(std::move(mount));
    }
    return found;
}

// XFS can be made without reflinks; XFS_IOC_FSGEOMETRY tells (xfs_fs.h, ioctl_xfs_fsgeometry(2)).
bool xfs_has_reflinks(int fd)
{
    std::array<uint32_t, 64> geometry{};
    constexpr unsigned long kGetGeometry = _IOR('X', 126, decltype(geometry));
    constexpr size_t kFlags = 92 / sizeof(uint32_t);
    constexpr uint32_t kHasReflinks = 1U << 20;
    return ioctl(fd, kGetGeometry, geometry.data()) == 0 && (geometry[kFlags] & kHasReflinks);
}

// Whether FICLONE can work. An O_PATH descriptor takes no ioctl, so that XFS is asked through the volume's root.
bool linux_clones(int fd, const std::string& root)
{
    struct statfs info;
    if (fstatfs(fd, &info) != 0) return false;
    if (info.f_type == BTRFS_SUPER_MAGIC) return true;
    if (info.f_type != XFS_SUPER_MAGIC) return false;
    const int directory = open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return false;
    const bool reflinks = xfs_has_reflinks(directory);
    close(directory);
    return reflinks;
}

[[noreturn]] void complain(const std::string& text)
{
    std::cerr << "machorun: MACHORUN_VOLUMES: " << text << '\n';
    std::_Exit(127);
}

void set_kind(Volume& volume, const std::string& kind)
{
    if (kind != "apfs" && kind != "apfs-cs" && kind != "hfs") complain("no such kind of volume: " + kind);
    volume.type = kind == "hfs" ? "hfs" : "apfs";
    volume.insensitive = kind != "apfs-cs";
    volume.decomposes = kind == "hfs";
    volume.clones = volume.clones && volume.type == "apfs";
    volume.swaps = volume.type == "apfs";
    volume.utf8_only = true;
}

// Devices of major number 1 (memory) never carry a Linux file system, so that these numbers meet no real st_dev.
constexpr int32_t kFirstDeclaredDevice = (1 << 24) + 4096;

Volume declared_volume(const std::string& word, size_t index)
{
    const size_t equals = word.rfind('=');
    if (equals == std::string::npos) complain("expected DIR=KIND: " + word);
    Volume volume;
    const std::string directory = word.substr(0, equals);
    const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) complain("cannot open " + directory);
    volume.root = path_of(fd);
    volume.source = "machorun:" + volume.root;
    volume.clones = linux_clones(fd, volume.root);
    close(fd);
    volume.declared = true;
    volume.device = kFirstDeclaredDevice + static_cast<int32_t>(index);
    std::istringstream options(word.substr(equals + 1));
    std::string option;
    std::getline(options, option, '+');
    set_kind(volume, option);
    while (std::getline(options, option, '+')) {
        if (option == "noclone")
            volume.clones = false;
        else if (option == "noswap")
            volume.swaps = false;
        else
            complain("no such option: +" + option);
    }
    return volume;
}

// Case-sensitive "apfs" where the Linux file system can clone, "hfs" elsewhere; a name is bytes.
Volume linux_volume(int fd, unsigned long mount_id, dev_t device)
{
    Volume volume;
    volume.root = "/";
    volume.device = volume_device(device);
    for (const Mount& mount : mounts()) {
        if (mount.id != mount_id) continue;
        volume.root = mount.root;
        volume.source = mount.source;
    }
    volume.clones = volume.swaps = linux_clones(fd, volume.root);
    if (volume.clones) volume.type = "apfs";
    return volume;
}

bool lies_in(std::string_view path, std::string_view root)
{
    if (!path.starts_with(root)) return false;
    return path.size() == root.size() || path[root.size()] == '/' || root == "/";
}

}  // namespace

const std::vector<Volume>& declared_volumes()
{
    static const std::vector<Volume> volumes = [] {
        std::vector<Volume> found;
        const char* value = std::getenv("MACHORUN_VOLUMES");
        std::istringstream words(value ? value : "");
        for (std::string word; std::getline(words, word, ',');) found.push_back(declared_volume(word, found.size()));
        return found;
    }();
    return volumes;
}

bool volumes_declared()
{
    static const bool declared = !declared_volumes().empty();
    return declared;
}

const Volume* declared_volume_of(std::string_view path)
{
    const Volume* nearest = nullptr;
    for (const Volume& volume : declared_volumes()) {
        if (lies_in(path, volume.root) && (!nearest || nearest->root.size() < volume.root.size())) nearest = &volume;
    }
    return nearest;
}

const Volume& volume_of(int fd)
{
    if (volumes_declared()) {
        if (const Volume* volume = declared_volume_of(path_of(fd))) return *volume;
    }
    // By device and mount: a btrfs subvolume has a device of its own, and so is a volume of its own.
    static std::mutex mutex;
    static std::map<std::pair<dev_t, unsigned long>, Volume> known;
    struct statx info = {};
    statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &info);
    const dev_t device = makedev(info.stx_dev_major, info.stx_dev_minor);
    const std::lock_guard lock(mutex);
    const auto found = known.find({device, info.stx_mnt_id});
    if (found != known.end()) return found->second;
    return known.emplace(std::pair(device, info.stx_mnt_id), linux_volume(fd, info.stx_mnt_id, device)).first->second;
}

std::vector<Volume> all_volumes()
{
    std::vector<Volume> found;
    for (const Mount& mount : mounts()) {
        // The file systems that macOS has something like; not the dozen in which Linux shows its own state.
        if (!mount.source.starts_with("/dev/") && mount.type != "tmpfs" && mount.type != "overlay") continue;
        const int fd = open(mount.root.c_str(), O_PATH | O_CLOEXEC);
        if (fd < 0) continue;
        found.push_back(volume_of(fd));
        close(fd);
    }
    found.insert(found.end(), declared_volumes().begin(), declared_volumes().end());
    return found;
}

int32_t darwin_device(dev_t device)
{
    return static_cast<int32_t>(((major(device) & 0xffU) << 24) | (minor(device) & 0xffffffU));
}

int32_t volume_device(dev_t device)
{
    return darwin_device(device) & INT32_MAX;
}

dev_t linux_device(int32_t device)
{
    const auto bits = static_cast<uint32_t>(device);
    return makedev(bits >> 24, bits & 0xffffffU);
}

std::string path_of(int fd)
{
    std::string path(4096, '\0');
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t length = readlink(link.c_str(), path.data(), path.size());
    path.resize(length < 0 ? 0 : static_cast<size_t>(length));
    return path;
}

}  // namespace machorun
