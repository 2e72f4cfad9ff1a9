#pragma once

#include "tracestore/import/pi/pi_branches.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"

#include <unordered_map>

namespace tracestore {

/// Brings the entries of one session into a trace, in the order of the file.
class PiSession
{
public:
    /// `header` is the first line, or nothing where that is lost. All outlive this.
    PiSession(TraceBuilder& builder,
              StepPayloads& payloads,
              ReportBatch& report,
              const RecordText& source,
              const JsonView& header,
              std::string key);

    void add(const JsonView& entry);

    /// When the last entry was added.
    void finish();

private:
    void addHeader(const JsonView& header, std::string key);
    [[nodiscard]] std::uint32_t parentOf(const JsonView& entry, bool isResult);
    void place(const JsonView& entry, PiEntry& to);
    void addMessage(const JsonView& entry, PiEntry& to);
    void addUser(const JsonView& entry);
    void addAnswer(const JsonView& entry);
    void setTimes(const JsonView& message, SpanRecord& record) const;
    void addTools(const JsonView& entry);
    void addResult(const JsonView& entry);
    void addResultBlock(const JsonView& entry, const JsonView& block);
    void answer(const JsonView& entry,
                const JsonView& result,
                std::string callId,
                StepPayloads::ReadPiece read);
    void addShell(const JsonView& entry);
    void addCompaction(const JsonView& entry);
    void addSummary(const JsonView& entry, const JsonView& holder, std::string_view name);
    SpanId addPlain(const JsonView& entry, SpanKind kind, const std::string& name);
    void setTitle(const std::string& text);

    TraceBuilder& m_builder;
    ReportBatch& m_report;
    RecordText m_source;
    ConversationSteps m_talk;
    SpanId m_agent;
    std::vector<PiEntry> m_entries;
    std::unordered_map<std::string, std::uint32_t> m_byId; ///< entries, also by the ids of calls
    std::optional<Timestamp> m_time; ///< of the entry that is read
    std::optional<Timestamp> m_lastTime;
    std::string m_model;
    std::string m_provider;
    bool m_wasResult = false; ///< the entry before was a tool's result
};

} // namespace tracestore
