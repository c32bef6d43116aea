#pragma once
// One pattern of a rule, prepared so that the common kinds (a name, a suffix) cost a comparison.

#include <cstdint>
#include <string>
#include <string_view>

namespace arsync::rules {

/// Which string an anchored pattern is held against, and where in it the pattern begins.
struct Anchor {
    bool absolute = false;  // the absolute path, else the path in the transfer
    std::string base;       // what stands before the pattern, with its last '/': "", "a/b/", "/", "/home/"
};

/// What a pattern is asked about. Every view has a readable byte '/' before `path` and behind `path` and `full`, if the
/// matcher was told that a pattern needs that (Pattern::needs_full).
struct Subject {
    std::string_view path;  // in the transfer: "a/b"
    std::string_view name;  // its last component: "b"
    std::string_view full;  // absolute: "/home/a/b"; empty unless needed
    bool is_directory = false;
};

class Pattern {
public:
    /// `text` as written in the rule, `anchor` where a leading '/' refers to; `absolute`: the rule's '/' modifier.
    Pattern(std::string_view text, const Anchor& anchor, bool absolute);

    [[nodiscard]] bool matches(const Subject& subject) const;

    [[nodiscard]] bool needs_full() const { return absolute_ || slash_before_ || slash_behind_; }
    /// The last component that every match has; empty if more than one name can match.
    [[nodiscard]] std::string_view only_name() const;
    /// As it was written.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    enum class Kind : std::uint8_t {
        Name,        // foo
        NameSuffix,  // *.o
        NamePrefix,  // foo*
        NameWild,    // f?o*
        Whole,       // /a/foo
        WholeWild,   // /a/f*
        Tail,        // a/foo
        TailWild,    // a/f*: as many components as the pattern has
        AnyTail,     // a**foo: from any component on
        Floating,    // **/foo
    };

    void choose_kind(bool anchored);
    [[nodiscard]] std::string_view text_of(const Subject& subject) const;
    [[nodiscard]] bool matches_tail(std::string_view text) const;

    Kind kind_ = Kind::Name;
    bool absolute_ = false;
    bool directory_only_ = false;
    bool slash_before_ = false;  // a leading ** also stands for nothing before the first '/'
    bool slash_behind_ = false;  // a trailing /*** also matches the directory itself
    std::uint32_t slashes_ = 0;
    std::string text_;
    std::string base_;
    std::string pattern_;  // for NameSuffix and NamePrefix without the star
};

}  // namespace arsync::rules
