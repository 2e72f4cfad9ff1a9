#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace tracestore {

// A look at a file without reading it whole, for lists of files. What cannot be read is empty.

/// The first bytes of the content, unpacked where the file is packed (gzip, zstd).
std::string readFileHead(const std::filesystem::path& path, std::size_t bytes);

/// The whole lines among the last bytes of a file of that size that is not packed.
std::string readLastLines(const std::filesystem::path& path, std::uint64_t size, std::size_t bytes);

/// Whether a name is that of a packed file.
bool isPackedName(const std::filesystem::path& path);

} // namespace tracestore
