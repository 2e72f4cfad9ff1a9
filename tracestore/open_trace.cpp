#include "tracestore/open_trace.h"

#include "tracestore/analysis/price_table.h"
#include "tracestore/column_cache.h"
#include "tracestore/recording/open_recording.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/zip_text.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// A folder of more files than this is not a trace.
    constexpr std::size_t kMaxFiles = 10'000;

    struct OpenedFile
    {
        fs::path path;
        std::shared_ptr<const ByteSource> bytes;
        const Importer* importer = nullptr;
    };

    /// What lies among the files that were asked for and is not in the trace: the report says so,
    /// or a part would look like the whole.
    struct LeftOut
    {
        fs::path first;
        ReportSeverity severity = ReportSeverity::Broken;
        std::string message;
        std::uint64_t count = 1;
    };

    struct Opened
    {
        std::vector<OpenedFile> files;
        std::vector<LeftOut> leftOut;
    };

    void leaveOut(std::vector<LeftOut>& all, LeftOut more)
    {
        const auto known = std::ranges::find_if(
            all, [&](const LeftOut& one) { return one.message == more.message; });
        if (known == all.end())
            all.push_back(std::move(more));
        else
            ++known->count;
    }

    std::string namesOf(const ImporterRegistry& importers)
    {
        std::string names = ".kymo files";
        for (const auto& importer : importers.entries())
            names += ", " + std::string(importer->name());
        return names;
    }

    /// The regular files below a folder, in order of their paths. Links to folders are not
    /// followed.
    Result<std::vector<fs::path>>
    filesBelow(const fs::path& folder, std::vector<LeftOut>& leftOut, Job& job)
    {
        std::vector<fs::path> files;
        std::error_code error;
        fs::recursive_directory_iterator walk(
            folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
            if (job.isCancelled())
                return cancelled();
            const fs::file_type type = walk->symlink_status(error).type();
            if (type == fs::file_type::directory
                && ::access(walk->path().c_str(), R_OK | X_OK) != 0)
                leaveOut(leftOut,
                         {.first = walk->path(), .message = "A folder could not be looked into."});
            if (!walk->is_regular_file(error) || error)
                continue;
            files.push_back(walk->path());
            if (files.size() > kMaxFiles)
                return fail(ErrorCode::Limit,
                            folder.string()
                                + " holds more than 10,000 files. Name the one to open.");
        }
        if (error)
            return fail(ErrorCode::Io,
                        "Cannot read the folder " + folder.string() + ": " + error.message() + ".");
        std::ranges::sort(files);
        return files;
    }

    const Importer*
    importerOf(const ByteSource& bytes, const fs::path& path, const ImporterRegistry& importers)
    {
        const auto head = bytes.read(0, std::min<std::uint64_t>(bytes.size(), Sample::kSize));
        if (!head)
            return nullptr;
        std::string_view text = *head;
        if (text.starts_with("\xEF\xBB\xBF"))
            text.remove_prefix(3);
        const Sample sample {text, bytes.size() <= Sample::kSize, path};
        for (const auto& importer : importers.entries()) {
            if (importer->sniff(sample))
                return importer.get();
        }
        return nullptr;
    }

    Failure refuse(const ByteSource& bytes, const ImporterRegistry& importers)
    {
        if (bytes.size() == 0)
            return fail(ErrorCode::Invalid, bytes.name() + " is empty.");
        const auto head = bytes.read(0, std::min<std::uint64_t>(bytes.size(), kKymoHeadSize));
        if (head && isKymoFile(*head))
            return fail(ErrorCode::Unsupported,
                        bytes.name()
                            + " is a .kymo file, which opens alone, unpacked, and by its name.");
        if (head && head->starts_with(kEntryLineStart))
            return fail(ErrorCode::Unsupported,
                        bytes.name()
                            + " is a zip archive, but not the log of an Inspect evaluation, which "
                              "is the only one that Kymo opens. Unpack it and open the files in "
                              "it, or their folder.");
        return fail(ErrorCode::Unsupported,
                    bytes.name() + " is not of a format that Kymo knows. It opens: "
                        + namesOf(importers) + ".");
    }

    /// Why a folder of which nothing can be opened is refused.
    Failure refuseFolder(const fs::path& folder,
                         const std::vector<LeftOut>& leftOut,
                         const ImporterRegistry& importers)
    {
        const auto unread = std::ranges::find(leftOut, ReportSeverity::Broken, &LeftOut::severity);
        if (unread != leftOut.end())
            return fail(ErrorCode::Io,
                        "No file in " + folder.string()
                            + " could be opened. The first of what could not be read, "
                            + unread->first.string() + ": " + unread->message);
        return fail(ErrorCode::Unsupported,
                    "No file in " + folder.string()
                        + " is of a format that Kymo knows. It opens: " + namesOf(importers) + ".");
    }

    /// Opens a file of a folder, or says why it is left out.
    void
    openOneBelow(const fs::path& path, const ImporterRegistry& importers, Opened& all, Job& job)
    {
        auto bytes = ByteSource::open(path, job);
        if (!bytes) {
            leaveOut(all.leftOut, {.first = path, .message = bytes.error().message});
            return;
        }
        if (const Importer* importer = importerOf(**bytes, path, importers))
            all.files.push_back({path, *bytes, importer});
        else
            leaveOut(all.leftOut,
                     {.first = path,
                      .severity = ReportSeverity::Note,
                      .message = "Files that are no trace of a format that Kymo reads among others "
                                 "were left out."});
    }

    /// The files below a folder that the most frequent format among them can read.
    Result<Opened> openFolder(const fs::path& folder, const ImporterRegistry& importers, Job& job)
    {
        Opened all;
        auto paths = filesBelow(folder, all.leftOut, job);
        if (!paths)
            return fail(std::move(paths).error());
        for (const fs::path& path : *paths) {
            if (job.isCancelled())
                return cancelled();
            openOneBelow(path, importers, all, job);
        }
        if (all.files.empty())
            return refuseFolder(folder, all.leftOut, importers);
        std::map<const Importer*, std::size_t> votes;
        for (const OpenedFile& file : all.files)
            ++votes[file.importer];
        const auto winner = std::ranges::max_element(
            votes, {}, &std::pair<const Importer* const, std::size_t>::second);
        std::erase_if(all.files, [&](const OpenedFile& file) {
            if (file.importer == winner->first)
                return false;
            leaveOut(all.leftOut,
                     {.first = file.path,
                      .severity = ReportSeverity::Dropped,
                      .message = "Traces of another format than most in the folder were left out. "
                                 "Open them by their names."});
            return true;
        });
        return all;
    }

    Result<Opened> openFile(const fs::path& path,
                            const OpenRequest& request,
                            const ImporterRegistry& importers,
                            Job& job)
    {
        auto bytes = ByteSource::open(path, job);
        if (!bytes)
            return fail(std::move(bytes).error());
        const Importer* importer = importerOf(**bytes, path, importers);
        if (importer == nullptr)
            return refuse(**bytes, importers);
        Opened opened {{{path, *bytes, importer}}, {}};
        if (!request.withCompanions)
            return opened;
        for (const fs::path& companion : importer->companions(path)) {
            if (auto more = ByteSource::open(companion, job))
                opened.files.push_back({companion, *more, importer});
            else
                leaveOut(opened.leftOut, {.first = companion, .message = more.error().message});
        }
        return opened;
    }

    void addAll(Opened more, Opened& all)
    {
        for (OpenedFile& file : more.files) {
            const bool isKnown = std::ranges::any_of(
                all.files, [&](const OpenedFile& known) { return known.path == file.path; });
            if (!isKnown)
                all.files.push_back(std::move(file));
        }
        std::ranges::move(more.leftOut, std::back_inserter(all.leftOut));
    }

    Result<Opened> openAll(const OpenRequest& request, const ImporterRegistry& importers, Job& job)
    {
        Opened all;
        for (const fs::path& path : request.paths) {
            std::error_code ignored;
            auto more = path != "-" && fs::is_directory(path, ignored)
                ? openFolder(path, importers, job)
                : openFile(path, request, importers, job);
            if (!more)
                return fail(std::move(more).error());
            addAll(std::move(*more), all);
        }
        for (const OpenedFile& file : all.files) {
            if (file.importer != all.files.front().importer)
                return fail(
                    ErrorCode::Unsupported,
                    "These files are of different formats and cannot be opened as one trace: "
                        + all.files.front().path.string() + " and " + file.path.string() + ".");
        }
        return all;
    }

    /// Whether a path is that of one of our own files. What cannot be read is told by the import.
    bool isKymo(const fs::path& path)
    {
        std::error_code ignored;
        if (!fs::is_regular_file(path, ignored))
            return false;
        std::ifstream file(path, std::ios::binary);
        std::array<char, kKymoHeadSize> head {};
        file.read(head.data(), head.size());
        return isKymoFile({head.data(), static_cast<std::size_t>(file.gcount())});
    }

    /// Says which files belong to those that were named and were not opened with them.
    void noteCompanions(const OpenRequest& request,
                        const std::vector<OpenedFile>& opened,
                        ImportReport& report)
    {
        std::set<fs::path> known;
        for (const OpenedFile& file : opened)
            known.insert(file.path);
        for (std::size_t i = 0; i < opened.size(); ++i) {
            const fs::path& path = opened[i].path;
            // What lies in a folder that was named is all there.
            if (std::ranges::find(request.paths, path) == request.paths.end())
                continue;
            const auto companions = opened[i].importer->companions(path);
            const auto missing = std::ranges::count_if(
                companions, [&](const fs::path& companion) { return !known.contains(companion); });
            if (missing > 0)
                report.add({.severity = ReportSeverity::Note,
                            .file = static_cast<std::uint32_t>(i),
                            .message = "Files that belong to this one lie beside it and were not "
                                       "opened. Name them too, or their folder.",
                            .count = static_cast<std::uint64_t>(missing)});
        }
    }

    void reportLeftOut(const std::vector<LeftOut>& leftOut, TraceBuilder& builder)
    {
        for (const LeftOut& one : leftOut)
            builder.report().add({.severity = one.severity,
                                  .file = builder.addFile(one.first.string()).value,
                                  .message = one.message,
                                  .count = one.count});
    }

    /// The trace that the cache has of the files; null where it has none.
    TracePtr keptTrace(const OpenRequest& request,
                       const ColumnCache::Key& key,
                       const Importer& importer,
                       const std::vector<ImportFile>& files,
                       Job& job)
    {
        auto data = request.cache->find(key, importer, files);
        if (!data)
            return nullptr;
        for (const ImportFile& file : files)
            job.advance(file.bytes->size());
        TraceBuilder builder = TraceBuilder::resumed(std::move(*data));
        if (request.prices != nullptr)
            computeCosts(builder, *request.prices);
        return builder.finishAgain();
    }

} // namespace

Result<TracePtr> openTrace(const OpenRequest& request, const ImporterRegistry& importers, Job& job)
{
    if (request.paths.empty())
        return fail(ErrorCode::Invalid, "No file was named.");
    if (request.paths.size() == 1 && isKymo(request.paths.front()))
        return openRecording(request.paths.front(), job);
    auto opened = openAll(request, importers, job);
    if (!opened)
        return fail(std::move(opened).error());
    const Importer& importer = *opened->files.front().importer;
    TraceBuilder builder({.formatId = std::string(importer.id()),
                          .formatName = std::string(importer.name()),
                          .producerName = {},
                          .producerVersion = {},
                          .files = {}});
    std::vector<ImportFile> files;
    for (const OpenedFile& file : opened->files) {
        const FileId id = builder.addFile(file.path.string());
        files.push_back({file.path, file.bytes, id});
        job.expect(file.bytes->size());
        if (!file.bytes->damage().empty())
            builder.report().add({.severity = ReportSeverity::Broken,
                                  .file = id.value,
                                  .message = file.bytes->damage()});
    }
    reportLeftOut(opened->leftOut, builder);
    if (!request.withCompanions)
        noteCompanions(request, opened->files, builder.report());
    const ColumnCache::Key key = request.cache == nullptr
        ? ColumnCache::Key()
        : request.cache->keyOf(importer, files, builder.report());
    if (!key.isEmpty()) {
        if (TracePtr kept = keptTrace(request, key, importer, files, job))
            return kept;
    }
    const ImportReport before = builder.report();
    auto payloads = request.executor == nullptr
        ? importer.read(files, builder, job)
        : importer.readParallel(files, builder, job, *request.executor);
    if (!payloads)
        return fail(std::move(payloads).error());
    if (job.isCancelled())
        return cancelled();
    builder.resolveParents();
    if (request.prices != nullptr)
        computeCosts(builder, *request.prices);
    TracePtr trace = builder.finish(*payloads);
    // A file that was written while it was read is not what it was.
    if (!key.isEmpty() && request.cache->keyOf(importer, files, before) == key)
        request.cache->keep(key, importer, *trace);
    return trace;
}

} // namespace tracestore
