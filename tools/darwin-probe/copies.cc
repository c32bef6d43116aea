// fcopyfile(3): where it reads and writes, how it tells, what it refuses.
#include "probe.h"

#include <copyfile.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace probe {
namespace {

struct Calls {
    int start = 0;
    int progress = 0;
    int finish = 0;
    int error = 0;
    int other = 0;
    int quit_at = 0;  // 0: never
};

int on_progress(int what, int stage, copyfile_state_t, const char*, const char*, void* context)
{
    auto& calls = *static_cast<Calls*>(context);
    if (what != COPYFILE_COPY_DATA)
        ++calls.other;
    else if (stage == COPYFILE_START)
        ++calls.start;
    else if (stage == COPYFILE_FINISH)
        ++calls.finish;
    else if (stage == COPYFILE_ERR)
        ++calls.error;
    else if (++calls.progress == calls.quit_at)
        return COPYFILE_QUIT;
    return COPYFILE_CONTINUE;
}

std::string copy(int from, int to, copyfile_flags_t flags, Calls* calls = nullptr, off_t* copied = nullptr)
{
    copyfile_state_t state = ::copyfile_state_alloc();
    if (state == nullptr) return "no state";
    if (calls != nullptr) {
        ::copyfile_state_set(state, COPYFILE_STATE_STATUS_CB, reinterpret_cast<const void*>(&on_progress));
        ::copyfile_state_set(state, COPYFILE_STATE_STATUS_CTX, calls);
    }
    errno = 0;
    const int result = ::fcopyfile(from, to, state, flags);
    auto words = result < 0 ? error_name(errno) : std::string("ok");
    if (result < -1) words += " (result " + std::to_string(result) + ')';
    if (copied != nullptr) ::copyfile_state_get(state, COPYFILE_STATE_COPIED, copied);
    ::copyfile_state_free(state);
    return words;
}

void tell_positions()
{
    write_file("copy/short", "0123456789");
    write_file("copy/long", std::string(100, 'x'));
    const Fd from("copy/short", O_RDONLY);
    {
        const Fd to("copy/long", O_RDWR);
        tell("onto a longer file", copy(from, to, COPYFILE_DATA));
        tell("size then", static_cast<std::int64_t>(look("copy/long").st_size));
    }
    const Fd to("copy/positions", O_RDWR | O_CREAT | O_EXCL);
    ::lseek(from, 3, SEEK_SET);
    tell("source at position 3", copy(from, to, COPYFILE_DATA));
    tell("content then", printable(read_file("copy/positions")));
    ::lseek(from, 0, SEEK_SET);
    ::ftruncate(to, 0);
    ::lseek(to, 2, SEEK_SET);
    tell("target at position 2", copy(from, to, COPYFILE_DATA));
    tell("content then", printable(read_file("copy/positions")));
    tell("positions afterwards",
         std::to_string(::lseek(from, 0, SEEK_CUR)) + ' ' + std::to_string(::lseek(to, 0, SEEK_CUR)));
}

void tell_callbacks()
{
    constexpr std::size_t kSize = 8U << 20;
    write_file("copy/large", some_bytes(kSize));
    const Fd from("copy/large", O_RDONLY);
    const Fd to("copy/large copy", O_RDWR | O_CREAT | O_EXCL);
    Calls calls;
    off_t copied = 0;
    tell("8 MiB", copy(from, to, COPYFILE_DATA, &calls, &copied));
    tell("start, progress, finish, error, other calls",
         std::to_string(calls.start) + ' ' + std::to_string(calls.progress) + ' ' + std::to_string(calls.finish) + ' ' +
             std::to_string(calls.error) + ' ' + std::to_string(calls.other));
    tell("copied by the state", static_cast<std::int64_t>(copied));
    ::lseek(from, 0, SEEK_SET);
    const Fd broken("copy/broken off", O_RDWR | O_CREAT | O_EXCL);
    Calls quitting;
    quitting.quit_at = 2;
    tell("QUIT in the second call", copy(from, broken, COPYFILE_DATA, &quitting, &copied));
    tell("size of the target and copied by the state then",
         std::to_string(look("copy/broken off").st_size) + ' ' + std::to_string(copied));
}

void tell_kinds()
{
    const Fd from("copy/short", O_RDONLY);
    const Fd reading("copy/long", O_RDONLY);
    const Fd folder("copy", O_RDONLY);
    const Fd to("copy/kinds", O_RDWR | O_CREAT | O_EXCL);
    ::lseek(from, 0, SEEK_SET);
    tell("to a descriptor that only reads", copy(from, reading, COPYFILE_DATA));
    tell("from a directory", copy(folder, to, COPYFILE_DATA));
    const Fd empty("copy/empty", O_RDWR | O_CREAT | O_EXCL);
    ::lseek(to, 0, SEEK_SET);
    Calls calls;
    tell("from an empty file", copy(empty, to, COPYFILE_DATA, &calls));
    tell("calls then", static_cast<std::int64_t>(calls.start + calls.progress + calls.finish));
    const Fd clone("copy/with clone flag", O_RDWR | O_CREAT | O_EXCL);
    ::lseek(from, 0, SEEK_SET);
    tell("with COPYFILE_CLONE", copy(from, clone, COPYFILE_CLONE));
    write_file("copy/self", "0123456789");
    const Fd one("copy/self", O_RDWR);
    const Fd other("copy/self", O_RDWR);
    tell("onto itself", copy(one, other, COPYFILE_DATA));
    tell("size then", static_cast<std::int64_t>(look("copy/self").st_size));
}

void tell_sparse()
{
    const Fd from("copy/sparse", O_RDWR | O_CREAT | O_EXCL);
    const auto piece = some_bytes(65536);
    ::pwrite(from, piece.data(), piece.size(), 0);
    ::pwrite(from, piece.data(), piece.size(), 32 << 20);
    ::fsync(from);
    ::lseek(from, 0, SEEK_SET);
    const Fd plain("copy/sparse plain", O_RDWR | O_CREAT | O_EXCL);
    const Fd sparse("copy/sparse sparse", O_RDWR | O_CREAT | O_EXCL);
    tell("32 MiB hole, COPYFILE_DATA", copy(from, plain, COPYFILE_DATA));
    ::lseek(from, 0, SEEK_SET);
    tell("32 MiB hole, COPYFILE_DATA_SPARSE", copy(from, sparse, COPYFILE_DATA_SPARSE));
    ::fsync(plain);
    ::fsync(sparse);
    tell("original has a hole", look("copy/sparse").st_blocks < 32768);
    tell("COPYFILE_DATA keeps it", look("copy/sparse plain").st_blocks < 32768);
    tell("COPYFILE_DATA_SPARSE keeps it", look("copy/sparse sparse").st_blocks < 32768);
    tell("both are equal", read_file("copy/sparse plain") == read_file("copy/sparse sparse"));
}

}  // namespace

void probe_copy()
{
    tell_positions();
    tell_callbacks();
    tell_kinds();
    tell_sparse();
}

}  // namespace probe
