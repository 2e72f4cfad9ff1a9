#pragma once

#include "tracestore/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace bench {

/// What a benchmark needs to go on; ends the program with the message where it is not there.
template<class T>
T mustHave(tracestore::Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

inline void mustDo(const tracestore::Result<void>& done)
{
    if (!done) {
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
        std::exit(1);
    }
}

} // namespace bench
