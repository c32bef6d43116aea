#include "rules/pattern.h"

#include <algorithm>

#include "rules/wildmatch.h"

namespace arsync::rules {

Pattern::Pattern(std::string_view text, const Anchor& anchor, bool absolute) : absolute_(absolute), text_(text)
{
    const bool anchored = text.starts_with('/');
    // A lone "/" is an anchor without a name: it matches nothing.
    if (text.size() > 1 && text.ends_with('/')) {
        directory_only_ = true;
        text.remove_suffix(1);
    }
    if (anchored) {
        text.remove_prefix(1);
        absolute_ = absolute || anchor.absolute;
        base_ = absolute ? "/" : anchor.base;
    }
    pattern_ = text;
    choose_kind(anchored);
}

void Pattern::choose_kind(bool anchored)
{
    const std::string_view text = pattern_;
    const bool wild = has_wildcard(text);
    const bool crosses = wild && text.find("**") != std::string_view::npos;
    slashes_ = static_cast<std::uint32_t>(std::ranges::count(text, '/'));
    slash_behind_ = wild && text.ends_with("/***");
    if (anchored) {
        kind_ = wild ? Kind::WholeWild : Kind::Whole;
    } else if (crosses) {
        kind_ = text.starts_with("**") ? Kind::Floating : Kind::AnyTail;
        slash_before_ = kind_ == Kind::Floating;
    } else if (slashes_ > 0) {
        kind_ = wild ? Kind::TailWild : Kind::Tail;
    } else {
        absolute_ = false;  // the last component is the same in both
        kind_ = Kind::NameWild;
        if (!wild) {
            kind_ = Kind::Name;
        } else if (text.find_first_of("*?[\\", 1) == std::string_view::npos && text.front() == '*') {
            kind_ = Kind::NameSuffix;
            pattern_.erase(0, 1);
        } else if (text.find_first_of("*?[\\") == text.size() - 1 && text.back() == '*') {
            kind_ = Kind::NamePrefix;
            pattern_.pop_back();
        }
    }
}

std::string_view Pattern::only_name() const
{
    if (kind_ != Kind::Name && kind_ != Kind::Whole && kind_ != Kind::Tail) return {};
    const std::size_t slash = pattern_.rfind('/');
    return std::string_view(pattern_).substr(slash == std::string::npos ? 0 : slash + 1);
}

std::string_view Pattern::text_of(const Subject& subject) const
{
    std::string_view text = absolute_ ? subject.full : subject.path;
    if (slash_behind_ && subject.is_directory) text = {text.data(), text.size() + 1};
    if (slash_before_ && !absolute_) text = {text.data() - 1, text.size() + 1};
    return text;
}

bool Pattern::matches_tail(std::string_view text) const
{
    const std::string_view pattern = pattern_;
    if (kind_ == Kind::AnyTail) {
        for (std::size_t from = 0;;) {
            if (wildmatch(pattern, text.substr(from))) return true;
            const std::size_t slash = text.find('/', from);
            if (slash == std::string_view::npos) return false;
            from = slash + 1;
        }
    }
    std::size_t from = text.size();
    for (std::uint32_t left = slashes_ + 1; left > 0; --left) {
        const std::size_t slash = from == 0 ? std::string_view::npos : text.rfind('/', from - 1);
        if (slash == std::string_view::npos) return left == 1 && wildmatch(pattern, text);
        from = slash;
    }
    return wildmatch(pattern, text.substr(from + 1));
}

bool Pattern::matches(const Subject& subject) const
{
    if (directory_only_ && !subject.is_directory) return false;
    const std::string_view pattern = pattern_;
    switch (kind_) {
        case Kind::Name: return subject.name == pattern;
        case Kind::NameSuffix: return subject.name.ends_with(pattern);
        case Kind::NamePrefix: return subject.name.starts_with(pattern);
        case Kind::NameWild: return wildmatch(pattern, subject.name);
        default: break;
    }
    const std::string_view text = text_of(subject);
    switch (kind_) {
        case Kind::Whole:
            return text.size() == base_.size() + pattern.size() && text.ends_with(pattern) && text.starts_with(base_);
        case Kind::WholeWild: return text.starts_with(base_) && wildmatch(pattern, text.substr(base_.size()));
        case Kind::Tail:
            return text.ends_with(pattern) &&
                   (text.size() == pattern.size() || text[text.size() - pattern.size() - 1] == '/');
        case Kind::Floating: return wildmatch(pattern, text);
        default: return matches_tail(text);
    }
}

}  // namespace arsync::rules
