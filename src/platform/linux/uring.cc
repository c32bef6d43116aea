#include "platform/linux/uring.h"

#include <cerrno>
#include <vector>

#include "base/page_buffer.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr int kSource = 0;  // places in the table of registered files
constexpr int kTarget = 1;
constexpr int kNone = -1;

/// Completions are only looked for by the thread that waits for them (Linux 6.1); older kernels do without.
constexpr unsigned kPreferredFlags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;

}  // namespace

Result<std::unique_ptr<Uring>> Uring::create(unsigned depth, std::size_t chunk)
{
    if (const int fault = sys::injected_fault("io_uring_setup"); fault != 0) return fail(Operation::Wait, fault);
    std::unique_ptr<Uring> uring(new Uring(depth, chunk));
    if (const auto ready = uring->set_up(); !ready) return std::unexpected(ready.error());
    return uring;
}

Status Uring::set_up()
{
    io_uring_params parameters{};
    parameters.flags = kPreferredFlags;
    int made = io_uring_queue_init_params(depth_, &ring_, &parameters);
    if (made == -EINVAL) made = io_uring_queue_init(depth_, &ring_, 0);
    if (made < 0) return fail(Operation::Wait, -made);
    ready_ = true;

    buffers_ = try_page_buffer(depth_ * chunk_);
    if (!buffers_) return fail(Operation::Wait, ENOMEM);
    std::vector<iovec> slots;
    for (unsigned slot = 0; slot < depth_; ++slot) slots.push_back({buffer(slot), chunk_});
    // Without the right to lock memory (RLIMIT_MEMLOCK) the buffers are looked up for each operation.
    fixed_buffers_ = io_uring_register_buffers(&ring_, slots.data(), depth_) == 0;

    constexpr int kEmpty[] = {kNone, kNone};
    if (const int registered = io_uring_register_files(&ring_, kEmpty, 2); registered < 0)
        return fail(Operation::Wait, -registered);
    return {};
}

Uring::~Uring()
{
    if (ready_) io_uring_queue_exit(&ring_);
}

Status Uring::use_files(int source, int target)
{
    const int files[] = {source, target};
    if (const int updated = io_uring_register_files_update(&ring_, 0, files, 2); updated < 0)
        return fail(Operation::Wait, -updated);
    return {};
}

void Uring::read(unsigned slot, std::uint64_t offset, std::size_t from, std::size_t to, int flags)
{
    queue(fixed_buffers_ ? IORING_OP_READ_FIXED : IORING_OP_READ, kSource, slot, offset, from, to, flags);
}

void Uring::write(unsigned slot, std::uint64_t offset, std::size_t from, std::size_t to, int flags)
{
    queue(fixed_buffers_ ? IORING_OP_WRITE_FIXED : IORING_OP_WRITE, kTarget, slot, offset, from, to, flags);
}

void Uring::queue(io_uring_op operation, int file, unsigned slot, std::uint64_t offset, std::size_t from,
                  std::size_t to, int flags)
{
    // Never null: there are as many entries as slots, and a slot has one operation at a time.
    auto* entry = io_uring_get_sqe(&ring_);
    io_uring_prep_rw(operation, entry, file, buffer(slot) + from, static_cast<unsigned>(to - from), offset + from);
    entry->buf_index = static_cast<std::uint16_t>(slot);  // looked at only with fixed buffers
    entry->rw_flags = flags;
    entry->flags |= IOSQE_FIXED_FILE;
    entry->user_data = slot;
}

Status Uring::submit_and_wait()
{
    for (;;) {
        const int submitted = io_uring_submit_and_wait(&ring_, 1);
        if (submitted >= 0) return {};
        if (submitted != -EINTR) return fail(Operation::Wait, -submitted);
    }
}

}  // namespace arsync::platform
