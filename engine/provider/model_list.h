#pragma once

#include "engine/provider/http_provider.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// Asks a provider which models it has: the cheapest question there is, which costs nothing. One
/// use; engine's thread. Destroying it abandons the question.
class ModelList : public QObject
{
    Q_OBJECT

public:
    /// `clock` outlives it.
    ModelList(HttpTarget target,
              const tracestore::Clock& clock,
              const QProcessEnvironment& environment,
              QObject* parent = nullptr);
    ~ModelList() override;

    void start();

    /// What came; the type is an HTTP status, or `network`, `timeout`, `protocol`.
    [[nodiscard]] const std::optional<tracestore::SpanError>& error() const { return m_error; }

    /// The server answers, but knows no such list.
    [[nodiscard]] bool isUnknown() const { return m_isUnknown; }

    [[nodiscard]] const std::vector<std::string>& models() const { return m_models; }

    /// From the question to the end of the answer.
    [[nodiscard]] tracestore::Duration duration() const { return m_duration; }

    [[nodiscard]] QUrl address() const;

signals:
    void finished();

private:
    void takeBytes();
    void takeReply();
    void readModels();
    void finish(std::optional<tracestore::SpanError> error);

    HttpTarget m_target;
    const tracestore::Clock& m_clock;
    QNetworkAccessManager m_network;
    QPointer<QNetworkReply> m_reply;
    QTimer m_silence;
    QByteArray m_body;
    tracestore::Duration m_started; ///< of the steady clock
    tracestore::Duration m_duration;
    std::optional<tracestore::SpanError> m_error;
    bool m_isUnknown = false;
    std::vector<std::string> m_models;
};

} // namespace engine
