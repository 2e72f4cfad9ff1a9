#pragma once

#include "engine/tool/mcp/mcp_transport.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>
#include <QUrl>

#include <map>
#include <memory>
#include <string>

namespace engine {

struct McpHttpSettings
{
    QUrl url;
    std::map<QByteArray, QByteArray> headers; ///< with keys: sent, never logged
};

/// A server that is reached over HTTP: each message is a POST, whose answer is JSON or a stream of
/// events; what a server says by itself comes on a stream that a GET opens, where it has one. Up to
/// 2025-11-25 a session is kept where the server gives one, and closed at the end. Redirects are
/// not followed. The manager outlives it.
class McpHttp : public McpTransport
{
    Q_OBJECT

public:
    McpHttp(McpHttpSettings settings, QNetworkAccessManager& network, QObject* parent = nullptr);
    ~McpHttp() override;

    void open() override;
    void send(const McpOutgoing& message) override;
    void abandon(int requestId) override;
    void setVersion(const std::string& version, bool isStateless) override;
    void close() override;

private:
    struct Exchange;

    [[nodiscard]] QNetworkRequest requestFor(const McpOutgoing& message) const;
    void begin(std::unique_ptr<Exchange> exchange);
    void onBytes(Exchange& exchange);
    void onFinished(Exchange& exchange);
    void openServerStream();
    void closeSession();
    void fail(const QString& reason);

    McpHttpSettings m_settings;
    QNetworkAccessManager& m_network;
    std::string m_version;
    bool m_isStateless = false;
    bool m_isOpen = false;
    QByteArray m_session;
    std::map<QNetworkReply*, std::unique_ptr<Exchange>> m_exchanges;
    QTimer m_reopen;
};

} // namespace engine
