#pragma once
// An io_uring of one thread with buffers and files registered, for data only: what it does for metadata it does by
// threads of the kernel, slower than a call (bench/README.md). Source: io_uring(7), io_uring_setup(2).

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "base/page_buffer.h"

namespace arsync::platform {

/// To be made and used by one thread only.
class Uring {
public:
    /// A queue for `depth` operations on as many buffers of `chunk` bytes. Fails where the kernel, its settings
    /// (kernel.io_uring_disabled) or a filter of system calls forbids it.
    [[nodiscard]] static Result<std::unique_ptr<Uring>> create(unsigned depth, std::size_t chunk);
    ~Uring();
    Uring(const Uring&) = delete;
    Uring& operator=(const Uring&) = delete;

    [[nodiscard]] unsigned depth() const { return depth_; }
    [[nodiscard]] std::size_t chunk() const { return chunk_; }
    [[nodiscard]] std::byte* buffer(unsigned slot) const { return buffers_.get() + slot * chunk_; }

    /// The files that the operations are about.
    [[nodiscard]] Status use_files(int source, int target);

    /// Queues a read from the source into the slot's buffer, or a write from it to the target. [from, to) counts in
    /// the buffer, `offset` is where the buffer's first byte belongs in the file, `flags` are preadv2's. At most one
    /// per slot at a time.
    void read(unsigned slot, std::uint64_t offset, std::size_t from, std::size_t to, int flags);
    void write(unsigned slot, std::uint64_t offset, std::size_t from, std::size_t to, int flags);

    /// Hands over what is queued and waits until something is done. `done(slot, result)`: bytes, or a negative errno.
    template <class Done>
    [[nodiscard]] Status wait(Done done)
    {
        if (auto submitted = submit_and_wait(); !submitted) return submitted;
        io_uring_cqe* completion = nullptr;
        while (io_uring_peek_cqe(&ring_, &completion) == 0) {
            const auto slot = static_cast<unsigned>(completion->user_data);
            const int result = completion->res;
            io_uring_cqe_seen(&ring_, completion);
            done(slot, result);
        }
        return {};
    }

private:
    Uring(unsigned depth, std::size_t chunk) : depth_(depth), chunk_(chunk) {}

    [[nodiscard]] Status set_up();
    [[nodiscard]] Status submit_and_wait();
    void queue(io_uring_op operation, int file, unsigned slot, std::uint64_t offset, std::size_t from, std::size_t to,
               int flags);

    const unsigned depth_;
    const std::size_t chunk_;
    PageBuffer buffers_;
    io_uring ring_{};
    bool ready_ = false;
    bool fixed_buffers_ = false;
};

}  // namespace arsync::platform
