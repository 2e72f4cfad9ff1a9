#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tracestore {

/// What a .kymo file is known by; FORMAT.md says more.
inline constexpr std::uint32_t kKymoApplicationId = 0x4B594D4F; // "KYMO"
inline constexpr std::uint32_t kKymoVersion = 4;

// The versions that brought a table.
inline constexpr std::uint32_t kFirstVersionWithEvents = 3;
inline constexpr std::uint32_t kFirstVersionWithAnnotations = 4;

// A row of the table meta says of a recording whether its log was closed.
inline constexpr const char* kRecordingKey = "recording";
inline constexpr const char* kRecordingOpen = "open";
inline constexpr const char* kRecordingClosed = "closed";

/// So many bytes of its beginning tell a .kymo file.
inline constexpr std::size_t kKymoHeadSize = 72;

/// Whether a file that begins so is a .kymo file, of any version.
[[nodiscard]] bool isKymoFile(std::string_view head);

/// The version of a .kymo file. Fails with a sentence where a file that begins so is not a .kymo
/// file or of a version that this Kymo does not know (Unsupported), or where it is shorter than it
/// says (Corrupt). `name` is the file's, for the sentence.
Result<std::uint32_t>
checkKymoHead(std::string_view head, std::uint64_t fileSize, const std::string& name);

} // namespace tracestore
