#pragma once

#include "gui/branches/branch_rows.h"
#include "tracestore/base/job.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace gui {

/// Reads the family of a recording and what the user says of its branches, on another thread, and
/// keeps what he says. GUI thread.
class FamilyReader : public QObject
{
    Q_OBJECT

public:
    /// `sidecars`: see tracestore::AnnotationStore.
    explicit FamilyReader(std::filesystem::path sidecars, QObject* parent = nullptr);
    ~FamilyReader() override;

    void setRecording(const QString& file) { m_recording = file; }

    /// Reads it, anew where files have changed; changed() comes where something is another. A
    /// second order while one is under way makes one more reading of both.
    void read();

    /// Nothing in it before the first changed().
    [[nodiscard]] const FamilyReading& reading() const { return m_reading; }

    [[nodiscard]] bool isRead() const { return m_isRead; }

    enum class Fact : std::uint8_t
    {
        Name,
        Note,
        Found,
        Archived ///< any text: it is; an empty one: it is not
    };

    /// Keeps what the user says of a branch. Shown at once; failed() where it could not be kept.
    void setFact(const std::filesystem::path& branch, Fact fact, const QString& text);

signals:
    void changed();
    void failed(const QString& problem);

private:
    struct Memory;

    void take(FamilyReading reading);

    std::filesystem::path m_sidecars;
    QString m_recording;
    std::shared_ptr<Memory> m_memory; ///< of the thread that reads, one at a time
    std::shared_ptr<tracestore::Job> m_job; ///< under way; else null
    bool m_isWanted = false; ///< once more
    bool m_isRead = false;
    int m_writing = 0; ///< facts that are being kept
    std::vector<std::filesystem::path> m_told; ///< of which something was said since it was read
    FamilyReading m_reading;
};

/// What is noted of a recording as facts; the thread waits for the disk.
BranchNotes readBranchNotes(const std::filesystem::path& file,
                            const std::filesystem::path& sidecars);

/// Keeps such a fact; empty: it is taken away.
tracestore::Result<void> writeBranchFact(const std::filesystem::path& file,
                                         const std::filesystem::path& sidecars,
                                         FamilyReader::Fact fact,
                                         const QString& text);

} // namespace gui
