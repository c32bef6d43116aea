#pragma once
// Removes names of the destination with all below them. Works in a loop with few open directories, however deep the
// tree: a directory that was closed is found again through the "..", and by its identity, of the one below it.

#include <optional>
#include <string>
#include <vector>

#include "platform/listing.h"
#include "sync/context.h"
#include "sync/filters.h"
#include "sync/source_list.h"

namespace arsync::sync {

class Remover {
public:
    enum class Removal : std::uint8_t { Done, Kept };
    /// Backups that make way for newer ones are not kept, protected or counted.
    enum class Of : std::uint8_t { Destination, Backups };

    /// `node` is the directory of the transfer in which, or somewhere below which, things are removed.
    Remover(Context& context, Segment* segment, DirectoryNode& node, Of of = Of::Destination);

    /// As rsync's statistics do not.
    void do_not_count() { counts_ = false; }

    /// Removes `name` in `directory`, whose transfer path is `path`.
    [[nodiscard]] Removal remove(const platform::Directory& directory, NameView name, platform::FileType type,
                                 const std::string& path, const Filters& filters, rules::Side side);

    /// Empties the directory `name`; false, and told, if something stays. Mount points and the source are not entered.
    [[nodiscard]] bool empty_child(const platform::Directory& directory, NameView name, const std::string& path,
                                   const Filters& filters);

private:
    /// A directory that is being emptied.
    struct Level {
        Name name;
        platform::FileFlags flags;                     // as found
        std::optional<platform::Directory> directory;  // nullopt: closed until it is needed, or lost
        platform::FileIdentity identity;
        Filters filters;
        NameList names;        // as many as memory allows
        std::size_t next = 0;  // of them is to go
        std::size_t path_length;
        bool kept = false;     // something in it stays
        bool entered = false;  // its rules are known

        void forget_names()
        {
            names = NameList(NameOrder::Removal);
            next = 0;
        }
    };

    [[nodiscard]] bool is_protected(const std::string& path, platform::FileType type, const Filters& filters,
                                    rules::Side side) const;
    [[nodiscard]] Removal remove_leaf(const platform::Directory& directory, NameView name, platform::FileType type,
                                      const std::string& path);
    [[nodiscard]] Removal remove_emptied(const platform::Directory& directory, NameView name, const std::string& path);
    [[nodiscard]] Removal told(platform::FileType type, const std::string& path);
    [[nodiscard]] Status unlink(const platform::Directory& directory, NameView name, bool is_directory) const;
    [[nodiscard]] bool enter(const platform::Directory& directory, NameView name, const Filters& filters);
    [[nodiscard]] std::optional<platform::Directory> open_child(const platform::Directory& directory, NameView name,
                                                                platform::Metadata& facts);
    /// Lists the directory of a level, from `after` on.
    void list(Level& level, std::optional<ListPlace> after);
    void remove_next(Level& level);
    void leave();
    void reopen_above(const platform::Directory& child);
    [[nodiscard]] bool take_from_limit();
    void give_back_to_limit();
    void try_kept(bool entered);
    [[nodiscard]] std::string absolute(const std::string& path) const { return destination_ + "/" + path; }

    Context& context_;
    Segment* segment_;
    DirectoryNode& node_;
    const Of of_;
    bool counts_ = true;
    std::string destination_;  // absolute path of the transfer root
    std::vector<Level> levels_;
    std::string path_;      // transfer path of the last level
    bool emptied_ = false;  // how the first level ended
};

}  // namespace arsync::sync
