#include "tracestore/import/gemini_cli/gemini_cli_finder.h"

#include "tracestore/import/gemini_cli/gemini_chat.h"

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kEndBytes = std::size_t {64} << 10U;

    bool isChatName(const fs::path& path)
    {
        const bool isChat = path.filename().string().starts_with("session-");
        return isChat && (path.extension() == ".json" || path.extension() == ".jsonl");
    }

    bool read(FoundSession& found)
    {
        const auto ends = readSessionEnds(found, kEndBytes, kEndBytes);
        if (!isGeminiChat(ends.front()))
            return false;
        const GeminiOutline outline = readGeminiOutline(ends);
        found.program = "Gemini CLI";
        found.title = outline.title.empty() ? found.path.stem().string() : outline.title;
        found.cwd = outline.cwd;
        found.subAgentFiles = geminiCompanions(found.path).size();
        return true;
    }

} // namespace

Result<std::vector<FoundSession>>
findGeminiChats(const fs::path& folder, std::size_t limit, Job& job)
{
    std::error_code error;
    std::vector<FoundSession> files;
    const fs::path projects = folder / "tmp";
    fs::directory_iterator walk(projects, error);
    for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
        if (job.isCancelled())
            return cancelled();
        collectSessionFiles(walk->path() / "chats", isChatName, files);
    }
    if (error)
        return failFolder(projects, error);
    return newestSessions(std::move(files), limit, read, job);
}

} // namespace tracestore
