#include "tracestore/import/pi/pi_session.h"

#include "tracestore/import/pi/pi_content.h"
#include "tracestore/import/reading/title_text.h"
#include "tracestore/import/reading/token_counts.h"
#include "tracestore/import/reading/unix_time.h"

namespace tracestore {
namespace {

    std::string textOf(const JsonView& content)
    {
        if (content.isString())
            return content.string();
        for (JsonItems parts(content); content.isArray() && parts.next();) {
            if (parts.item()["text"].isString())
                return parts.item()["text"].string();
        }
        return {};
    }

    bool isToolCall(const JsonView& part)
    {
        const std::string type = part["type"].string();
        return type == "toolCall" || type == "tool_use";
    }

    bool isResultBlock(const JsonView& part)
    {
        return part["type"].string() == "tool_result";
    }

    std::optional<TokenUsage> tokensOf(const JsonView& usage)
    {
        return usageOf({.input = usage["input"].integer(),
                        .cacheRead = usage["cacheRead"].integer(),
                        .cacheWrite = usage["cacheWrite"].integer(),
                        .output = usage["output"].integer(),
                        .total = usage["totalTokens"].integer()});
    }

    std::optional<Cost> costOf(const JsonView& usage)
    {
        const auto amount
            = usage["cost"].isObject() ? usage["cost"]["total"].number() : usage["cost"].number();
        return amount ? std::optional(Cost {.amount = *amount}) : std::nullopt;
    }

} // namespace

PiSession::PiSession(TraceBuilder& builder,
                     StepPayloads& payloads,
                     ReportBatch& report,
                     const RecordText& source,
                     const JsonView& header,
                     std::string key)
    : m_builder(builder)
    , m_report(report)
    , m_source(source)
    , m_talk(builder, payloads, builder.addSession({}))
{
    addHeader(header, std::move(key));
}

void PiSession::addHeader(const JsonView& header, std::string key)
{
    Session& session = m_builder.session(m_talk.session());
    session.key = header["id"].scalar().empty() ? std::move(key) : header["id"].scalar();
    session.cwd = header["cwd"].string();
    session.title = titleText(header.either("sessionTitle", "title").string());
    session.started = parseIsoTimestamp(header["timestamp"].string());
    if (header.isObject())
        session.attributesJson = std::string(header.text());
    std::string name = "pi";
    if (header["type"].string() == "session_start") {
        name = session.producerName = "Droid";
        session.producerVersion = header["version"].scalar();
    }
    m_model = header["modelId"].string();
    m_provider = header["provider"].string();
    SpanRecord record {.name = name, .origKind = "session"};
    if (header.isObject())
        record.raw = {m_source.placeOf(header)};
    m_agent = m_talk.addAgent(record, {.name = name});
    if (header.isObject())
        m_talk.payloads().add(m_agent, m_source.placeOf(header), readPiFacts);
    // The first entries name the session as what they stand below.
    m_entries.push_back({.after = m_talk.place()});
    if (const std::string id = header["id"].scalar(); !id.empty())
        m_byId.emplace(id, 0);
}

void PiSession::setTitle(const std::string& text)
{
    Session& session = m_builder.session(m_talk.session());
    if (session.title.empty())
        session.title = titleText(text);
}

void PiSession::add(const JsonView& entry)
{
    bool hasZone = true;
    m_time = parseIsoTimestamp(entry["timestamp"].string(), &hasZone);
    const bool isResult = entry["message"]["role"].string() == "toolResult";
    PiEntry made {.parent = parentOf(entry, isResult)};
    // Parallel results name one and the same call, and stand behind each other all the same.
    const std::uint32_t last = static_cast<std::uint32_t>(m_entries.size()) - 1;
    const bool goesOn
        = made.parent == last || (isResult && m_wasResult && m_entries[last].parent == made.parent);
    if (!goesOn)
        m_talk.goTo(m_entries[made.parent].after);
    made.before = m_talk.place();
    made.firstSpan = static_cast<std::uint32_t>(m_builder.spanCount());
    place(entry, made);
    made.endSpan = static_cast<std::uint32_t>(m_builder.spanCount());
    made.after = m_talk.place();
    m_entries.push_back(made);
    if (const std::string id = entry["id"].scalar(); !id.empty())
        m_byId.emplace(id, last + 1);
    m_wasResult = isResult;
    if (m_time)
        m_lastTime = m_time;
}

/// The entry that one stands below: the one it names, else the one before it. Nothing names an
/// entry that comes later, so the entries are a tree.
std::uint32_t PiSession::parentOf(const JsonView& entry, bool isResult)
{
    SourceCounts& counts = m_builder.session(m_talk.session()).counts;
    const auto last = static_cast<std::uint32_t>(m_entries.size()) - 1;
    const std::string parent = entry["parentId"].scalar();
    // Version 1 is a plain list, and some entries of others have no place in the tree.
    if (!entry.has("id") || entry["parentId"].text().empty())
        return last;
    if (parent.empty()) {
        counts.roots = counts.roots.value_or(0) + 1;
        return last == 0 || isResult ? last : 0;
    }
    if (const auto known = m_byId.find(parent); known != m_byId.end())
        return known->second;
    counts.orphans = counts.orphans.value_or(0) + 1;
    m_report.add(ReportSeverity::Guessed,
                 m_source.placeOf(entry).offset,
                 "An entry names one before it that is not in the file; it is shown behind the "
                 "last one.");
    return last;
}

void PiSession::place(const JsonView& entry, PiEntry& to)
{
    const std::string type = entry["type"].string();
    if (type == "message") {
        addMessage(entry, to);
    } else if (type == "model_change") {
        m_model = entry["modelId"].string();
        m_provider = entry["provider"].string();
        addPlain(entry, SpanKind::StateChange, "model: " + m_model);
    } else if (type == "thinking_level_change") {
        addPlain(entry, SpanKind::StateChange, "thinking: " + entry["thinkingLevel"].string());
    } else if (type == "compaction") {
        to.isTalk = true;
        addCompaction(entry);
    } else if (type == "branch_summary") {
        to.isTalk = true;
        addSummary(entry, entry, "summary of a branch");
    } else if (type == "custom_message") {
        addSummary(entry, entry, entry["customType"].string());
    } else if (type == "session_info") {
        if (const std::string name = entry["name"].string(); !name.empty())
            m_builder.session(m_talk.session()).title = titleText(name);
        addPlain(entry, SpanKind::StateChange, "name: " + titleText(entry["name"].string()));
    } else if (type == "label") {
        addPlain(entry, SpanKind::Event, "label: " + titleText(entry["label"].scalar()));
    } else {
        const std::string custom = entry["customType"].string();
        addPlain(entry, SpanKind::Event, custom.empty() ? type : custom);
    }
}

SpanId PiSession::addPlain(const JsonView& entry, SpanKind kind, const std::string& name)
{
    const std::string type = entry["type"].string();
    const std::string id = entry["id"].scalar();
    const SpanId span = m_talk.add({.kind = kind,
                                    .name = name.empty() ? std::string_view(type) : name,
                                    .origKind = type,
                                    .origId = id,
                                    .start = m_time,
                                    .raw = {m_source.placeOf(entry)}});
    m_talk.payloads().add(span, m_source.placeOf(entry), readPiFacts);
    return span;
}

void PiSession::addMessage(const JsonView& entry, PiEntry& to)
{
    const std::string role = entry["message"]["role"].string();
    // A result belongs to its call; nobody goes on from it in another line.
    to.isTalk = role != "toolResult";
    if (role == "user")
        addUser(entry);
    else if (role == "assistant")
        addAnswer(entry);
    else if (role == "toolResult")
        addResult(entry);
    else if (role == "bashExecution")
        addShell(entry);
    else if (role == "compactionSummary")
        addSummary(entry, entry["message"], "summary");
    else if (role == "branchSummary")
        addSummary(entry, entry["message"], "summary of a branch");
    else
        addSummary(entry, entry["message"], entry["message"]["customType"].string());
}

/// What the user said, and with some programs also what tools gave.
void PiSession::addUser(const JsonView& entry)
{
    const JsonView& content = entry["message"]["content"];
    bool hasResults = false;
    bool hasWords = content.isString();
    for (JsonItems parts(content); content.isArray() && parts.next();) {
        const bool isResult = isResultBlock(parts.item());
        hasResults = hasResults || isResult;
        hasWords = hasWords || !isResult;
        if (isResult)
            addResultBlock(entry, parts.item());
    }
    const RawRef place = m_source.placeOf(entry["message"]);
    if (hasResults && !hasWords) {
        m_talk.say(place, readPiMessage);
        return;
    }
    const std::string title = titleText(textOf(content));
    setTitle(title);
    const std::string id = entry["id"].scalar();
    const SpanId turn = m_talk.addTurn({.name = title.empty() ? "prompt" : std::string_view(title),
                                        .origKind = "user",
                                        .origId = id,
                                        .start = m_time,
                                        .raw = {m_source.placeOf(entry)}},
                                       m_agent,
                                       place,
                                       readPiMessage);
    m_talk.payloads().add(turn, m_source.placeOf(entry), readPiFacts);
}

void PiSession::addAnswer(const JsonView& entry)
{
    const JsonView& message = entry["message"];
    const std::string model = message["model"].isString() ? message["model"].string() : m_model;
    const std::string provider
        = message["provider"].isString() ? message["provider"].string() : m_provider;
    const std::string reason = message["stopReason"].string();
    const std::string id = entry["id"].scalar();
    const std::string responseId = message["responseId"].scalar();
    SpanRecord record {.name = model.empty() ? "model call" : std::string_view(model),
                       .origKind = "assistant",
                       .origId = id,
                       .status = reason == "aborted" ? SpanStatus::Cancelled : SpanStatus::Ok,
                       .respondedModel = model,
                       .provider = provider,
                       .responseId = responseId,
                       .usage = tokensOf(message["usage"]),
                       .cost = costOf(message["usage"]),
                       .raw = {m_source.placeOf(entry)}};
    setTimes(message, record);
    const SpanId call = m_talk.addCall(record);
    if (reason == "error")
        m_talk.fail(call, {.type = reason, .message = message["errorMessage"].string()});
    const RawRef place = m_source.placeOf(message);
    m_talk.payloads().addOutput(call, place, readPiMessage);
    m_talk.payloads().add(call, m_source.placeOf(entry), readPiFacts);
    m_talk.say(place, readPiMessage);
    addTools(entry);
}

/// A message is stamped when its request goes out, and its line when it is complete.
void PiSession::setTimes(const JsonView& message, SpanRecord& record) const
{
    record.end = m_time;
    record.timeSource = TimeSource::Line;
    const auto asked = timeOfMilliseconds(message["timestamp"].number());
    // Clocks that are wrong by more than a day's work tell nothing of a request.
    constexpr std::int64_t kLongest = std::int64_t {24} * 3600 * 1'000'000'000;
    if (asked && (!m_time || (*asked <= *m_time && (*m_time - *asked).ns < kLongest))) {
        record.start = asked;
    } else if (m_time && m_lastTime && *m_lastTime <= *m_time) {
        record.start = m_lastTime;
        record.timeSource = TimeSource::Inferred;
    }
}

void PiSession::addTools(const JsonView& entry)
{
    for (JsonItems parts(entry["message"]["content"]); parts.next();) {
        const JsonView& part = parts.item();
        if (!isToolCall(part))
            continue;
        const std::string name = part["name"].string();
        const std::string callId = part["id"].scalar();
        const SpanId tool = m_talk.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                                            .origKind = "toolCall",
                                            .start = m_time,
                                            .toolCallId = callId,
                                            .raw = {m_source.placeOf(part)}});
        if (const JsonView& arguments = part.either("arguments", "input"); arguments.isThere())
            m_talk.payloads().add(tool, m_source.placeOf(arguments), readToolArguments);
        // Some name the call as what its result stands below.
        if (!callId.empty())
            m_byId.emplace(callId, static_cast<std::uint32_t>(m_entries.size()));
    }
}

void PiSession::addResult(const JsonView& entry)
{
    const JsonView& message = entry["message"];
    answer(entry, message, message["toolCallId"].scalar(), readPiToolResult);
    m_talk.say(m_source.placeOf(message), readPiMessage);
}

void PiSession::addResultBlock(const JsonView& entry, const JsonView& block)
{
    answer(entry, block, block["tool_use_id"].scalar(), readPiResultBlock);
}

void PiSession::answer(const JsonView& entry,
                       const JsonView& result,
                       std::string callId,
                       StepPayloads::ReadPiece read)
{
    SpanId tool = m_talk.findTool(callId);
    if (!tool.isValid()) {
        const std::string name = result["toolName"].string();
        tool = m_talk.addTool({.name = name.empty() ? "tool" : std::string_view(name),
                               .origKind = "toolResult",
                               .toolCallId = callId});
    }
    const bool isError = result.either("isError", "is_error").isTrue();
    m_talk.endTool(
        tool, isError ? SpanStatus::Error : SpanStatus::Ok, m_time, m_source.placeOf(entry));
    if (isError)
        m_talk.fail(tool, {.type = "tool error", .message = textOf(result["content"])});
    m_talk.payloads().add(tool, m_source.placeOf(result), read);
}

/// A command that the user ran beside the agent: none of the agent's calls.
void PiSession::addShell(const JsonView& entry)
{
    const JsonView& message = entry["message"];
    const SpanId span
        = addPlain(entry, SpanKind::Event, "$ " + titleText(message["command"].string()));
    const auto code = message["exitCode"].integer();
    if (message["cancelled"].isTrue())
        m_talk.setStatus(span, SpanStatus::Cancelled);
    else if (code.value_or(0) != 0)
        m_talk.fail(
            span,
            {.type = "exit code " + std::to_string(*code), .message = message["output"].string()});
    else if (code)
        m_talk.setStatus(span, SpanStatus::Ok);
    m_talk.payloads().addInput(span, m_source.placeOf(message), readPiMessage);
    m_talk.say(m_source.placeOf(message), readPiMessage);
}

void PiSession::addCompaction(const JsonView& entry)
{
    const RawRef place = m_source.placeOf(entry);
    const SpanId span = addPlain(entry, SpanKind::Compaction, "compaction");
    m_talk.payloads().addOutput(span, place, readPiEntry);
    const auto kept = m_byId.find(entry["firstKeptEntryId"].scalar());
    const ConversationSteps::Place now = m_talk.place();
    std::size_t firstKept = now.said;
    // What was compacted before is in another history already.
    if (kept != m_byId.end())
        firstKept = m_entries[kept->second].before.history == now.history
            ? m_entries[kept->second].before.said
            : 0;
    m_talk.compact(place, readPiEntry, firstKept);
}

void PiSession::addSummary(const JsonView& entry, const JsonView& holder, std::string_view name)
{
    const StepPayloads::ReadMessages read
        = &holder == &entry ? readPiEntry : StepPayloads::ReadMessages(readPiMessage);
    const SpanId span = addPlain(entry, SpanKind::Message, std::string(name));
    if (!holder.isObject())
        return;
    m_talk.payloads().addInput(span, m_source.placeOf(holder), read);
    m_talk.say(m_source.placeOf(holder), read);
}

void PiSession::finish()
{
    m_talk.settleOpenTools();
    markPiBranches(m_entries, m_builder);
}

} // namespace tracestore
