#include "tracestore/import/openhands/openhands_session.h"

#include "tracestore/import/reading/title_text.h"

#include <algorithm>

namespace tracestore {

OpenHandsSession::OpenHandsSession(TraceBuilder& toBuilder,
                                   StepPayloads& payloads,
                                   ReportBatch& toReport,
                                   Session session)
    : builder(toBuilder)
    , report(toReport)
    , talk(toBuilder, payloads, toBuilder.addSession(std::move(session)))
{
    beginAgent("OpenHands", {});
}

std::optional<Timestamp> OpenHandsSession::timeOf(const JsonView& event, const RecordText& source)
{
    bool hasZone = true;
    const auto time = parseIsoTimestamp(event["timestamp"].string(), &hasZone);
    if (time && !hasZone)
        report.add(ReportSeverity::Guessed,
                   source.placeOf(event).offset,
                   "Times have no time zone; they were read as UTC.");
    return time;
}

void OpenHandsSession::addPrompt(SpanRecord record,
                                 std::string_view text,
                                 const RawRef& message,
                                 StepPayloads::ReadMessages read)
{
    const std::string title = titleText(text);
    Session& session = builder.session(talk.session());
    if (session.title.empty())
        session.title = title;
    record.name = title.empty() ? "prompt" : std::string_view(title);
    talk.addTurn(record, agent(), message, read);
}

std::pair<SpanId, bool> OpenHandsSession::callOf(SpanRecord record)
{
    const std::string id(record.responseId);
    if (const auto known = m_calls.find(id); !id.empty() && known != m_calls.end())
        return {known->second, false};
    if (lastTime && record.end && *lastTime <= *record.end) {
        record.start = lastTime;
        record.timeSource = TimeSource::Inferred;
    }
    record.status = SpanStatus::Ok; // there is an answer
    const SpanId call = talk.addCall(record);
    if (!id.empty())
        m_calls.emplace(id, call);
    return {call, true};
}

void OpenHandsSession::beginAgent(const std::string& name, SpanId startedBy)
{
    m_left.push_back(talk.place());
    m_agents.push_back(talk.addAgent({.name = name,
                                      .origKind = "agent",
                                      .parent = startedBy,
                                      .isParentImplied = startedBy.isValid()},
                                     {.name = name}));
    if (startedBy.isValid())
        builder.addLink({.from = startedBy, .to = m_agents.back(), .kind = LinkKind::SpawnedAgent});
}

void OpenHandsSession::endAgent()
{
    talk.goTo(m_left.back());
    m_left.pop_back();
    m_agents.pop_back();
}

std::optional<TokenUsage> openHandsUsage(const JsonView& usage)
{
    const auto in = usage["prompt_tokens"].integer();
    TokenUsage to;
    to.output = usage["completion_tokens"].integer();
    to.reasoning = usage["completion_tokens_details"]["reasoning_tokens"].integer();
    if (!to.reasoning)
        to.reasoning = usage["reasoning_tokens"].integer();
    to.cacheRead = usage.either("cache_read_input_tokens", "cache_read_tokens").integer();
    if (!to.cacheRead)
        to.cacheRead = usage["prompt_tokens_details"]["cached_tokens"].integer();
    to.cacheWrite = usage.either("cache_creation_input_tokens", "cache_write_tokens").integer();
    if (in) {
        const auto cached = std::max<std::int64_t>(0, to.cacheRead.value_or(0));
        const auto written = std::max<std::int64_t>(0, to.cacheWrite.value_or(0));
        to.input = cached <= *in && written <= *in - cached ? *in - cached - written : *in;
    }
    if (!in && !to.output && !to.cacheRead)
        return std::nullopt;
    return to;
}

} // namespace tracestore
