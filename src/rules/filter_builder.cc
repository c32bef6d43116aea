#include <utility>

#include "rules/filter_state.h"
#include "rules/rule_loader.h"

namespace arsync::rules {

namespace {

constexpr Template kFilter;
constexpr Template kExclude = {.syntax = Syntax::OldPrefixes};
constexpr Template kInclude = {.syntax = Syntax::OldPrefixes, .include = true};

}  // namespace

struct FilterBuilder::State {
    State(ReadFile read_file, Settings given)
        : settings(std::move(given)),
          read(std::move(read_file)),
          loader(settings, {.anchor = {}, .read = [this](std::string_view path) { return read(std::string(path)); }},
                 list)
    {
    }

    Settings settings;
    ReadFile read;
    ReadFile read_on_the_way = read;
    RuleList list;
    RuleLoader loader;
};

FilterBuilder::FilterBuilder(ReadFile read, Settings settings)
    : state_(std::make_unique<State>(std::move(read), std::move(settings)))
{
}

FilterBuilder::~FilterBuilder() = default;

void FilterBuilder::read_on_the_way(ReadFile read)
{
    state_->read_on_the_way = std::move(read);
}

std::expected<void, RuleError> FilterBuilder::add_filter(std::string_view rule)
{
    return state_->loader.add(rule, kFilter);
}

std::expected<void, RuleError> FilterBuilder::add_exclude(std::string_view pattern)
{
    return state_->loader.add(pattern, kExclude);
}

std::expected<void, RuleError> FilterBuilder::add_include(std::string_view pattern)
{
    return state_->loader.add(pattern, kInclude);
}

std::expected<void, RuleError> FilterBuilder::add_exclude_from(const std::string& path)
{
    return state_->loader.add_file(path, kExclude, {});
}

std::expected<void, RuleError> FilterBuilder::add_include_from(const std::string& path)
{
    return state_->loader.add_file(path, kInclude, {});
}

std::expected<void, RuleError> FilterBuilder::add_cvs_exclude()
{
    if (auto added = add_filter(":C"); !added) return added;
    return add_filter("-C");
}

std::shared_ptr<const FilterContext> FilterBuilder::build(std::string root, std::string first_directory) const
{
    while (root.ends_with('/')) root.pop_back();
    while (first_directory.ends_with('/')) first_directory.pop_back();
    auto transfer = std::make_shared<const TransferRules>(TransferRules{.list = state_->list,
                                                                        .settings = state_->settings,
                                                                        .read = state_->read_on_the_way,
                                                                        .root = std::move(root),
                                                                        .first_directory = std::move(first_directory)});
    auto state = std::make_shared<const FilterContext::State>(std::move(transfer), ActiveMerges{}, false);
    return std::make_shared<const FilterContext>(std::move(state));
}

}  // namespace arsync::rules
