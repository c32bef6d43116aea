// Calls which cannot be imitated. They fail as on a system that lacks them; with --strict they end the program, so that
// a test does not pass by accident on a path that no Mac would take.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "darwin_errno.h"
#include "imports.h"
#include "program.h"

namespace machorun {
namespace {

// The name has to be part of the type, for each import is a function of its own.
template <std::size_t size>
struct Name {
    char text[size];
    consteval Name(const char (&name)[size]) { std::copy_n(name, size, text); }
};

void refuse(const char* name)
{
    if (!program().strict) return;
    std::fputs(fmt::format("machorun: --strict: call of {}(), which is not imitated\n", name).c_str(), stderr);
    std::_Exit(127);
}

template <Name name>
int fail_with_number(...)
{
    refuse(name.text);
    return fail(darwin::kEnotsup);
}

template <Name name>
void* fail_with_null(...)
{
    refuse(name.text);
    errno = darwin::kEnotsup;
    return nullptr;
}

template <Name name>
void* fail_with_minus_one(...)
{
    refuse(name.text);
    errno = darwin::kEnotsup;
    return reinterpret_cast<void*>(-1);
}

// The error is the result.
template <Name name>
int return_error(...)
{
    refuse(name.text);
    return darwin::kEnotsup;
}

// A program asks dlsym() whether a function is there: none is, which it has to be prepared for.
void* no_symbol(void*, const char*)
{
    return nullptr;
}
char* no_dl_error()
{
    static char text[] = "machorun loads no libraries";
    return text;
}
int no_close(void*)
{
    return -1;
}

// Message catalogues: programs ask for one and go on with their own text.
char* catalogue_text(void*, int, int, const char* own)
{
    return const_cast<char*>(own);
}

#define MACHORUN_REFUSED(name) import(#name, fail_with_number<#name>)

}  // namespace

std::span<const Import> refused_imports()
{
    static const Import table[] = {
        import("catclose", fail_with_number<"catclose">),
        import("catgets", catalogue_text),
        import("catopen", fail_with_minus_one<"catopen">),
        import("dlclose", no_close),
        import("dlerror", no_dl_error),
        import("dlopen", fail_with_null<"dlopen">),
        import("dlsym", no_symbol),
        MACHORUN_REFUSED(execl),
        MACHORUN_REFUSED(execv),
        MACHORUN_REFUSED(execve),
        MACHORUN_REFUSED(execvp),
        MACHORUN_REFUSED(fork),
        import("pclose", fail_with_number<"pclose">),
        import("popen", fail_with_null<"popen">),
        import("posix_spawn", return_error<"posix_spawn">),
        import("posix_spawnp", return_error<"posix_spawnp">),
        MACHORUN_REFUSED(ptrace),
        MACHORUN_REFUSED(system),
        MACHORUN_REFUSED(vfork),
        MACHORUN_REFUSED(wait),
        MACHORUN_REFUSED(wait4),
        MACHORUN_REFUSED(waitpid),
    };
    return table;
}

}  // namespace machorun
