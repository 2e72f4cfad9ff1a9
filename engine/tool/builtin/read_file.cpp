#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/builtin/file_tools.h"
#include "engine/tool/builtin/file_walk.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kLargestFile = std::size_t {32} << 20U;
    constexpr std::size_t kLargestPage = std::size_t {64} << 10U;
    constexpr std::int64_t kLinesOfPage = 500;

    /// The lines from `first` (counted from 1), as many as fit on a page, and what comes next.
    std::string pageOf(std::string_view content, std::int64_t first, std::int64_t most)
    {
        const auto count = std::ranges::count(content, '\n')
            + (content.empty() || content.ends_with('\n') ? 0 : 1);
        std::string page;
        std::int64_t line = 1;
        std::int64_t shown = 0;
        std::size_t begin = 0;
        bool isCut = false;
        for (; begin < content.size() && shown < most && !isCut; ++line) {
            const std::size_t end = std::min(content.find('\n', begin), content.size() - 1) + 1;
            if (line >= first) {
                isCut = page.size() + (end - begin) > kLargestPage;
                if (isCut && shown > 0)
                    break;
                page += content.substr(begin, std::min(end - begin, kLargestPage));
                ++shown;
            }
            begin = end;
        }
        if (shown == 0 && count > 0)
            return "[there is no line " + std::to_string(first) + ": the file has "
                + std::to_string(count) + "]";
        if (isCut && page.size() == kLargestPage)
            page += "\n[this line is longer than a page and was cut]";
        if (first + shown - 1 < count)
            page += (page.ends_with('\n') ? "" : "\n") + std::string("[lines ")
                + std::to_string(first) + " to " + std::to_string(first + shown - 1) + " of "
                + std::to_string(count) + "; go on with line " + std::to_string(first + shown)
                + "]";
        return page;
    }

    Result<std::string>
    readPage(const FileRoot& root, const std::string& path, std::int64_t first, std::int64_t lines)
    {
        auto file = root.openFile(path);
        if (!file)
            return fail(std::move(file).error());
        auto content = readUpTo(*file, kLargestFile);
        if (!content)
            return content;
        if (content->size() > kLargestFile)
            return fail(ErrorCode::Limit,
                        "The file is larger than 32 MiB; search in it with search_files.");
        if (isBinary(*content))
            return fail(ErrorCode::Unsupported, "The file is not a text.");
        return tracestore::toValidUtf8(pageOf(*content, std::max<std::int64_t>(first, 1), lines));
    }

} // namespace

std::unique_ptr<Tool> makeReadFile(RootPtr root, QThreadPool& pool)
{
    ToolInfo info {.definition
                   = {"read_file",
                      "Reads a text file, 500 lines at a time.",
                      R"({"type":"object","properties":{"path":{"type":"string","minLength":1,)"
                      R"("description":"relative to the folder that may be read"},)"
                      R"("line":{"type":"integer","minimum":1,"description":"first line, from 1"},)"
                      R"("lines":{"type":"integer","minimum":1,"maximum":500}},)"
                      R"("required":["path"],"additionalProperties":false})"},
                   .effectClass = EffectClass::Reads};
    return std::make_unique<BuiltinTool>(
        std::move(info),
        [root = std::move(root), &pool](const nlohmann::json& arguments, ToolHandlers handlers) {
            auto work =
                [root,
                 path = textArgument(arguments, "path"),
                 first = wholeArgument(arguments, "line", 1),
                 lines = wholeArgument(arguments, "lines", kLinesOfPage)](const tracestore::Job&) {
                    auto page = readPage(*root, path, first, lines);
                    return page ? textOutcome(std::move(*page)) : failureOutcome(page.error());
                };
            return std::make_unique<PooledTool>(pool, std::move(handlers), std::move(work));
        });
}

} // namespace engine
