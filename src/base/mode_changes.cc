#include "base/mode_changes.h"

#include <algorithm>

namespace arsync {
namespace {

constexpr unsigned kAll = 07777;
constexpr unsigned kUser = 0700;
constexpr unsigned kGroup = 0070;
constexpr unsigned kOther = 0007;
constexpr unsigned kSetUser = 04000;
constexpr unsigned kSetGroup = 02000;
constexpr unsigned kSticky = 01000;

std::uint16_t bits(unsigned value)
{
    return static_cast<std::uint16_t>(value);
}

bool is_octal(char digit)
{
    return digit >= '0' && digit <= '7';
}

std::optional<std::uint16_t> parse_octal(std::string_view text)
{
    unsigned value = 0;
    for (const char digit : text) {
        if (!is_octal(digit)) return std::nullopt;
        value = value * 8 + static_cast<unsigned>(digit - '0');
        if (value > kAll) return std::nullopt;
    }
    return bits(value);
}

/// 0007 for each of u, g, o in its own place.
unsigned class_mask(char letter)
{
    switch (letter) {
        case 'u': return kUser;
        case 'g': return kGroup;
        case 'o': return kOther;
        case 'a': return kUser | kGroup | kOther;
        default: return 0;
    }
}

unsigned permissions_of(char letter, unsigned mode)
{
    switch (letter) {
        case 'u': return (mode >> 6) & 7;
        case 'g': return (mode >> 3) & 7;
        default: return mode & 7;
    }
}

}  // namespace

std::optional<ModeChanges> ModeChanges::parse(std::string_view text, std::uint16_t umask)
{
    ModeChanges changes;
    for (;;) {
        const auto comma = text.find(',');
        const auto step = parse_step(text.substr(0, comma), umask);
        if (!step) return std::nullopt;
        changes.steps_.push_back(*step);
        if (comma == std::string_view::npos) return changes;
        text.remove_prefix(comma + 1);
    }
}

std::optional<ModeChanges::Step> ModeChanges::parse_step(std::string_view text, std::uint16_t umask)
{
    Step step;
    if (text.starts_with('D') || text.starts_with('F')) {
        step.which = text[0] == 'D' ? Which::Directories : Which::Others;
        text.remove_prefix(1);
    }
    if (!text.empty() && is_octal(text[0])) {
        const auto mode = parse_octal(text);
        if (!mode) return std::nullopt;
        step.cleared = bits(kAll);
        step.bits = *mode;
        return step;
    }
    unsigned who = 0;
    while (!text.empty() && class_mask(text[0]) != 0) {
        who |= class_mask(text[0]);
        text.remove_prefix(1);
    }
    if (text.empty() || (text[0] != '+' && text[0] != '-' && text[0] != '=')) return std::nullopt;
    step.operation = text[0];
    text.remove_prefix(1);
    const unsigned meant = who != 0 ? who : 0777U;
    step.who = bits(who != 0 ? who : 0777U & ~unsigned{umask});
    if (step.operation == '=') step.cleared = bits(meant);
    const unsigned special = ((who & kUser) != 0 ? kSetUser : 0) | ((who & kGroup) != 0 ? kSetGroup : 0);
    if (!parse_permissions(text, bits(special), step)) return std::nullopt;
    // Naming special bits sets all of them; else they stay as they are.
    if (step.operation == '=' && (step.bits & ~0777U) != 0) step.cleared = bits(step.cleared | special);
    return step;
}

bool ModeChanges::parse_permissions(std::string_view text, std::uint16_t special_of_who, Step& step)
{
    if (text.size() == 1 && (text[0] == 'u' || text[0] == 'g' || text[0] == 'o')) {
        step.copied_from = text[0];
        return true;
    }
    unsigned plain = 0;
    unsigned special = 0;
    for (const char letter : text) {
        switch (letter) {
            case 'r': plain |= 0444; break;
            case 'w': plain |= 0222; break;
            case 'x': plain |= 0111; break;
            case 'X':
                step.executable = step.who & 0111;
                step.conditional = true;
                break;
            case 's':
                // Where neither owner nor group is named, rsync means the owner, and forgets a t before it.
                special = special_of_who != 0 ? special | special_of_who : kSetUser;
                break;
            case 't': special |= kSticky; break;
            default: return false;
        }
    }
    step.bits = bits((plain & step.who) | special);
    return true;
}

void ModeChanges::append(const ModeChanges& more)
{
    steps_.insert(steps_.end(), more.steps_.begin(), more.steps_.end());
}

std::uint16_t ModeChanges::apply(std::uint16_t mode, bool directory) const
{
    const bool may_execute = directory || (mode & 0111) != 0;
    for (const auto& step : steps_) {
        const bool meant = step.which == Which::All || (step.which == Which::Directories) == directory;
        if (meant) mode = apply_step(step, mode, may_execute);
    }
    return mode;
}

std::uint16_t ModeChanges::apply_step(const Step& step, std::uint16_t mode, bool may_execute)
{
    unsigned changed = step.bits;
    unsigned cleared = step.cleared;
    // Taking X away takes x from everybody.
    if (step.conditional && (may_execute || step.operation == '-')) changed |= step.executable;
    if (step.conditional && !may_execute && step.operation != '-') changed &= ~0111U;
    if (step.copied_from != 0) {
        changed = (permissions_of(step.copied_from, mode) * 0111U) & step.who;
        if (step.operation == '=') {
            // As GNU chmod has it, a copied class has no special bit.
            if ((cleared & kUser) != 0) cleared |= kSetUser;
            if ((cleared & kGroup) != 0) cleared |= kSetGroup;
            if ((cleared & kOther) != 0) cleared |= kSticky;
        }
    }
    if (step.operation == '-') return bits(mode & ~changed);
    return bits((mode & ~cleared) | changed);
}

}  // namespace arsync
