#pragma once

#include "engine/wire/chat.h"
#include "engine/wire/wire_error.h"
#include "tracestore/import/http/answer_stream.h"
#include "tracestore/import/http/sse_reader.h"

#include <memory>

namespace engine {

/// What a body of an answer turned out to be. With an error, `response` is what had come of it.
struct ChatAnswer
{
    ChatResponse response;
    std::optional<WireError> error;
};

/// Reads the body of a successful answer of one of the APIs, streamed or not (it tells by the
/// bytes, as servers do not always do what they are asked), however it is cut on its way. Pure;
/// one thread.
class ResponseReader
{
public:
    explicit ResponseReader(tracestore::ModelApi api);
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    ~ResponseReader();

    /// Takes the next bytes and gives what they say.
    std::vector<ChatDelta> feed(std::string_view bytes);

    /// The provider has said that it is done, or broke its own rules: more bytes change nothing.
    [[nodiscard]] bool isEnded() const;

    /// The body has ended, or was given up: what it was. Call once. A body that was not streamed
    /// gives its deltas here.
    ChatAnswer finish(std::vector<ChatDelta>* deltas = nullptr);

private:
    enum class Form
    {
        Unknown,
        Whole,
        Stream,
        Foreign ///< nothing that an API sends
    };

    void findForm();
    void addEvent(const tracestore::SseEvent& event, std::vector<ChatDelta>& deltas);
    void takeWhole(std::vector<ChatDelta>* deltas);
    void settleError(ChatAnswer& answer) const;

    tracestore::ModelApi m_api;
    Form m_form = Form::Unknown;
    std::string m_raw;
    bool m_isDone = false; ///< the stream said so
    tracestore::SseReader m_events;
    std::unique_ptr<tracestore::AnswerStream> m_stream;
    nlohmann::json m_body; ///< of an answer that was not streamed
    std::optional<WireError> m_problem;
};

} // namespace engine
