#pragma once

#include "engine/provider/script.h"
#include "tracestore/import/http/model_api.h"

#include <QByteArray>
#include <QMap>
#include <QStringList>
#include <QTcpServer>

#include <functional>
#include <memory>
#include <optional>

namespace tests {

/// What a client asked.
struct ServedRequest
{
    tracestore::ModelApi api = tracestore::ModelApi::OpenAiChat;
    QByteArray method;
    QByteArray target; ///< as it stood in the first line
    QMap<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;
    engine::ChatRequest chat;
};

/// How bytes leave the server.
struct ServedStyle
{
    qsizetype cut = 0; ///< the body goes out in pieces of so many bytes; 0: as they come
    bool isUnendedStream = false; ///< the connection stays open behind the last event
    bool isClosedBehind = false; ///< the connection is closed behind each answer, without a word
    QByteArray errorType; ///< the provider's word for a fault's status
    std::optional<QStringList> models; ///< listed at /v1/models; nothing: there is no such place
    QByteArray key; ///< that a list of models is refused without; empty: anybody gets it
    bool isMute = false; ///< what is not a call of a model is never answered
};

/// A model provider on this machine, for tests: HTTP/1.1 on loopback, chat completions, responses
/// and messages, streamed and not. Answers come from a rule or a script; their faults and paces
/// are done to the connection. Anything but a request of the APIs is refused with 404 or 400.
class ModelServer : public QObject
{
    Q_OBJECT

public:
    using Rule = std::function<engine::ScriptedAnswer(const ServedRequest&)>;

    explicit ModelServer(Rule rule);
    explicit ModelServer(std::unique_ptr<engine::Script> script);

    /// False where no port could be had.
    bool listen();

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

    /// `http://127.0.0.1:PORT/v1`, which serves all three.
    [[nodiscard]] std::string baseUrl() const;

    void setStyle(const ServedStyle& style) { m_style = style; }

    /// All requests so far.
    [[nodiscard]] const QList<ServedRequest>& requests() const { return m_requests; }

    /// Connections that clients closed while an answer was on its way.
    [[nodiscard]] int abandonedCount() const { return m_abandoned; }

    [[nodiscard]] int connectionCount() const { return m_connections; }

private:
    friend class ModelConnection;

    void accept();

    Rule m_rule;
    ServedStyle m_style;
    QTcpServer m_server;
    QList<ServedRequest> m_requests;
    int m_abandoned = 0;
    int m_connections = 0;
};

/// An answer of one text, for rules.
engine::ScriptedAnswer textAnswer(const std::string& text);

/// A refusal.
engine::ScriptedAnswer refusal(int status, std::optional<tracestore::Duration> retryAfter = {});

} // namespace tests
