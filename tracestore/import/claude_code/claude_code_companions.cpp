#include "tracestore/import/claude_code/claude_code_companions.h"

#include "tracestore/store/file_ends.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// A folder of more files is not looked through.
    constexpr std::size_t kMaxFiles = 10'000;

    bool isLogName(const fs::path& path)
    {
        const std::string name = path.filename().string();
        return name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")
            || name.ends_with(".jsonl.zst");
    }

    template<class Iterator>
    void collectAgents(Iterator walk, std::vector<fs::path>& to)
    {
        std::error_code error;
        for (std::size_t n = 0; walk != Iterator() && n < kMaxFiles; ++n) {
            if (isClaudeAgentName(walk->path()) && walk->is_regular_file(error))
                to.push_back(walk->path());
            walk.increment(error);
            if (error)
                return;
        }
    }

    /// Older versions write the files of all sub-agents beside those of the sessions.
    bool namesSession(const fs::path& path, const std::string& session)
    {
        return readFileHead(path, std::size_t {64} << 10U).find("\"sessionId\":\"" + session + '"')
            != std::string::npos;
    }

} // namespace

std::string claudeStem(const fs::path& path)
{
    std::string name = path.filename().string();
    for (const std::string_view ending : {".gz", ".zst", ".jsonl"}) {
        if (name.ends_with(ending))
            name.erase(name.size() - ending.size());
    }
    return name;
}

bool isClaudeAgentName(const fs::path& path)
{
    return path.filename().string().starts_with("agent-") && isLogName(path);
}

std::vector<fs::path> claudeCompanions(const fs::path& path)
{
    std::vector<fs::path> files;
    if (path == "-" || isClaudeAgentName(path))
        return files;
    const std::string session = claudeStem(path);
    std::error_code error;
    const fs::path own = path.parent_path() / session / "subagents";
    if (fs::is_directory(own, error))
        collectAgents(fs::recursive_directory_iterator(
                          own, fs::directory_options::skip_permission_denied, error),
                      files);
    std::vector<fs::path> beside;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    collectAgents(fs::directory_iterator(folder, error), beside);
    std::ranges::copy_if(beside, std::back_inserter(files), [&](const fs::path& other) {
        return namesSession(other, session);
    });
    std::ranges::sort(files);
    return files;
}

} // namespace tracestore
