// <regex.h>: Darwin's regex_t is smaller than the host's and its offsets are wider.
#include <regex.h>

#include <cstdint>
#include <new>
#include <vector>

#include "imports.h"

namespace machorun {
namespace {

struct DarwinRegex {
    int magic;
    std::size_t groups;
    const char* end;
    regex_t* host;
};

struct DarwinMatch {
    std::int64_t begin, end;
};

constexpr int kNoSubmatches = 4;  // Darwin has REG_NOSUB and REG_NEWLINE the other way round
constexpr int kNewline = 8;
constexpr int kNotBegin = 1;
constexpr int kNotEnd = 2;

int compile(DarwinRegex* out, const char* pattern, int flags)
{
    int host_flags = flags & (REG_EXTENDED | REG_ICASE);
    if ((flags & kNoSubmatches) != 0) host_flags |= REG_NOSUB;
    if ((flags & kNewline) != 0) host_flags |= REG_NEWLINE;
    if ((flags & ~(REG_EXTENDED | REG_ICASE | kNoSubmatches | kNewline)) != 0) return 16;  // REG_INVARG
    auto* host = new regex_t;
    const int error = regcomp(host, pattern, host_flags);
    if (error != 0) {
        delete host;
        return error;  // REG_NOMATCH to REG_BADRPT are equal
    }
    *out = {0, host->re_nsub, nullptr, host};
    return 0;
}

int execute(const DarwinRegex* regex, const char* text, std::size_t count, DarwinMatch* matches, int flags)
{
    if ((flags & ~(kNotBegin | kNotEnd)) != 0) return 16;
    std::vector<regmatch_t> found(matches != nullptr ? count : 0);
    const int host_flags = ((flags & kNotBegin) != 0 ? REG_NOTBOL : 0) | ((flags & kNotEnd) != 0 ? REG_NOTEOL : 0);
    const int error = regexec(regex->host, text, found.size(), found.data(), host_flags);
    if (error == 0) {
        for (std::size_t i = 0; i < found.size(); ++i) matches[i] = {found[i].rm_so, found[i].rm_eo};
    }
    return error;
}

void release(DarwinRegex* regex)
{
    if (regex->host == nullptr) return;
    regfree(regex->host);
    delete regex->host;
    regex->host = nullptr;
}

std::size_t error_text(int error, const DarwinRegex* regex, char* out, std::size_t size)
{
    return regerror(error, regex != nullptr ? regex->host : nullptr, out, size);
}

}  // namespace

std::span<const Import> regex_imports()
{
    static const Import table[] = {
        import("regcomp", compile),
        import("regerror", error_text),
        import("regexec", execute),
        import("regfree", release),
    };
    return table;
}

}  // namespace machorun
