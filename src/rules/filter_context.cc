#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rules/filter_state.h"

namespace arsync::rules {

namespace {

/// "ROOT/PATH/", the bytes that every view of a Subject is cut from, on the stack.
class FullPath {
public:
    FullPath(std::string_view root, std::string_view path) : root_size_(root.size()), path_size_(path.size())
    {
        const std::size_t size = root.size() + path.size() + 2;
        if (size > stack_.size()) heap_.resize(size);
        char* const bytes = heap_.empty() ? stack_.data() : heap_.data();
        char* to = std::ranges::copy(root, bytes).out;  // not memcpy: an empty view may be null
        *to++ = '/';
        std::ranges::copy(path, to);
        bytes[size - 1] = '/';
        bytes_ = bytes;
    }
    FullPath(const FullPath&) = delete;
    FullPath& operator=(const FullPath&) = delete;

    [[nodiscard]] std::string_view full() const { return {bytes_, root_size_ + 1 + path_size_}; }
    [[nodiscard]] std::string_view path() const { return {bytes_ + root_size_ + 1, path_size_}; }

private:
    std::size_t root_size_;
    std::size_t path_size_;
    const char* bytes_;
    std::array<char, 4352> stack_;  // PATH_MAX and a bit; not initialised, that would cost more than the check
    std::string heap_;
};

std::string_view last_component(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

const Rule* find(const Matcher& matcher, std::string_view root, std::string_view path, bool is_directory,
                 bool ignore_perishable)
{
    if (matcher.empty()) return nullptr;
    Subject subject{.path = path, .name = last_component(path), .full = {}, .is_directory = is_directory};
    if (!matcher.needs_full()) return matcher.find(subject, ignore_perishable);
    const FullPath bytes(root, path);
    subject.path = bytes.path();
    subject.full = bytes.full();
    return matcher.find(subject, ignore_perishable);
}

Verdict ask(const Matcher& matcher, std::string_view root, std::string_view path, bool is_directory,
            bool ignore_perishable)
{
    const Rule* rule = find(matcher, root, path, is_directory, ignore_perishable);
    if (rule == nullptr) return Verdict::NoMatch;
    return rule->include ? Verdict::Include : Verdict::Exclude;
}

using Rules = std::vector<const Rule*>;

/// Puts the dir-merge rules' findings in their places.
void flatten(std::span<const Entry> list, const ActiveMerges& actives, Rules& flat)
{
    for (const Entry& entry : list) {
        if (const auto* rule = std::get_if<Rule>(&entry)) {
            flat.push_back(rule);
            continue;
        }
        const auto& merge = std::get<std::shared_ptr<const DirectoryMerge>>(entry);
        const ActiveMerge* active = find_active(actives, merge.get());
        if (active == nullptr) continue;
        for (const LocalRules* local = active->local.get(); local != nullptr; local = local->inherited.get()) {
            flatten(local->rules, actives, flat);
        }
    }
}

Rules in_force(const FilterContext::State& state, bool xattr, Sides side)
{
    Rules flat;
    flatten(state.transfer->list, state.actives, flat);
    std::erase_if(flat, [&](const Rule* rule) { return rule->xattr != xattr || (rule->sides & side) == 0; });
    return flat;
}

}  // namespace

FilterContext::State::State(std::shared_ptr<const TransferRules> transfer_rules, ActiveMerges merges, bool is_entered)
    : transfer(std::move(transfer_rules)),
      actives(std::move(merges)),
      entered(is_entered),
      sender(in_force(*this, false, kSenderSide)),
      receiver(in_force(*this, false, kReceiverSide)),
      xattr_sender(in_force(*this, true, kSenderSide)),
      xattr_receiver(in_force(*this, true, kReceiverSide))
{
}

FilterContext::FilterContext(std::shared_ptr<const State> state) : state_(std::move(state)) {}
FilterContext::~FilterContext() = default;

bool FilterContext::empty() const
{
    return state_->sender.empty() && state_->receiver.empty() && !has_directory_rules();
}

bool FilterContext::has_directory_rules() const
{
    return std::ranges::any_of(state_->transfer->list,
                               [](const Entry& entry) { return !std::holds_alternative<Rule>(entry); });
}

bool FilterContext::has_xattr_rules() const
{
    return !state_->xattr_sender.empty() || !state_->xattr_receiver.empty();
}

Verdict FilterContext::check(std::string_view path, bool is_directory, Side side) const
{
    if (path == ".") return Verdict::NoMatch;
    const Matcher& matcher = side == Side::Sender ? state_->sender : state_->receiver;
    return ask(matcher, state_->transfer->root, path, is_directory, side == Side::ReceiverInDeleted);
}

Verdict FilterContext::check_base(Side side) const
{
    const Matcher& matcher = side == Side::Sender ? state_->sender : state_->receiver;
    return ask(matcher, state_->transfer->root, ".", true, side == Side::ReceiverInDeleted);
}

std::string FilterContext::deciding_pattern(std::string_view path, bool is_directory, Side side) const
{
    if (path == ".") return "";
    const Matcher& matcher = side == Side::Sender ? state_->sender : state_->receiver;
    const Rule* rule = find(matcher, state_->transfer->root, path, is_directory, side == Side::ReceiverInDeleted);
    return rule != nullptr ? rule->pattern.text() : "";
}

Verdict FilterContext::check_xattr(std::string_view name, Side side) const
{
    const Matcher& matcher = side == Side::Sender ? state_->xattr_sender : state_->xattr_receiver;
    return ask(matcher, {}, name, false, false);
}

std::expected<std::shared_ptr<const FilterContext>, RuleError> FilterContext::enter(
    const std::shared_ptr<const FilterContext>& above, std::string_view directory, const ReadInDirectory& read)
{
    if (!above->has_directory_rules()) return above;
    const TransferRules& transfer = *above->state_->transfer;
    const std::string path = directory == "." ? std::string() : std::string(directory) + '/';
    std::string absolute = transfer.root + '/' + path;
    absolute.pop_back();
    // rsync looks for files that merge files name from the transfer root if the name is a plain one, else from the
    // directory; and what they say with a leading '/' refers to the transfer root.
    auto read_named = [&](std::string_view file) {
        const bool plain = file.find('/') == std::string_view::npos;
        if (file.starts_with('/')) return transfer.read(std::string(file));
        return transfer.read((plain ? transfer.root : absolute) + '/' + std::string(file));
    };
    const EnteredDirectory entered{
        .path = absolute, .files = {.anchor = {.absolute = false, .base = path}, .read = read_named}, .read = read};
    const DirectoryRules rules(transfer.settings, transfer.read);
    const State& outside = *above->state_;
    ActiveMerges inherited = outside.actives;
    if (!outside.entered) {
        auto scanned = rules.scan_parents(transfer.list,
                                          transfer.first_directory.empty() ? entered.path : transfer.first_directory);
        if (!scanned) return std::unexpected(scanned.error());
        inherited = *std::move(scanned);
    }
    auto actives = rules.enter(transfer.list, inherited, entered);
    if (!actives) return std::unexpected(actives.error());
    if (outside.entered && *actives == outside.actives) return above;
    auto state = std::make_shared<const State>(outside.transfer, *std::move(actives), true);
    return std::make_shared<const FilterContext>(std::move(state));
}

}  // namespace arsync::rules
