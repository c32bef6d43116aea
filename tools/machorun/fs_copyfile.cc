// fcopyfile(3): data with progress, and the parts of the metadata. copyfile(3), which works by name, is not imitated.
#include "fs_copyfile.h"

#include <algorithm>
#include <vector>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_attributes.h"
#include "fs_descriptors.h"
#include "fs_flags.h"
#include "fs_guard.h"
#include "fs_metadata.h"
#include "fs_state.h"
#include "fs_tables.h"

namespace machorun {
namespace {

constexpr uint32_t kAcl = 1U << 0;
constexpr uint32_t kStat = 1U << 1;
constexpr uint32_t kAttributes = 1U << 2;
constexpr uint32_t kData = 1U << 3;
constexpr uint32_t kSparse = 1U << 27;
// Without effect here: NOCACHE, CLONE and CLONE_FORCE (fcopyfile never clones), RUN_IN_PLACE, VERBOSE.
constexpr uint32_t kIgnored = 1U << 14 | 1U << 24 | 1U << 25 | 1U << 26 | 1U << 30;

int ask(CopyState& state, int what, int stage)
{
    if (!state.callback) return stage == kCopyError ? kQuitCopy : kContinueCopy;
    return state.callback(what, stage, &state, nullptr, nullptr, state.context);
}

// One run of data, from position to position of the two files.
class DataCopy {
public:
    DataCopy(int from, int to, CopyState& state) : from_(from), to_(to), state_(state), buffer_(state.block_size) {}

    // Copies until `end` of the source, or to its end. False when the callback or an error ended the copy.
    bool run(off_t end)
    {
        for (;;) {
            const off_t at = lseek(from_, 0, SEEK_CUR);
            const auto wanted = static_cast<size_t>(std::clamp<off_t>(end - at, 0, static_cast<off_t>(buffer_.size())));
            const ssize_t length = wanted == 0 ? 0 : read(from_, buffer_.data(), wanted);
            if (length == 0) return true;
            if (length < 0 || !write_all(static_cast<size_t>(length))) {
                if (!go_on_after_error(at)) return false;
                continue;
            }
            state_.copied += length;
            if (ask(state_, kCopyData, kCopyProgress) == kQuitCopy) {
                error_ = darwin::kEcanceled;
                return false;
            }
        }
    }
    int error() const { return error_; }

private:
    bool write_all(size_t length)
    {
        for (size_t done = 0; done < length;) {
            const ssize_t written = write(to_, buffer_.data() + done, length - done);
            if (written < 0) return false;
            done += static_cast<size_t>(written);
        }
        return true;
    }

    // COPYFILE_ERR: to continue is to try again, to skip is to be content with what was copied.
    bool go_on_after_error(off_t at)
    {
        error_ = to_darwin(errno);
        errno = error_;
        const int answer = ask(state_, kCopyData, kCopyError);
        if (answer == kQuitCopy) return false;
        error_ = 0;
        lseek(from_, at, SEEK_SET);
        return answer == kContinueCopy;
    }

    int from_;
    int to_;
    CopyState& state_;
    std::vector<char> buffer_;
    int error_ = 0;
};

// Only what SEEK_DATA finds; the holes between are jumped over in the target, which was cut to nothing before.
bool copy_sparse(int from, int to, off_t size, DataCopy& copy)
{
    off_t at = lseek(from, 0, SEEK_CUR);
    const off_t distance = lseek(to, 0, SEEK_CUR) - at;
    while (at < size) {
        const off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0) break;  // ENXIO: nothing but a hole up to the end
        const off_t hole = lseek(from, data, SEEK_HOLE);
        lseek(from, data, SEEK_SET);
        lseek(to, data + distance, SEEK_SET);
        if (!copy.run(hole)) return false;
        at = hole;
    }
    lseek(from, size, SEEK_SET);
    lseek(to, size + distance, SEEK_SET);
    return true;
}

// From the source's position to its end, to the target's position; then the target is cut there.
int copy_data(int from, int to, CopyState& state, bool sparse)
{
    struct stat source;
    if (fstat(from, &source) != 0) return to_darwin(errno);
    const auto target = Object::of(to);
    if (!target) return target.error();
    if (const int error = materialize(from)) return error;
    if (const int error = refuse_content_change(*target)) return error;
    DataCopy copy(from, to, state);
    const bool done = [&] {
        if (!sparse || !S_ISREG(source.st_mode) || !target->is_file()) return copy.run(INT64_MAX);
        if (ftruncate(to, lseek(to, 0, SEEK_CUR)) != 0) return copy.run(INT64_MAX);
        return copy_sparse(from, to, source.st_size, copy);
    }();
    if (!done && copy.error()) return copy.error();
    if (target->is_file() && ftruncate(to, lseek(to, 0, SEEK_CUR)) != 0) return to_darwin(errno);
    return 0;
}

int copy_attributes_asking(const Object& from, const Object& to, CopyState& state)
{
    if (const int error = refuse_attribute_change(to)) return error;
    const auto names = attribute_names(from);
    if (!names) return names.error() == darwin::kEnotsup ? 0 : names.error();
    for (const std::string& name : *names) {
        state.attribute = name;
        const int answer = ask(state, kCopyAttribute, kCopyStart);
        if (answer == kQuitCopy) return darwin::kEcanceled;
        if (answer == kSkipCopy) continue;
        const int error = copy_attribute(from, to, name);
        if (error && ask(state, kCopyAttribute, kCopyError) == kQuitCopy) return error;
        if (!error && ask(state, kCopyAttribute, kCopyFinish) == kQuitCopy) return darwin::kEcanceled;
    }
    return 0;
}

// The owner only as far as the process may; flags last, since they may forbid the rest.
int copy_stat(const Object& from, const Object& to)
{
    const DarwinStat stat = stat_of(from);
    const int refused = change_owner(to, stat.uid, stat.gid);
    const unsigned mode = refused ? stat.mode & 01777U : stat.mode & 07777U;
    if (const int error = change_mode(to, mode)) return error;
    if (const int error = change_times(to, stat.access_time, stat.modification_time)) return error;
    constexpr uint32_t kNotCopied = darwin::kUfCompressed | darwin::kUfTracked | darwin::kUfDatavault |
                                    darwin::kSfDataless | darwin::kSfRestricted | darwin::kSfFirmlink;
    const int error = change_flags(to, stat.flags & ~kNotCopied);
    return error == EPERM ? 0 : error;
}

int copy_parts(int from, int to, CopyState& state, uint32_t flags)
{
    const auto source = Object::of(from);
    if (!source) return source.error();
    const auto target = Object::of(to);
    if (!target) return target.error();
    if (flags & (kData | kSparse)) {
        if (const int error = copy_data(from, to, state, flags & kSparse)) return error;
    }
    if (flags & kAttributes) {
        if (const int error = copy_attributes_asking(*source, *target, state)) return error;
    }
    if (flags & kAcl) {
        if (const int error = refuse_attribute_change(*target)) return error;
        if (const int error = set_acl(*target, acl_of(*source))) return error;
    }
    return flags & kStat ? copy_stat(*source, *target) : 0;
}

int darwin_fcopyfile(int from, int to, CopyState* state, uint32_t flags)
{
    if (flags & ~(kAcl | kStat | kAttributes | kData | kSparse | kIgnored)) return fail(darwin::kEnotsup);
    CopyState own;
    CopyState& used = state ? *state : own;
    used.source = from;
    used.target = to;
    used.copied = 0;
    const int error = copy_parts(from, to, used, flags);
    return error ? fail(error) : 0;
}

int darwin_copyfile(const char*, const char*, CopyState*, uint32_t)
{
    return fail(darwin::kEnotsup);
}

}  // namespace

std::span<const Import> copyfile_imports()
{
    static const Import imports[] = {import("fcopyfile", darwin_fcopyfile), import("copyfile", darwin_copyfile)};
    return imports;
}

}  // namespace machorun
