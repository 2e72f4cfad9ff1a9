#include "tracestore/import/codex/codex_head.h"

#include "tracestore/base/json_scan.h"
#include "tracestore/import/codex/codex_line.h"
#include "tracestore/store/file_ends.h"

namespace tracestore {
namespace {

    /// The ids stand at the front of the first record, in front of its long instructions.
    constexpr std::size_t kHeadLineBytes = std::size_t {64} << 10U;

    std::string unquoted(std::string_view text)
    {
        return text.size() >= 2 && text.front() == '"'
            ? std::string(text.substr(1, text.size() - 2))
            : std::string();
    }

    /// Of a first record that is longer than the head. Ids have no escapes.
    std::optional<CodexMeta> metaOfCutLine(std::string_view text)
    {
        CodexMeta meta;
        JsonScan scan(text, [](const JsonDamage&) {});
        if (!scan.nextDocument() || scan.type() != JsonScan::Type::Object || !scan.enter())
            return std::nullopt;
        while (scan.next()) {
            if (scan.key() != "payload" || !scan.enter())
                continue;
            while (scan.next()) {
                const std::string_view key = scan.key();
                const std::string value = unquoted(scan.take().value_or(std::string_view()));
                if (key == "id")
                    meta.threadId = value;
                else if (key == "parent_thread_id")
                    meta.parentThread = value;
                else if (key == "forked_from_id")
                    meta.forkedFrom = value;
                else if (key == "cwd")
                    meta.cwd = value;
            }
        }
        return meta;
    }

} // namespace

std::optional<CodexMeta> readCodexHead(const std::filesystem::path& path)
{
    const std::string head = readFileHead(path, kHeadLineBytes);
    JsonLines lines(head);
    const auto line = lines.next();
    if (!line)
        return std::nullopt;
    JsonDom parser;
    const auto parsed = parser.parseObject(line->text, false);
    if (!parsed)
        return line->isEnded ? std::nullopt : metaOfCutLine(line->text);
    if (!isCodexRecord(*parsed))
        return std::nullopt;
    return readCodexMeta(*parsed, {});
}

} // namespace tracestore
