#include "cli/attribute_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/mode_changes.h"
#include "cli/job_builder.h"

namespace arsync::cli {

namespace {

/// --usermap or --groupmap: once, and not beside a --chown that means the same.
Outcome apply_map(IdMapOption& map, std::string_view name, const std::string& value, bool& preserve)
{
    if (map.text && map.by_chown) return refuse(fmt::format("--{} conflicts with prior --chown.", name));
    if (map.text) return refuse(fmt::format("You can only specify --{} once.", name));
    map.text = value;
    preserve = true;
    return {};
}

/// One half of --chown: everybody becomes `to`.
Outcome apply_owner(IdMapOption& map, std::string_view name, std::string_view what, std::string_view to, bool& preserve)
{
    if (to.empty()) return {};
    if (map.text && !map.by_chown) return refuse(fmt::format("--chown conflicts with prior --{}.", name));
    if (map.text) return refuse(fmt::format("You can only specify a {}-affecting --chown once.", what));
    map.text = fmt::format("*:{}", to);
    map.by_chown = true;
    preserve = true;
    return {};
}

Outcome apply_chown(Options& options, std::string_view value)
{
    const auto colon = std::min(value.find(':'), value.size());
    const auto user = value.substr(0, colon);
    const auto group = colon < value.size() ? value.substr(colon + 1) : std::string_view();
    if (auto applied = apply_owner(options.user_map, "usermap", "user", user, options.owner); !applied) return applied;
    return apply_owner(options.group_map, "groupmap", "group", group, options.group);
}

}  // namespace

Outcome apply_attribute_option(Options& options, Special special, const std::string& value)
{
    switch (special) {
        case Special::Chmod:
            if (!ModeChanges::parse(value, 0))
                return refuse(fmt::format("Invalid argument passed to --chmod ({})", value));
            options.chmod.push_back(value);
            return {};
        case Special::Chown: return apply_chown(options, value);
        case Special::UserMap: return apply_map(options.user_map, "usermap", value, options.owner);
        case Special::GroupMap: return apply_map(options.group_map, "groupmap", value, options.group);
        default: return {};
    }
}

std::expected<std::optional<platform::NewIdentity>, UsageError> parse_copy_as(const Options& options,
                                                                              const Surroundings& surroundings)
{
    if (!options.copy_as) return std::nullopt;
    const std::string_view text = *options.copy_as;
    const auto colon = std::min(text.find(':'), text.size());
    platform::NewIdentity identity;
    const auto user = find_id(text.substr(0, colon), surroundings.user_id);
    if (!user) return std::unexpected(user.error());
    if (!*user) return refuse(fmt::format("Invalid copy-as user: {}", text.substr(0, colon)));
    identity.user = **user;
    if (colon < text.size()) {
        const auto group = find_id(text.substr(colon + 1), surroundings.group_id);
        if (!group) return std::unexpected(group.error());
        if (!*group) return refuse(fmt::format("Invalid copy-as group: {}", text.substr(colon + 1)));
        identity.group = **group;
    }
    return identity;
}

Outcome build_attribute_changes(const Options& options, const Surroundings& surroundings, sync::Job& job,
                                std::vector<std::string>& warnings)
{
    for (const auto& text : options.chmod) {
        if (const auto changes = ModeChanges::parse(text, surroundings.umask)) job.mapping.mode.append(*changes);
    }
    const auto add = [&](const IdMapOption& map, std::string_view name, const IdOfName& find,
                         sync::IdRules& into) -> Outcome {
        if (!map.text) return {};
        auto rules = parse_id_rules(name, *map.text, find, warnings);
        if (!rules) return std::unexpected(rules.error());
        into = std::move(*rules);
        return {};
    };
    // Who becomes somebody else has that one's rights and no others.
    const auto destination_super = options.destination_super ? options.destination_super : options.super;
    job.rights.fake_source = options.super == SuperUser::Fake;
    job.rights.fake_destination = destination_super == SuperUser::Fake;
    if (destination_super && !job.rights.fake_destination && !options.copy_as)
        job.rights.super = destination_super == SuperUser::Yes;
    job.preservation.access_times = options.atimes > 0;
    job.reading.leaves_access_times = options.open_noatime || options.atimes > 1;
    job.reading.device_contents = options.copy_devices;
    job.writing.into_devices = options.write_devices;
    if (options.write_devices) job.writing.inplace = true;
    job.mapping.numeric = options.numeric_ids;
    if (auto added = add(options.user_map, "usermap", surroundings.user_id, job.mapping.users); !added) return added;
    return add(options.group_map, "groupmap", surroundings.group_id, job.mapping.groups);
}

}  // namespace arsync::cli
