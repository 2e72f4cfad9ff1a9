#pragma once

#include "tracestore/model/annotation.h"

#include <filesystem>

namespace tracestore {

/// The notes and bookmarks of one trace. They are in the .kymo file itself, where it is closed, of
/// a version that has a place for them and can be written; else in a sidecar (see SidecarFolder).
/// Both are read. Nothing is kept open between calls, so that several windows and programs may use
/// the same; each waits for the disk. Any thread, not the GUI's.
class AnnotationStore
{
public:
    /// `file` is what was opened, of several the first.
    AnnotationStore(std::filesystem::path file, std::filesystem::path sidecarFolder);

    struct Reading
    {
        std::vector<Annotation> annotations; ///< removed ones too
        bool isInFile = false; ///< that is where a change would go
        bool isUnsettled = false; ///< the file does not have all of it: see apply()
        std::string problem; ///< a sentence for the user where something could not be read
    };

    /// NotFound, Denied, Io: the trace cannot be looked at.
    [[nodiscard]] Result<Reading> read() const;

    struct Applied
    {
        bool isInFile = false;
        std::string problem; ///< a sentence, where something is lost or is not where it should be
    };

    /// Puts annotations in the place of those of their keys; each becomes the last state of its
    /// key. What sidecars have is taken over, so that it can be called with none. Limit: a text is
    /// too long. Unsupported: a sidecar was written by a newer Kymo. Denied, Io.
    Result<Applied> apply(std::vector<Annotation> changes) const;

private:
    [[nodiscard]] bool holdsNotes() const;

    std::filesystem::path m_file;
    std::filesystem::path m_sidecars;
};

/// The file whose notes are those of a trace that was opened as `path`, which may be a folder.
[[nodiscard]] std::filesystem::path annotatedFile(const std::filesystem::path& path,
                                                  const Trace& trace);

} // namespace tracestore
