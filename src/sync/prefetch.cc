#include "sync/prefetch.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <system_error>

#include "platform/listing.h"
#include "platform/process.h"
#include "sync/observer.h"

namespace arsync::sync {
namespace {

using platform::FileType;

/// How far ahead of the workers: more would be out of the cache again before it is used.
constexpr std::uint64_t kFilesAhead = 4096;
constexpr std::uint64_t kBytesAhead = std::uint64_t{256} << 20;
/// Of one file: what is behind is read ahead once its beginning is being copied.
constexpr std::uint64_t kBytesOfFile = std::uint64_t{8} << 20;
/// Directories that may wait; they hold handles.
constexpr std::size_t kMostWaiting = 64;
constexpr std::chrono::milliseconds kPause{1};

NameView view(const std::string& name)
{
    return NameView::adopt(name.c_str(), name.size());
}

}  // namespace

void Prefetch::note(bool waited)
{
    // Races lose a step, which does no harm.
    const int now = coldness_.load(std::memory_order_relaxed);
    if (waited) {
        coldness_.store(std::min(now + kStep, kColdest), std::memory_order_relaxed);
    } else if (now > 0) {
        coldness_.store(now - 1, std::memory_order_relaxed);
    }
}

void Prefetch::go(std::vector<Ahead> ahead)
{
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return;
        if (waiting_.empty()) {
            // They begin where the workers are.
            files_ = std::max(files_.load(), progress_.done.load());
            bytes_ = std::max(bytes_.load(), progress_.bytes_copied.load());
        }
        for (auto& names : ahead) {
            std::ranges::reverse(names.files);
            std::ranges::reverse(names.directories);
        }
        std::ranges::move(ahead.rbegin(), ahead.rend(), std::back_inserter(waiting_));
        // What would be needed last goes.
        if (waiting_.size() > kMostWaiting)
            waiting_.erase(waiting_.begin(), waiting_.end() - static_cast<std::ptrdiff_t>(kMostWaiting));
        try {
            while (helpers_.size() < most_) helpers_.emplace_back([this] { help(); });
        } catch (const std::system_error&) {
            // The system gives no more threads: fewer do as well.
        }
    }
    changed_.notify_all();
}

void Prefetch::stop()
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (auto& helper : helpers_) helper.join();
    helpers_.clear();
}

bool Prefetch::too_far() const
{
    return files_ > progress_.done + kFilesAhead || bytes_ > progress_.bytes_copied + kBytesAhead;
}

void Prefetch::help()
{
    platform::prepare_worker_thread();
    Piece piece;
    while (take(piece)) {
        if (piece.is_directory) {
            fetch_directory(piece);
        } else {
            fetch(*piece.source->on_disk(), piece.destination.get(), view(piece.name));
        }
        piece = {};
    }
}

bool Prefetch::take(Piece& piece)
{
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        if (closing_) return false;
        if (too_far()) {
            changed_.wait_for(lock, kPause);
            continue;
        }
        auto& next = waiting_.back();
        auto& names = next.files.empty() ? next.directories : next.files;
        if (!names.empty()) {
            piece = {next.source, next.destination, std::move(names.back()), next.files.empty()};
            names.pop_back();
        }
        if (next.files.empty() && next.directories.empty()) waiting_.pop_back();
        if (piece.source) return true;
    }
}

void Prefetch::fetch(const platform::Directory& source, const platform::Directory* destination, NameView name)
{
    files_.fetch_add(1, std::memory_order_relaxed);
    if (destination != nullptr) {
        // A file that is there as it should be will only be looked at.
        const auto there = destination->stat(name);
        const auto here = source.stat(name);
        if (!here || (there && there->size == here->size && there->modified == here->modified)) return;
    }
    const auto file = source.open_file(name);
    if (!file) return;  // the worker will tell
    const bool cold = file->would_wait(0);
    note(cold);
    if (!cold) return;
    const auto facts = file->stat();
    if (!facts || facts->type != FileType::Regular || facts->dataless) return;
    const auto length = std::min(facts->size, kBytesOfFile);
    bytes_.fetch_add(length, std::memory_order_relaxed);
    file->fetch(0, length);
}

void Prefetch::fetch_directory(const Piece& piece)
{
    const auto source = piece.source->on_disk()->open_directory(view(piece.name));
    if (!source) return;
    auto destination = piece.destination ? piece.destination->open_directory(view(piece.name))
                                         : Result<platform::Directory>(std::unexpected(Error{}));
    if (destination) static_cast<void>(platform::list_names(*destination, [](const auto&) { return true; }));
    static_cast<void>(platform::list_names(*source, [&](const auto& names) {
        for (const auto& entry : names) {
            if (entry.type == FileType::Regular) fetch(*source, destination ? &*destination : nullptr, entry.name);
            if (too_far()) return false;
        }
        return true;
    }));
}

}  // namespace arsync::sync
