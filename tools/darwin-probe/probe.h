// What the sections of the probe share. All paths are relative to the work directory, in which the program runs; each
// section has a directory of its own there, so that a short name says where a file is.
#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace probe {

// Begins a section. Its name is also that of a new directory, for its files.
void section(std::string_view name);
// A line that is the same in each run on the same system and kind of volume.
void tell(std::string_view key, std::string_view value);
void tell(std::string_view key, const char* value);
void tell(std::string_view key, bool yes);
void tell(std::string_view key, std::int64_t number);
// A line that may differ: it begins with '#' and is not compared.
void note(std::string_view key, std::string_view value);

// "EEXIST", or the number.
std::string error_name(int code);
// "ok", or the name of errno if `result` is -1.
std::string outcome(std::int64_t result);
void tell_outcome(std::string_view key, std::int64_t result);
// "0x1f"
std::string hex(std::uint64_t number);
// As it is if it is printable ASCII, with \xNN for what is not.
std::string printable(std::string_view bytes);

// A descriptor that is closed.
class Fd {
public:
    explicit Fd(int number) : number_(number) {}
    Fd(const char* path, int flags, int mode = 0644) : number_(::open(path, flags | O_CLOEXEC, mode)) {}
    ~Fd();
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    operator int() const { return number_; }

private:
    int number_;
};

// Makes or empties the file and writes to it.
void write_file(const char* path, std::string_view content, int mode = 0644);
// `size` bytes that are not zero.
std::string some_bytes(std::size_t size);
std::string read_file(const char* path);
// Of a link itself. All zero if there is nothing.
struct stat look(const char* path);
bool exists(const char* path);
// Names in the directory but "." and "..", sorted, printable, with a blank between.
std::string names_in(const char* path);
// Sets the flags of the link or file itself to 0, lets the owner at it and removes it with all that is below it.
void remove_all(const char* path);

// A function that the loader on Linux does not have and that a Mac has: null there.
template <class Function>
Function* find_function(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name));
}

// The second directory, on another volume; empty if none was given.
extern std::string other_place;

void probe_machine();
void probe_volume();
void probe_clone();
void probe_copy();
void probe_allocation();
void probe_holes();
void probe_xattr();
void probe_acl();
void probe_flags();
void probe_times();
void probe_names();
void probe_open();
void probe_rename();
void probe_listing();
void probe_mounts();
void probe_events();
void probe_process();

}  // namespace probe
