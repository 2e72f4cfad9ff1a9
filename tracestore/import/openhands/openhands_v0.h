#pragma once

#include "tracestore/import/openhands/openhands_session.h"

namespace tracestore {

/// Events of OpenHands 0: actions, and the observations that answer them.
class OpenHandsV0 : public OpenHandsSession
{
public:
    using OpenHandsSession::OpenHandsSession;

    /// An event, or a pair of action and observation as older versions wrote it.
    void add(const JsonView& event, const RecordText& source);

    /// What a record of an evaluation says of the run besides its events.
    void addRecord(const JsonView& record, const RecordText& source);

    static bool isEvent(const JsonView& value);

private:
    void addOne(const JsonView& event, const RecordText& source, SpanId answered);
    SpanId addAction(const JsonView& event, const RecordText& source);
    SpanId addMessage(const JsonView& event, const RecordText& source);
    SpanId addState(const JsonView& event, const RecordText& source, const JsonView& state);
    SpanId
    addPlain(const JsonView& event, const RecordText& source, SpanKind kind, std::string_view name);
    SpanId addTool(const JsonView& event, const RecordText& source);
    void addCall(const JsonView& event, const RecordText& source);
    void addObservation(const JsonView& event, const RecordText& source, SpanId answered);
    void answer(SpanId tool, const JsonView& event, const RecordText& source);
    void addOutcome(const JsonView& record);
    void addMetrics(const JsonView& metrics);

    std::optional<Timestamp> m_time; ///< of the event that is read
    std::optional<RawRef> m_tools; ///< definitions
    SpanId m_lastAction; ///< of a pair
    std::unordered_map<std::string, SpanId> m_callByResponse;
    bool m_hasUsage = false;
};

} // namespace tracestore
