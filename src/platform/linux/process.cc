// Parts of process.h that mean something elsewhere only.

#include "platform/process.h"

namespace arsync::platform {

void prepare_worker_thread() {}

void fetch_dataless_files(bool) {}

std::string_view advice(const Error&)
{
    return {};
}

}  // namespace arsync::platform
