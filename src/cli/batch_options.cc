#include "cli/batch_options.h"

#include <fmt/format.h>

#include <utility>

#include "batch/writer.h"
#include "cli/batch_script.h"
#include "cli/selection_options.h"
#include "platform/directory.h"
#include "platform/named_file.h"

namespace arsync::cli {
namespace {

using report::ExitCode;

struct Matched {
    char letter;
    std::string_view name;  // as rsync tells it
    bool (*get)(const Options& options);
    void (*set)(Options& options, bool on);
};

template <bool Options::* Member>
constexpr Matched flag(char letter, std::string_view name)
{
    return {letter, name, [](const Options& options) { return options.*Member; },
            [](Options& options, bool on) { options.*Member = on; }};
}

/// In rsync's order. What only the receiving side does (-p, -t, ...) may differ.
constexpr Matched kMatched[] = {
    {'r', "recurse (-r)", [](const Options& options) { return chosen_names(options).recurse; },
     [](Options& options, bool on) {
         options.recurse = on;
         options.recurse_by_archive = options.old_directories = false;
     }},
    flag<&Options::owner>('o', "owner (-o)"),
    flag<&Options::group>('g', "group (-g)"),
    flag<&Options::links>('l', "links (-l)"),
    flag<&Options::devices>('D', "devices (-D)"),
    flag<&Options::hard_links>('H', "hard-links (-H)"),
    flag<&Options::checksum>('c', "checksum (-c)"),
    {'d', "dirs (-d)", [](const Options& options) { return chosen_names(options).directories; },
     [](Options& options, bool on) { options.directories = on; }},
    flag<&Options::compress>('z', "compress (-z)"),
    flag<&Options::acls>('A', "acls (-A)"),
    {'X', "xattrs (-X)", [](const Options& options) { return options.xattrs > 0; },
     [](Options& options, bool on) { options.xattrs = on ? 1 : 0; }},
    {'i', "inplace", [](const Options& options) { return options.inplace || options.append > 0; },
     [](Options& options, bool on) { options.inplace = on; }},
    {'a', "append", [](const Options& options) { return options.append > 0; },
     [](Options& options, bool on) { options.append = on ? 1 : 0; }},
};

UsageError cannot_open(const std::string& path, const Error& error, ExitCode code)
{
    return {fmt::format("Batch file \"{}\" open error: {}", platform::absolute_path(path), error.reason()), code};
}

Outcome write_script(const Options& options, const std::string& text, const platform::PathPolicy& paths)
{
    constexpr platform::Mode kScriptMode = 0700;
    const auto path = *options.write_batch + ".sh";
    auto file = platform::create_named_file(path, kScriptMode, paths);
    if (!file) return std::unexpected(cannot_open(path, file.error(), ExitCode::Selection));
    auto done = file->write_at(0, std::as_bytes(std::span(text)));
    if (done) done = file->close();
    if (done) return {};
    return refuse(fmt::format("cannot write \"{}\": {}", platform::absolute_path(path), done.error().reason()),
                  ExitCode::FileIo);
}

}  // namespace

Outcome check_batch(const Options& options)
{
    if (options.write_batch && options.read_batch)
        return refuse("--write-batch and --read-batch can not be used together");
    if (options.write_batch && chosen_names(options).list_only)
        return refuse("a batch cannot be written of what is only listed: --write-batch needs a destination");
    if (!options.read_batch) return {};
    if (options.files_from) return refuse("--read-batch cannot be used with --files-from");
    if (options.remove_source_files || options.remove_sent_files)
        return refuse("--read-batch cannot be used with --remove-source-files");
    if (options.source) return refuse("--read-batch takes its names from the batch: there can be no --source");
    return check_deletion(options);  // of the options as they are given, whatever the batch says
}

std::string batch_letters(const Options& options)
{
    std::string letters;
    for (const auto& matched : kMatched) {
        if (matched.get(options)) letters += matched.letter;
    }
    return letters;
}

std::vector<std::string> match_batch(Options& options, const batch::Header& header)
{
    std::vector<std::string> told;
    for (const auto& matched : kMatched) {
        const bool on = header.letters.contains(matched.letter);
        if (matched.get(options) == on) continue;
        matched.set(options, on);
        told.push_back(
            fmt::format("{} the --{} option to match the batchfile.", on ? "Setting" : "Clearing", matched.name));
    }
    options.relative = false;
    options.no_implied = true;  // directories that were not of the transfer are used as they are
    options.one_file_system = 0;
    options.copy_links = options.copy_dirlinks = options.copy_unsafe_links = false;
    // The replay receives: it puts on what whoever sends takes off.
    options.munge_destination = options.munge_destination || std::exchange(options.munge_links, false);
    options.copy_devices = false;
    options.atimes = options.atimes > 0 ? 1 : 0;
    options.open_noatime = false;
    return told;
}

std::expected<std::shared_ptr<const batch::Reader>, UsageError> open_batch(const Options& options,
                                                                           const platform::PathPolicy& paths)
{
    if (!options.read_batch) return nullptr;
    const auto& path = *options.read_batch;
    auto file = path == "-" ? platform::keep_standard_input() : platform::open_named_file(path, paths);
    if (!file) return std::unexpected(cannot_open(path, file.error(), ExitCode::FileIo));
    auto reader = batch::Reader::open(std::move(*file));
    if (reader) return std::make_shared<const batch::Reader>(std::move(*reader));
    if (reader.error().code == EBADMSG)
        return refuse(
            fmt::format("\"{}\" is not a batch of arsync, or one of another version", platform::absolute_path(path)),
            ExitCode::DataStream);
    return std::unexpected(cannot_open(path, reader.error(), ExitCode::FileIo));
}

Outcome set_batch(sync::Job& job, const Options& options, const std::string& program,
                  std::shared_ptr<const batch::Reader> reader, const rules::ReadFile& read_file)
{
    constexpr platform::Mode kBatchMode = 0600;
    auto& batch = job.batch;
    if (reader) {
        batch.read = std::move(reader);
        batch.path = platform::absolute_path(*options.read_batch);
        job.selection.filters = rules::FilterBuilder(read_file, {}).build("/");  // the names are chosen already
        job.rights.fake_source = false;
    }
    if (!options.write_batch || options.dry_run) return {};
    const auto& path = *options.write_batch;
    const auto paths = job.paths.unconfined();
    const auto script = batch_script(program, options, job.destination, read_file);
    if (auto written = write_script(options, script, paths); !written) return written;
    auto file = platform::create_named_file(path, kBatchMode, paths);
    if (!file) return std::unexpected(cannot_open(path, file.error(), ExitCode::FileIo));
    batch.written = std::make_shared<batch::Writer>(std::move(*file));
    batch.only_written = options.only_write_batch;
    batch.letters = batch_letters(options);
    batch.path = platform::absolute_path(path);
    job.dry_run = job.dry_run || batch.only_written;
    return {};
}

}  // namespace arsync::cli
