#include "engine/provider/scripted_call.h"

#include "engine/wire/chat_deltas.h"
#include "engine/wire/response_parts.h"

#include <QPointer>

#include <chrono>

namespace engine {

using tracestore::Duration;

namespace {

    std::chrono::milliseconds millisecondsOf(Duration duration)
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::nanoseconds(duration.ns));
    }

    /// A delta in pieces of so many bytes; the name of a tool stays with the first.
    void addPieces(const ChatDelta& delta, std::size_t bytes, std::vector<ChatDelta>& to)
    {
        if (!delta.toolCall.empty())
            to.push_back({.toolCall = delta.toolCall});
        for (std::string& piece : piecesOf(delta.text, bytes))
            to.push_back({.text = std::move(piece)});
        for (std::string& piece : piecesOf(delta.reasoning, bytes))
            to.push_back({.reasoning = std::move(piece)});
        for (std::string& piece : piecesOf(delta.toolArguments, bytes))
            to.push_back({.toolArguments = std::move(piece)});
    }

    std::size_t sizeOf(const ChatDelta& delta)
    {
        return delta.text.size() + delta.reasoning.size() + delta.toolArguments.size();
    }

    /// What comes before the connection breaks.
    void cutAfter(std::vector<ChatDelta>& pieces, std::size_t bytes)
    {
        std::size_t kept = 0;
        std::size_t count = 0;
        while (count < pieces.size() && kept + sizeOf(pieces[count]) <= bytes)
            kept += sizeOf(pieces[count++]);
        pieces.resize(count);
    }

    bool comesBeforeAnything(ScriptFault::Kind kind)
    {
        return kind != ScriptFault::Kind::Cut && kind != ScriptFault::Kind::Malformed;
    }

} // namespace

std::optional<WireError> errorOfFault(const ScriptFault& fault)
{
    const auto said = [&](const char* usual) {
        return fault.message.empty() ? std::string(usual) : fault.message;
    };
    switch (fault.kind) {
    case ScriptFault::Kind::Status: {
        WireError error
            = httpError(fault.status, {}, [](std::string_view) { return std::string(); }, {});
        error.error.message = said(error.error.message.c_str());
        error.retryAfter = fault.retryAfter;
        return error;
    }
    case ScriptFault::Kind::Cut:
        return networkError(said("The connection ended before the answer did."));
    case ScriptFault::Kind::Malformed:
        return protocolError(said("The provider streamed something that is not JSON."), true);
    case ScriptFault::Kind::Timeout:
        return timeoutError(said("Nothing came from the provider in time."));
    case ScriptFault::Kind::Network:
        return networkError(said("The provider cannot be reached."));
    case ScriptFault::Kind::Empty:
        break;
    }
    return {};
}

ScriptedCall::ScriptedCall(tracestore::Result<ScriptedAnswer> answer,
                           bool isStreamed,
                           CallHandlers handlers,
                           const tracestore::Clock& clock)
    : m_answer(std::move(answer))
    , m_handlers(std::move(handlers))
    , m_clock(clock)
    , m_isStreamed(isStreamed)
{
    if (m_answer)
        preparePieces();
    const bool isPaced
        = m_answer && (m_answer->pace.delay.ns > 0 || m_answer->pace.chunkDelay.ns > 0);
    if (!isPaced) {
        QMetaObject::invokeMethod(this, &ScriptedCall::goOn, Qt::QueuedConnection);
        return;
    }
    m_timer = std::make_unique<QTimer>();
    m_timer->setSingleShot(true);
    m_timer->setTimerType(Qt::PreciseTimer);
    connect(m_timer.get(), &QTimer::timeout, this, &ScriptedCall::goOn);
    m_timer->start(millisecondsOf(m_answer->pace.delay));
}

void ScriptedCall::preparePieces()
{
    const auto& fault = m_answer->fault;
    if (fault && comesBeforeAnything(fault->kind))
        return;
    for (const ChatDelta& delta : deltasOf(m_answer->response.message)) {
        if (m_isStreamed)
            addPieces(delta, m_answer->pace.chunk, m_pieces);
        else
            m_pieces.push_back(delta);
    }
    if (fault)
        cutAfter(m_pieces, m_isStreamed ? fault->after : 0);
}

/// Tells the next piece, which may be the end of this; false where it was.
bool ScriptedCall::tellNext()
{
    const ChatDelta& piece = m_pieces[m_told++];
    if (m_isStreamed && !m_firstToken) // one piece has no first token apart from its end
        m_firstToken = m_clock.now();
    m_toldText += piece.text;
    if (!m_handlers.delta)
        return true;
    const QPointer<ScriptedCall> self(this);
    const auto tell = m_handlers.delta;
    tell(ChatDelta(piece));
    return self != nullptr && !m_isOver;
}

void ScriptedCall::goOn()
{
    if (m_isOver)
        return;
    const bool waitsBetween
        = m_timer != nullptr && m_isStreamed && m_answer->pace.chunkDelay.ns > 0;
    while (m_told < m_pieces.size()) {
        if (!tellNext())
            return;
        if (waitsBetween && m_told < m_pieces.size()) {
            m_timer->start(millisecondsOf(m_answer->pace.chunkDelay));
            return;
        }
    }
    finish();
}

void ScriptedCall::finish()
{
    end(outcome());
}

Outcome ScriptedCall::outcome()
{
    if (!m_answer) {
        Outcome none = failedOutcome(OutcomeStatus::Error, "protocol", m_answer.error().message);
        none.error->isRetryable = false;
        none.origin = OutcomeOrigin::Script;
        return none;
    }
    Outcome result;
    result.origin = OutcomeOrigin::Script;
    result.firstToken = m_firstToken;
    result.note = m_answer->rule;
    auto error = m_answer->fault ? errorOfFault(*m_answer->fault) : std::nullopt;
    if (!error) {
        result.response = std::move(m_answer->response);
        return result;
    }
    result.status = OutcomeStatus::Error;
    result.error = std::move(error->error);
    result.retryAfter = error->retryAfter;
    result.text = m_toldText;
    return result;
}

/// The last thing that this call does: whoever is told may destroy it.
void ScriptedCall::end(Outcome outcome)
{
    m_isOver = true;
    const auto done = std::move(m_handlers.done);
    if (done)
        done(std::move(outcome));
}

void ScriptedCall::cancel()
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_timer.reset();
    QMetaObject::invokeMethod(
        this,
        [this] {
            Outcome stopped
                = failedOutcome(OutcomeStatus::Cancelled, "cancelled", "The call was stopped.");
            stopped.origin = OutcomeOrigin::Script;
            stopped.firstToken = m_firstToken;
            stopped.text = m_toldText;
            end(std::move(stopped));
        },
        Qt::QueuedConnection);
}

} // namespace engine
