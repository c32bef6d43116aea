#include "platform/data_pipeline.h"

namespace arsync::platform {

IoSettings::Queue IoSettings::queue(unsigned depth, std::size_t size) const
{
    constexpr std::size_t kSmallestChunk = std::size_t{64} << 10;
    Queue queue{queue_depth == 0 ? depth : queue_depth, buffer_size == 0 ? size : buffer_size};
    const auto too_much = [&] { return memory != 0 && queue.depth * queue.chunk > memory; };
    while (too_much() && queue_depth == 0 && queue.depth > 2) queue.depth /= 2;
    while (too_much() && buffer_size == 0 && queue.chunk > kSmallestChunk) queue.chunk /= 2;
    return queue;
}

}  // namespace arsync::platform
