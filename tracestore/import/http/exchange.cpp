#include "tracestore/import/http/exchange.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/http/answer_stream.h"
#include "tracestore/import/http/provider_usage.h"
#include "tracestore/import/http/sse_reader.h"
#include "tracestore/import/reading/json_members.h"

#include <algorithm>
#include <cmath>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// A moment in seconds since 1970, or as ISO-8601.
    std::optional<Timestamp> timeOf(const json* value)
    {
        constexpr double kLatest = 4'102'444'800; // 2100
        constexpr double kMicro = 1e6;
        if (value == nullptr)
            return {};
        if (value->is_string())
            return parseIsoTimestamp(value->get_ref<const std::string&>());
        if (!value->is_number())
            return {};
        const double seconds = value->get<double>();
        if (!(seconds > 0 && seconds < kLatest))
            return {};
        // A double of today's seconds holds microseconds and no more.
        return Timestamp {static_cast<std::int64_t>(std::llround(seconds * kMicro)) * 1000};
    }

    std::optional<Duration> durationOf(const json* value, double unitNs)
    {
        constexpr double kLongest = 1e18;
        if (value == nullptr || !value->is_number())
            return {};
        const double ns = value->get<double>() * unitNs;
        if (!(ns >= 0 && ns < kLongest))
            return {};
        return Duration {std::llround(ns)};
    }

    /// Takes the pieces of one answer as they come.
    class PieceReader
    {
    public:
        explicit PieceReader(Exchange& to)
            : m_to(to)
        { }

        void add(const json& piece, std::optional<Timestamp> time = {})
        {
            const auto api = apiOfPiece(piece);
            if (m_stream == nullptr && (api || m_to.api)) {
                if (api)
                    m_to.api = api;
                m_stream = AnswerStream::make(*m_to.api);
            }
            if (m_stream == nullptr) {
                if (memberOf(piece, "error"))
                    m_to.answer = piece;
                return;
            }
            m_stream->add(piece);
            if (m_stream->hasContent() && !m_to.firstToken)
                m_to.firstToken = time;
        }

        void addText(const std::string& data, std::optional<Timestamp> time = {})
        {
            if (const auto piece = parseJson(data)) // else `[DONE]`
                add(*piece, time);
        }

        void finish()
        {
            m_to.isStreamed = true;
            if (m_stream == nullptr)
                return;
            m_to.answer = m_stream->body();
            m_to.isCut = !m_stream->isEnded();
            m_to.wasRestarted = m_stream->wasRestarted();
        }

    private:
        Exchange& m_to;
        std::unique_ptr<AnswerStream> m_stream;
    };

    void readPieces(std::string_view text, Exchange& to)
    {
        PieceReader reader(to);
        JsonScan scan(text, [](const JsonDamage&) {});
        while (scan.nextDocument()) {
            if (const auto document = scan.take())
                reader.addText(std::string(*document));
        }
        reader.finish();
    }

    void readSse(std::string_view text, Exchange& to)
    {
        PieceReader pieces(to);
        SseReader reader;
        for (const SseEvent& event : reader.feed(text))
            pieces.addText(event.data);
        for (const SseEvent& event : reader.finish())
            pieces.addText(event.data);
        pieces.finish();
    }

    /// Events that a recorder took apart: the data, or an object around it, which may have a time.
    void readEvents(const json& events, Exchange& to)
    {
        PieceReader reader(to);
        for (const json& event : events) {
            const auto time = timeOf(anyMemberOf(event, {"timestamp", "time", "received_at"}));
            const json* data = memberOf(event, "data");
            if (data == nullptr || memberOf(event, "type"))
                reader.add(event, time);
            else if (data->is_string())
                reader.addText(data->get<std::string>(), time);
            else
                reader.add(*data, time);
        }
        reader.finish();
    }

    void readAnswerBody(const json& body, Exchange& to)
    {
        if (body.is_string()) {
            const std::string& text = body.get_ref<const std::string&>();
            if (SseReader::isSse(text)) {
                readSse(text, to);
            } else if (auto parsed = parseJson(text)) {
                to.answer = std::move(*parsed);
            } else {
                to.answer = body;
            }
        } else if (!body.is_null()) {
            to.answer = body;
        }
        if (const auto api = apiOfAnswer(to.answer))
            to.api = api;
    }

    /// A header, whose name may be in any case.
    std::string headerOf(const json& owner, std::string_view name)
    {
        const json* headers = memberOf(owner, "headers");
        if (headers == nullptr || !headers->is_object())
            return {};
        for (const auto& [key, value] : headers->items()) {
            const bool isSame = std::ranges::equal(key, name, [](char a, char b) {
                return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
            });
            if (isSame)
                return plainTextOf(&value);
        }
        return {};
    }

    void readRequest(const json& request, Exchange& to)
    {
        to.url = plainTextOf(request, {"url", "path"});
        to.client = headerOf(request, "user-agent");
        to.client = to.client.substr(0, to.client.find(' '));
        const json* body = anyMemberOf(request, {"body", "json"});
        if (body != nullptr && body->is_string()) {
            auto parsed = parseJson(body->get_ref<const std::string&>());
            to.request = parsed ? std::move(*parsed) : *body;
        } else if (body != nullptr) {
            to.request = *body;
        }
        // The answer knows better.
        if (const auto api = apiOfRequest(to.request, to.url); api && !to.api)
            to.api = api;
    }

    void readResponse(const json& response, Exchange& to)
    {
        const json* status = memberOf(response, "status");
        if (status != nullptr && status->is_number_integer())
            to.httpStatus = static_cast<int>(status->get<std::int64_t>() % 1000);
        if (const json* body = anyMemberOf(response, {"body", "json"}))
            readAnswerBody(*body, to);
        const json* events = anyMemberOf(response, {"sse_events", "ws_events"});
        if (events != nullptr && events->is_array() && (to.answer.is_null() || !to.isStreamed)) {
            const json whole = to.answer;
            readEvents(*events, to);
            if (to.answer.is_null() || !memberOf(to.answer, "usage"))
                to.answer = whole.is_null() ? to.answer : whole;
        }
    }

    /// The members of a record that have no place of their own.
    json without(const json& record, std::initializer_list<std::string_view> known)
    {
        json rest = json::object();
        for (const auto& [key, value] : record.items()) {
            if (std::ranges::find(known, key) == known.end() && !value.is_null())
                rest[key] = value;
        }
        return rest.empty() ? json() : rest;
    }

    void readRecording(const json& record, Exchange& to)
    {
        const json* request = memberOf(record, "request");
        const json* response = memberOf(record, "response");
        if (request != nullptr)
            readRequest(*request, to);
        readResponse(response != nullptr ? *response : request == nullptr ? record : json(), to);
        to.rest = without(record, {"request", "response", "body", "headers", "status"});
        if (to.url.empty() || to.url.front() == '/')
            to.url = plainTextOf(record, {"upstream_base_url"}) + to.url;
        if (const json* error = memberOf(record, "error"); error != nullptr && to.answer.is_null())
            to.answer = {{"error", *error}};
        // The record is written when the answer is there.
        constexpr double kNsPerMs = 1e6;
        const auto written = timeOf(memberOf(record, "timestamp"));
        const auto length = durationOf(memberOf(record, "duration_ms"), kNsPerMs);
        if (!written)
            return;
        to.end = written;
        to.areTimesMeasured = length.has_value();
        if (!length) {
            to.start.reset();
            return;
        }
        to.start = *written + Duration {-length->ns};
        if (const auto first = durationOf(anyMemberOf(record, {"ttft_ms"}), kNsPerMs))
            to.firstToken = *to.start + *first;
    }

    void readLlmLog(const json& record, Exchange& to)
    {
        to.request = json::object();
        for (const char* key : {"messages", "input", "tools"})
            if (const json* value = memberOf(record, key))
                to.request[key] = *value;
        if (const json* arguments = memberOf(record, "kwargs"); arguments && arguments->is_object())
            for (const auto& [key, value] : arguments->items())
                if (!to.request.contains(key))
                    to.request[key] = value;
        to.api = ModelApi::OpenAiChat;
        if (const json* response = memberOf(record, "response"))
            readAnswerBody(*response, to);
        to.end = timeOf(memberOf(record, "timestamp"));
        constexpr double kNsPerSecond = 1e9;
        const auto length = durationOf(memberOf(record, "latency_sec"), kNsPerSecond);
        if (to.end && length) {
            to.start = *to.end + Duration {-length->ns};
            to.areTimesMeasured = true;
        }
        if (const json* cost = memberOf(record, "cost"); cost != nullptr && cost->is_number())
            to.cost = Cost {.amount = cost->get<double>()};
        to.rest
            = without(record, {"messages", "input", "tools", "kwargs", "response", "timestamp"});
    }

    void readPayloadOutcome(const json& record, Exchange& to)
    {
        if (plainTextOf(record, {"status"}) != "failure")
            return;
        to.error = SpanError {.type = {}, .message = plainTextOf(record, {"error_str"})};
        if (const json* about = memberOf(record, "error_information")) {
            to.error->type = plainTextOf(*about, {"error_class", "error_code"});
            if (to.error->message.empty())
                to.error->message = plainTextOf(*about, {"error_message"});
        }
        if (to.error->message.empty())
            to.error->message = "The call failed.";
    }

    void readLoggingPayload(const json& record, Exchange& to)
    {
        to.api = ModelApi::OpenAiChat;
        to.request = json::object();
        for (const char* key : {"messages", "model"})
            if (const json* value = memberOf(record, key))
                to.request[key] = *value;
        if (const json* given = memberOf(record, "model_parameters"); given && given->is_object())
            for (const auto& [key, value] : given->items())
                to.request[key] = value;
        if (const json* response = memberOf(record, "response"))
            readAnswerBody(*response, to);
        to.start = timeOf(memberOf(record, "startTime"));
        to.end = timeOf(memberOf(record, "endTime"));
        to.firstToken = timeOf(memberOf(record, "completionStartTime"));
        // Where nothing was streamed, it repeats the end.
        if (to.firstToken == to.end)
            to.firstToken.reset();
        to.areTimesMeasured = to.start && to.end;
        if (const json* cost = memberOf(record, "response_cost"); cost && cost->is_number())
            to.cost = Cost {.amount = cost->get<double>()};
        to.provider = plainTextOf(record, {"custom_llm_provider"});
        to.url = plainTextOf(record, {"api_base"});
        to.sessionKey = plainTextOf(record, {"session_id", "trace_id"});
        if (!memberOf(to.answer, "usage")) {
            json counts = json::object();
            for (const char* key : {"prompt_tokens", "completion_tokens", "total_tokens"})
                if (const json* count = memberOf(record, key))
                    counts[key] = *count;
            to.usage = usageOf(ModelApi::OpenAiChat, {{"usage", counts}});
        }
        readPayloadOutcome(record, to);
        to.rest = without(record, {"messages", "response", "model_parameters"});
    }

} // namespace

Result<void> readExchange(std::string_view text, ExchangeForm form, Exchange& to)
{
    if (form == ExchangeForm::Pieces || form == ExchangeForm::Sse) {
        form == ExchangeForm::Sse ? readSse(text, to) : readPieces(text, to);
        return {};
    }
    const auto record = parseJson(text);
    if (!record)
        return fail(record.error());
    switch (form) {
    case ExchangeForm::Request:
        readRequest(*record, to);
        break;
    case ExchangeForm::Recording:
        readRecording(*record, to);
        break;
    case ExchangeForm::LlmLog:
        readLlmLog(*record, to);
        break;
    case ExchangeForm::LoggingPayload:
        readLoggingPayload(*record, to);
        break;
    default:
        readAnswerBody(*record, to);
    }
    return {};
}

std::optional<ExchangeForm> formOf(const json& document)
{
    if (!document.is_object())
        return {};
    const auto isObject = [&](std::string_view key) {
        const json* value = memberOf(document, key);
        return value != nullptr && value->is_object();
    };
    if (document.contains("call_type") && document.contains("startTime")
        && anyMemberOf(document, {"response_cost", "custom_llm_provider", "model_group"}))
        return ExchangeForm::LoggingPayload;
    if (anyMemberOf(document, {"messages", "input"}) && isObject("response")
        && document.contains("latency_sec"))
        return ExchangeForm::LlmLog;
    Exchange told;
    if (isObject("request") && (isObject("response") || document.contains("response"))) {
        readRecording(document, told);
        return told.api ? std::optional(ExchangeForm::Recording) : std::nullopt;
    }
    if (memberOf(document, "body") && memberOf(document, "status")) {
        readResponse(document, told);
        return told.api ? std::optional(ExchangeForm::Recording) : std::nullopt;
    }
    if (memberOf(document, "method") && memberOf(document, "body")) {
        readRequest(document, told);
        return told.api ? std::optional(ExchangeForm::Request) : std::nullopt;
    }
    return apiOfAnswer(document) ? std::optional(ExchangeForm::Answer) : std::nullopt;
}

} // namespace tracestore
