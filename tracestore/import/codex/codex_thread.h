#pragma once

#include "tracestore/import/codex/codex_line.h"
#include "tracestore/import/codex/codex_meta.h"
#include "tracestore/import/reading/agent_log.h"

#include <filesystem>
#include <unordered_set>

namespace tracestore {

/// A file of an import: a thread, which is one agent's part of a session.
struct CodexThread
{
    std::filesystem::path path;
    CodexMeta meta;
    std::vector<CodexLine> lines;
    std::string title; ///< given by the user or the program; empty: none
    bool isRollout = false; ///< false for what `codex exec --json` prints
};

/// A call that started an agent, by the thread of that agent.
struct CodexSpawn
{
    SpanId call;
    std::string thread;
};

/// Makes steps of a thread's records. The agent's place in the tree is given by whoever opens the
/// log; `spawns` gets the calls that started other threads.
class CodexSteps
{
public:
    CodexSteps(const CodexThread& thread,
               AgentLog& log,
               TraceBuilder& builder,
               StepPayloads& payloads,
               std::vector<CodexSpawn>& spawns);

    void run();

private:
    void collectSaid();
    void step(const CodexLine& line);
    void stepTalk(const CodexLine& line);
    void stepCall(const CodexLine& line);
    void addPrompt(const CodexLine& line, StepPayloads::ReadMessages read);
    void addAnswer(const CodexLine& line, StepPayloads::ReadMessages read);
    SpanId openAnswer(const CodexLine& line);
    void addCall(const CodexLine& line);
    void addOutput(const CodexLine& line);
    void addCallEvent(const CodexLine& line);
    void setOutcome(SpanId call, const CodexLine& line);
    void addTokens(const CodexLine& line);
    std::optional<TokenUsage> usageOf(const CodexLine& line);
    void beginTurn(const CodexLine& line);
    void openTurn(std::string_view name, const CodexLine& line); ///< numbered if it has no name
    void endTurn(const CodexLine& line);
    void setFirstToken(const CodexLine& line);
    void compact(const CodexLine& line);
    void rollBack(const CodexLine& line);
    void addFailure(const CodexLine& line);
    void passOver(const CodexLine& line);
    void report(ReportSeverity severity, const CodexLine& line, std::string_view message);
    [[nodiscard]] bool isSaidByItem(const CodexLine& line) const;

    [[nodiscard]] std::string_view text(StringId id) const { return m_builder.text(id); }

    static LogRecord recordOf(const CodexLine& line) { return {line.place, line.time}; }

    const CodexThread& m_thread;
    AgentLog& m_log;
    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    std::vector<CodexSpawn>& m_spawns;

    std::unordered_set<std::uint64_t> m_said; ///< by items; events that repeat it are no steps
    bool m_hasCompactedRecords = false;
    StringId m_model;
    std::optional<RawRef> m_context; ///< the settings of the turn
    bool m_isTurnStated = false; ///< by the source: it also tells where the turn ends
    StringId m_endedTurn; ///< the source's id of the last one that ended
    bool m_hasPrompt = false; ///< the turn that is open has one
    SpanId m_firstAnswer; ///< of the turn
    bool m_needsUsage = false; ///< the last answer has none yet
    std::optional<TokenUsage> m_sum; ///< as the last counter of tokens stated it
    std::unordered_set<std::uint32_t> m_ended; ///< calls of which an event told the end
    std::vector<AgentLog::Mark> m_turns; ///< before each turn
};

} // namespace tracestore
