#pragma once
// What a FilterContext is made of.

#include <memory>
#include <string>

#include "rules/directory_rules.h"
#include "rules/filter.h"
#include "rules/matcher.h"
#include "rules/rule.h"

namespace arsync::rules {

/// The same in all contexts of one transfer root.
struct TransferRules {
    RuleList list;
    FilterBuilder::Settings settings;
    ReadFile read;
    std::string root;             // absolute, without a trailing '/'; "" for the root of the file system
    std::string first_directory;  // likewise; empty: the first one entered
};

struct FilterContext::State {
    /// Above the first directory `entered` is false.
    State(std::shared_ptr<const TransferRules> transfer_rules, ActiveMerges merges, bool entered);

    std::shared_ptr<const TransferRules> transfer;
    ActiveMerges actives;
    bool entered = false;
    Matcher sender;
    Matcher receiver;
    Matcher xattr_sender;
    Matcher xattr_receiver;
};

}  // namespace arsync::rules
