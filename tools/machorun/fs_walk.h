#pragma once

#include "paths.h"

namespace machorun {

// Looks up `path`, of at least one byte, from the directory `start` by the rules of the declared volumes on its way.
Looked<Place> walk(Descriptor start, const char* path, Links links);

}  // namespace machorun
