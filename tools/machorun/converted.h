// Host functions with the same arguments and results on both systems, but for errno.
#pragma once

#include <cerrno>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {

template <class Function, Function function>
struct Converted;

// Few of these functions say by their result that they have set errno (think of strtol), so errno itself has to tell.
template <class Result, class... Arguments>
Result call_converted(Result (*function)(Arguments...), Arguments... arguments)
{
    const int before = errno;
    errno = 0;
    if constexpr (__is_same(Result, void)) {
        function(arguments...);
        errno = errno != 0 ? to_darwin(errno) : before;
    } else {
        const Result result = function(arguments...);
        errno = errno != 0 ? to_darwin(errno) : before;
        return result;
    }
}

template <class Result, class... Arguments, Result (*function)(Arguments...)>
struct Converted<Result (*)(Arguments...), function> {
    static Result call(Arguments... arguments) { return call_converted<Result, Arguments...>(function, arguments...); }
};

template <class Result, class... Arguments, Result (*function)(Arguments...) noexcept>
struct Converted<Result (*)(Arguments...) noexcept, function> {
    static Result call(Arguments... arguments) { return call_converted<Result, Arguments...>(function, arguments...); }
};

template <auto function>
Import import_converted(const char* name)
{
    return import(name, Converted<decltype(function), function>::call);
}

}  // namespace machorun
