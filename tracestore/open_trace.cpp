#include "tracestore/open_trace.h"

#include "tracestore/analysis/price_table.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

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

    std::string namesOf(const ImporterRegistry& importers)
    {
        std::string names = ".kymo files";
        for (const auto& importer : importers.entries())
            names += ", " + std::string(importer->name());
        return names;
    }

    /// The regular files below a folder, in order of their paths. Links to folders are not
    /// followed.
    Result<std::vector<fs::path>> filesBelow(const fs::path& folder, Job& job)
    {
        std::vector<fs::path> files;
        std::error_code error;
        fs::recursive_directory_iterator walk(
            folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
            if (job.isCancelled())
                return cancelled();
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
        return fail(ErrorCode::Unsupported,
                    bytes.name() + " is not of a format that Kymo knows. It opens: "
                        + namesOf(importers) + ".");
    }

    /// The files below a folder that the most frequent format among them can read.
    Result<std::vector<OpenedFile>>
    openFolder(const fs::path& folder, const ImporterRegistry& importers, Job& job)
    {
        auto paths = filesBelow(folder, job);
        if (!paths)
            return fail(std::move(paths).error());
        std::vector<OpenedFile> files;
        std::map<const Importer*, std::size_t> votes;
        for (const fs::path& path : *paths) {
            auto bytes = ByteSource::open(path, job);
            if (!bytes)
                continue;
            const Importer* importer = importerOf(**bytes, path, importers);
            if (importer == nullptr)
                continue;
            files.push_back({path, *bytes, importer});
            ++votes[importer];
        }
        if (files.empty())
            return fail(ErrorCode::Unsupported,
                        "No file in " + folder.string()
                            + " is of a format that Kymo knows. It opens: " + namesOf(importers)
                            + ".");
        const auto winner = std::ranges::max_element(
            votes, {}, &std::pair<const Importer* const, std::size_t>::second);
        std::erase_if(files,
                      [&](const OpenedFile& file) { return file.importer != winner->first; });
        return files;
    }

    Result<std::vector<OpenedFile>> openFile(const fs::path& path,
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
        std::vector<OpenedFile> files {{path, *bytes, importer}};
        if (!request.withCompanions)
            return files;
        for (const fs::path& companion : importer->companions(path)) {
            if (auto more = ByteSource::open(companion, job))
                files.push_back({companion, *more, importer});
        }
        return files;
    }

    Result<std::vector<OpenedFile>>
    openAll(const OpenRequest& request, const ImporterRegistry& importers, Job& job)
    {
        std::vector<OpenedFile> all;
        for (const fs::path& path : request.paths) {
            std::error_code ignored;
            auto files = path != "-" && fs::is_directory(path, ignored)
                ? openFolder(path, importers, job)
                : openFile(path, request, importers, job);
            if (!files)
                return fail(std::move(files).error());
            for (OpenedFile& file : *files) {
                const bool isKnown = std::ranges::any_of(
                    all, [&](const OpenedFile& known) { return known.path == file.path; });
                if (!isKnown)
                    all.push_back(std::move(file));
            }
        }
        for (const OpenedFile& file : all) {
            if (file.importer != all.front().importer)
                return fail(
                    ErrorCode::Unsupported,
                    "These files are of different formats and cannot be opened as one trace: "
                        + all.front().path.string() + " and " + file.path.string() + ".");
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

} // namespace

Result<TracePtr> openTrace(const OpenRequest& request, const ImporterRegistry& importers, Job& job)
{
    if (request.paths.empty())
        return fail(ErrorCode::Invalid, "No file was named.");
    if (request.paths.size() == 1 && isKymo(request.paths.front()))
        return openKymo(request.paths.front(), job);
    auto opened = openAll(request, importers, job);
    if (!opened)
        return fail(std::move(opened).error());
    const Importer& importer = *opened->front().importer;
    TraceBuilder builder({.formatId = std::string(importer.id()),
                          .formatName = std::string(importer.name()),
                          .producerName = {},
                          .producerVersion = {},
                          .files = {}});
    std::vector<ImportFile> files;
    for (const OpenedFile& file : *opened) {
        const FileId id = builder.addFile(file.path.string());
        files.push_back({file.path, file.bytes, id});
        job.expect(file.bytes->size());
        if (!file.bytes->damage().empty())
            builder.report().add({.severity = ReportSeverity::Broken,
                                  .file = id.value,
                                  .message = file.bytes->damage()});
    }
    if (!request.withCompanions)
        noteCompanions(request, *opened, builder.report());
    auto payloads = importer.read(files, builder, job);
    if (!payloads)
        return fail(std::move(payloads).error());
    if (job.isCancelled())
        return cancelled();
    builder.resolveParents();
    if (request.prices != nullptr)
        computeCosts(builder, *request.prices);
    return builder.finish(*payloads);
}

} // namespace tracestore
