#include "engine/tool/builtin/http_get.h"

#include "engine/tool/builtin/address_rules.h"
#include "engine/tool/builtin/builtin_tool.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QHostInfo>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QUrl>

#include <algorithm>
#include <array>

namespace engine {

using namespace Qt::StringLiterals;

namespace {

    struct LaterDeletion
    {
        void operator()(QNetworkReply* reply) const { reply->deleteLater(); }
    };

    std::string shownUrl(const QUrl& url)
    {
        return tracestore::safeLine(
            url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment)
                .toStdString());
    }

    bool isTextType(const QString& type)
    {
        static constexpr std::array kText {"json", "xml", "javascript", "yaml", "form-urlencoded"};
        return type.isEmpty() || type.startsWith(u"text/"_s)
            || std::ranges::any_of(
                   kText, [&](const char* part) { return type.contains(QLatin1StringView(part)); });
    }

    /// One address after another until there is an answer.
    class HttpGetCall : public EndingTool
    {
    public:
        HttpGetCall(const HttpGetOptions& options,
                    QNetworkAccessManager& network,
                    const nlohmann::json& arguments,
                    ToolHandlers handlers)
            : EndingTool(std::move(handlers))
            , m_options(options)
            , m_network(network)
            , m_authorization(QByteArray::fromStdString(textArgument(arguments, "authorization")))
        {
            if (m_authorization.contains('\n') || m_authorization.contains('\r'))
                end(toolError("arguments", "arguments.authorization: expected one line"));
            else
                visit(
                    QUrl(QString::fromStdString(textArgument(arguments, "url")), QUrl::StrictMode));
        }

        ~HttpGetCall() override
        {
            if (m_lookup >= 0)
                QHostInfo::abortHostLookup(m_lookup);
            dropReply();
        }

        void cancel() override
        {
            dropReply();
            EndingTool::cancel();
        }

    private:
        void dropReply()
        {
            if (!m_reply)
                return;
            // From us alone: a reply aborts by signals of its own.
            QObject::disconnect(m_reply.get(), nullptr, context(), nullptr);
            m_reply->abort();
            m_reply.reset();
        }

        void visit(const QUrl& url)
        {
            const bool isWeb = url.scheme() == u"http"_s || url.scheme() == u"https"_s;
            if (!url.isValid() || !isWeb || url.host().isEmpty() || !url.userInfo().isEmpty())
                return end(toolError("arguments",
                                     "arguments.url: expected an address like "
                                     "https://example.com/page"));
            if (!isAllowedHost(url.host()))
                return end(toolError("denied",
                                     "The host of " + shownUrl(url)
                                         + " is not among those that this tool may ask."));
            // The secret is for the host that was named, not for one that it names.
            if (!m_url.isEmpty()
                && (url.host() != m_url.host() || url.scheme() != m_url.scheme()
                    || url.port() != m_url.port()))
                m_authorization.clear();
            m_url = url;
            m_lookup = QHostInfo::lookupHost(
                url.host(), context(), [this](const QHostInfo& info) { onResolved(info); });
        }

        [[nodiscard]] bool isAllowedHost(const QString& host) const
        {
            return m_options.hosts.empty()
                || std::ranges::any_of(m_options.hosts, [&](const std::string& known) {
                       const QString allowed = QString::fromStdString(known).toLower();
                       return host.toLower() == allowed || host.toLower().endsWith(u'.' + allowed);
                   });
        }

        void onResolved(const QHostInfo& info)
        {
            m_lookup = -1;
            if (hasEnded())
                return;
            const QList<QHostAddress> addresses = info.addresses();
            if (addresses.isEmpty())
                return end(networkError("The host of " + shownUrl(m_url) + " was not found."));
            // All of them, since any may be the one that is connected to.
            const bool isPublic = std::ranges::all_of(addresses, &isPublicAddress);
            if (!isPublic && !m_options.allowsPrivate)
                return end(toolError("denied",
                                     shownUrl(m_url)
                                         + " leads to this machine or the local network, which "
                                           "this tool may not ask."));
            // One that answers is not known before; IPv4 is there most often.
            const auto preferred = std::ranges::find(
                addresses, QAbstractSocket::IPv4Protocol, &QHostAddress::protocol);
            request(preferred == addresses.end() ? addresses.front() : *preferred);
        }

        void request(const QHostAddress& address)
        {
            QUrl url = m_url;
            url.setHost(address.toString());
            url.setFragment({});
            QNetworkRequest request(url);
            request.setPeerVerifyName(m_url.host());
            const QString port = m_url.port() < 0 ? QString() : u":%1"_s.arg(m_url.port());
            QString host = m_url.host(QUrl::FullyEncoded);
            if (host.contains(u':'))
                host = u'[' + host + u']';
            request.setRawHeader("Host", QString(host + port).toLatin1());
            request.setRawHeader("User-Agent", "kymo");
            request.setRawHeader("Accept", "text/*, application/json, */*;q=0.5");
            if (!m_authorization.isEmpty())
                request.setRawHeader("Authorization", m_authorization);
            using Request = QNetworkRequest;
            request.setAttribute(Request::Http2AllowedAttribute, false); // takes the URL as host
            request.setAttribute(Request::RedirectPolicyAttribute, Request::ManualRedirectPolicy);
            request.setAttribute(Request::CookieLoadControlAttribute, Request::Manual);
            request.setAttribute(Request::CookieSaveControlAttribute, Request::Manual);
            request.setAttribute(Request::AuthenticationReuseAttribute, Request::Manual);
            request.setAttribute(Request::CacheLoadControlAttribute, Request::AlwaysNetwork);
            listenTo(m_network.get(request));
        }

        void listenTo(QNetworkReply* reply)
        {
            dropReply();
            m_reply.reset(reply);
            m_body.clear();
            // Read as it comes, and no more than is wanted: nothing piles up in the reply.
            reply->setReadBufferSize(static_cast<qint64>(m_options.bytes) + 1);
            QObject::connect(reply, &QIODevice::readyRead, context(), [this] { onBytes(); });
            QObject::connect(reply, &QNetworkReply::finished, context(), [this] { onFinished(); });
        }

        void onBytes()
        {
            m_body += m_reply->readAll();
            if (static_cast<std::size_t>(m_body.size()) > m_options.bytes && !hasEnded())
                answer();
        }

        void onFinished()
        {
            if (hasEnded())
                return;
            m_body += m_reply->readAll();
            const QVariant target = m_reply->attribute(QNetworkRequest::RedirectionTargetAttribute);
            const QVariant status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
            if (target.isValid())
                return redirect(m_url.resolved(target.toUrl()));
            if (!status.isValid())
                return end(networkError(shownUrl(m_url)
                                        + " did not answer: " + reasonOf(m_reply->error()) + '.'));
            answer();
        }

        void redirect(const QUrl& to)
        {
            if (++m_redirects > m_options.redirects)
                return end(toolError("limit", "There were too many redirects."));
            if (m_url.scheme() == u"https"_s && to.scheme() == u"http"_s)
                return end(toolError("denied",
                                     shownUrl(m_url) + " leads from https to http at "
                                         + shownUrl(to) + '.'));
            visit(to);
        }

        static Outcome networkError(std::string message)
        {
            Outcome outcome = toolError("network", std::move(message));
            outcome.error->isRetryable = true;
            return outcome;
        }

        /// Qt's own text names the address that was connected to.
        static std::string reasonOf(QNetworkReply::NetworkError error)
        {
            switch (error) {
            case QNetworkReply::ConnectionRefusedError:
                return "it refuses the connection";
            case QNetworkReply::SslHandshakeFailedError:
                return "its certificate or encryption is not accepted";
            case QNetworkReply::TimeoutError:
                return "it takes too long";
            case QNetworkReply::RemoteHostClosedError:
                return "it closed the connection";
            default:
                return "the connection failed";
            }
        }

        void answer()
        {
            const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
            const QString type
                = m_reply->header(QNetworkRequest::ContentTypeHeader).toString().toLower();
            std::string text = isTextType(type)
                ? bodyText(type)
                : "[" + tracestore::safeLine(type.toStdString()) + ", not shown]";
            if (static_cast<std::size_t>(m_body.size()) > m_options.bytes)
                text += "\n[cut after " + std::to_string(m_options.bytes) + " bytes]";
            if (status >= 200 && status < 300)
                return end(textOutcome(std::move(text)));
            Outcome outcome = toolError(std::to_string(status),
                                        shownUrl(m_url) + " answered with status "
                                            + std::to_string(status) + '.');
            outcome.error->isRetryable = status == 429 || status >= 500;
            outcome.text = std::move(text);
            end(std::move(outcome));
        }

        [[nodiscard]] std::string bodyText(const QString& type) const
        {
            const QByteArray body
                = m_body.first(std::min(m_body.size(), static_cast<qsizetype>(m_options.bytes)));
            if (type.contains(u"charset=iso-8859-1"_s))
                return QString::fromLatin1(body).toStdString();
            return tracestore::toValidUtf8(body.toStdString());
        }

        const HttpGetOptions m_options;
        QNetworkAccessManager& m_network;
        QByteArray m_authorization;
        QUrl m_url;
        int m_lookup = -1;
        int m_redirects = 0;
        QByteArray m_body;
        std::unique_ptr<QNetworkReply, LaterDeletion> m_reply;
    };

} // namespace

std::unique_ptr<Tool> makeHttpGet(HttpGetOptions options, QNetworkAccessManager& network)
{
    ToolInfo info {.definition
                   = {"http_get",
                      "Gets the text at an address of the web.",
                      R"({"type":"object","properties":{"url":{"type":"string","format":"uri"},)"
                      R"("authorization":{"type":"string",)"
                      R"("description":"what to send as the header Authorization"}},)"
                      R"("required":["url"],"additionalProperties":false})"},
                   .effectClass = EffectClass::Outside};
    return std::make_unique<BuiltinTool>(
        std::move(info),
        [options = std::move(options), &network](const nlohmann::json& arguments,
                                                 ToolHandlers handlers) {
            return std::make_unique<HttpGetCall>(options, network, arguments, std::move(handlers));
        });
}

} // namespace engine
