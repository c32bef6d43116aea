#include "sync/xattr_rules.h"

#include <vector>

namespace arsync::sync {
namespace {

using rules::FilterContext;
using rules::Side;

const FilterContext& sender_rules(const Context& context, const DirectoryNode* holder)
{
    return holder != nullptr && holder->source_rules ? *holder->source_rules : *context.job.selection.filters;
}

const FilterContext& receiver_rules(const Context& context)
{
    const auto& filters = context.job.deletion.filters;
    return filters ? *filters : *context.job.selection.filters;
}

void drop_excluded(std::vector<platform::Xattr>& xattrs, const FilterContext& rules, Side side)
{
    std::erase_if(xattrs, [&](const platform::Xattr& xattr) {
        return rules.check_xattr(xattr.name, side) == rules::Verdict::Exclude;
    });
}

}  // namespace

bool has_xattr_rules(const Context& context, const DirectoryNode* holder)
{
    return sender_rules(context, holder).has_xattr_rules() || receiver_rules(context).has_xattr_rules();
}

Result<ExtendedAttributes> read_source_extended(const Context& context, const DirectoryNode* holder,
                                                const SourceTarget& target, const platform::Metadata& facts)
{
    const bool rules = context.job.preservation.xattrs && has_xattr_rules(context, holder);
    auto read = read_source_extended(context, target, facts, rules);
    if (!read || !rules) return read;
    drop_excluded(read->xattrs, sender_rules(context, holder), Side::Sender);
    drop_excluded(read->xattrs, receiver_rules(context), Side::Receiver);  // these are not to be written either
    return read;
}

Result<ExtendedAttributes> read_destination_extended(const Context& context, platform::AttributeTarget target)
{
    const auto& filters = receiver_rules(context);
    const bool rules = context.job.preservation.xattrs && filters.has_xattr_rules();
    auto read = read_extended(context, target, rules);
    if (read && rules) drop_excluded(read->xattrs, filters, Side::Receiver);
    return read;
}

}  // namespace arsync::sync
