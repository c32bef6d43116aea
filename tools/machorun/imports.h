// The names a macOS program imports from libSystem, and what machorun puts in their place.
#pragma once

#include <span>
#include <string_view>

namespace machorun {

// One name as in libSystem, without Mach-O's leading underscore and without a variant such as $INODE64 or $NOCANCEL.
// Every entry has been reviewed: there is no fallback to the host's symbol of the same name, because the same name
// often means another structure, another constant or another error number.
struct Import {
    const char* name;
    void* function;
    bool is_data = false;  // a variable: bound as it is, never behind a call gate
};

template <class Function>
Import import(const char* name, Function* function)
{
    return {name, reinterpret_cast<void*>(function)};
}

template <class Variable>
Import import_data(const char* name, Variable* variable)
{
    return {name, const_cast<void*>(reinterpret_cast<const void*>(variable)), true};
}

// What to bind to `mach_o_name` ("_fstat$INODE64"): an imitation, possibly behind a gate that logs calls or makes them
// fail. `known` is false, and the result null, if no table has the name.
void* find_import(std::string_view mach_o_name, bool& known);

// The imitation itself, for imitations that build on others. `name` has to exist.
void* find_ungated(std::string_view name);

// The C library, threads and the rest of the process.
std::span<const Import> c_library_imports();
std::span<const Import> locale_imports();
std::span<const Import> stdio_imports();
std::span<const Import> regex_imports();
std::span<const Import> memory_imports();
std::span<const Import> string_imports();
std::span<const Import> number_imports();
std::span<const Import> math_imports();
std::span<const Import> compiler_calls_imports();
std::span<const Import> pass_through_imports();
std::span<const Import> threads_imports();
std::span<const Import> mutex_imports();
std::span<const Import> wait_on_address_imports();
std::span<const Import> time_imports();
std::span<const Import> process_imports();
std::span<const Import> options_imports();
std::span<const Import> system_imports();
std::span<const Import> refused_imports();
std::span<const Import> users_imports();
std::span<const Import> signals_imports();
std::span<const Import> kqueue_imports();
std::span<const Import> sockets_imports();
std::span<const Import> unwind_imports();
std::span<const Import> thread_locals_imports();
std::span<const Import> errno_imports();

// The file system.
std::span<const Import> fs_file_imports();
std::span<const Import> fs_directory_imports();
std::span<const Import> fs_metadata_imports();
std::span<const Import> fs_attribute_imports();
std::span<const Import> fs_attrlist_imports();
std::span<const Import> fs_copy_imports();
std::span<const Import> fs_volume_imports();
std::span<const Import> temporary_imports();

}  // namespace machorun
