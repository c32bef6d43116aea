// Prints what only a real macOS can tell about the calls that arsync makes. README.md says how it is used.
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "probe.h"

namespace {

constexpr struct {
    const char* name;
    void (*run)();
} kSections[] = {
    {"machine", probe::probe_machine},       {"volume", probe::probe_volume},
    {"clone", probe::probe_clone},           {"copy", probe::probe_copy},
    {"allocation", probe::probe_allocation}, {"holes", probe::probe_holes},
    {"xattr", probe::probe_xattr},           {"acl", probe::probe_acl},
    {"flags", probe::probe_flags},           {"times", probe::probe_times},
    {"names", probe::probe_names},           {"open", probe::probe_open},
    {"rename", probe::probe_rename},         {"listing", probe::probe_listing},
    {"mounts", probe::probe_mounts},         {"events", probe::probe_events},
    {"process", probe::probe_process},
};

int usage()
{
    std::fputs("usage: darwin-probe [--only SECTION] [DIRECTORY [DIRECTORY-ON-ANOTHER-VOLUME]]\nsections:", stderr);
    for (const auto& section : kSections) std::fprintf(stderr, " %s", section.name);
    std::fputs("\n", stderr);
    return 1;
}

// A new directory in `parent`, empty on failure.
std::string make_workplace(std::string parent)
{
    parent += "/arsync-probe.XXXXXX";
    if (::mkdtemp(parent.data()) != nullptr) return parent;
    std::fprintf(stderr, "probe: cannot work in %s: %s\n", parent.c_str(), std::strerror(errno));
    return {};
}

}  // namespace

int main(int count, char** words)
{
    std::string only;
    int at = 1;
    if (at < count && std::strcmp(words[at], "--only") == 0) {
        if (at + 1 >= count) return usage();
        only = words[at + 1];
        at += 2;
    }
    if (count - at > 2 || (at < count && words[at][0] == '-')) return usage();
    const char* temporary = std::getenv("TMPDIR");
    ::umask(022);
    std::signal(SIGPIPE, SIG_IGN);  // a reader that has seen enough: the files are removed all the same
    const auto place = make_workplace(at < count ? words[at] : temporary != nullptr ? temporary : "/tmp");
    if (place.empty()) return 1;
    if (at + 1 < count) {
        probe::other_place = make_workplace(words[at + 1]);
        if (probe::other_place.empty()) {
            ::rmdir(place.c_str());
            return 1;
        }
    }
    char* other = probe::other_place.empty() ? nullptr : ::realpath(probe::other_place.c_str(), nullptr);
    if (other != nullptr) probe::other_place = other;
    std::free(other);
    char* absolute = ::realpath(place.c_str(), nullptr);
    const std::string home = absolute != nullptr ? absolute : place;
    std::free(absolute);

    bool found = false;
    if (::chdir(home.c_str()) == 0) {
        for (const auto& section : kSections) {
            if (!only.empty() && only != section.name) continue;
            found = true;
            probe::section(section.name);
            section.run();
        }
    }
    if (::chdir("/") == 0) {
        probe::remove_all(home.c_str());
        if (!probe::other_place.empty()) probe::remove_all(probe::other_place.c_str());
    }
    return found ? 0 : usage();
}
