#pragma once
// The part of macOS's <sys/disk.h> that arsync uses; the cross compiler's headers do not have it. Values: xnu's public
// header (APSL).

#include <stdint.h>
#include <sys/ioctl.h>

#define DKIOCGETBLOCKSIZE _IOR('d', 24, uint32_t)
#define DKIOCGETBLOCKCOUNT _IOR('d', 25, uint64_t)
