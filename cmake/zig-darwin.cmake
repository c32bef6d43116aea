# Cross-compiles for macOS on Linux with zig (./dev macos). A Mac needs none of this: there cmake's defaults do.
# Wants ZIG (the program) and ZIG_ARCH (x86_64 or aarch64); ZIG_MACOS is the oldest macOS that the result runs on.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_VERSION 22.0) # Darwin 22 is macOS 13
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ZIG ZIG_ARCH ZIG_MACOS)
if(NOT ZIG_MACOS)
  set(ZIG_MACOS 13.0)
endif()
set(CMAKE_SYSTEM_PROCESSOR ${ZIG_ARCH})

# "zig c++" is two words; a launcher in front of it (ccache) would take the second for a file. So: a wrapper each.
set(zig_wrappers ${CMAKE_BINARY_DIR}/zig)
set(zig_target "-target ${ZIG_ARCH}-macos.${ZIG_MACOS}")
function(zig_wrapper name words)
  if(NOT EXISTS ${zig_wrappers}/${name})
    file(WRITE ${zig_wrappers}/${name} "#!/bin/sh\nexec '${ZIG}' ${words} \"$@\"\n")
    file(CHMOD ${zig_wrappers}/${name} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  endif()
endfunction()
zig_wrapper(cc "cc ${zig_target}")
zig_wrapper(c++ "c++ ${zig_target}")
zig_wrapper(ar ar)
zig_wrapper(ranlib ranlib)
set(CMAKE_C_COMPILER ${zig_wrappers}/cc)
set(CMAKE_CXX_COMPILER ${zig_wrappers}/c++)
set(CMAKE_AR ${zig_wrappers}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${zig_wrappers}/ranlib CACHE FILEPATH "")
# CMake's Darwin module asks for these; static libraries and one program need none of them.
foreach(tool INSTALL_NAME_TOOL OTOOL LIPO NM STRIP)
  set(CMAKE_${tool} /bin/true CACHE FILEPATH "")
endforeach()

# zig knows the SDK and carries the version in -target.
set(CMAKE_OSX_SYSROOT "" CACHE STRING "")
set(CMAKE_OSX_DEPLOYMENT_TARGET "" CACHE STRING "")
set(CMAKE_OSX_ARCHITECTURES "" CACHE STRING "")
set(CMAKE_MACOSX_BUNDLE OFF)
set(CMAKE_MACOSX_RPATH OFF)
set(CMAKE_SKIP_RPATH ON)
set(CMAKE_LINKER_DEPFILE_SUPPORTED FALSE)

# Two headers that zig's macOS headers lack.
set(CMAKE_C_FLAGS_INIT "-isystem ${CMAKE_CURRENT_LIST_DIR}/../tools/darwin-headers")
set(CMAKE_CXX_FLAGS_INIT "-isystem ${CMAKE_CURRENT_LIST_DIR}/../tools/darwin-headers")

set(CMAKE_FIND_ROOT_PATH ${CMAKE_BINARY_DIR}/no-sysroot)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
if(MACHORUN AND ZIG_ARCH STREQUAL "x86_64")
  set(CMAKE_CROSSCOMPILING_EMULATOR ${MACHORUN})
endif()
