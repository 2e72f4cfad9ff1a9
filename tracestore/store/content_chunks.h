#pragma once

#include <cstddef>
#include <string_view>

namespace tracestore {

/// Where long contents are cut. The place of a cut depends on the bytes just before it alone, so
/// that equal stretches of two contents become equal pieces wherever they stand: the history that
/// every model call sends again is stored once.
inline constexpr std::size_t kMinChunk = 2 << 10;
inline constexpr std::size_t kMaxChunk = 32 << 10;

/// The length of the first piece of a content; all of it where it is short.
[[nodiscard]] std::size_t firstChunkLength(std::string_view content);

} // namespace tracestore
