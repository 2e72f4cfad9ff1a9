#pragma once

#include "tracestore/import/openhands/openhands_session.h"

namespace tracestore {

/// Events of the OpenHands SDK, version 1, told apart by their `kind`.
class OpenHandsV1 : public OpenHandsSession
{
public:
    using OpenHandsSession::OpenHandsSession;

    void add(const JsonView& event, const RecordText& source);

    /// The tools that were left without a result.
    void finish() { talk.settleOpenTools(); }

    static bool isEvent(const JsonView& value);

private:
    void addMessage(const JsonView& event, const RecordText& source);
    void addAction(const JsonView& event, const RecordText& source);
    SpanId addCall(const JsonView& event, const RecordText& source);
    void addObservation(const JsonView& event, const RecordText& source);
    void addUpdate(const JsonView& event, const RecordText& source);
    void addStats(const JsonView& value);
    SpanId
    addPlain(const JsonView& event, const RecordText& source, SpanKind kind, std::string_view name);

    std::optional<Timestamp> m_time; ///< of the event that is read
    std::optional<RawRef> m_tools; ///< definitions
    std::string m_model; ///< as the last statistics name it
};

} // namespace tracestore
