#pragma once
// -y: a file of the destination directory that a missing one may be made from, with -yy also one of the same directory
// of the alternate trees: one of the same size and time, else the one whose name is nearest.

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/directory.h"
#include "platform/metadata.h"

namespace arsync::sync {

/// The regular files that some directories had when work began.
class FuzzyNames {
public:
    struct File {
        Name name;
        std::uint64_t size = 0;
        std::int64_t modified = 0;  // seconds
        const platform::Directory* directory = nullptr;
    };
    using Directories = std::vector<std::shared_ptr<const platform::Directory>>;

    /// Keeps the directories open.
    explicit FuzzyNames(std::vector<File> files, Directories directories = {})
        : directories_(std::move(directories)), files_(std::move(files))
    {
    }
    /// Of what cannot be listed no file is known.
    [[nodiscard]] static std::shared_ptr<const FuzzyNames> list(Directories directories);

    /// Null: nothing is similar enough.
    [[nodiscard]] const File* nearest(NameView name, const platform::Metadata& source) const;

private:
    Directories directories_;
    std::vector<File> files_;  // in the order of the directories, by name
};

/// How far two names are apart, in 1/65536: each byte to be changed, added or taken away counts one, and a little more
/// for what it is; what follows the last dot counts ten times again. (Observed with rsync --debug=fuzzy2.)
[[nodiscard]] std::uint64_t fuzzy_distance(std::string_view a, std::string_view b);

}  // namespace arsync::sync
