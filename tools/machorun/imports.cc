#include "imports.h"

#include <algorithm>
#include <map>
#include <string>

#include "call_gate.h"
#include "call_log.h"
#include "faults.h"

namespace machorun {
namespace {

struct Entry {
    Import import;
    bool logged = false;
};

using Index = std::map<std::string_view, Entry>;

void add(Index& index, std::span<const Import> table, bool logged)
{
    for (const Import& entry : table) index.try_emplace(entry.name, Entry{entry, logged});
}

const Index& all_imports()
{
    static const Index index = [] {
        Index made;
        for (const auto table :
             {fs_file_imports, fs_directory_imports, fs_metadata_imports, fs_attribute_imports, fs_attrlist_imports,
              fs_copy_imports, fs_volume_imports, temporary_imports, kqueue_imports}) {
            add(made, table(), true);
        }
        for (const auto table : {errno_imports,   c_library_imports, locale_imports,          stdio_imports,
                                 sockets_imports, regex_imports,     memory_imports,          string_imports,
                                 number_imports,  math_imports,      compiler_calls_imports,  pass_through_imports,
                                 threads_imports, mutex_imports,     wait_on_address_imports, time_imports,
                                 process_imports, options_imports,   system_imports,          refused_imports,
                                 users_imports,   signals_imports,   unwind_imports,          thread_locals_imports}) {
            add(made, table(), false);
        }
        return made;
    }();
    return index;
}

// "_fstat$INODE64" is fstat as all programs since Mac OS X 10.6 know it. Other variants mean the same function, too.
std::string_view plain_name(std::string_view mach_o_name)
{
    if (mach_o_name.starts_with('_')) mach_o_name.remove_prefix(1);
    return mach_o_name.substr(0, mach_o_name.find('$'));
}

}  // namespace

void* find_import(std::string_view mach_o_name, bool& known)
{
    static std::map<std::string, void*, std::less<>> gates;  // one gate per name, so that functions compare equal
    const std::string_view name = plain_name(mach_o_name);
    const auto found = all_imports().find(name);
    known = found != all_imports().end();
    if (!known) return nullptr;
    const Import& import = found->second.import;
    const GateOptions options{has_faults(name), found->second.logged && log_is_on()};
    if (import.is_data || (!options.faults && !options.logged)) return import.function;
    const auto [gate, is_new] = gates.try_emplace(std::string(name), nullptr);
    if (is_new) gate->second = make_call_gate(name, import.function, options);
    return gate->second;
}

void* find_ungated(std::string_view name)
{
    return all_imports().at(name).import.function;
}

}  // namespace machorun
