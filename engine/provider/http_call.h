#pragma once

#include "engine/config/secret.h"
#include "engine/provider/provider.h"
#include "engine/wire/response_reader.h"
#include "tracestore/base/clock.h"

#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <memory>

namespace engine {

/// One call of a model over HTTP, from the request that was sent to its outcome. Engine thread.
class HttpCall : public QObject, public RunningCall
{
    Q_OBJECT

public:
    struct Limits
    {
        tracestore::Duration timeout;
        std::int64_t maxBytes = 0;
    };

    /// Takes the reply of the request that was just sent. `clock` and `key` outlive the call;
    /// `lane` counts the calls of a connection pool and is let go when the call is over.
    HttpCall(tracestore::ModelApi api,
             QNetworkReply* reply,
             CallHandlers handlers,
             const tracestore::Clock& clock,
             const Secret& key,
             Limits limits,
             std::shared_ptr<void> lane);
    ~HttpCall() override;

    void cancel() override;

private:
    void takeBytes();
    void takeFailureBytes();
    void hear(const std::vector<ChatDelta>& deltas);
    void replyFinished();
    void timedOut();
    [[nodiscard]] bool isSuccess() const;
    [[nodiscard]] int httpStatus() const;
    Outcome outcomeSoFar();
    void end(Outcome outcome);
    void endWith(WireError error);
    void dropReply();
    void letReplyFinish();

    QPointer<QNetworkReply> m_reply;
    CallHandlers m_handlers;
    const tracestore::Clock& m_clock;
    const Secret& m_key;
    Limits m_limits;
    std::shared_ptr<void> m_lane;
    ResponseReader m_reader;
    QTimer m_silence;
    QByteArray m_failure; ///< the body of an answer that is no success
    std::int64_t m_received = 0;
    std::vector<ChatDelta> m_last; ///< what is told of at the very end
    std::optional<tracestore::Timestamp> m_firstToken;
    bool m_isOver = false;
};

} // namespace engine
