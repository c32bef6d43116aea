# Libraries for a cross build. Their headers come from Debian's packages, but never with -I/usr/include, which would
# bring Linux's system headers along: fmt's are copied into a folder of their own and used without its library.
if(NOT EXISTS ${CMAKE_BINARY_DIR}/include/fmt/core.h)
  file(COPY /usr/include/fmt DESTINATION ${CMAKE_BINARY_DIR}/include)
endif()
add_library(fmt INTERFACE)
add_library(fmt::fmt-header-only ALIAS fmt)
target_include_directories(fmt SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/include)
target_compile_definitions(fmt INTERFACE FMT_HEADER_ONLY)

# XXH3 is used as a header alone, in every build.
file(COPY /usr/include/xxhash.h /usr/include/xxh3.h DESTINATION ${CMAKE_BINARY_DIR}/include)
include_directories(SYSTEM ${CMAKE_BINARY_DIR}/include)

# GoogleTest from its source package, without this project's warnings.
function(cross_build_googletest)
  set(BUILD_GMOCK OFF CACHE BOOL "")
  set(INSTALL_GTEST OFF CACHE BOOL "")
  add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
  foreach(target gtest gtest_main)
    target_compile_options(${target} PRIVATE -w)
  endforeach()
endfunction()
