#pragma once

#include "tracestore/import/reading/conversation_steps.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"

#include <deque>
#include <map>

namespace tracestore {

/// Brings the events of one telemetry log into a trace. A session key that names a sub-agent is an
/// agent of its own, below the call that started it; all other keys of an agent are one
/// conversation with it.
class OpenClawTelemetry
{
public:
    /// All outlive this.
    OpenClawTelemetry(TraceBuilder& builder,
                      StepPayloads& payloads,
                      ReportBatch& report,
                      const RecordText& source,
                      std::string key);

    void add(const JsonView& event);

    /// When the last event was added.
    void finish() { m_talk.settleOpenTools(); }

    static bool isEvent(const JsonView& line);

private:
    struct Lane
    {
        SpanId agent;
        ConversationSteps::Place place;
        std::string prompt; ///< of the turn that is open
    };

    /// A call that starts a sub-agent, until one is found.
    struct Spawn
    {
        SpanId tool;
        std::string task;
    };

    Lane& laneOf(const JsonView& event);
    Lane& addLane(const std::string& name, const std::string& key, SpanId startedBy);
    SpanId takeSpawn(const JsonView& event);
    void addPrompt(const JsonView& event, Lane& lane, const JsonView& text);
    void endTurn(const JsonView& event, const Lane& lane);
    void startTool(const JsonView& event);
    void endTool(const JsonView& event);
    void addSent(const JsonView& event, Lane& lane);

    TraceBuilder& m_builder;
    ReportBatch& m_report;
    RecordText m_source;
    ConversationSteps m_talk;
    std::map<std::string, Lane> m_lanes;
    std::map<std::string, std::deque<SpanId>> m_running; ///< tools, by session key and name
    std::deque<Spawn> m_spawns;
    SpanId m_sending;
    std::string m_sent; ///< what is on its way out
    std::optional<Timestamp> m_time;
};

} // namespace tracestore
