#include "sync/node.h"

#include <utility>

#include "sync/kept_links.h"

namespace arsync::sync {

template <class Kind>
void Reopenable<Kind>::hold(Held handle, platform::FileIdentity identity)
{
    const std::lock_guard lock(mutex_);
    handle_ = std::move(handle);
    identity_ = identity;
    known_ = true;
}

template <class Kind>
Reopenable<Kind>::Held Reopenable<Kind>::held()
{
    const std::lock_guard lock(mutex_);
    return handle_;
}

template <class Kind>
Result<typename Reopenable<Kind>::Held> Reopenable<Kind>::verified(Result<Kind> opened) const
{
    if (!opened) return std::unexpected(opened.error());
    const auto facts = opened->stat();
    if (!facts) return std::unexpected(facts.error());
    // A directory that was never held (its handle could not be opened in the first place) has no identity to compare.
    if (known_ && facts->identity != identity_) return fail(Operation::Open, std::errc::no_such_file_or_directory);
    return std::make_shared<const Kind>(std::move(*opened));
}

template <class Kind>
void Reopenable<Kind>::let_go()
{
    const std::lock_guard lock(mutex_);
    handle_.reset();
}

template class Reopenable<platform::Directory>;
template class Reopenable<SourceDirectory>;

namespace {

/// Of descriptors: closing some helps.
bool is_shortage(const Error& error)
{
    return error.is(std::errc::too_many_files_open) || error.is(std::errc::too_many_files_open_in_system);
}

}  // namespace

std::shared_ptr<DirectoryNode> DirectoryNode::make_root()
{
    return std::shared_ptr<DirectoryNode>(new DirectoryNode);
}

std::shared_ptr<DirectoryNode> DirectoryNode::make_child(const std::shared_ptr<DirectoryNode>& parent, NameView name,
                                                         NameView destination_name,
                                                         const std::vector<std::size_t>& parent_sources)
{
    std::shared_ptr<DirectoryNode> node(new DirectoryNode);
    node->parent_ = parent;
    node->name_.emplace(name);
    if (name != destination_name) node->destination_name_.emplace(destination_name);
    for (const std::size_t index : parent_sources) node->add_source().parent_index = index;
    for (std::size_t i = 0; i < parent->alternates_.size(); ++i)
        node->alternates_.push_back(std::make_unique<Alternate>());
    return node;
}

DirectoryNode::~DirectoryNode()
{
    // A deep chain of parents that only this node kept must not unwind by recursion.
    auto above = std::move(parent_);
    while (above && above.use_count() == 1) above = std::exchange(above->parent_, nullptr);
}

namespace {

Result<SourceDirectory> open_source_root(const DirectoryNode::Source& source)
{
    auto opened = platform::Directory::open_root(source.root_path);
    if (!opened) return std::unexpected(opened.error());
    return SourceDirectory(std::move(*opened));
}

}  // namespace

DirectoryNode::Source& DirectoryNode::add_source()
{
    return *sources_.emplace_back(std::make_unique<Source>());
}

Result<HeldSource> DirectoryNode::source(std::size_t index)
{
    // Upwards to the nearest directory that is still open, then down again: a loop, since trees may be very deep.
    std::vector<std::pair<DirectoryNode*, std::size_t>> closed;
    HeldSource open;
    for (auto* node = this; !open; node = node->parent_.get()) {
        auto& source = *node->sources_[index];
        open = source.handle.held();
        if (open) break;
        closed.emplace_back(node, index);
        if (!node->parent_) break;
        index = source.parent_index;
    }
    for (auto at = closed.rbegin(); at != closed.rend(); ++at) {
        auto& source = *at->first->sources_[at->second];
        auto next = !open             ? open_source_root(source)
                    : source.followed ? open->open_followed_directory(*at->first->name_)
                                      : open->open_directory(*at->first->name_);
        if (next && source.leaves_access_times) next->leave_access_times();
        auto verified = source.handle.verified(std::move(next));
        if (!verified) return verified;
        open = std::move(*verified);
    }
    return open;
}

void DirectoryNode::add_alternate(std::string root_path, Result<platform::Directory> opened)
{
    auto& alternate = *alternates_.emplace_back(std::make_unique<Alternate>());
    alternate.root_path = std::move(root_path);
    const auto facts = opened ? opened->stat() : std::unexpected(opened.error());
    alternate.absent = !facts;
    if (facts) alternate.handle.hold(std::make_shared<const platform::Directory>(std::move(*opened)), facts->identity);
}

Result<HeldDirectory> DirectoryNode::open_alternate(std::size_t index, const HeldDirectory& above)
{
    auto& alternate = *alternates_[index];
    const auto& name = destination_name_ ? destination_name_ : name_;
    auto opened = parent_ ? above->open_directory(*name) : platform::Directory::open_root(alternate.root_path);
    const bool known = alternate.handle.known();
    auto verified = alternate.handle.verified(std::move(opened));
    if (!verified && !is_shortage(verified.error())) alternate.absent = true;
    if (!verified || known) return verified;
    const auto facts = (*verified)->stat();
    if (!facts) return std::unexpected(facts.error());
    alternate.handle.hold(*verified, facts->identity);
    return verified;
}

Result<HeldDirectory> DirectoryNode::alternate(std::size_t index)
{
    std::vector<DirectoryNode*> closed;
    HeldDirectory open;
    for (auto* node = this; node != nullptr; node = node->parent_.get()) {
        if (node->alternates_[index]->absent) return fail(Operation::Open, std::errc::no_such_file_or_directory);
        open = node->alternates_[index]->handle.held();
        if (open) break;
        closed.push_back(node);
    }
    for (auto at = closed.rbegin(); at != closed.rend(); ++at) {
        auto opened = (*at)->open_alternate(index, open);
        if (!opened) return opened;
        open = std::move(*opened);
    }
    return open;
}

Result<HeldDirectory> DirectoryNode::destination()
{
    std::vector<DirectoryNode*> closed;
    HeldDirectory open;
    for (auto* node = this; node != nullptr; node = node->parent_.get()) {
        open = node->destination_.held();
        if (open) break;
        closed.push_back(node);
    }
    for (auto at = closed.rbegin(); at != closed.rend(); ++at) {
        auto verified = (*at)->destination_.verified((*at)->open_destination(open));
        if (!verified) return verified;
        open = std::move(*verified);
    }
    return open;
}

Result<platform::Directory> DirectoryNode::open_destination(const HeldDirectory& above)
{
    if (!above) return platform::Directory::open_root(destination_root_);
    if (!kept_place_) return above->open_directory(destination_name_ ? *destination_name_ : *name_);
    const auto top = root().destination();
    if (!top) return std::unexpected(top.error());
    return open_place(**top, *kept_place_);
}

const DirectoryNode& DirectoryNode::root() const
{
    const auto* root = this;
    while (root->parent_) root = root->parent_.get();
    return *root;
}

DirectoryNode& DirectoryNode::root()
{
    return const_cast<DirectoryNode&>(std::as_const(*this).root());
}

std::string DirectoryNode::place() const
{
    std::string place;
    for (const auto* at = this; at->parent_; at = at->parent_.get()) {
        const auto& step =
            at->kept_place_ ? *at->kept_place_ : (at->destination_name_ ? *at->destination_name_ : *at->name_).str();
        place = place.empty() ? step : step + "/" + place;
        if (at->kept_place_) break;
    }
    return place;
}

namespace {

/// Joins what `part` gives for `node` and all above it, topmost first.
template <class Part>
std::string joined(const DirectoryNode* node, std::string top, Part part)
{
    std::vector<const std::string*> parts;
    for (; node->parent() != nullptr; node = node->parent().get()) parts.push_back(&part(*node));
    std::string result = std::move(top);
    for (auto at = parts.rbegin(); at != parts.rend(); ++at) {
        if (!result.empty() && !result.ends_with('/')) result += '/';
        result += **at;
    }
    return result;
}

}  // namespace

std::string DirectoryNode::path() const
{
    return joined(this, "", [](const DirectoryNode& node) -> const std::string& { return node.name_->str(); });
}

std::string DirectoryNode::source_path(std::size_t index) const
{
    const DirectoryNode* root = this;
    for (; root->parent_; root = root->parent_.get()) index = root->sources_[index]->parent_index;
    return joined(this, root->sources_[index]->root_path,
                  [](const DirectoryNode& node) -> const std::string& { return node.name_->str(); });
}

std::string DirectoryNode::typed_source_path(std::size_t index) const
{
    const DirectoryNode* root = this;
    for (; root->parent_; root = root->parent_.get()) index = root->sources_[index]->parent_index;
    return joined(this, root->sources_[index]->typed_path,
                  [](const DirectoryNode& node) -> const std::string& { return node.name_->str(); });
}

std::string DirectoryNode::destination_path() const
{
    return joined(this, root().destination_root_, [](const DirectoryNode& node) -> const std::string& {
        return node.destination_name_ ? node.destination_name_->str() : node.name_->str();
    });
}

void DirectoryNode::let_go()
{
    for (const auto& source : sources_) source->handle.let_go();
    for (const auto& alternate : alternates_) alternate->handle.let_go();
    destination_.let_go();
}

void DirectoryNode::remove_opener()
{
    if (openers_.fetch_sub(1, std::memory_order_acq_rel) == 1) let_go();
}

}  // namespace arsync::sync
