// A gate: machine code in front of an import which can fail the call or log it.
#pragma once

#include <string_view>

namespace machorun {

struct GateOptions {
    bool faults = false;
    bool logged = false;
};

// Returns a function that does what `target` does, with any number and kind of arguments. It lives for ever.
void* make_call_gate(std::string_view name, void* target, GateOptions options);

}  // namespace machorun
