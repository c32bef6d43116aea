// What macOS lets a process say about itself.

#include "platform/process.h"

#include <pthread.h>
#include <pthread/qos.h>
#include <sys/resource.h>

#include "platform/posix/memory.h"

namespace arsync::platform {

void give_back_large_blocks() {}  // the system's allocator does that

void prepare_worker_thread()
{
    // Somebody waits for the result. A thread that says nothing counts as "default" and is put behind the user's
    // programs; "utility" may be slowed down on purpose. A hint: failure changes nothing.
    static_cast<void>(::pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0));
}

void fetch_dataless_files(bool fetch)
{
    // Off, reading such a file fails with EDEADLK instead of waiting for a download. Fails only on systems before
    // dataless files.
    static_cast<void>(
        ::setiopolicy_np(IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES, IOPOL_SCOPE_PROCESS,
                         fetch ? IOPOL_MATERIALIZE_DATALESS_FILES_ON : IOPOL_MATERIALIZE_DATALESS_FILES_OFF));
}

std::string_view advice(const Error& error)
{
    // The privacy rules of macOS (Desktop, Documents, Downloads, removable and network volumes, other programs' data)
    // answer like a forbidden operation.
    const bool looks = error.operation == Operation::Open || error.operation == Operation::List ||
                       error.operation == Operation::Stat || error.operation == Operation::Create;
    if (!looks || !error.is(std::errc::operation_not_permitted)) return {};
    return "if macOS protects this place, give the terminal Full Disk Access in System Settings";
}

}  // namespace arsync::platform
