#pragma once

#include <cstdint>
#include <string_view>

namespace bench {

/// What a bare reader saw; compared so that nobody skips work.
struct PassResult
{
    std::uint64_t spans = 0;
    std::uint64_t sum = 0; ///< of all that was read, so that nothing is optimised away
};

/// Reads of OTLP/JSON what an import reads: ids, times, name, kind, status, all attribute keys and
/// the values that become columns, with simdjson (on-demand, iterate_many). Builds nothing. The
/// text has 64 readable bytes behind it.
PassResult simdjsonPass(std::string_view text, bool isOneDocument);

} // namespace bench
