#pragma once

#include <cstdio>
#include <cstdlib>

namespace tracestore::detail {

[[noreturn]] inline void ensureFailed(const char* condition, const char* file, int line)
{
    std::fprintf(stderr, "kymo: broken promise: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

} // namespace tracestore::detail

/// Checks a promise of our own code, in release builds too. Data from outside can never trip it:
/// what a file may hold is checked with a Result.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the text and place of the condition are wanted
#define ENSURE(condition)                                                                          \
    ((condition) ? static_cast<void>(0)                                                            \
                 : ::tracestore::detail::ensureFailed(#condition, __FILE__, __LINE__))
