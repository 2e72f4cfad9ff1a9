#pragma once

#include "tracestore/import/gen_ai/gen_ai_mapping.h"

namespace tracestore {

/// The attributes of a span with those of the events that carry what belongs on it (the details of
/// an operation, a prompt or completion of the oldest conventions). Copies only where there are
/// such events.
class WithEventAttributes
{
public:
    /// The source outlives this.
    explicit WithEventAttributes(const GenAiSource& source);

    [[nodiscard]] const Attributes& attributes() const
    {
        return m_merged.empty() ? m_source : m_merged;
    }

private:
    const Attributes& m_source;
    Attributes m_merged;
};

/// The last exception among the events; null where there is none.
const GenAiEvent* exceptionOf(std::span<const GenAiEvent> events);

/// The time of the event by which a stream's first piece is told.
std::optional<Timestamp> firstTokenOf(std::span<const GenAiEvent> events);

/// The messages that events carry one by one (`gen_ai.user.message`, `gen_ai.choice`).
struct EventMessages
{
    std::vector<Message> input;
    std::vector<Message> output;
};

EventMessages messagesOf(std::span<const GenAiEvent> events);

} // namespace tracestore
