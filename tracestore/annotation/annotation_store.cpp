#include "tracestore/annotation/annotation_store.h"

#include "tracestore/annotation/sidecar_folder.h"
#include "tracestore/recording/recording_lock.h"
#include "tracestore/store/annotation_table.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    std::string damageText(std::uint64_t rows, const fs::path& file)
    {
        return std::to_string(rows) + (rows == 1 ? " note in " : " notes in ") + file.string()
            + (rows == 1 ? " is" : " are") + " damaged and cannot be shown; the others are here.";
    }

    /// The annotations in a .kymo file that has a table for them.
    Result<AnnotationRows> rowsOf(KymoTables& tables)
    {
        Job job;
        return readAnnotationRows(tables.database, job);
    }

    /// Takes the place of what was changed before, also where a clock goes wrong.
    void makeLast(std::vector<Annotation>& changes, const std::vector<Annotation>& there)
    {
        std::map<std::string, const Annotation*> known;
        for (const Annotation& one : there)
            known.emplace(one.key, &one);
        for (Annotation& change : changes) {
            const auto old = known.find(change.key);
            if (old == known.end())
                continue;
            change.written = old->second->written;
            if (change.changed <= old->second->changed)
                change.changed = old->second->changed + Duration {1};
        }
    }

    /// Writes to a .kymo file that has the table. It is locked while that takes, and is one whole
    /// file before and after it: what changes goes to a journal first, as with a recording.
    Result<void> writeInto(const fs::path& file,
                           std::vector<Annotation> changes,
                           const std::vector<Annotation>& more)
    {
        const auto lock = RecordingLock::wait(file);
        if (!lock)
            return fail(lock.error());
        auto database = Database::openRecording(file);
        if (!database)
            return fail(std::move(database).error());
        Job job;
        auto there = readAnnotationRows(*database, job);
        if (!there)
            return fail(std::move(there).error());
        std::vector<Annotation> all = more;
        std::ranges::move(there->annotations, std::back_inserter(all));
        all = mergeAnnotations(std::move(all));
        makeLast(changes, all);
        std::ranges::move(changes, std::back_inserter(all));
        auto done = database->run("BEGIN IMMEDIATE");
        if (done)
            done = writeAnnotationRows(*database, mergeAnnotations(std::move(all)));
        done = done ? database->run("COMMIT") : done;
        // What is wrong with the journal matters less than what was wrong before it.
        auto closed = database->closeJournal();
        if (closed)
            closed = database->close();
        return done ? closed : done;
    }

    /// Whether a file begins as a .kymo file of a version that we do not know.
    bool isOfNewerKymo(const fs::path& path)
    {
        std::array<char, kKymoHeadSize> head {};
        std::ifstream file(path, std::ios::binary);
        file.read(head.data(), head.size());
        const std::string_view read(head.data(), static_cast<std::size_t>(file.gcount()));
        // The size is not what it is asked for.
        const auto version = checkKymoHead(read, UINT64_MAX, path.string());
        return isKymoFile(read) && !version && version.error().code == ErrorCode::Unsupported;
    }

    struct SidecarNotes
    {
        std::vector<Annotation> annotations;
        std::string problem;
    };

    /// What the sidecars of a trace say. One that is damaged is put aside.
    Result<SidecarNotes> readSidecars(const std::vector<fs::path>& sidecars)
    {
        SidecarNotes notes;
        for (const fs::path& sidecar : sidecars) {
            auto tables = openCheckedTables(sidecar);
            auto rows = tables ? rowsOf(*tables)
                               : Result<AnnotationRows>(fail(std::move(tables).error()));
            if (rows) {
                if (rows->damaged > 0)
                    notes.problem = damageText(rows->damaged, sidecar);
                std::ranges::move(rows->annotations, std::back_inserter(notes.annotations));
                continue;
            }
            const ErrorCode code = rows.error().code;
            if ((code != ErrorCode::Corrupt && code != ErrorCode::Unsupported)
                || isOfNewerKymo(sidecar))
                return fail(std::move(rows).error());
            const auto aside = SidecarFolder::putAside(sidecar);
            if (!aside)
                return fail(aside.error());
            notes.problem = "The notes of this trace could not be read: " + rows.error().message
                + " They were put aside as " + aside->string() + ".";
        }
        notes.annotations = mergeAnnotations(std::move(notes.annotations));
        return notes;
    }

    Result<void> checkSizes(const std::vector<Annotation>& changes)
    {
        for (const Annotation& one : changes) {
            if (one.text.size() + one.name.size() + one.author.size() > kMaxAnnotationText)
                return fail(ErrorCode::Limit,
                            "A note can have at most a megabyte of text. Make it shorter.");
        }
        return {};
    }

    bool hasAll(const std::vector<Annotation>& file, const std::vector<Annotation>& more)
    {
        std::vector<Annotation> both = file;
        std::ranges::copy(more, std::back_inserter(both));
        return mergeAnnotations(std::move(both)) == file;
    }

} // namespace

AnnotationStore::AnnotationStore(fs::path file, fs::path sidecarFolder)
    : m_file(std::move(file))
    , m_sidecars(std::move(sidecarFolder))
{ }

bool AnnotationStore::holdsNotes() const
{
    auto tables = openCheckedTables(m_file);
    return tables && tables->version >= kFirstVersionWithAnnotations && !isUnfinished(*tables)
        && ::access(m_file.c_str(), W_OK) == 0
        && ::access(fs::absolute(m_file).parent_path().c_str(), W_OK) == 0;
}

Result<AnnotationStore::Reading> AnnotationStore::read() const
{
    const auto match = SidecarFolder(m_sidecars).find(m_file);
    if (!match)
        return fail(match.error());
    auto beside = readSidecars(match->there);
    if (!beside)
        return fail(std::move(beside).error());
    Reading reading;
    reading.problem = std::move(beside->problem);
    reading.annotations = std::move(beside->annotations);
    auto tables = openCheckedTables(m_file);
    if (!tables || tables->version < kFirstVersionWithAnnotations)
        return reading;
    auto rows = rowsOf(*tables);
    if (!rows)
        return fail(std::move(rows).error());
    if (rows->damaged > 0)
        reading.problem = damageText(rows->damaged, m_file);
    reading.isInFile = holdsNotes();
    reading.isUnsettled = reading.isInFile && !hasAll(rows->annotations, reading.annotations);
    std::ranges::move(rows->annotations, std::back_inserter(reading.annotations));
    reading.annotations = mergeAnnotations(std::move(reading.annotations));
    return reading;
}

Result<AnnotationStore::Applied> AnnotationStore::apply(std::vector<Annotation> changes) const
{
    auto fits = checkSizes(changes);
    if (!fits)
        return fail(std::move(fits).error());
    const auto match = SidecarFolder(m_sidecars).find(m_file);
    if (!match)
        return fail(match.error());
    auto beside = readSidecars(match->there);
    if (!beside)
        return fail(std::move(beside).error());
    Applied applied;
    applied.problem = beside->problem;
    if (changes.empty() && beside->annotations.empty())
        return applied;
    if (holdsNotes()) {
        auto written = writeInto(m_file, changes, beside->annotations);
        applied.isInFile = written.has_value();
        if (written)
            return applied;
        applied.problem = "The notes could not be written into " + m_file.string() + " ("
            + written.error().message + ") They are kept in " + match->own.string() + " instead.";
    }
    auto made = SidecarFolder::make(match->own);
    auto written = made ? writeInto(match->own, std::move(changes), beside->annotations) : made;
    if (!written)
        return fail(std::move(written).error().in(match->own.string()));
    return applied;
}

fs::path annotatedFile(const fs::path& path, const Trace& trace)
{
    std::error_code error;
    if (fs::is_regular_file(path, error) || trace.origin().files.empty())
        return path;
    return trace.origin().files.front();
}

} // namespace tracestore
