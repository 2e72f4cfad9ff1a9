#include "gui/branches/family_reader.h"

#include "gui/context/in_background.h"
#include "gui/theme/format.h"
#include "tracestore/annotation/annotation_store.h"

#include <QDateTime>
#include <QFile>

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

namespace gui {

namespace fs = std::filesystem;

using tracestore::Annotation;
using BranchFact = FamilyReader::Fact;

namespace {

    constexpr const char* nameOf(BranchFact fact)
    {
        switch (fact) {
        case BranchFact::Name:
            return "name";
        case BranchFact::Note:
            return "note";
        case BranchFact::Found:
            return "found";
        case BranchFact::Archived:
            return "archived";
        }
        return "";
    }

    void put(BranchNotes& notes, BranchFact fact, const QString& text)
    {
        switch (fact) {
        case BranchFact::Name:
            notes.name = text;
            return;
        case BranchFact::Note:
            notes.note = text;
            return;
        case BranchFact::Found:
            notes.found = text;
            return;
        case BranchFact::Archived:
            notes.isArchived = !text.isEmpty();
            return;
        }
    }

    /// Whether what is shown of two branches is the same.
    bool isSame(const engine::Branch& a, const engine::Branch& b)
    {
        return a.file == b.file && a.origin == b.origin && a.parent == b.parent
            && a.isBeingWritten == b.isBeingWritten && a.isComplete == b.isComplete
            && a.events == b.events && a.ownTotals == b.ownTotals && a.totals == b.totals
            && a.outcome == b.outcome && a.answer == b.answer;
    }

    bool isSame(const FamilyReading& a, const FamilyReading& b)
    {
        return a.problem == b.problem && a.notes == b.notes
            && a.family.problems == b.family.problems
            && std::ranges::equal(a.family.branches,
                                  b.family.branches,
                                  [](const engine::Branch& one, const engine::Branch& other) {
                                      return isSame(one, other);
                                  });
    }

} // namespace

BranchNotes readBranchNotes(const fs::path& file, const fs::path& sidecars)
{
    BranchNotes notes;
    const auto reading = tracestore::AnnotationStore(file, sidecars).read();
    if (!reading)
        return notes; // its row is there all the same
    for (const Annotation& one : reading->annotations) {
        if (one.isRemoved || one.kind != tracestore::AnnotationKind::Fact)
            continue;
        for (const BranchFact fact :
             {BranchFact::Name, BranchFact::Note, BranchFact::Found, BranchFact::Archived}) {
            if (one.key == tracestore::factKey(nameOf(fact)))
                put(notes, fact, toText(one.text));
        }
    }
    return notes;
}

tracestore::Result<void> writeBranchFact(const fs::path& file,
                                         const fs::path& sidecars,
                                         BranchFact fact,
                                         const QString& text)
{
    const tracestore::Timestamp now {QDateTime::currentMSecsSinceEpoch() * 1'000'000};
    Annotation one {.key = tracestore::factKey(nameOf(fact)),
                    .kind = tracestore::AnnotationKind::Fact,
                    .isRemoved = text.isEmpty(),
                    .written = now,
                    .changed = now,
                    .name = nameOf(fact),
                    .text = text.toStdString()};
    const auto applied = tracestore::AnnotationStore(file, sidecars).apply({std::move(one)});
    if (!applied)
        return tracestore::fail(applied.error());
    return {};
}

struct FamilyReader::Memory
{
    engine::BranchCache cache;

    struct Noted
    {
        fs::file_time_type time;
        bool wasBeingWritten = false;
        BranchNotes notes;
    };

    std::map<fs::path, Noted> notes;

    FamilyReading read(const fs::path& recording, const fs::path& sidecars, tracestore::Job& job)
    {
        FamilyReading reading;
        auto family = engine::readFamily(recording, cache, job);
        if (!family) {
            reading.problem = visibleText(toText(family.error().message));
            return reading;
        }
        reading.family = std::move(*family);
        for (const engine::Branch& branch : reading.family.branches)
            reading.notes.push_back(notesOf(branch, sidecars));
        return reading;
    }

    /// Of one that is closed they are in its file.
    const BranchNotes& notesOf(const engine::Branch& branch, const fs::path& sidecars)
    {
        std::error_code error;
        const auto time = fs::last_write_time(branch.file, error);
        const auto known = notes.find(branch.file);
        if (known != notes.end() && known->second.time == time
            && known->second.wasBeingWritten == branch.isBeingWritten)
            return known->second.notes;
        Noted& noted = notes[branch.file];
        noted = {time, branch.isBeingWritten, readBranchNotes(branch.file, sidecars)};
        return noted.notes;
    }
};

FamilyReader::FamilyReader(fs::path sidecars, QObject* parent)
    : QObject(parent)
    , m_sidecars(std::move(sidecars))
    , m_memory(std::make_shared<Memory>())
{ }

FamilyReader::~FamilyReader()
{
    if (m_job != nullptr)
        m_job->cancel();
}

void FamilyReader::read()
{
    if (m_recording.isEmpty())
        return;
    if (m_job != nullptr || m_writing > 0) {
        m_isWanted = true;
        return;
    }
    m_isWanted = false;
    m_job = std::make_shared<tracestore::Job>();
    const fs::path file = QFile::encodeName(m_recording).toStdString();
    inBackground(
        this,
        [memory = m_memory,
         job = m_job,
         file,
         sidecars = m_sidecars,
         told = std::exchange(m_told, {})] {
            for (const fs::path& one : told)
                memory->notes.erase(one);
            return memory->read(file, sidecars, *job);
        },
        [this](FamilyReading reading) { take(std::move(reading)); });
}

void FamilyReader::take(FamilyReading reading)
{
    m_job.reset();
    // What was said meanwhile is not in it.
    if (m_isWanted)
        return read();
    const bool isOther = !m_isRead || !isSame(reading, m_reading);
    m_isRead = true;
    if (!isOther)
        return;
    m_reading = std::move(reading);
    emit changed();
}

void FamilyReader::setFact(const fs::path& branch, BranchFact fact, const QString& text)
{
    for (std::size_t i = 0; i < m_reading.notes.size(); ++i) {
        if (m_reading.family.branches[i].file == branch)
            put(m_reading.notes[i], fact, text);
    }
    emit changed();
    ++m_writing;
    m_isWanted = true;
    inBackground(
        this,
        [branch, sidecars = m_sidecars, fact, text] {
            return writeBranchFact(branch, sidecars, fact, text);
        },
        [this, branch](const tracestore::Result<void>& written) {
            --m_writing;
            if (!written)
                emit failed(tr("What you wrote could not be kept: %1")
                                .arg(visibleText(toText(written.error().message))));
            m_told.push_back(branch);
            read();
        });
}

} // namespace gui
