// machorun: runs an x86_64 macOS program on Linux.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "imports.h"
#include "macho.h"
#include "program.h"
#include "signals.h"
#include "thread_locals.h"
#include "unwind.h"

namespace {

using machorun::Image;

constexpr int kCannotRun = 127;
constexpr const char* kUsage = "usage: machorun [--strict] [-v] PROGRAM [ARGUMENT...]\n";

struct Options {
    bool strict = false;
    bool verbose = false;
    int program_index = 0;
};

[[noreturn]] void give_up(std::string_view message)
{
    std::fputs(fmt::format("machorun: {}\n", message).c_str(), stderr);
    std::exit(kCannotRun);
}

Options parse_options(int argc, char** argv)
{
    Options options;
    int index = 1;
    for (; index < argc && argv[index][0] == '-'; ++index) {
        const std::string_view argument = argv[index];
        if (argument == "--strict") {
            options.strict = true;
        } else if (argument == "-v") {
            options.verbose = true;
        } else if (argument == "--help") {
            std::fputs(kUsage, stdout);
            std::exit(0);
        } else {
            give_up(fmt::format("unknown option {}\n{}", argument, kUsage));
        }
    }
    if (index >= argc) {
        std::fputs(kUsage, stderr);
        std::exit(kCannotRun);
    }
    options.program_index = index;
    return options;
}

void* find_or_null(std::string_view name)
{
    bool known = false;
    return machorun::find_import(name, known);
}

// A name without an imitation could only crash the program later, far from the reason.
void bind(Image& image)
{
    const auto unknown = image.bind(find_or_null);
    if (!unknown) give_up(unknown.error());
    if (unknown->empty()) return;
    for (const std::string& name : *unknown) {
        std::fputs(fmt::format("machorun: not imitated: {}\n", name).c_str(), stderr);
    }
    std::exit(kCannotRun);
}

Image load(const char* path, const Options& options)
{
    auto image = Image::load(path);
    if (!image) give_up(fmt::format("{}: {}", path, image.error()));
    machorun::set_up_thread_locals(*image);
    bind(*image);
    if (const auto done = image->protect(); !done) give_up(done.error());
    const machorun::UnwindCounts counts = machorun::register_unwind_info(*image);
    if (options.verbose) {
        std::fputs(fmt::format("machorun: {}: mapped at {:#x}, {} functions with compact and {} with DWARF unwinding\n",
                               path, image->base(), counts.compact, counts.dwarf)
                       .c_str(),
                   stderr);
    }
    return *std::move(image);
}

}  // namespace

int main(int argc, char** argv)
{
    const Options options = parse_options(argc, argv);
    char** const arguments = argv + options.program_index;
    const Image image = load(arguments[0], options);

    machorun::Program& program = machorun::program();
    program.argument_count = argc - options.program_index;
    program.arguments = arguments;
    program.strict = options.strict;
    program.path = std::filesystem::canonical(arguments[0]);
    machorun::start_signals();

    char* apple[] = {program.path.data(), nullptr};
    const machorun::ProgramArguments all{program.argument_count, arguments, environ, apple};
    image.run_initializers(all);
    std::exit(image.run_main(all));
}
