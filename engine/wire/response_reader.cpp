#include "engine/wire/response_reader.h"

#include "engine/wire/chat_deltas.h"
#include "tracestore/base/json_io.h"
#include "tracestore/import/http/exchange_content.h"
#include "tracestore/import/http/provider_usage.h"
#include "tracestore/import/reading/json_members.h"

namespace engine {

using nlohmann::json;
using tracestore::Exchange;
using tracestore::memberOf;
using tracestore::ModelApi;
using tracestore::plainTextOf;

namespace {

    ChatResponse responseOf(ModelApi api, const json& body)
    {
        Exchange exchange;
        exchange.api = api;
        exchange.answer = body;
        ChatResponse response;
        if (auto messages = tracestore::answerMessages(exchange); !messages.empty())
            response.message = std::move(messages.front());
        response.message.role = tracestore::Role::Assistant;
        response.message.origRole.clear();
        const tracestore::AnswerFacts facts = tracestore::answerFacts(exchange);
        if (!facts.finishReasons.empty())
            response.finishReason = facts.finishReasons.front();
        response.message.finishReason.clear();
        response.id = facts.id;
        response.model = facts.model;
        response.usage = tracestore::usageOf(api, body);
        return response;
    }

    /// Whether a body is an answer of the API at all.
    bool hasShapeOf(ModelApi api, const json& body)
    {
        const char* key = api == ModelApi::OpenAiChat ? "choices"
            : api == ModelApi::OpenAiResponses        ? "output"
                                                      : "content";
        const json* list = memberOf(body, key);
        return list != nullptr && list->is_array();
    }

} // namespace

ResponseReader::ResponseReader(ModelApi api)
    : m_api(api)
    , m_stream(tracestore::AnswerStream::make(api))
{ }

ResponseReader::~ResponseReader() = default;

std::vector<ChatDelta> ResponseReader::feed(std::string_view bytes)
{
    std::vector<ChatDelta> deltas;
    const std::size_t known = m_form == Form::Stream ? m_raw.size() : 0;
    m_raw += bytes;
    if (m_form == Form::Unknown)
        findForm();
    if (m_form == Form::Stream)
        for (const auto& event : m_events.feed(std::string_view(m_raw).substr(known)))
            addEvent(event, deltas);
    return deltas;
}

/// The first character decides: a body is an object, and no field of an event begins like one.
void ResponseReader::findForm()
{
    std::size_t start = m_raw.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    start = m_raw.find_first_not_of(" \t\r\n", start);
    if (start == std::string::npos)
        return;
    const char first = m_raw[start];
    if (first == '{')
        m_form = Form::Whole;
    else if (first == ':' || (first >= 'a' && first <= 'z'))
        m_form = Form::Stream;
    else if (first != '\xEF' && first != '\xBB') // a byte order mark that is cut
        m_form = Form::Foreign;
}

void ResponseReader::addEvent(const tracestore::SseEvent& event, std::vector<ChatDelta>& deltas)
{
    if (m_problem || m_isDone || event.data.empty())
        return;
    if (event.data == "[DONE]") {
        m_isDone = true;
        return;
    }
    const auto piece = tracestore::parseJson(event.data);
    if (!piece || !piece->is_object()) {
        m_problem = protocolError("The provider streamed something that is not JSON.", true);
        return;
    }
    m_stream->add(*piece);
    for (ChatDelta& delta : deltasOf(m_api, *piece))
        deltas.push_back(std::move(delta));
    // Chat completions tell of their usage after the end, and then that they are done.
    m_isDone = m_api != ModelApi::OpenAiChat && m_stream->isEnded();
}

bool ResponseReader::isEnded() const
{
    return m_isDone || m_problem.has_value() || m_form == Form::Foreign;
}

void ResponseReader::takeWhole(std::vector<ChatDelta>* deltas)
{
    auto body = tracestore::parseJson(m_raw);
    if (!body) {
        m_problem = body.error().code == tracestore::ErrorCode::Limit
            ? protocolError("The provider's answer is too large or nested too deeply.", false)
            : networkError("The connection ended before the answer did.");
        return;
    }
    m_body = std::move(*body);
    const bool isFailure = memberOf(m_body, "error") != nullptr;
    if (!isFailure && !hasShapeOf(m_api, m_body))
        m_problem = protocolError(
            "The answer is not what this API sends. Check the base address and the kind of "
            "provider.",
            false);
    else if (deltas != nullptr && !isFailure)
        *deltas = deltasOf(responseOf(m_api, m_body).message);
}

void ResponseReader::settleError(ChatAnswer& answer) const
{
    const json& body = m_form == Form::Stream ? m_stream->body() : m_body;
    if (m_problem) {
        answer.error = m_problem;
    } else if (const json* error = memberOf(body, "error")) {
        answer.error = errorInAnswer(*error);
    } else if (plainTextOf(body, {"status"}) == "failed") {
        answer.error = errorInAnswer(json::object());
    } else if (m_form == Form::Unknown) {
        answer.error = networkError("The connection ended before an answer came.");
    } else if (m_form == Form::Foreign) {
        answer.error = protocolError("The answer is not what this API sends. Check the base "
                                     "address: a web page or a gateway may have answered.",
                                     false);
    } else if (m_form == Form::Stream && m_stream->wasMisshapen()) {
        answer.error = protocolError("A piece of the answer has a shape of its own.", true);
    } else if (m_form == Form::Stream && !m_stream->isEnded()) {
        answer.error = networkError("The connection ended before the answer did.");
    }
}

ChatAnswer ResponseReader::finish(std::vector<ChatDelta>* deltas)
{
    std::vector<ChatDelta> last;
    if (m_form == Form::Stream) {
        for (const auto& event : m_events.finish())
            if (tracestore::parseJson(event.data)) // else the connection ended inside it
                addEvent(event, last);
    } else if (m_form == Form::Whole) {
        takeWhole(&last);
    }
    ChatAnswer answer;
    answer.response = responseOf(m_api, m_form == Form::Stream ? m_stream->body() : m_body);
    answer.response.raw = std::move(m_raw);
    settleError(answer);
    if (deltas != nullptr)
        *deltas = std::move(last);
    return answer;
}

} // namespace engine
