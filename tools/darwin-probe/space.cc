// F_PREALLOCATE, F_PUNCHHOLE, the ways to flush, SEEK_HOLE and SEEK_DATA.
#include "probe.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace probe {
namespace {

constexpr off_t kMebibyte = 1 << 20;

std::int64_t allocated(const char* path)
{
    return look(path).st_blocks * 512;
}

// Asks for `length` bytes and tells what came of it.
void tell_preallocation(const std::string& name, std::size_t content, unsigned flags, int mode, off_t offset,
                        off_t length)
{
    const std::string path = "allocation/" + name;
    write_file(path.c_str(), some_bytes(content));
    ::sync();
    const auto before = allocated(path.c_str());
    {
        const Fd fd(path.c_str(), O_RDWR);
        ::fsync(fd);
        fstore_t store{};
        store.fst_flags = flags;
        store.fst_posmode = mode;
        store.fst_offset = offset;
        store.fst_length = length;
        tell_outcome(name, ::fcntl(fd, F_PREALLOCATE, &store));
        tell(name + ", said to be allocated", static_cast<std::int64_t>(store.fst_bytesalloc));
        tell(name + ", more on the disk", allocated(path.c_str()) - before);
        tell(name + ", size", static_cast<std::int64_t>(look(path.c_str()).st_size));
    }
    tell(name + ", more after close", allocated(path.c_str()) - before);
}

void tell_punching()
{
    write_file("allocation/punched", some_bytes(kMebibyte));
    const Fd fd("allocation/punched", O_RDWR);
    const Fd reading("allocation/punched", O_RDONLY);
    ::fsync(fd);
    const auto before = allocated("allocation/punched");
    const auto punch = [](int descriptor, off_t offset, off_t length) {
        fpunchhole_t hole{};
        hole.fp_offset = offset;
        hole.fp_length = length;
        return outcome(::fcntl(descriptor, F_PUNCHHOLE, &hole));
    };
    tell("punch 64 KiB at 64 KiB", punch(fd, 65536, 65536));
    ::fsync(fd);
    tell("given back", before - allocated("allocation/punched"));
    char byte = 'x';
    ::pread(fd, &byte, 1, 65536);
    tell("reads as zero", byte == '\0');
    tell("punch at 512", punch(fd, 512, 4096));
    tell("punch 512 bytes", punch(fd, 4096, 512));
    tell("punch 0 bytes", punch(fd, 4096, 0));
    tell("punch over the end", punch(fd, kMebibyte - 4096, 8192));
    tell("punch behind the end", punch(fd, 2 * kMebibyte, 4096));
    tell("punch through a descriptor that only reads", punch(reading, 0, 4096));
    ::ftruncate(fd, kMebibyte - 100);
    tell("punch up to an end that is not aligned", punch(fd, kMebibyte - 4096, 3996));
}

void tell_flushing()
{
    write_file("allocation/flushed", "data");
    const Fd writing("allocation/flushed", O_RDWR);
    const Fd reading("allocation/flushed", O_RDONLY);
    const Fd folder("allocation", O_RDONLY);
    struct {
        const char* name;
        int descriptor;
    } const targets[] = {{"file", writing}, {"file opened to read", reading}, {"directory", folder}};
    for (const auto& target : targets) {
        const std::string name(target.name);
        tell_outcome("fsync of a " + name, ::fsync(target.descriptor));
        tell_outcome("F_BARRIERFSYNC of a " + name, ::fcntl(target.descriptor, F_BARRIERFSYNC));
        tell_outcome("F_FULLFSYNC of a " + name, ::fcntl(target.descriptor, F_FULLFSYNC));
    }
}

// "data 0-65536, data 1048576-1114112"
std::string data_of(int fd, off_t size)
{
    std::string result;
    for (off_t at = 0; at < size;) {
        const off_t begin = ::lseek(fd, at, SEEK_DATA);
        if (begin == -1) {
            if (errno != ENXIO) result += "SEEK_DATA " + error_name(errno);
            break;
        }
        const off_t end = ::lseek(fd, begin, SEEK_HOLE);
        if (end == -1) return result + "SEEK_HOLE " + error_name(errno);
        result += "data " + std::to_string(begin) + '-' + std::to_string(end) + ' ';
        at = end;
    }
    return result.empty() ? "nothing" : result.substr(0, result.size() - (result.back() == ' ' ? 1 : 0));
}

void tell_mapping(int fd, const std::string& piece)
{
    const auto map = find_function<decltype(::mmap)>("mmap");
    const auto unmap = find_function<decltype(::munmap)>("munmap");
    const auto flush = find_function<decltype(::msync)>("msync");
    if (map == nullptr || unmap == nullptr || flush == nullptr) return tell("mapping", "not here");
    void* memory = map(nullptr, 32 * kMebibyte, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) return tell("mapping", std::string_view(outcome(-1)));
    std::memcpy(static_cast<char*>(memory) + 16 * kMebibyte, piece.data(), piece.size());
    tell("written through a mapping", data_of(fd, 32 * kMebibyte));
    flush(memory, 32 * kMebibyte, MS_SYNC);
    tell("after msync", data_of(fd, 32 * kMebibyte));
    unmap(memory, 32 * kMebibyte);
}

}  // namespace

void probe_allocation()
{
    tell_preallocation("empty contiguous all", 0, F_ALLOCATECONTIG | F_ALLOCATEALL, F_PEOFPOSMODE, 0, kMebibyte);
    tell_preallocation("empty all", 0, F_ALLOCATEALL, F_PEOFPOSMODE, 0, kMebibyte);
    tell_preallocation("64 KiB there, 1 MiB more", 65536, F_ALLOCATEALL, F_PEOFPOSMODE, 0, kMebibyte);
    tell_preallocation("5 bytes there, 1 MiB more", 5, F_ALLOCATEALL, F_PEOFPOSMODE, 0, kMebibyte);
    tell_preallocation("offset not 0", 0, F_ALLOCATEALL, F_PEOFPOSMODE, 4096, kMebibyte);
    tell_preallocation("length 1", 0, F_ALLOCATEALL, F_PEOFPOSMODE, 0, 1);
    tell_preallocation("length 0", 0, F_ALLOCATEALL, F_PEOFPOSMODE, 0, 0);
    tell_preallocation("1 PiB", 0, F_ALLOCATEALL, F_PEOFPOSMODE, 0, off_t{1} << 50);
    tell_punching();
    tell_flushing();
}

void probe_holes()
{
    const auto piece = some_bytes(65536);
    const Fd fd("holes/written", O_RDWR | O_CREAT | O_EXCL);
    ::pwrite(fd, piece.data(), piece.size(), 0);
    ::pwrite(fd, piece.data(), piece.size(), 32 * kMebibyte);
    const off_t size = 32 * kMebibyte + 65536;
    tell("just written", data_of(fd, size));
    const Fd second("holes/written", O_RDONLY);
    tell("just written, through another descriptor", data_of(second, size));
    ::fsync(fd);
    tell("after fsync", data_of(fd, size));
    tell("on the disk", allocated("holes/written"));
    ::pwrite(fd, piece.data(), piece.size(), 16 * kMebibyte);
    tell("written into the hole", data_of(fd, size));
    ::fsync(fd);
    tell("after fsync again", data_of(fd, size));

    const Fd mapped("holes/mapped", O_RDWR | O_CREAT | O_EXCL);
    ::ftruncate(mapped, 32 * kMebibyte);
    tell("only a length", data_of(mapped, 32 * kMebibyte));
    tell_mapping(mapped, piece);
    ::fsync(mapped);
    tell("after fsync of it", data_of(mapped, 32 * kMebibyte));
    tell_outcome("SEEK_DATA at the end", ::lseek(mapped, 32 * kMebibyte, SEEK_DATA));
    const Fd folder("holes", O_RDONLY);
    tell_outcome("SEEK_DATA in a directory", ::lseek(folder, 0, SEEK_DATA));
}

}  // namespace probe
