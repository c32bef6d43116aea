#include "sync/node.h"

#include <utility>

namespace arsync::sync {

void Reopenable::hold(HeldDirectory handle, platform::FileIdentity identity)
{
    const std::lock_guard lock(mutex_);
    handle_ = std::move(handle);
    identity_ = identity;
    known_ = true;
}

HeldDirectory Reopenable::held()
{
    const std::lock_guard lock(mutex_);
    return handle_;
}

Result<HeldDirectory> Reopenable::verified(Result<platform::Directory> opened) const
{
    if (!opened) return std::unexpected(opened.error());
    const auto facts = opened->stat();
    if (!facts) return std::unexpected(facts.error());
    // A directory that was never held (its handle could not be opened in the first place) has no identity to compare.
    if (known_ && facts->identity != identity_) return fail(Operation::Open, std::errc::no_such_file_or_directory);
    return std::make_shared<const platform::Directory>(std::move(*opened));
}

void Reopenable::let_go()
{
    const std::lock_guard lock(mutex_);
    handle_.reset();
}

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
    return node;
}

DirectoryNode::~DirectoryNode()
{
    // A deep chain of parents that only this node kept must not unwind by recursion.
    auto above = std::move(parent_);
    while (above && above.use_count() == 1) above = std::exchange(above->parent_, nullptr);
}

DirectoryNode::Source& DirectoryNode::add_source()
{
    return *sources_.emplace_back(std::make_unique<Source>());
}

Result<HeldDirectory> DirectoryNode::source(std::size_t index)
{
    // Upwards to the nearest directory that is still open, then down again: a loop, since trees may be very deep.
    std::vector<std::pair<DirectoryNode*, std::size_t>> closed;
    HeldDirectory open;
    for (auto* node = this; !open; node = node->parent_.get()) {
        auto& source = *node->sources_[index];
        open = source.handle.held();
        if (open) break;
        closed.emplace_back(node, index);
        index = source.parent_index;
        if (!node->parent_) break;
    }
    for (auto at = closed.rbegin(); at != closed.rend(); ++at) {
        auto& source = *at->first->sources_[at->second];
        auto next = open ? open->open_directory(*at->first->name_) : platform::Directory::open_root(source.root_path);
        auto verified = source.handle.verified(std::move(next));
        if (!verified) return verified;
        open = std::move(*verified);
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
        const auto& name = (*at)->destination_name_ ? (*at)->destination_name_ : (*at)->name_;
        auto next = open ? open->open_directory(*name) : platform::Directory::open_root((*at)->destination_root_);
        auto verified = (*at)->destination_.verified(std::move(next));
        if (!verified) return verified;
        open = std::move(*verified);
    }
    return open;
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

std::string DirectoryNode::destination_path() const
{
    const DirectoryNode* root = this;
    while (root->parent_) root = root->parent_.get();
    return joined(this, root->destination_root_, [](const DirectoryNode& node) -> const std::string& {
        return node.destination_name_ ? node.destination_name_->str() : node.name_->str();
    });
}

void DirectoryNode::let_go()
{
    for (const auto& source : sources_) source->handle.let_go();
    destination_.let_go();
}

void DirectoryNode::remove_opener()
{
    if (openers_.fetch_sub(1, std::memory_order_acq_rel) == 1) let_go();
}

}  // namespace arsync::sync
