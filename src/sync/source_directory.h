#pragma once
// A directory of the source: on disk, or in a batch (--read-batch). Whoever looks at the source does it through one of
// these, so the rest of the engine cannot tell which it was. In a batch no link is followed: what was followed when it
// was written appears as what it led to.

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "batch/reader.h"
#include "platform/attributes.h"
#include "platform/directory.h"

namespace arsync::sync {

class SourceDirectory {
public:
    explicit SourceDirectory(platform::Directory directory) : place_(std::move(directory)) {}
    /// Borrows both.
    SourceDirectory(const batch::Reader& reader, const batch::Node& node) : place_(Recorded{&reader, &node}) {}

    /// Null: it is in a batch.
    [[nodiscard]] const platform::Directory* on_disk() const { return std::get_if<platform::Directory>(&place_); }
    /// Null: it is on disk.
    [[nodiscard]] const batch::Node* recorded() const
    {
        const auto* recorded = std::get_if<Recorded>(&place_);
        return recorded == nullptr ? nullptr : recorded->node;
    }
    /// Null: on disk, or the batch has no such name.
    [[nodiscard]] const batch::Node* recorded(NameView name) const;

    // As platform::Directory. ENODATA from opening a file: the batch has none of its data.
    void leave_access_times();
    [[nodiscard]] Result<platform::Metadata> stat() const;
    [[nodiscard]] Result<platform::Metadata> stat(NameView name) const;
    [[nodiscard]] Result<platform::Metadata> stat_followed(NameView name) const;
    [[nodiscard]] Result<std::string> read_link(NameView name) const;
    [[nodiscard]] Result<SourceDirectory> open_directory(NameView name) const;
    [[nodiscard]] Result<SourceDirectory> open_followed_directory(NameView name) const;
    [[nodiscard]] Result<platform::File> open_file(NameView name) const;
    [[nodiscard]] Result<platform::File> open_followed_file(NameView name) const;

    /// Whether there is no name in it at all; what cannot be listed counts as empty.
    [[nodiscard]] bool is_empty() const;

private:
    struct Recorded {
        const batch::Reader* reader;
        const batch::Node* node;
    };

    [[nodiscard]] const Recorded& in_batch() const { return std::get<Recorded>(place_); }

    std::variant<platform::Directory, Recorded> place_;
};

using HeldSource = std::shared_ptr<const SourceDirectory>;

/// What ACLs and xattrs of the source are read from. Borrows.
class SourceTarget {
public:
    // NOLINTBEGIN(google-explicit-constructor): any of them is a target.
    SourceTarget(platform::AttributeTarget target) : target_(target) {}
    SourceTarget(const platform::File& file) : target_(platform::AttributeTarget(file)) {}
    SourceTarget(const batch::Node& node);
    SourceTarget(const SourceDirectory& directory);
    // NOLINTEND(google-explicit-constructor)
    SourceTarget(const SourceDirectory& directory, NameView name);
    [[nodiscard]] static SourceTarget followed(const SourceDirectory& directory, NameView name);

    [[nodiscard]] Result<platform::ExtendedAttributes> read(const platform::ExtendedQuery& query) const;
    /// Null: it is in a batch.
    [[nodiscard]] const platform::AttributeTarget* on_disk() const
    {
        return std::get_if<platform::AttributeTarget>(&target_);
    }

private:
    std::variant<platform::AttributeTarget, const platform::ExtendedAttributes*> target_;
};

}  // namespace arsync::sync
