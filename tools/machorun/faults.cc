#include "faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include "darwin_errno.h"

namespace machorun {
namespace {

constexpr int kInterrupted = 4;  // EINTR

struct Rule {
    std::string name;
    int error = 0;
    int nth = 0;
    std::atomic<int> calls = 0;

    // True if this call, which is counted, is to fail.
    bool hits()
    {
        const int call = ++calls;
        if (nth != 0) return call == nth;
        return error != kInterrupted || call % 2 == 1;
    }
};

// Most calls fail with -1 and errno. These do not.
constexpr std::array<std::string_view, 8> kReturnNull = {"acl_dup",  "acl_from_text", "acl_get_fd_np", "acl_get_file",
                                                         "acl_init", "fdopendir",     "opendir",       "realpath"};
constexpr std::array<std::string_view, 9> kReturnNullToo = {
    "acl_get_fd", "acl_get_link_np", "acl_to_text", "copyfile_state_alloc", "fdopen", "fopen",
    "malloc",     "readdir",         "getcwd"};
constexpr std::array<std::string_view, 7> kReturnError = {"getgrgid_r",     "getgrnam_r", "getpwnam_r", "getpwuid_r",
                                                          "posix_memalign", "readdir_r",  "strerror_r"};

bool returns_null(std::string_view name)
{
    return std::ranges::find(kReturnNull, name) != kReturnNull.end() ||
           std::ranges::find(kReturnNullToo, name) != kReturnNullToo.end();
}

bool returns_error(std::string_view name)
{
    return name.starts_with("pthread_") || std::ranges::find(kReturnError, name) != kReturnError.end();
}

[[noreturn]] void reject(std::string_view rule)
{
    std::fputs(fmt::format("machorun: MACHORUN_FAULT: \"{}\" is not NAME:ERROR:N\n", rule).c_str(), stderr);
    std::_Exit(127);
}

std::optional<int> to_number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

void add_rule(std::deque<Rule>& rules, std::string_view text)
{
    const std::size_t first = text.find(':');
    const std::size_t second = text.find(':', first == std::string_view::npos ? first : first + 1);
    if (first == 0 || second == std::string_view::npos) reject(text);
    const std::string_view error_text = text.substr(first + 1, second - first - 1);
    const int error = to_number(error_text).value_or(0) != 0 ? *to_number(error_text) : errno_by_name(error_text);
    const auto nth = to_number(text.substr(second + 1));
    if (error <= 0 || !nth) reject(text);
    Rule& rule = rules.emplace_back();
    rule.name = text.substr(0, first);
    rule.error = error;
    rule.nth = *nth;
}

// A deque, because a rule's counter can not move.
std::deque<Rule>& rules()
{
    static auto* const list = [] {
        auto* parsed = new std::deque<Rule>;  // never destroyed: threads may call on while the process exits
        const char* variable = std::getenv("MACHORUN_FAULT");
        std::string_view text = variable != nullptr ? variable : "";
        while (!text.empty()) {
            const std::size_t comma = std::min(text.find(','), text.size());
            add_rule(*parsed, text.substr(0, comma));
            text.remove_prefix(std::min(comma + 1, text.size()));
        }
        return parsed;
    }();
    return *list;
}

}  // namespace

bool has_faults(std::string_view name)
{
    return std::ranges::any_of(rules(), [&](const Rule& rule) { return rule.name == name; });
}

std::optional<std::int64_t> injected_failure(std::string_view name)
{
    int error = 0;
    for (Rule& rule : rules()) {  // each rule counts every call, also one that another rule fails
        if (rule.name == name && rule.hits() && error == 0) error = rule.error;
    }
    if (error == 0) return std::nullopt;
    if (returns_error(name)) return error;
    errno = error;
    return returns_null(name) ? 0 : -1;
}

}  // namespace machorun
