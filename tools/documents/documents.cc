// Writes the man page and the shells' completions: arsync-documents SOURCE_FOLDER TARGET_FOLDER.
#include "cli/documents.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    file.exceptions(std::ios::badbit);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool write(const fs::path& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) std::cerr << "arsync-documents: cannot write " << path << '\n';
    return !file.fail();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: arsync-documents SOURCE_FOLDER TARGET_FOLDER\n";
        return 1;
    }
    const fs::path man = fs::path(argv[1]) / "docs" / "man";
    const fs::path target = argv[2];
    fs::create_directories(target);
    const auto page =
        arsync::cli::man_page(content(man / "arsync.1.in"), arsync::cli::read_paragraphs(content(man / "options.txt")));
    if (!page) {
        std::cerr << "arsync-documents: " << page.error() << '\n';
        return 1;
    }
    const bool written = write(target / "arsync.1", *page) &&
                         write(target / "arsync.bash", arsync::cli::bash_completion()) &&
                         write(target / "_arsync", arsync::cli::zsh_completion()) &&
                         write(target / "arsync.fish", arsync::cli::fish_completion());
    return written ? 0 : 1;
}
