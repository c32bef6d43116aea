#include "sync/fake_super.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;
using platform::Mode;

constexpr std::string_view kFakePrefix = "user.rsync.";
constexpr std::string_view kOfRsync = "user.rsync.%";
constexpr const char* kStat = "user.rsync.%stat";
/// How stat(2) writes types, on all systems.
constexpr struct {
    FileType type;
    unsigned bits;
} kTypes[] = {{FileType::Regular, 0100000},   {FileType::Directory, 040000}, {FileType::Symlink, 0120000},
              {FileType::Fifo, 010000},       {FileType::Socket, 0140000},   {FileType::CharacterDevice, 020000},
              {FileType::BlockDevice, 060000}};
constexpr unsigned kTypeBits = 0170000;

/// Reads numbers one after the other.
class Numbers {
public:
    explicit Numbers(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool read(std::uint32_t& into, int base = 10)
    {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), into, base);
        if (error != std::errc()) return false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }
    [[nodiscard]] bool skip(char separator)
    {
        if (!rest_.starts_with(separator)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

bool may_have_xattr(FileType type)
{
    return type == FileType::Regular || type == FileType::Directory;
}

std::optional<FakeStat> read_fake_stat(platform::AttributeTarget target)
{
    const auto text = platform::read_xattr(target, kStat);
    return text && *text ? parse_fake_stat(**text) : std::nullopt;
}

/// As a super-user would have made it where the source does not decide.
FakeStat wanted_stat(const Context& context, const AttributeWork& work, const Metadata& real)
{
    const auto& wanted = context.job.preservation;
    FakeStat result{work.source.type, work.mode, {}, 0, 0};
    if (work.source.type == FileType::CharacterDevice || work.source.type == FileType::BlockDevice)
        result.node = work.source.node;
    if (!work.is_new) {
        auto present = real;
        show_fake(work.target, present);
        result.user = present.user;
        result.group = present.group;
    }
    if (wanted.user) result.user = work.source.user;
    if (wanted.group) result.group = work.source.group;
    return result;
}

}  // namespace

std::optional<FakeStat> parse_fake_stat(std::string_view text)
{
    Numbers numbers(text);
    std::uint32_t mode = 0;
    FakeStat facts;
    const bool read = numbers.read(mode, 8) && numbers.skip(' ') && numbers.read(facts.node.major) &&
                      numbers.skip(',') && numbers.read(facts.node.minor) && numbers.skip(' ') &&
                      numbers.read(facts.user) && numbers.skip(':') && numbers.read(facts.group) && numbers.at_end();
    const auto* known = std::ranges::find(kTypes, mode & kTypeBits, [](const auto& one) { return one.bits; });
    if (!read || known == std::end(kTypes)) return std::nullopt;
    facts.type = known->type;
    facts.mode = static_cast<Mode>(mode & 07777);
    return facts;
}

std::string format_fake_stat(const FakeStat& facts)
{
    const auto* known = std::ranges::find(kTypes, facts.type, [](const auto& one) { return one.type; });
    const unsigned type = known != std::end(kTypes) ? known->bits : 0;
    return fmt::format("{:o} {},{} {}:{}", type | facts.mode, facts.node.major, facts.node.minor, facts.user,
                       facts.group);
}

Mode real_mode(const FakeStat& wanted)
{
    return static_cast<Mode>((wanted.mode & 0777) | (wanted.type == FileType::Directory ? 0700 : 0600));
}

void show_fake(platform::AttributeTarget target, Metadata& facts)
{
    if (!may_have_xattr(facts.type)) return;
    const auto fake = read_fake_stat(target);
    // A directory stays one: what is in it could not be reached otherwise.
    if (!fake || (facts.type == FileType::Directory) != (fake->type == FileType::Directory)) return;
    facts.type = fake->type;
    facts.mode = fake->mode;
    facts.node = fake->node;
    facts.user = fake->user;
    facts.group = fake->group;
}

void erase_names_of_rsync(std::vector<platform::Xattr>& xattrs)
{
    std::erase_if(xattrs, [](const auto& xattr) { return xattr.name.starts_with(kOfRsync); });
}

void show_fake_names(std::vector<platform::Xattr>& xattrs)
{
    erase_names_of_rsync(xattrs);
    for (auto& xattr : xattrs) {
        const auto name = std::string_view(xattr.name);
        if (!name.starts_with(kFakePrefix)) continue;
        const auto inner = name.substr(kFakePrefix.size());
        // One of rsync's own names says what it is; "user.rsync.foo" is just that.
        if (inner.find('.') != std::string_view::npos && !inner.starts_with("user.")) xattr.name = std::string(inner);
    }
    std::ranges::sort(xattrs);
}

std::string stored_name(const std::string& name)
{
    return name.starts_with("user.") ? name : std::string(kFakePrefix) + name;
}

Result<std::string> read_fake_link(const platform::Directory& directory, NameView name)
{
    const auto file = directory.open_file(name);
    if (!file) return std::unexpected(file.error());
    const auto facts = file->stat();
    if (!facts) return fail(Operation::ReadLink, facts.error().code);
    std::string target(static_cast<std::size_t>(std::min<std::uint64_t>(facts->size, 65536)), '\0');
    const auto count = file->read_at(0, std::as_writable_bytes(std::span(target)));
    if (!count) return fail(Operation::ReadLink, count.error().code);
    target.resize(*count);
    return target;
}

Status make_fake(const platform::Directory& directory, NameView name, const std::string& content)
{
    auto file = directory.create_file(name, 0600);
    if (!file) return std::unexpected(file.error());
    if (content.empty()) return {};
    auto written = file->write_at(0, std::as_bytes(std::span(content)));
    if (written) written = file->close();
    if (!written) static_cast<void>(directory.unlink(name));
    return written;
}

void put_fake_stat(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path)
{
    const auto real = platform::stat_target(work.target);
    if (!real) return context.fail(segment, real.error(), path());
    const auto wanted = wanted_stat(context, work, *real);
    const auto mode = real_mode(wanted);
    if (real->mode != mode && may_have_xattr(real->type)) {
        if (const auto done = platform::set_mode(work.target, mode); !done)
            return context.fail(segment, done.error(), path());
    }
    const FakeStat without{real->type, mode, {}, real->user, real->group};
    const auto present = platform::read_xattr(work.target, kStat);
    if (!present) return context.fail(segment, present.error(), path());
    const auto text = wanted == without ? std::nullopt : std::optional(format_fake_stat(wanted));
    if (*present == text) return;
    const auto done =
        text ? platform::set_xattr(work.target, {kStat, *text}) : platform::remove_xattr(work.target, kStat);
    if (!done) context.fail(segment, done.error(), path());
}

}  // namespace arsync::sync
