#include "engine/provider/http_call.h"

#include "engine/provider/http_failure.h"

#include <QNetworkRequest>

#include <chrono>

using namespace Qt::StringLiterals;

namespace engine {

using tracestore::ModelApi;

namespace {

    constexpr qint64 kMaxFailureBytes = qint64 {1} << 20;
    constexpr std::int64_t kNsPerMs = 1'000'000;
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;

    std::string_view viewOf(const QByteArray& bytes)
    {
        return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
    }

} // namespace

HttpCall::HttpCall(ModelApi api,
                   QNetworkReply* reply,
                   CallHandlers handlers,
                   const tracestore::Clock& clock,
                   const Secret& key,
                   Limits limits,
                   std::shared_ptr<void> lane)
    : m_reply(reply)
    , m_handlers(std::move(handlers))
    , m_clock(clock)
    , m_key(key)
    , m_limits(limits)
    , m_lane(std::move(lane))
    , m_reader(api)
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(std::chrono::milliseconds(m_limits.timeout.ns / kNsPerMs));
    connect(&m_silence, &QTimer::timeout, this, &HttpCall::timedOut);
    connect(reply, &QNetworkReply::readyRead, this, &HttpCall::takeBytes);
    connect(reply, &QNetworkReply::finished, this, &HttpCall::replyFinished, Qt::QueuedConnection);
    // A large request that is on its way is no silence.
    connect(reply, &QNetworkReply::uploadProgress, &m_silence, [this] { m_silence.start(); });
    m_silence.start();
}

HttpCall::~HttpCall()
{
    dropReply();
}

void HttpCall::dropReply()
{
    if (m_reply == nullptr)
        return;
    m_reply->disconnect(this);
    m_reply->disconnect(&m_silence);
    m_reply->abort();
    m_reply->deleteLater();
    m_reply = nullptr;
}

/// The answer is whole, but its last bytes may be on their way: a connection that is let finish can
/// be used again.
void HttpCall::letReplyFinish()
{
    constexpr std::chrono::seconds kPatience(1);
    if (m_reply == nullptr)
        return;
    m_reply->disconnect(this);
    m_reply->disconnect(&m_silence);
    if (m_reply->isFinished()) {
        m_reply->deleteLater();
    } else {
        connect(m_reply, &QNetworkReply::finished, m_reply, &QObject::deleteLater);
        QTimer::singleShot(kPatience, m_reply, &QNetworkReply::abort);
    }
    m_reply = nullptr;
}

int HttpCall::httpStatus() const
{
    return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

bool HttpCall::isSuccess() const
{
    constexpr int kFirst = 200;
    constexpr int kBehindLast = 300;
    return httpStatus() >= kFirst && httpStatus() < kBehindLast;
}

void HttpCall::takeBytes()
{
    if (m_isOver || m_reply == nullptr)
        return;
    m_silence.start();
    if (!isSuccess()) {
        takeFailureBytes();
        return;
    }
    const QByteArray bytes = m_reply->readAll();
    m_received += bytes.size();
    const QPointer<HttpCall> self(this);
    hear(m_reader.feed(viewOf(bytes)));
    if (self == nullptr || m_isOver)
        return;
    if (m_received > m_limits.maxBytes)
        endWith(protocolError("The answer is larger than "
                                  + std::to_string(m_limits.maxBytes >> 20U) + " MB.",
                              false));
    else if (m_reader.isEnded())
        end(outcomeSoFar());
}

void HttpCall::takeFailureBytes()
{
    const QByteArray bytes = m_reply->readAll();
    m_failure += bytes.left(kMaxFailureBytes - m_failure.size());
}

/// Whoever hears of a piece may destroy or cancel the call.
void HttpCall::hear(const std::vector<ChatDelta>& deltas)
{
    if (!deltas.empty() && !m_firstToken)
        m_firstToken = m_clock.now();
    if (!m_handlers.delta)
        return;
    const QPointer<HttpCall> self(this);
    const auto tell = m_handlers.delta;
    for (const ChatDelta& delta : deltas) {
        tell(delta);
        if (self == nullptr || m_isOver)
            return;
    }
}

void HttpCall::replyFinished()
{
    if (m_isOver || m_reply == nullptr)
        return;
    const QPointer<HttpCall> self(this);
    takeBytes();
    if (self == nullptr || m_isOver)
        return;
    if (!isSuccess()) {
        endWith(failureOf(*m_reply, m_failure, m_clock.now()));
        return;
    }
    Outcome outcome = outcomeSoFar();
    // Where the line broke, that is the reason, whatever the body looks like.
    if (m_reply->error() != QNetworkReply::NoError && !outcome.isOk()
        && outcome.error->type == "network")
        outcome.error = networkFailure(*m_reply).error;
    end(std::move(outcome));
}

void HttpCall::timedOut()
{
    if (m_isOver)
        return;
    endWith(timeoutError("Nothing came from the provider for "
                         + std::to_string(m_limits.timeout.ns / kNsPerSecond) + " seconds."));
}

/// What the bytes so far amount to; once.
Outcome HttpCall::outcomeSoFar()
{
    ChatAnswer answer = m_reader.finish(&m_last);
    Outcome outcome;
    if (answer.error) {
        outcome.status = OutcomeStatus::Error;
        outcome.error = std::move(answer.error->error);
        outcome.retryAfter = answer.error->retryAfter;
    }
    outcome.response = std::move(answer.response);
    outcome.firstToken = m_firstToken;
    return outcome;
}

void HttpCall::endWith(WireError error)
{
    Outcome outcome;
    outcome.status = OutcomeStatus::Error;
    outcome.error = std::move(error.error);
    outcome.retryAfter = error.retryAfter;
    outcome.firstToken = m_firstToken;
    end(std::move(outcome));
}

/// The last thing that this call does: whoever is told may destroy it.
void HttpCall::end(Outcome outcome)
{
    m_isOver = true;
    m_silence.stop();
    outcome.isOk() ? letReplyFinish() : dropReply();
    m_lane.reset();
    if (outcome.error)
        outcome.error->message = m_key.maskedIn(std::move(outcome.error->message));
    const auto done = std::move(m_handlers.done);
    const QPointer<HttpCall> self(this);
    // An answer that did not stream is told of in one piece.
    if (m_handlers.delta)
        for (const auto tell = m_handlers.delta;
             const ChatDelta& delta : std::exchange(m_last, {})) {
            tell(delta);
            if (self == nullptr)
                return;
        }
    if (done)
        done(std::move(outcome));
}

void HttpCall::cancel()
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_silence.stop();
    dropReply();
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_handlers.delta = nullptr;
            Outcome outcome = outcomeSoFar();
            outcome.status = OutcomeStatus::Cancelled;
            outcome.error = tracestore::SpanError {"cancelled", "The call was stopped.", {}};
            outcome.text = tracestore::plainText(outcome.response->message);
            end(std::move(outcome));
        },
        Qt::QueuedConnection);
}

} // namespace engine
