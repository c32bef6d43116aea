#pragma once
// Destinations on which names that differ only in case or Unicode normal form are one name (APFS and HFS+ by default,
// exFAT, vfat). Two names of the source may be one file there: the second one must not overwrite the first. What is one
// name is the volume's own knowledge, so it is asked: which name does it keep for the file that it finds?

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/directory.h"
#include "sync/context.h"
#include "sync/node.h"
#include "sync/source_list.h"

namespace arsync::sync {

/// Stands for a name that cannot be found out: what is doubtful counts as a collision.
inline constexpr char kUnknownName[] = "";

/// The names of a destination directory that existed, as its volume keeps them, and which name of the source each of
/// them is for. Read when first asked for.
class StoredNames {
public:
    /// The source's other name that `name`, found at the destination as `present`, is the same file as; nullopt: none.
    [[nodiscard]] std::optional<std::string> collision(const platform::Directory& directory, NameView name,
                                                       const platform::Metadata& present, const SourceList& list);

private:
    void read(const platform::Directory& directory);
    /// Looks for all names that are there in another spelling: who comes first in order has the file.
    void find_owners(const platform::Directory& directory, const SourceList& list);
    /// The name under which the file with that inode is kept. Of several (hard links) one that the source does not
    /// spell so: the others have their own.
    [[nodiscard]] std::optional<std::string> name_of(std::uint64_t inode, const SourceList& list) const;

    std::mutex mutex_;
    bool read_ = false;
    bool owners_found_ = false;
    std::set<std::string, std::less<>> names_;
    std::unordered_multimap<std::uint64_t, std::string> by_inode_;
    std::map<std::string, std::string, std::less<>> owners_;  // by stored name
};

/// The name under which `directory` keeps what `name` leads to; nullopt: cannot be found out, so it may be any.
[[nodiscard]] std::optional<std::string> spelled_as(const platform::Directory& directory, NameView name);

/// Whether the names of that destination directory fold: as its parent's, or asked of its volume.
[[nodiscard]] bool names_fold(const platform::Directory& directory, const DirectoryNode& node);

/// The names of the source that the destination, as listed, does not have in this spelling.
[[nodiscard]] std::vector<NameView> names_not_listed(const SourceList& list, const std::vector<Entry>& listed);
/// Takes from `surplus`, names of the destination that the source does not have, those that are one of `missing` in
/// another spelling.
void spare_other_spellings(const platform::Directory& directory, const std::vector<NameView>& missing,
                           std::vector<Entry>& surplus);

/// "cannot create ..." because `name` in `directory`, an absolute path, is one with the name `other`.
[[nodiscard]] std::string collision_message(const std::string& directory, NameView name, const std::string& other);

}  // namespace arsync::sync
