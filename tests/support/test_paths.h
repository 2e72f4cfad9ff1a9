#pragma once

#include <cstdlib>
#include <filesystem>

namespace tests {

inline std::filesystem::path fromEnvironment(const char* variable)
{
    const char* value = std::getenv(variable);
    return value == nullptr ? std::filesystem::path() : std::filesystem::path(value);
}

/// Foreign sample traces, which are not a part of the project; tests that need them skip (with
/// KYMO_NEED_SAMPLES below) where they are not there.
inline std::filesystem::path samplesDir()
{
    return fromEnvironment("KYMO_SAMPLES");
}

inline bool haveSamples()
{
    std::error_code ignored;
    return std::filesystem::is_directory(samplesDir(), ignored);
}

/// Small traces and broken inputs of our own: tests/data.
inline std::filesystem::path dataDir()
{
    return fromEnvironment("KYMO_TEST_DATA");
}

/// The traces that come with Kymo: resources/examples.
inline std::filesystem::path examplesDir()
{
    return fromEnvironment("KYMO_EXAMPLES");
}

} // namespace tests

/// Leaves a test where the foreign samples are not there, in plain sight.
#define KYMO_NEED_SAMPLES()                                                                        \
    do {                                                                                           \
        if (!tests::haveSamples())                                                                 \
            QSKIP("foreign samples are not on this machine (KYMO_SAMPLES_DIR)");                   \
    } while (false)
