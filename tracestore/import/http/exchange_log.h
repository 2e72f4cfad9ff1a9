#pragma once

#include "tracestore/import/http/exchange_content.h"
#include "tracestore/import/http/exchange_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <map>
#include <unordered_map>

namespace tracestore {

/// Makes sessions and steps of single calls of models. What belongs together shows in the requests:
/// one goes on where another ended, brings the results of its tools, or names its answer. One
/// thread; add the calls in the order in which they were made, then finish().
class ExchangeLog
{
public:
    /// Both outlive this.
    ExchangeLog(TraceBuilder& builder, ExchangePayloads& payloads);

    void add(const Exchange& exchange, const std::vector<ExchangePart>& parts);
    void finish();

private:
    struct Call
    {
        std::string id;
        std::string name;
        std::string callerId; ///< the call of a tool in which this one was made
        bool isBroken = false; ///< its arguments broke off
    };

    struct Result
    {
        std::string key; ///< the id of the call, or the name of the tool
        bool isError = false;
    };

    struct Entry
    {
        std::uint32_t exchange = 0;
        std::string url;
        std::string client;
        std::string provider;
        std::string requestedModel;
        AnswerFacts answer;
        std::optional<TokenUsage> usage;
        std::optional<Cost> cost;
        std::optional<Timestamp> start;
        std::optional<Timestamp> end;
        std::optional<Timestamp> firstToken;
        TimeSource timeSource = TimeSource::Unknown;
        std::vector<Call> calls;
        std::vector<Result> answerResults;
        std::vector<Result> requestResults;
        std::string prompt; ///< what the user said last, where the request ends with it
        std::vector<RawRef> raw;
    };

    struct Conversation
    {
        std::string key;
        std::string title;
        std::vector<Entry> entries;
    };

    /// Where the result of a call was found.
    struct Found
    {
        std::uint32_t exchange = ExchangePayloads::kNone;
        std::uint32_t number = 0;
        bool isInAnswer = false;
        bool isError = false;
        std::optional<Timestamp> time;
    };

    using Results = std::map<std::pair<std::string, std::size_t>, Found>;

    Entry entryOf(const Exchange& exchange,
                  const std::vector<Message>& request,
                  const std::vector<Message>& answer) const;
    std::size_t conversationOf(const Exchange& exchange,
                               const Entry& entry,
                               const std::vector<Message>& request,
                               FileId file);
    std::size_t conversationNamed(std::string key);
    void remember(std::size_t conversation,
                  const Exchange& exchange,
                  const Entry& entry,
                  const std::vector<Message>& request);
    static Results resultsOf(const Conversation& conversation);
    void addConversation(const Conversation& conversation);
    SpanId addAnswer(const Entry& entry, SessionId session, SpanId parent);
    void addCalls(const Entry& entry, SessionId session, SpanId parent);

    TraceBuilder& m_builder;
    ExchangePayloads& m_payloads;
    std::vector<Conversation> m_conversations;
    std::unordered_map<std::string, std::size_t> m_byKey;
    std::unordered_map<std::string, std::size_t> m_byCall; ///< ids of calls and answers
    std::unordered_map<std::size_t, std::size_t> m_byMessages; ///< hash of the messages sent

    // Of the conversation that is added.
    Results m_results;
    std::unordered_map<std::string, std::size_t> m_callCount; ///< by key
    std::unordered_map<std::string, SpanId> m_callSpans;
};

} // namespace tracestore
