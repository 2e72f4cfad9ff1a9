#pragma once

#include "engine/breakpoint/breakpoint_json.h"

#include <filesystem>
#include <optional>

namespace engine {

/// What a bundle holds beside its trace and the notes about it.
struct BundleContents
{
    bool isBundle = false;
    std::string traceName; ///< of the file that it was made from
    std::optional<DebugSetup> setup;
    std::string replayPolicy; ///< JSON text, or empty
    std::vector<std::string> branches; ///< names of recordings
};

/// Looks into a .kymo file, or any other. One that is no bundle is no failure. Corrupt: what is in
/// it is damaged.
tracestore::Result<BundleContents> readBundle(const std::filesystem::path& file);

/// Puts the trace under its own name and its branches into a folder, which is made; the trace is
/// told. Files that are there are not replaced. Invalid: it is no bundle, or a file is there.
tracestore::Result<std::filesystem::path> unpackBundle(const std::filesystem::path& file,
                                                       const std::filesystem::path& folder);

} // namespace engine
