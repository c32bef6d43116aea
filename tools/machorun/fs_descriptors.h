// What has to be remembered about the program's open files and Linux does not keep.
#pragma once

#include <cstdint>

namespace machorun {

enum DescriptorMark : uint8_t {
    kDataless = 1,  // the file's content is in the cloud (SF_DATALESS): reading it is a download
    kNoSigpipe = 2  // F_SETNOSIGPIPE
};

void set_mark(int fd, DescriptorMark mark, bool value);
bool has_mark(int fd, DescriptorMark mark);
void copy_marks(int from, int to);
void clear_marks(int fd);

// To be called before the content of `fd` is read: 0, or EDEADLK if it would have to be downloaded and the process does
// not want that, see setiopolicy_np(3), IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES. A download clears SF_DATALESS.
int materialize(int fd);

}  // namespace machorun
