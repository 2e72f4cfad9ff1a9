#pragma once

#include "tracestore/model/annotation.h"

#include <filesystem>

namespace tracestore {

/// Where notes are kept about files that nobody but their owners may write: a small .kymo file
/// without spans for each, in a folder of ours. A file is known by its content and not by its name,
/// so that its notes follow it; what a log was before it grew is known by what it begins with. Any
/// thread, several programs at once.
class SidecarFolder
{
public:
    /// The folder is made when it is needed.
    explicit SidecarFolder(std::filesystem::path folder)
        : m_folder(std::move(folder))
    { }

    /// The sidecars of one file.
    struct Match
    {
        std::vector<std::filesystem::path> there; ///< those that are there, each to be read
        std::filesystem::path own; ///< the one to write; is there or not
    };

    /// A file is looked at in blocks taken here and there, a .kymo file in its tables. NotFound,
    /// Denied, Io: it cannot be read.
    [[nodiscard]] Result<Match> find(const std::filesystem::path& file) const;

    /// Makes a sidecar with no notes, where it is not there. Who made it first wins.
    static Result<void> make(const std::filesystem::path& sidecar);

    /// Gives a sidecar that cannot be read another name beside its own, which is told.
    static Result<std::filesystem::path> putAside(const std::filesystem::path& sidecar);

private:
    [[nodiscard]] Result<Match> findOfLog(const std::filesystem::path& file) const;
    [[nodiscard]] std::optional<Match> findOfKymo(const std::filesystem::path& file) const;

    std::filesystem::path m_folder;
};

} // namespace tracestore
