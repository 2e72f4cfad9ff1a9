#include "tracestore/import/claude_code/claude_code_facts.h"

#include "tracestore/import/claude_code/claude_code_line.h"
#include "tracestore/import/claude_code/claude_code_titles.h"

namespace tracestore {
namespace {

    using simdjson::dom::object;

    void keepLast(std::string& to, std::string_view text)
    {
        if (!text.empty())
            to = text;
    }

    void keepFirst(std::string& to, std::string_view text)
    {
        if (to.empty())
            to = text;
    }

} // namespace

bool readClaudeFact(ClaudeSessionFacts& facts, const object& line)
{
    const std::string_view type = textAt(line, "type");
    if (type == "custom-title")
        keepLast(facts.customTitle, shortened(textAt(line, "customTitle")));
    else if (type == "ai-title")
        keepLast(facts.aiTitle, shortened(textAt(line, "aiTitle")));
    else if (type == "agent-name")
        keepLast(facts.agentName, shortened(textAt(line, "agentName")));
    else if (type == "summary")
        facts.summaries.emplace_back(claudeHash(textAt(line, "leafUuid")),
                                     shortened(textAt(line, "summary")));
    else if (type == "permission-mode")
        keepLast(facts.permissionMode, textAt(line, "permissionMode"));
    else if (type == "mode")
        keepLast(facts.mode, textAt(line, "mode"));
    else if (type == "relocated")
        keepLast(facts.relocatedCwd, textAt(line, "relocatedCwd"));
    else if (type == "pr-link")
        facts.pullRequests.emplace_back(textAt(line, "prUrl"));
    else
        return false;
    return true;
}

void readClaudeContext(ClaudeSessionFacts& facts, const object& line, bool isBookkeeping)
{
    keepFirst(facts.sessionId, textAt(line, "sessionId"));
    keepFirst(facts.sessionId, textAt(line, "session_id"));
    keepFirst(facts.cwd, textAt(line, "cwd"));
    keepFirst(facts.slug, textAt(line, "slug"));
    keepFirst(facts.entrypoint, textAt(line, "entrypoint"));
    if (isBookkeeping)
        return;
    keepLast(facts.version, textAt(line, "version"));
    keepLast(facts.version, textAt(line, "claude_code_version"));
    keepLast(facts.gitBranch, textAt(line, "gitBranch"));
    keepLast(facts.permissionMode, textAt(line, "permissionMode"));
}

void settleClaudeSummaries(ClaudeSessionFacts& facts,
                           const std::unordered_set<std::uint64_t>& uuids)
{
    for (const auto& [leaf, summary] : facts.summaries)
        keepLast(leaf != 0 && uuids.contains(leaf) ? facts.summary : facts.otherSummary, summary);
}

std::string claudeTitle(const ClaudeSessionFacts& facts, const std::string& firstPrompt)
{
    for (const std::string* title :
         {&facts.customTitle, &facts.aiTitle, &facts.summary, &firstPrompt}) {
        if (!title->empty())
            return *title;
    }
    return facts.otherSummary;
}

} // namespace tracestore
