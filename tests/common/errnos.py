"""Error numbers of macOS (its <sys/errno.h>, intro(2)) beside those of Linux (errno(3)).

Numbers 1 to 34 are the same on both systems but for 11, so that only the others are listed. Where macOS has no number
for an error of Linux (or the other way round) it is not listed: such an error cannot be met on both.
"""

import errno
import os
import re

from common import commands, native

# Name: (macOS, Linux). ENOATTR is macOS's word for what Linux calls ENODATA.
NUMBERS = {
    "EDEADLK": (11, 35), "EAGAIN": (35, 11), "EINPROGRESS": (36, 115), "EALREADY": (37, 114), "ENOTSOCK": (38, 88),
    "EDESTADDRREQ": (39, 89), "EMSGSIZE": (40, 90), "EPROTOTYPE": (41, 91), "ENOPROTOOPT": (42, 92),
    "EPROTONOSUPPORT": (43, 93), "ESOCKTNOSUPPORT": (44, 94), "ENOTSUP": (45, 95), "EPFNOSUPPORT": (46, 96),
    "EAFNOSUPPORT": (47, 97), "EADDRINUSE": (48, 98), "EADDRNOTAVAIL": (49, 99), "ENETDOWN": (50, 100),
    "ENETUNREACH": (51, 101), "ENETRESET": (52, 102), "ECONNABORTED": (53, 103), "ECONNRESET": (54, 104),
    "ENOBUFS": (55, 105), "EISCONN": (56, 106), "ENOTCONN": (57, 107), "ESHUTDOWN": (58, 108),
    "ETOOMANYREFS": (59, 109), "ETIMEDOUT": (60, 110), "ECONNREFUSED": (61, 111), "ELOOP": (62, 40),
    "ENAMETOOLONG": (63, 36), "EHOSTDOWN": (64, 112), "EHOSTUNREACH": (65, 113), "ENOTEMPTY": (66, 39),
    "EUSERS": (68, 87), "EDQUOT": (69, 122), "ESTALE": (70, 116), "EREMOTE": (71, 66), "ENOLCK": (77, 37),
    "ENOSYS": (78, 38), "EOVERFLOW": (84, 75), "ECANCELED": (89, 125), "EIDRM": (90, 43), "ENOMSG": (91, 42),
    "EILSEQ": (92, 84), "ENOATTR": (93, 61), "EBADMSG": (94, 74), "EMULTIHOP": (95, 72), "ENODATA": (96, 61),
    "ENOLINK": (97, 67), "ENOSR": (98, 63), "ENOSTR": (99, 60), "EPROTO": (100, 71), "ETIME": (101, 62),
    "EOPNOTSUPP": (102, 95), "ENOTRECOVERABLE": (104, 131), "EOWNERDEAD": (105, 130),
}
_TO_LINUX = dict(NUMBERS.values())
# What macOS says otherwise than Linux (strerror(3) of both), by Linux's number.
_TEXTS = {
    errno.EPERM: "Operation not permitted", errno.ENOTBLK: "Block device required", errno.EXDEV: "Cross-device link",
    errno.ENODEV: "Operation not supported by device", errno.ERANGE: "Result too large",
    errno.EDOM: "Numerical argument out of domain", errno.EDEADLK: "Resource deadlock avoided",
    errno.ELOOP: "Too many levels of symbolic links", errno.EDQUOT: "Disc quota exceeded",
    errno.ESTALE: "Stale NFS file handle", errno.EILSEQ: "Illegal byte sequence",
    errno.EOVERFLOW: "Value too large to be stored in data type", errno.ECANCELED: "Operation canceled",
    errno.ENOTSUP: "Operation not supported", errno.ENODATA: "Attribute not found",
}
_NUMBER = re.compile(rb"\((\d+)\)$")


def number(name):
    """The number that the program under test gives to an error."""
    linux = NUMBERS[name][1] if name in NUMBERS else getattr(errno, name)
    macos = NUMBERS[name][0] if name in NUMBERS else linux
    return macos if commands.system() == "macos" else linux


def told(name):
    """How an error ends: b"Directory not empty (39)"."""
    if native.MAC:
        return f"{os.strerror(number(name))} ({number(name)})".encode()
    linux = NUMBERS[name][1] if name in NUMBERS else getattr(errno, name)
    text = _TEXTS.get(linux) if commands.system() == "macos" else None
    return f"{text or os.strerror(linux)} ({number(name)})".encode()


def as_on_linux(line):
    """A line of the program under test with the number at its end as Linux would have it."""
    if commands.system() != "macos":
        return line
    return _NUMBER.sub(lambda match: b"(%d)" % _TO_LINUX.get(int(match[1]), int(match[1])), line)
