#include "sync/name_list.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace arsync::sync {
namespace {

/// Lists below this are not counted, for they are many and soon gone.
constexpr std::uint64_t kShort = std::uint64_t{64} << 10;
constexpr std::uint64_t kLeast = std::uint64_t{256} << 10;
constexpr std::uint64_t kLeastShare = 16;
/// ListCopies::Surplus, besides the bytes of the name once more.
constexpr std::uint64_t kCopy = 72;

/// From here on a list gets room for all that it may ever hold, as one that grows in steps is there twice while it
/// does. What is not touched costs address space only.
constexpr std::size_t kLong = (std::size_t{1} << 20) / sizeof(Entry);
constexpr std::uint64_t kMostReserved = std::uint64_t{64} << 20;

}  // namespace

std::vector<std::size_t> Entry::sources() const
{
    std::vector<std::size_t> all{source};
    if (special) all.insert(all.end(), special->more.begin(), special->more.end());
    return all;
}

Entry::Special& Entry::make_special()
{
    if (!special) special = std::make_unique<Special>();
    return *special;
}

bool comes_before(NameView a, bool a_is_directory, NameView b, bool b_is_directory)
{
    if (a_is_directory != b_is_directory) return b_is_directory;
    const std::size_t common = std::min(a.size(), b.size());
    if (const int order = std::memcmp(a.c_str(), b.c_str(), common); order != 0) return order < 0;
    if (!a_is_directory || a.size() == b.size()) return a.size() < b.size();
    // One name begins with the other: the shorter one goes on with '/'.
    return a.size() < b.size() ? '/' < static_cast<unsigned char>(b.c_str()[common])
                               : static_cast<unsigned char>(a.c_str()[common]) < '/';
}

NameMemory::NameMemory(std::uint64_t bytes) : limit_(bytes), least_(std::max(kLeast, bytes / kLeastShare)) {}

NameMemory::Share& NameMemory::Share::operator=(Share&& other) noexcept
{
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

void NameMemory::Share::set(std::uint64_t bytes)
{
    if (memory_ != nullptr) memory_->held_.fetch_add(bytes - std::exchange(bytes_, bytes), std::memory_order_relaxed);
}

void NameList::limit(NameMemory& memory, std::optional<ListPlace> after, ListCopies copies)
{
    memory_ = &memory;
    share_ = NameMemory::Share(memory);
    copies_ = copies;
    after_ = std::move(after);
    cut_.reset();
}

bool NameList::comes_first(NameView a, bool a_is_directory, NameView b, bool b_is_directory) const
{
    return order_ == NameOrder::Transfer ? comes_before(a, a_is_directory, b, b_is_directory)
                                         : comes_before(b, b_is_directory, a, a_is_directory);
}

/// By source where names are equal, so that the first one comes first.
bool NameList::comes_first(const Entry& a, const Entry& b) const
{
    if (a.is_directory() == b.is_directory() && a.name == b.name) return a.source < b.source;
    return comes_first(a.name, a.is_directory(), b.name, b.is_directory());
}

bool NameList::takes(NameView name, bool is_directory) const
{
    if (after_ && !comes_first(after_->name, after_->is_directory, name, is_directory)) return false;
    return !cut_ || !comes_first(cut_->name, cut_->is_directory, name, is_directory);
}

void NameList::add(std::span<const platform::ListedName> names, std::uint32_t source, const std::vector<bool>& keep)
{
    const auto kept = [&](std::size_t i) { return keep.empty() || keep[i]; };
    std::size_t room = 0;
    std::size_t count_of_kept = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!kept(i)) continue;
        room += names[i].name.size() + 1;
        ++count_of_kept;
    }
    if (room == 0) return;
    if (entries_.empty()) entries_.reserve(count_of_kept);
    name_bytes_ += room;
    auto& block = blocks_.emplace_back(room);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (kept(i)) entries_.push_back({block.add(names[i].name), names[i].type, source, nullptr});
    }
    count();
}

void NameList::add_lasting(NameView name, platform::FileType type, std::uint32_t source)
{
    entries_.push_back({name, type, source, nullptr});
}

void NameList::sort()
{
    std::ranges::sort(entries_, [this](const Entry& a, const Entry& b) { return comes_first(a, b); });
}

std::uint64_t NameList::bytes() const
{
    const std::uint64_t copies = copies_ == ListCopies::Surplus ? name_bytes_ + entries_.size() * kCopy : 0;
    return name_bytes_ + entries_.size() * sizeof(Entry) + copies;
}

void NameList::count()
{
    if (memory_ == nullptr) return;
    const auto now = bytes();
    if (now < kShort) return;
    if (entries_.size() >= kLong && entries_.capacity() < 2 * entries_.size()) reserve();
    share_.set(now);
    if (now >= memory_->least() && memory_->is_short()) halve();
}

void NameList::reserve()
{
    const auto room = std::min(memory_->left(), kMostReserved) / sizeof(Entry);
    try {
        entries_.reserve(entries_.size() + room);
    } catch (const std::bad_alloc&) {
        return;  // then it grows in steps
    }
}

/// Keeps the names that come first; the bytes of the others are given back.
void NameList::halve()
{
    const auto middle = entries_.begin() + static_cast<std::ptrdiff_t>(entries_.size() / 2);
    const auto in_order = [this](const Entry& a, const Entry& b) { return comes_first(a, b); };
    std::ranges::nth_element(entries_, middle, in_order);
    cut_.emplace(Name(middle->name), middle->is_directory());
    entries_.erase(middle + 1, entries_.end());

    std::size_t room = 0;
    for (const auto& entry : entries_) room += entry.name.size() + 1;
    NameBlock block(room);
    for (auto& entry : entries_) entry.name = block.add(entry.name);
    blocks_.clear();
    blocks_.push_back(std::move(block));
    name_bytes_ = room;
    share_.set(bytes());
}

}  // namespace arsync::sync
