#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/builtin/file_tools.h"
#include "engine/tool/builtin/file_walk.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

    constexpr std::size_t kMostListed = 1000;

    Outcome listed(const FileRoot& root, const FileWalk& walk, const tracestore::Job& job)
    {
        std::string text;
        std::size_t count = 0;
        const auto isWhole = walkFiles(root, walk, job, [&](const WalkedFile& file) {
            if (count == kMostListed)
                return false;
            ++count;
            text += tracestore::safeLine(file.path);
            text += file.isFolder ? "/\n"
                : file.isLink     ? " (link)\n"
                                  : " (" + std::to_string(file.size) + " bytes)\n";
            return true;
        });
        if (!isWhole)
            return failureOutcome(isWhole.error());
        if (!*isWhole)
            text += "[there are more; name a folder or a pattern]\n";
        return textOutcome(text.empty() ? "[no files]" : std::move(text));
    }

} // namespace

std::unique_ptr<Tool> makeListFiles(RootPtr root, QThreadPool& pool)
{
    ToolInfo info {.definition
                   = {"list_files",
                      "Lists files and folders with their sizes.",
                      R"({"type":"object","properties":{"path":{"type":"string",)"
                      R"("description":"the folder; all begins at the top where it is left out"},)"
                      R"("pattern":{"type":"string","description":"of file names: *.md"},)"
                      R"("recursive":{"type":"boolean"}},"additionalProperties":false})"},
                   .effectClass = EffectClass::Reads};
    return std::make_unique<BuiltinTool>(
        std::move(info),
        [root = std::move(root), &pool](const nlohmann::json& arguments, ToolHandlers handlers) {
            const FileWalk walk {.folder = textArgument(arguments, "path"),
                                 .pattern = textArgument(arguments, "pattern"),
                                 .isRecursive = truthArgument(arguments, "recursive", false)};
            auto work
                = [root, walk](const tracestore::Job& job) { return listed(*root, walk, job); };
            return std::make_unique<PooledTool>(pool, std::move(handlers), std::move(work));
        });
}

} // namespace engine
