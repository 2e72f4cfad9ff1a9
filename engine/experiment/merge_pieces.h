#pragma once

#include "tracestore/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace engine {

/// What putting pieces together has brought.
struct MergedPieces
{
    std::size_t runs = 0;
    std::vector<std::string> gaps; ///< what is missing to the whole experiment: sentences
};

/// Puts the folders of pieces of one experiment together into a new folder, recordings too, which
/// then is one of the whole. Invalid: a piece is of another experiment or was scored otherwise, or
/// two have the same run; nothing is left behind then. Any thread.
tracestore::Result<MergedPieces> mergePieces(const std::filesystem::path& out,
                                             const std::vector<std::filesystem::path>& pieces);

} // namespace engine
