#include "tracestore/import/codex/codex_companions.h"

#include "tracestore/import/codex/codex_head.h"

#include <algorithm>
#include <set>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// A folder of more files is not looked through.
    constexpr std::size_t kMaxFiles = 2'000;

    /// Threads that went on for longer are looked for on the first of their days.
    constexpr std::size_t kMaxDays = 14;

    bool isNumber(const fs::path& name, std::size_t digits)
    {
        const std::string text = name.string();
        return text.size() == digits
            && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    }

    /// `.../2026/03/01`.
    bool isDayFolder(const fs::path& folder)
    {
        return isNumber(folder.filename(), 2) && isNumber(folder.parent_path().filename(), 2)
            && isNumber(folder.parent_path().parent_path().filename(), 4);
    }

    std::set<fs::path> foldersIn(const fs::path& folder, std::size_t digits)
    {
        std::set<fs::path> found;
        std::error_code error;
        fs::directory_iterator walk(folder, error);
        for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
            std::error_code ignored;
            if (isNumber(walk->path().filename(), digits) && walk->is_directory(ignored))
                found.insert(walk->path());
        }
        return found;
    }

    /// The folder of a file, and of the days after it.
    std::vector<fs::path> foldersOf(const fs::path& path)
    {
        const fs::path own = path.has_parent_path() ? path.parent_path() : fs::path(".");
        std::vector<fs::path> folders {own};
        if (!isDayFolder(own))
            return folders;
        const fs::path year = own.parent_path().parent_path();
        for (const fs::path& month : foldersIn(year, 2)) {
            for (const fs::path& day : foldersIn(month, 2)) {
                if (day > own && folders.size() < kMaxDays)
                    folders.push_back(day);
            }
        }
        return folders;
    }

    struct Candidate
    {
        fs::path path;
        CodexMeta meta;
    };

    std::vector<Candidate> candidatesFor(const fs::path& path)
    {
        std::vector<Candidate> all;
        for (const fs::path& folder : foldersOf(path)) {
            std::error_code error;
            fs::directory_iterator walk(folder, error);
            for (; !error && walk != fs::directory_iterator() && all.size() < kMaxFiles;
                 walk.increment(error)) {
                if (!isCodexRolloutName(walk->path()) || walk->path() == path)
                    continue;
                if (const auto meta = readCodexHead(walk->path()))
                    all.push_back({walk->path(), *meta});
            }
        }
        return all;
    }

} // namespace

bool isCodexRolloutName(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.starts_with("rollout-")
        && (name.ends_with(".jsonl") || name.ends_with(".jsonl.zst")
            || name.ends_with(".jsonl.gz"));
}

std::vector<fs::path> codexCompanions(const fs::path& path)
{
    std::vector<fs::path> files;
    if (path == "-" || !isCodexRolloutName(path))
        return files;
    const auto own = readCodexHead(path);
    if (!own || own->threadId.empty())
        return files;
    std::set<std::string> family {own->threadId};
    std::vector<Candidate> candidates = candidatesFor(path);
    for (bool hasGrown = true; hasGrown;) {
        hasGrown = false;
        std::erase_if(candidates, [&](const Candidate& one) {
            const bool isOne
                = family.contains(one.meta.parentThread) || family.contains(one.meta.forkedFrom);
            if (!isOne || one.meta.threadId.empty())
                return false;
            hasGrown = true;
            family.insert(one.meta.threadId);
            files.push_back(one.path);
            return true;
        });
    }
    std::ranges::sort(files);
    return files;
}

} // namespace tracestore
