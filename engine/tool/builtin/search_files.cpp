#include "engine/tool/builtin/builtin_tool.h"
#include "engine/tool/builtin/file_tools.h"
#include "engine/tool/builtin/file_walk.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/query/text_pattern.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace engine {

using tracestore::TextPattern;

namespace {

    constexpr std::size_t kLargestSearched = std::size_t {16} << 20U;
    constexpr std::size_t kMostSearched = std::size_t {512} << 20U; ///< bytes of one call
    constexpr std::size_t kMostHits = 200;
    constexpr std::size_t kShownLine = 300;

    /// Looks through files one after another until there are enough hits.
    class FileSearch
    {
    public:
        FileSearch(const FileRoot& root, TextPattern pattern, const tracestore::Job& job)
            : m_root(root)
            , m_pattern(std::move(pattern))
            , m_job(job)
        { }

        bool add(const WalkedFile& file)
        {
            if (file.isFolder || file.isLink)
                return true;
            auto opened = m_root.openFile(file.path);
            if (!opened)
                return true;
            const auto content = readUpTo(*opened, kLargestSearched);
            if (!content || isBinary(*content))
                return true;
            if (content->size() > kLargestSearched) {
                ++m_tooLarge;
                return true;
            }
            m_bytes += content->size();
            searchLines(file.path, *content);
            return m_hits < kMostHits && m_bytes < kMostSearched && !m_job.isCancelled();
        }

        [[nodiscard]] Outcome outcome(bool isWhole)
        {
            if (m_job.isCancelled())
                return EndingTool::cancelledOutcome();
            if (m_hits == 0)
                m_text += "[nothing found]\n";
            if (!isWhole)
                m_text += "[there is more to search; ask for something rarer, or a folder]\n";
            if (m_tooLarge > 0)
                m_text += "[files over 16 MiB, not searched: " + std::to_string(m_tooLarge) + "]\n";
            return textOutcome(std::move(m_text));
        }

    private:
        void searchLines(const std::string& path, std::string_view content)
        {
            std::size_t number = 1;
            for (std::size_t begin = 0; begin < content.size() && m_hits < kMostHits; ++number) {
                const std::size_t end = std::min(content.find('\n', begin), content.size());
                const std::string_view line = content.substr(begin, end - begin);
                begin = end + 1;
                if ((number & 1023U) == 0 && m_job.isCancelled())
                    return;
                if (!m_pattern.matches(line))
                    continue;
                ++m_hits;
                m_text += tracestore::safeLine(path) + ':' + std::to_string(number) + ": "
                    + tracestore::toValidUtf8(line.substr(0, kShownLine))
                    + (line.size() > kShownLine ? "...\n" : "\n");
            }
        }

        const FileRoot& m_root;
        TextPattern m_pattern;
        const tracestore::Job& m_job;
        std::string m_text;
        std::size_t m_hits = 0;
        std::size_t m_tooLarge = 0;
        std::size_t m_bytes = 0;
    };

    Outcome searched(const FileRoot& root,
                     const FileWalk& walk,
                     TextPattern pattern,
                     const tracestore::Job& job)
    {
        FileSearch search(root, std::move(pattern), job);
        const auto isWhole
            = walkFiles(root, walk, job, [&](const WalkedFile& file) { return search.add(file); });
        return isWhole ? search.outcome(*isWhole) : failureOutcome(isWhole.error());
    }

} // namespace

std::unique_ptr<Tool> makeSearchFiles(RootPtr root, QThreadPool& pool)
{
    ToolInfo info {
        .definition
        = {"search_files",
           "Finds the lines of text files that contain a text, in any case.",
           R"({"type":"object","properties":{"query":{"type":"string","minLength":1},)"
           R"("regex":{"type":"boolean","description":"the query is a regular expression of RE2"},)"
           R"("path":{"type":"string","description":"the folder to search below"},)"
           R"("pattern":{"type":"string","description":"of file names: *.md"}},)"
           R"("required":["query"],"additionalProperties":false})"},
        .effectClass = EffectClass::Reads};
    return std::make_unique<BuiltinTool>(
        std::move(info),
        [root = std::move(root), &pool](const nlohmann::json& arguments,
                                        ToolHandlers handlers) -> std::unique_ptr<RunningTool> {
            const std::string query = textArgument(arguments, "query");
            auto pattern = truthArgument(arguments, "regex", false)
                ? TextPattern::regex(query, "i")
                : tracestore::Result<TextPattern>(TextPattern::containing(query));
            if (!pattern)
                return answered(
                    std::move(handlers),
                    toolError("arguments", "arguments.query: " + pattern.error().message));
            FileWalk walk {.folder = textArgument(arguments, "path"),
                           .pattern = textArgument(arguments, "pattern"),
                           .isRecursive = true};
            auto work
                = [root, walk = std::move(walk), pattern = std::move(*pattern)](
                      const tracestore::Job& job) { return searched(*root, walk, pattern, job); };
            return std::make_unique<PooledTool>(pool, std::move(handlers), std::move(work));
        });
}

} // namespace engine
