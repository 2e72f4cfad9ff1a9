#include "engine/experiment/merge_pieces.h"

#include "engine/experiment/experiment_folder.h"
#include "engine/experiment/experiment_results.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    namespace fs = std::filesystem;

    struct Piece
    {
        fs::path folder;
        ExperimentFolder head;
        std::vector<RunResult> results;
    };

    Result<Piece> readPiece(const fs::path& folder)
    {
        auto head = readExperimentFolder(folder);
        if (!head)
            return fail(std::move(head).error());
        auto results = readResults(folder);
        if (!results)
            return fail(std::move(results.error()).in((folder / kResultsName).string()));
        return Piece {folder, std::move(*head), std::move(*results)};
    }

    /// That all are of one experiment, and no run is in two.
    Result<void> checkPieces(const std::vector<Piece>& pieces)
    {
        std::map<RunKey, const Piece*> owners;
        const Piece& first = pieces.front();
        for (const Piece& piece : pieces) {
            if (piece.head.runsKey != first.head.runsKey)
                return fail(ErrorCode::Invalid,
                            piece.folder.string() + " is of another experiment than "
                                + first.folder.string()
                                + ": variants, tasks, repeats or seed differ. Only pieces of one "
                                  "experiment can be put together.");
            if (piece.head.scoresKey != first.head.scoresKey)
                return fail(ErrorCode::Invalid,
                            piece.folder.string() + " was scored otherwise than "
                                + first.folder.string()
                                + ". Score one of them anew with `kymo experiment score` and "
                                  "--experiment.");
            for (const RunResult& result : piece.results) {
                const auto [owner, isNew] = owners.emplace(result.key, &piece);
                if (!isNew)
                    return fail(ErrorCode::Invalid,
                                "The run of task `" + result.key.task + "` with variant `"
                                    + result.key.variant + "`, repeat "
                                    + std::to_string(result.key.repeat) + ", is in both "
                                    + owner->second->folder.string() + " and "
                                    + piece.folder.string() + ". Name each piece once.");
            }
        }
        return {};
    }

    Result<void> copyFolder(const fs::path& from, const fs::path& to)
    {
        std::error_code error;
        if (!fs::exists(from, error))
            return {};
        fs::create_directories(to, error);
        fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::skip_existing, error);
        if (error)
            return fail(ErrorCode::Io,
                        from.string() + " cannot be copied to " + to.string() + ": "
                            + error.message() + '.');
        return {};
    }

    /// What was spent on runs that were cut off belongs to the whole, too.
    Result<void> appendCutOffs(const fs::path& from, const fs::path& to)
    {
        std::error_code ignored;
        if (!fs::exists(from, ignored))
            return {};
        std::ifstream stream(from, std::ios::binary);
        std::ofstream out(to, std::ios::binary | std::ios::app);
        const std::string text {std::istreambuf_iterator<char>(stream), {}};
        out << text.substr(0, text.rfind('\n') + 1);
        out.close();
        return out ? Result<void>() : fail(ErrorCode::Io, to.string() + " cannot be written.");
    }

    Result<void> writeWhole(const fs::path& out, const std::vector<Piece>& pieces)
    {
        if (auto head = writeExperimentFolder(out, pieces.front().head.experiment, {}); !head)
            return head;
        std::vector<RunResult> results;
        for (const Piece& piece : pieces) {
            for (const char* name : {kRunsName, "judge"}) {
                if (auto copied = copyFolder(piece.folder / name, out / name); !copied)
                    return copied;
            }
            if (auto added = appendCutOffs(piece.folder / "cut_off.jsonl", out / "cut_off.jsonl");
                !added)
                return added;
            results.insert(results.end(), piece.results.begin(), piece.results.end());
        }
        ResultsFile file;
        if (auto opened = file.open(out); !opened)
            return opened;
        return file.replace(std::move(results));
    }

    std::vector<std::string> gapsIn(const std::vector<Piece>& pieces)
    {
        const Experiment& experiment = pieces.front().head.experiment;
        std::set<RunKey> there;
        for (const Piece& piece : pieces) {
            for (const RunResult& result : piece.results)
                there.insert(result.key);
        }
        std::map<std::string, std::size_t> missing; // by task
        std::size_t all = 0;
        for (const PlannedRun& run : planRuns(experiment)) {
            if (!there.contains(run.key))
                all += ++missing[run.key.task] > 0 ? 1 : 0;
        }
        std::vector<std::string> gaps;
        const Shard& shard = pieces.front().head.shard;
        std::set<std::uint32_t> shards;
        for (const Piece& piece : pieces)
            shards.insert(piece.head.shard.index);
        for (std::uint32_t i = 1; i <= shard.count; ++i) {
            if (!shards.contains(i))
                gaps.push_back("The piece " + Shard {i, shard.count}.toText() + " is missing.");
        }
        if (all == 0)
            return gaps;
        constexpr std::size_t kNamed = 5;
        std::string tasks;
        std::size_t named = 0;
        for (const auto& [task, count] : missing) {
            if (++named > kNamed)
                break;
            tasks += (tasks.empty() ? "" : ", ") + task;
        }
        gaps.push_back(std::to_string(all) + (all == 1 ? " run is" : " runs are") + " missing, of "
                       + std::to_string(missing.size())
                       + (missing.size() == 1 ? " task: " : " tasks: ") + tasks
                       + (missing.size() > kNamed ? ", ..." : "") + '.');
        return gaps;
    }

} // namespace

Result<MergedPieces> mergePieces(const fs::path& out, const std::vector<fs::path>& folders)
{
    std::error_code ignored;
    if (fs::exists(out, ignored) && !fs::is_empty(out, ignored))
        return fail(ErrorCode::Invalid,
                    out.string() + " is there already. Name a folder that is not.");
    if (folders.empty())
        return fail(ErrorCode::Invalid, "Name the folders that are to be put together.");
    std::vector<Piece> pieces;
    for (const fs::path& folder : folders) {
        auto piece = readPiece(folder);
        if (!piece)
            return fail(std::move(piece).error());
        pieces.push_back(std::move(*piece));
    }
    if (auto checked = checkPieces(pieces); !checked)
        return fail(std::move(checked).error());
    if (auto written = writeWhole(out, pieces); !written) {
        fs::remove_all(out, ignored);
        return fail(std::move(written).error());
    }
    std::size_t runs = 0;
    for (const Piece& piece : pieces)
        runs += piece.results.size();
    return MergedPieces {.runs = runs, .gaps = gapsIn(pieces)};
}

} // namespace engine
