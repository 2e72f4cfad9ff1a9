# precompile_tests([LIBS <target>...] HEADERS <header>...)
#
# Reads these headers once for the tests of the calling folder instead of once for each of them: Qt
# Test and the containers take two seconds of the four that a test needs to compile. A folder has
# one such target, as g++ refuses headers that were read with other definitions.
function(precompile_tests)
    cmake_parse_arguments(arg "" "" "LIBS;HEADERS" ${ARGN})
    get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/test_headers.cpp")
    file(GENERATE OUTPUT "${source}" CONTENT "// The headers are the whole of it.\n")
    add_library(${folder}_test_headers OBJECT "${source}")
    target_link_libraries(${folder}_test_headers
        PRIVATE project_options test_support ${arg_LIBS} Qt6::Test)
    target_compile_options(${folder}_test_headers PRIVATE -O0)
    target_precompile_headers(${folder}_test_headers PRIVATE
        <QSignalSpy> <QTest>
        <algorithm> <functional> <map> <memory> <optional> <span> <string> <string_view>
        <unordered_map> <variant> <vector>
        ${arg_HEADERS})
endfunction()

# add_unit_test(<unit> [GUI] [LABEL <label>] [SOURCES <file>...] [LIBS <target>...])
#
# One Qt Test binary tst_<unit> from tst_<unit>.cpp in the calling folder, run offscreen in the C
# locale with settings of its own. A test finds the samples by KYMO_SAMPLES and the test data of
# the project by KYMO_TEST_DATA.
function(add_unit_test unit)
    cmake_parse_arguments(arg "GUI" "LABEL" "SOURCES;LIBS" ${ARGN})
    set(target tst_${unit})
    add_executable(${target} ${target}.cpp ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    target_link_libraries(${target} PRIVATE project_options test_support ${arg_LIBS} Qt6::Test)
    # A test is built once and runs for a second: what it tests is optimised, it itself is not.
    target_compile_options(${target} PRIVATE -O0)
    get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    if(TARGET ${folder}_test_headers)
        target_precompile_headers(${target} REUSE_FROM ${folder}_test_headers)
    endif()
    add_test(NAME ${unit} COMMAND ${target})
    if(NOT arg_LABEL)
        set(arg_LABEL unit)
        if(arg_GUI)
            set(arg_LABEL gui)
        endif()
    endif()
    # Sanitizers make a test some ten times slower.
    set(timeout 120)
    if(KYMO_SANITIZE)
        set(timeout 600)
    endif()
    set_tests_properties(${unit} PROPERTIES
        LABELS ${arg_LABEL}
        TIMEOUT ${timeout}
        SKIP_REGULAR_EXPRESSION "SKIP_ALL:"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;QT_LOGGING_RULES=qt.qpa.*=false;XDG_CONFIG_HOME=${CMAKE_CURRENT_BINARY_DIR}/${target}.config;XDG_CACHE_HOME=${CMAKE_CURRENT_BINARY_DIR}/${target}.cache;KYMO_SAMPLES=${KYMO_SAMPLES_DIR};KYMO_TEST_DATA=${CMAKE_SOURCE_DIR}/tests/data;KYMO_EXAMPLES=${CMAKE_SOURCE_DIR}/resources/examples;KYMO_BINARY_DIR=${CMAKE_BINARY_DIR};TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/thread_sanitizer.supp")
endfunction()
