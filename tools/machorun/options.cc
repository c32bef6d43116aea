// getopt(3) and getopt_long(3): the same structures, but getopt() there stops at the first operand.
#include <getopt.h>

#include <string>

#include "imports.h"

namespace machorun {
namespace {

int reset_wanted = 0;  // optreset

// A program that has set optreset wants to parse another list.
void prepare()
{
    if (reset_wanted == 0) return;
    reset_wanted = 0;
    optind = optind == 1 ? 0 : optind;  // what the host takes for a new start
}

int get_option(int argc, char* const* argv, const char* letters)
{
    prepare();
    return ::getopt(argc, argv, ("+" + std::string(letters)).c_str());
}

int get_long_option(int argc, char* const* argv, const char* letters, const option* long_options, int* index)
{
    prepare();
    return ::getopt_long(argc, argv, letters, long_options, index);
}

}  // namespace

std::span<const Import> options_imports()
{
    static const Import table[] = {
        import("getopt", get_option),           import("getopt_long", get_long_option), import_data("optarg", &optarg),
        import_data("opterr", &opterr),         import_data("optind", &optind),         import_data("optopt", &optopt),
        import_data("optreset", &reset_wanted),
    };
    return table;
}

}  // namespace machorun
