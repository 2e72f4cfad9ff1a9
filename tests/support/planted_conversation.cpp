#include "tests/support/planted_conversation.h"

#include "tracestore/base/json_writer.h"

#include <array>
#include <random>

namespace tests {
namespace {

    using namespace tracestore;

    constexpr auto kNouns = std::to_array<std::string_view>(
        {"invoice",   "parcel",   "courier", "refund",  "battery", "keyboard",
         "warehouse", "customer", "ticket",  "booking", "harbour", "bridge",
         "printer",   "garden",   "engine",  "window",  "library", "contract",
         "supplier",  "training", "report",  "meeting", "kitchen", "airport"});
    constexpr auto kVerbs = std::to_array<std::string_view>({"arrived",
                                                             "failed",
                                                             "waited",
                                                             "changed",
                                                             "returned",
                                                             "expired",
                                                             "moved",
                                                             "doubled",
                                                             "stopped",
                                                             "leaked",
                                                             "passed",
                                                             "melted",
                                                             "vanished",
                                                             "grew",
                                                             "shrank",
                                                             "burned"});
    constexpr auto kOthers = std::to_array<std::string_view>(
        {"yesterday", "quickly", "twice",   "silently", "abroad",   "upstairs",
         "together",  "again",   "early",   "blue",     "northern", "heavy",
         "broken",    "spare",   "second",  "late",     "wooden",   "cheap",
         "urgent",    "digital", "distant", "final",    "quiet",    "golden"});

    /// What a seed gives, the same everywhere (distributions of the library are not).
    class Source
    {
    public:
        explicit Source(std::uint32_t seed)
            : m_random(seed)
        { }

        std::size_t below(std::size_t count) { return m_random() % count; }

        template<class Words>
        std::string word(const Words& words)
        {
            return std::string(words[below(words.size())]);
        }

        /// Ten words and a bit.
        std::vector<std::string> sentence()
        {
            std::vector<std::string> words {"The"};
            const auto add = [&](std::string text) { words.push_back(std::move(text)); };
            add(word(kOthers));
            add(word(kNouns));
            add(word(kVerbs));
            add(word(kOthers));
            add("near");
            add("the");
            add(word(kNouns));
            add("because");
            add("a");
            add(word(kNouns));
            add(word(kVerbs));
            return words;
        }

        std::string id() { return "INV-" + std::to_string(10'000 + below(90'000)); }

        /// In hundredths.
        std::size_t amount() { return 1'000'00 + below(8'999'00); }

    private:
        std::mt19937 m_random;
    };

    std::string joined(const std::vector<std::string>& words)
    {
        std::string text;
        for (const std::string& word : words)
            text += (text.empty() ? "" : " ") + word;
        return text;
    }

    std::string twoDigits(std::size_t number)
    {
        return (number < 10 ? "0" : "") + std::to_string(number);
    }

    /// Of twelve words one is another, one is left out, one is added and two change places.
    std::string reworded(std::vector<std::string> words, Source& random)
    {
        words[1] = random.word(kOthers);
        words.erase(words.begin() + 8);
        words.insert(words.begin() + 4, "really");
        std::swap(words[words.size() - 1], words[words.size() - 2]);
        return joined(words);
    }

    /// A record as a tool gives it: of three sorts, so that its values stand in many ways.
    struct Record
    {
        std::string id;
        std::size_t amount = 0;
        std::vector<std::string> note;

        explicit Record(Source& random)
            : id(random.id())
            , amount(random.amount())
            , note(random.sentence())
        { }

        [[nodiscard]] std::string text(bool isJson) const
        {
            const std::string number = std::to_string(amount / 100) + '.' + twoDigits(amount % 100);
            if (!isJson)
                return id + ", " + number + " EUR, open. " + joined(note) + ".\n";
            return R"({"id":")" + id + R"(","total":)" + number
                + R"(,"open":true,"count":1,"note":"Note: \")" + joined(note) + R"(\".\nEnd"})";
        }
    };

    /// How the number is written that was `1234.50` before.
    std::string otherNumber(std::size_t amount)
    {
        std::string whole = std::to_string(amount / 100);
        whole.insert(whole.size() - 3, ",");
        return whole + '.' + twoDigits(amount % 100) + "0";
    }

} // namespace

Conversation::Conversation()
    : m_builder({.formatId = "test", .formatName = "Test"})
{
    m_builder.addSession({.key = "s"});
    const AgentId agent = m_builder.addAgent({.name = "worker"});
    m_agent = m_builder.addSpan({.session = SessionId(0),
                                 .kind = SpanKind::Agent,
                                 .name = "worker",
                                 .agent = agent,
                                 .start = Timestamp {0}});
    m_payloads->details.emplace_back();
}

void Conversation::add(Role role, const std::string& text)
{
    m_history.push_back({.role = role, .parts = {TextPart {text}}});
}

SpanId Conversation::addSpan(SpanKind kind, const std::string& name, const std::string& callId)
{
    m_payloads->details.emplace_back();
    const Timestamp start {m_time};
    m_time += kind == SpanKind::Tool ? m_toolTime : 1'000;
    m_payloads->details.back().toolDefinitions = kind == SpanKind::Llm ? m_tools : "";
    const std::string id
        = m_isRecorded ? "step:" + std::to_string(m_payloads->details.size()) : std::string();
    return m_builder.addSpan({.session = SessionId(0),
                              .kind = kind,
                              .name = name,
                              .origId = id,
                              .parent = m_agent,
                              .start = start,
                              .end = Timestamp {m_time},
                              .requestedModel = kind == SpanKind::Llm ? m_model : "",
                              .toolCallId = callId});
}

SpanId Conversation::tool(const std::string& name,
                          const std::string& arguments,
                          const std::string& result,
                          const std::string& said)
{
    const std::string id = "call-" + std::to_string(m_payloads->details.size());
    const SpanId call = addSpan(SpanKind::Llm, "chat");
    SpanDetail& asked = m_payloads->details[call.index()];
    asked.input = m_history;
    asked.inputState = asked.outputState = ContentState::Full;
    Message message {.role = Role::Assistant};
    if (!said.empty())
        message.parts.push_back(TextPart {said});
    message.parts.push_back(ToolCallPart {id, name, arguments});
    asked.output = {message};
    m_history.push_back(std::move(message));
    const SpanId step = addSpan(SpanKind::Tool, name, id);
    m_payloads->details[step.index()].toolArguments = arguments;
    m_payloads->details[step.index()].toolResult = result;
    m_history.push_back({.role = Role::Tool, .parts = {ToolResultPart {id, result, false}}});
    return step;
}

SpanId Conversation::answer(const std::string& text)
{
    const SpanId call = addSpan(SpanKind::Llm, "chat");
    SpanDetail& asked = m_payloads->details[call.index()];
    asked.input = m_history;
    asked.output = {{.role = Role::Assistant, .parts = {TextPart {text}}}};
    asked.inputState = asked.outputState = ContentState::Full;
    m_history.push_back(asked.output.front());
    return call;
}

void Conversation::compress(std::size_t kept)
{
    std::vector<Message> history;
    for (const Message& message : m_history) {
        if (message.role == Role::System)
            history.push_back(message);
    }
    history.push_back(
        {.role = Role::User, .parts = {TextPart {"Summary of what was said before."}}});
    history.insert(
        history.end(), m_history.end() - static_cast<std::ptrdiff_t>(kept), m_history.end());
    m_history = std::move(history);
}

void Conversation::fail(SpanId span, const SpanError& error)
{
    setStatus(span, SpanStatus::Error);
    m_builder.setError(span, error);
}

void Conversation::setStatus(SpanId span, SpanStatus status)
{
    m_builder.columns().status.set(span.index(), status);
}

void Conversation::setUsage(SpanId span, const TokenUsage& usage)
{
    m_builder.setUsage(span, usage);
}

PlantedConversation makePlanted(std::size_t turns, std::uint32_t seed)
{
    Source random(seed);
    Conversation talk;
    talk.system("You help a shop with its invoices. Never promise a refund.");
    talk.user("Look through the open invoices and pay what has to be paid, please.");
    PlantedConversation made;
    std::vector<std::pair<SpanId, Record>> known;
    for (std::size_t turn = 0; turn < turns; ++turn) {
        std::string result;
        std::vector<Record> records;
        const bool isJson = turn % 2 == 0;
        for (int i = 0; i < 5; ++i) {
            records.emplace_back(random);
            result += (result.empty() ? (isJson ? "[" : "") : (isJson ? "," : ""))
                + records.back().text(isJson);
        }
        result += isJson ? "]" : "";
        Planted planted;
        planted.how = static_cast<Planting>(turn % 4);
        const Record fresh(random);
        const bool hasOrigin = !known.empty() && planted.how != Planting::Nowhere;
        const auto& [origin, record]
            = hasOrigin ? known[random.below(known.size())] : std::pair(SpanId(), fresh);
        std::string value = turn % 8 < 4 ? '"' + record.id + '"' : '"' + joined(record.note) + '"';
        if (planted.how == Planting::OtherNumber)
            value = '"' + otherNumber(record.amount) + '"';
        else if (planted.how == Planting::Reworded)
            value = '"' + reworded(record.note, random) + '"';
        planted.origin = origin;
        planted.value = value.substr(1, value.size() - 2);
        planted.asked
            = talk.tool("pay", R"({"value":)" + value + R"(,"count":1,"now":true})", result);
        if (hasOrigin || planted.how == Planting::Nowhere)
            made.planted.push_back(planted);
        for (const Record& one : records)
            known.emplace_back(planted.asked, one);
    }
    made.trace = talk.trace();
    return made;
}

} // namespace tests
