# How everything is compiled: one interface target that all of ours link.

include(CTest)
option(KYMO_WERROR "Treat warnings as errors" OFF)
option(KYMO_TRACESTORE_ONLY "Build only the library without Qt and its tests" OFF)
option(KYMO_BENCH "Build the benchmarks" OFF)
option(KYMO_FUZZ "Build the fuzzers (clang)" OFF)
set(KYMO_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# Precompiled headers carry time stamps; without the sloppiness ccache stores nothing. With a base
# directory a checkout elsewhere finds what another one has compiled, and so does one in another locale.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=locale,pch_defines,time_macros CCACHE_NOHASHDIR=1
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE})
endif()

# Two links at once need more memory than a small machine has.
set_property(GLOBAL PROPERTY JOB_POOLS link=1)
set(CMAKE_JOB_POOL_LINK link)

add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}")
target_compile_options(project_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual
    -Wno-missing-field-initializers # members left out of {.a = 1} take their defaults: that is the idiom
    $<$<BOOL:${KYMO_WERROR}>:-Werror>)
target_compile_definitions(project_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_FOREACH
    QT_STRICT_ITERATORS QT_USE_QSTRINGBUILDER QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_DISABLE_DEPRECATED_BEFORE=0x060400)

find_program(MOLD mold)
if(MOLD)
    target_link_options(project_options INTERFACE -fuse-ld=mold)
endif()

if(KYMO_SANITIZE)
    string(REPLACE ";" "," sanitizers "${KYMO_SANITIZE}")
    target_compile_options(project_options INTERFACE
        -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(project_options INTERFACE -fsanitize=${sanitizers})
    # The checks between hide from g++ 12 what was assigned: every empty std::optional looks unset.
    target_compile_options(project_options INTERFACE -Wno-maybe-uninitialized)
    if(KYMO_SANITIZE STREQUAL "thread")
        # g++ 12 sees overruns where its own checks stand between (array-bounds, stringop-overflow
        # in <string>); the other presets tell of real ones.
        target_compile_options(project_options INTERFACE -Wno-error)
    endif()
endif()
