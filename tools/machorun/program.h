// What the running program can ask about itself.
#pragma once

#include <string>

namespace machorun {

struct Program {
    int argument_count = 0;
    char** arguments = nullptr;
    std::string path;     // absolute
    bool strict = false;  // a call which is not imitated ends the program
};

// Filled in by main() before the program starts.
Program& program();

}  // namespace machorun
