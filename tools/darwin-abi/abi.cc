// What src/platform/darwin and src/platform/posix believe about the structures and constants of macOS, for both
// architectures. Compiling this file is the test: ./dev macos does it. A header that disagrees stops the build, instead
// of a program that reads the wrong bytes.
#include <copyfile.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/acl.h>
#include <sys/attr.h>
#include <sys/clonefile.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/stdio.h>
#include <sys/types.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static_assert(sizeof(void*) == 8 && sizeof(long) == 8 && sizeof(off_t) == 8 && sizeof(time_t) == 8);
static_assert(sizeof(dev_t) == 4 && sizeof(ino_t) == 8 && sizeof(mode_t) == 2 && sizeof(nlink_t) == 2);
static_assert(sizeof(uid_t) == 4 && sizeof(gid_t) == 4 && sizeof(rlim_t) == 8 && sizeof(struct rlimit) == 16);
static_assert(sizeof(struct timespec) == 16 && offsetof(struct timespec, tv_nsec) == 8);

// stat(2): metadata.cc, file.cc, open_target.cc.
static_assert(sizeof(struct stat) == 144);
static_assert(offsetof(struct stat, st_dev) == 0 && offsetof(struct stat, st_mode) == 4);
static_assert(offsetof(struct stat, st_nlink) == 6 && offsetof(struct stat, st_ino) == 8);
static_assert(offsetof(struct stat, st_uid) == 16 && offsetof(struct stat, st_gid) == 20);
static_assert(offsetof(struct stat, st_rdev) == 24 && offsetof(struct stat, st_atimespec) == 32);
static_assert(offsetof(struct stat, st_mtimespec) == 48 && offsetof(struct stat, st_ctimespec) == 64);
static_assert(offsetof(struct stat, st_birthtimespec) == 80 && offsetof(struct stat, st_size) == 96);
static_assert(offsetof(struct stat, st_blocks) == 104 && offsetof(struct stat, st_blksize) == 112);
static_assert(offsetof(struct stat, st_flags) == 116);
static_assert(UTIME_OMIT == -2 && UTIME_NOW == -1);

// File flags: attributes.cc, metadata.cc.
static_assert(UF_SETTABLE == 0xffff && SF_SETTABLE == 0x3fff0000);
static_assert(UF_NODUMP == 0x1 && UF_IMMUTABLE == 0x2 && UF_APPEND == 0x4 && UF_COMPRESSED == 0x20);
static_assert(UF_TRACKED == 0x40 && UF_DATAVAULT == 0x80 && UF_HIDDEN == 0x8000);
static_assert(SF_IMMUTABLE == 0x20000 && SF_APPEND == 0x40000 && SF_RESTRICTED == 0x80000);
static_assert(SF_NOUNLINK == 0x100000 && SF_FIRMLINK == 0x800000 && SF_DATALESS == 0x40000000);

// statfs(2) and volume capabilities: volume.cc, volume_capabilities.cc.
static_assert(sizeof(struct statfs) == 2168);
static_assert(offsetof(struct statfs, f_bsize) == 0 && offsetof(struct statfs, f_fsid) == 48);
static_assert(offsetof(struct statfs, f_flags) == 64 && offsetof(struct statfs, f_fstypename) == 72);
static_assert(offsetof(struct statfs, f_mntonname) == 88 && offsetof(struct statfs, f_mntfromname) == 1112);
static_assert(sizeof(fsid_t) == 8 && MNT_RDONLY == 1);
static_assert(sizeof(vol_capabilities_attr_t) == 32 && offsetof(vol_capabilities_attr_t, valid) == 16);
static_assert(VOL_CAPABILITIES_FORMAT == 0 && VOL_CAPABILITIES_INTERFACES == 1);
static_assert(ATTR_VOL_INFO == 0x80000000 && ATTR_VOL_CAPABILITIES == 0x20000);
static_assert(VOL_CAP_INT_CLONE == 0x10000 && VOL_CAP_INT_RENAME_SWAP == 0x40000);
static_assert(VOL_CAP_INT_RENAME_EXCL == 0x80000 && VOL_CAP_FMT_CASE_SENSITIVE == 0x100);

// getattrlist(2) and its kin: listing.cc, metadata.cc, attributes.cc.
static_assert(ATTR_BIT_MAP_COUNT == 5 && sizeof(struct attrlist) == 24 && sizeof(attribute_set_t) == 20);
static_assert(offsetof(struct attrlist, commonattr) == 4 && offsetof(struct attrlist, volattr) == 8);
static_assert(offsetof(struct attrlist, dirattr) == 12 && offsetof(attribute_set_t, commonattr) == 0);
static_assert(sizeof(attrreference_t) == 8 && offsetof(attrreference_t, attr_length) == 4);
static_assert(ATTR_CMN_NAME == 0x1 && ATTR_CMN_OBJTYPE == 0x8 && ATTR_CMN_CRTIME == 0x200);
static_assert(ATTR_CMN_FLAGS == 0x40000 && ATTR_CMN_FILEID == 0x2000000 && ATTR_CMN_ERROR == 0x20000000);
static_assert(ATTR_CMN_RETURNED_ATTRS == 0x80000000 && ATTR_DIR_MOUNTSTATUS == 0x4);
static_assert(DIR_MNTSTATUS_MNTPOINT == 1 && FSOPT_NOFOLLOW == 1);
static_assert(VREG == 1 && VDIR == 2 && VBLK == 3 && VCHR == 4 && VLNK == 5 && VSOCK == 6 && VFIFO == 7);

// readdir(3), where getattrlistbulk is refused: listing.cc.
static_assert(sizeof(struct dirent) == 1048 && offsetof(struct dirent, d_ino) == 0);
static_assert(offsetof(struct dirent, d_namlen) == 18 && offsetof(struct dirent, d_type) == 20);
static_assert(offsetof(struct dirent, d_name) == 21);

// open(2) and the *at calls: open_flags.h, open_target.cc.
static_assert(O_RDONLY == 0 && O_RDWR == 2 && O_NONBLOCK == 4 && O_CREAT == 0x200 && O_EXCL == 0x800);
static_assert(O_DIRECTORY == 0x100000 && O_SYMLINK == 0x200000 && O_CLOEXEC == 0x1000000);
static_assert(O_NOFOLLOW == 0x100 && O_NOFOLLOW_ANY == 0x20000000);
static_assert(AT_FDCWD == -2 && AT_SYMLINK_NOFOLLOW == 0x20 && AT_REMOVEDIR == 0x80);
static_assert(SEEK_SET == 0 && SEEK_HOLE == 3 && SEEK_DATA == 4);

// fcntl(2): file.cc, volume.cc.
static_assert(F_PREALLOCATE == 42 && F_RDADVISE == 44 && F_RDAHEAD == 45 && F_FULLFSYNC == 51);
static_assert(F_BARRIERFSYNC == 85 && F_PUNCHHOLE == 99 && F_PEOFPOSMODE == 3);
static_assert(F_ALLOCATECONTIG == 2 && F_ALLOCATEALL == 4);
static_assert(sizeof(fstore_t) == 32 && offsetof(fstore_t, fst_length) == 16 &&
              offsetof(fstore_t, fst_bytesalloc) == 24);
static_assert(sizeof(fpunchhole_t) == 24 && offsetof(fpunchhole_t, fp_offset) == 8);
static_assert(sizeof(struct radvisory) == 16 && offsetof(struct radvisory, ra_count) == 8);

// clonefile(2), fcopyfile(3), renameatx_np(2): copy.cc, directory.cc.
static_assert(CLONE_NOFOLLOW == 1 && CLONE_NOOWNERCOPY == 2 && CLONE_ACL == 4);
static_assert(COPYFILE_DATA == 8 && COPYFILE_STATE_COPIED == 8 && COPYFILE_COPY_DATA == 4);
static_assert(COPYFILE_STATE_STATUS_CB == 6 && COPYFILE_STATE_STATUS_CTX == 7);
static_assert(COPYFILE_START == 1 && COPYFILE_FINISH == 2 && COPYFILE_ERR == 3 && COPYFILE_PROGRESS == 4);
static_assert(COPYFILE_CONTINUE == 0 && COPYFILE_SKIP == 1 && COPYFILE_QUIT == 2);
static_assert(RENAME_SWAP == 2 && RENAME_EXCL == 4);

// ACLs: acl.cc.
static_assert(ACL_TYPE_EXTENDED == 0x100 && ACL_FIRST_ENTRY == 0 && ACL_NEXT_ENTRY == -1);
static_assert(ACL_ENTRY_FILE_INHERIT == 0x20 && ACL_ENTRY_DIRECTORY_INHERIT == 0x40);

// kqueue(2) and signals: event_loop.cc.
static_assert(sizeof(struct kevent) == 32 && offsetof(struct kevent, filter) == 8);
static_assert(offsetof(struct kevent, flags) == 10 && offsetof(struct kevent, fflags) == 12);
static_assert(offsetof(struct kevent, data) == 16 && offsetof(struct kevent, udata) == 24);
static_assert(EVFILT_READ == -1 && EVFILT_WRITE == -2 && EVFILT_SIGNAL == -6 && EVFILT_TIMER == -7);
static_assert(EVFILT_USER == -10 && NOTE_TRIGGER == 0x1000000);
static_assert(EV_ADD == 1 && EV_DELETE == 2 && EV_CLEAR == 0x20);
static_assert(SIGHUP == 1 && SIGINT == 2 && SIGTERM == 15 && SIGWINCH == 28 && SIGINFO == 29);
static_assert(sizeof(sigset_t) == 4 && sizeof(struct sigaction) == 16);

// Process: process.cc.
static_assert(RLIMIT_NOFILE == 8 && RLIM_INFINITY == 0x7fffffffffffffffU);
static_assert(IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES == 3 && IOPOL_SCOPE_PROCESS == 0);
static_assert(IOPOL_MATERIALIZE_DATALESS_FILES_OFF == 1 && IOPOL_MATERIALIZE_DATALESS_FILES_ON == 2);
static_assert(QOS_CLASS_USER_INITIATED == 0x19);
static_assert(sizeof(struct winsize) == 8 && TIOCGWINSZ == 0x40087468);

// Errors that are told apart.
static_assert(EDEADLK == 11 && ENOTSUP == 45 && EOPNOTSUPP == 102 && ENOATTR == 93 && ECANCELED == 89);
static_assert(ELOOP == 62 && EDQUOT == 69 && EILSEQ == 92 && ENOTTY == 25);
