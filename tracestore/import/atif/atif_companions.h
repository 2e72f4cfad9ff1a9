#pragma once

#include <filesystem>
#include <vector>

namespace tracestore {

/// The files beside an ATIF trajectory that it names, and those that these name, sorted. Names that
/// lead out of its folder are not followed.
std::vector<std::filesystem::path> atifCompanions(const std::filesystem::path& path);

} // namespace tracestore
