# Runs ask.mjs with the packages of the lock file, which are put into the build folder.
# cmake -DSERVER=... -DSOURCE=... -DWORK=... -P ask.cmake
cmake_minimum_required(VERSION 3.25)

find_program(NODE NAMES node nodejs)
find_program(NPM NAMES npm)
if(NOT NODE OR NOT NPM)
    message("SKIP_ALL: node and npm are not on this machine")
    return()
endif()
execute_process(COMMAND "${NODE}" --version OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX REPLACE "^v" "" version "${version}")
if(version VERSION_LESS 20)
    message("SKIP_ALL: the clients need node 20, and this is ${version}")
    return()
endif()

file(SHA256 "${SOURCE}/package-lock.json" lock)
set(stamp "${WORK}/installed")
set(installed "")
if(EXISTS "${stamp}")
    file(READ "${stamp}" installed)
endif()
file(COPY "${SOURCE}/package.json" "${SOURCE}/package-lock.json" "${SOURCE}/ask.mjs"
    DESTINATION "${WORK}")
if(NOT installed STREQUAL lock)
    execute_process(
        COMMAND "${NPM}" ci --no-audit --no-fund --ignore-scripts
        WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET TIMEOUT 90)
    if(failed)
        message("SKIP_ALL: the packages of the clients cannot be fetched from here")
        return()
    endif()
    file(WRITE "${stamp}" "${lock}")
endif()

execute_process(
    COMMAND "${NODE}" ask.mjs "${SERVER}" "${SOURCE}/weather.script.json"
    WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE failed TIMEOUT 100)
if(failed)
    message(FATAL_ERROR "the clients found something wrong (${failed})")
endif()
