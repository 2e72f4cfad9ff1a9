#include "engine/provider/http_failure.h"

#include <QNetworkReply>
#include <QUrl>

namespace engine {

namespace {

    std::string hostOf(const QNetworkReply& reply)
    {
        return reply.url().host().toStdString();
    }

} // namespace

WireError networkFailure(const QNetworkReply& reply)
{
    const std::string host = hostOf(reply);
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        return networkError("Nothing answers at " + host
                            + ". Check the base address, and whether the server runs.");
    case QNetworkReply::HostNotFoundError:
        return networkError("The name " + host
                            + " is not known. Check the base address and the connection.");
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
        return networkError("The proxy on the way to " + host
                            + " cannot be reached. Check http_proxy and https_proxy.");
    case QNetworkReply::SslHandshakeFailedError: {
        WireError error = networkError("The certificate of " + host
                                       + " is not trusted: " + reply.errorString().toStdString());
        error.error.isRetryable = false;
        return error;
    }
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError: // Qt would have asked a second time
        return networkError("The connection ended before the answer did.");
    default:
        return networkError("The connection to " + host
                            + " failed: " + reply.errorString().toStdString());
    }
}

WireError failureOf(const QNetworkReply& reply, const QByteArray& body, tracestore::Timestamp now)
{
    constexpr int kFirstRedirect = 300;
    constexpr int kFirstFailure = 400;
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status < kFirstRedirect)
        return networkFailure(reply);
    if (status < kFirstFailure) {
        const QUrl target = reply.header(QNetworkRequest::LocationHeader).toUrl();
        const auto safe = QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment;
        return {{std::to_string(status),
                 "The provider points to another address: " + target.toString(safe).toStdString()
                     + ". If it is right, make it the base address.",
                 false},
                {}};
    }
    const auto header = [&reply](std::string_view name) {
        return reply.rawHeader({name.data(), static_cast<qsizetype>(name.size())}).toStdString();
    };
    return httpError(
        status, {body.constData(), static_cast<std::size_t>(body.size())}, header, now);
}

} // namespace engine
