#include "tests/support/model_connection.h"

#include "engine/wire/request_reader.h"
#include "engine/wire/response_writer.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace tests {

using engine::ScriptedAnswer;
using engine::ScriptFault;
using tracestore::ModelApi;

namespace {

    constexpr std::int64_t kNsPerMs = 1'000'000;
    constexpr tracestore::Timestamp kCreated {1'700'000'000'000'000'000};

    QByteArray bytesOf(const std::string& text)
    {
        return {text.data(), static_cast<qsizetype>(text.size())};
    }

    /// The body of a chunked request; nothing while it is not whole.
    std::optional<QByteArray> unchunked(QByteArrayView bytes, qsizetype& used)
    {
        QByteArray body;
        qsizetype at = 0;
        while (true) {
            const qsizetype end = bytes.indexOf("\r\n", at);
            if (end < 0)
                return {};
            const qsizetype size = bytes.sliced(at, end - at).toByteArray().toLongLong(nullptr, 16);
            if (bytes.size() < end + 2 + size + 2)
                return {};
            body += bytes.sliced(end + 2, size).toByteArray();
            at = end + 2 + size + 2;
            if (size == 0) {
                used = at;
                return body;
            }
        }
    }

    QByteArray reasonOf(int status)
    {
        return status == 200 ? "OK" : status == 429 ? "Too Many Requests" : "Status";
    }

} // namespace

ModelConnection::ModelConnection(ModelServer& server, QTcpSocket* socket)
    : QObject(socket)
    , m_server(server)
    , m_socket(socket)
{
    m_tick.setSingleShot(true);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, &ModelConnection::sendNext);
    connect(socket, &QTcpSocket::readyRead, this, &ModelConnection::takeBytes);
    connect(socket, &QTcpSocket::disconnected, this, [this] {
        if (m_isAnswering)
            ++m_server.m_abandoned;
        m_isAnswering = false;
        m_socket->deleteLater();
    });
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

void ModelConnection::takeBytes()
{
    m_received += m_socket->readAll();
    while (!m_isAnswering && takeRequest()) { }
}

bool ModelConnection::takeRequest()
{
    const qsizetype headEnd = m_received.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return false;
    ServedRequest request;
    const QList<QByteArray> lines = m_received.left(headEnd).split('\n');
    const QList<QByteArray> first = lines.first().trimmed().split(' ');
    request.method = first.value(0);
    request.target = first.value(1);
    for (const QByteArray& line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers[line.left(colon).trimmed().toLower()] = line.mid(colon + 1).trimmed();
    }
    if (!takeBody(request, headEnd + 4))
        return false;
    answer(std::move(request));
    return true;
}

bool ModelConnection::takeBody(ServedRequest& request, qsizetype headEnd)
{
    if (request.headers.value("transfer-encoding") == "chunked") {
        qsizetype used = 0;
        auto body = unchunked(QByteArrayView(m_received).sliced(headEnd), used);
        if (!body)
            return false;
        request.body = std::move(*body);
        m_received.remove(0, headEnd + used);
        return true;
    }
    const qsizetype length = request.headers.value("content-length").toLongLong();
    if (m_received.size() < headEnd + length)
        return false;
    request.body = m_received.mid(headEnd, length);
    m_received.remove(0, headEnd + length);
    return true;
}

void ModelConnection::answer(ServedRequest request)
{
    m_isAnswering = true;
    m_closesBehind = m_server.m_style.isClosedBehind
        || request.headers.value("connection").toLower() == "close";
    m_delayMs = m_chunkDelayMs = 0;
    if (request.method != "POST")
        return answerOther(request);
    const auto api = engine::apiOfPath(request.target.toStdString());
    if (!api) {
        refuse(404, {.message = "There is no such end point."}, ModelApi::OpenAiChat, {});
        return;
    }
    request.api = *api;
    auto chat = engine::readRequest(*api, request.body.toStdString());
    if (!chat) {
        refuse(400, {.message = chat.error().message}, *api, {});
        return;
    }
    request.chat = std::move(*chat);
    m_server.m_requests.push_back(request);
    answerChat(m_server.m_rule(request), request);
}

void ModelConnection::answerChat(const ScriptedAnswer& answer, const ServedRequest& request)
{
    m_delayMs = static_cast<int>(answer.pace.delay.ns / kNsPerMs);
    m_chunkDelayMs = static_cast<int>(answer.pace.chunkDelay.ns / kNsPerMs);
    if (answer.fault && answer.fault->kind == ScriptFault::Kind::Status) {
        refuse(answer.fault->status, *answer.fault, request.api, m_server.m_style.errorType);
    } else if (answer.fault && answer.fault->kind == ScriptFault::Kind::Timeout) {
        // Nothing is ever sent.
    } else if (answer.fault && answer.fault->kind == ScriptFault::Kind::Network) {
        m_socket->abort();
    } else if (request.chat.isStreamed) {
        sendStream(answer, request);
    } else {
        QByteArray body = bytesOf(tracestore::toJsonText(
            engine::responseBody(request.api, answer.response, {.created = kCreated})));
        if (answer.fault && answer.fault->kind == ScriptFault::Kind::Malformed)
            body = "<html>oops</html>";
        sendWhole(200, body);
        if (answer.fault && answer.fault->kind == ScriptFault::Kind::Cut) {
            m_waiting.last().chop(m_waiting.last().size() / 2 + 1);
            m_closesBehind = true;
        }
    }
}

/// The list of models, and nothing else.
void ModelConnection::answerOther(const ServedRequest& request)
{
    const ServedStyle& style = m_server.m_style;
    if (style.isMute)
        return;
    if (request.method != "GET" || request.target != "/v1/models" || !style.models)
        return sendWhole(request.method == "HEAD" ? 200 : 404, {});
    m_server.m_requests.push_back(request);
    const auto header = [&](const char* name) { return request.headers.value(name); };
    const bool isKnown = style.key.isEmpty() || header("authorization") == "Bearer " + style.key
        || header("x-api-key") == style.key;
    if (!isKnown)
        return refuse(401, {.message = "Wrong key."}, ModelApi::OpenAiChat, {});
    nlohmann::json list = nlohmann::json::array();
    for (const QString& model : *style.models)
        list.push_back({{"id", model.toStdString()}, {"object", "model"}});
    sendWhole(200, bytesOf(tracestore::toJsonText({{"object", "list"}, {"data", list}})));
}

void ModelConnection::refuse(int status,
                             const ScriptFault& fault,
                             ModelApi api,
                             const QByteArray& type)
{
    const std::string message = fault.message.empty() ? "Refused by the test." : fault.message;
    QByteArray headers;
    if (fault.retryAfter)
        headers = "retry-after: "
            + QByteArray::number(static_cast<double>(fault.retryAfter->ns) / 1e9) + "\r\n";
    sendWhole(status,
              bytesOf(tracestore::toJsonText(
                  engine::errorBody(api, status, message, type.toStdString()))),
              headers);
}

void ModelConnection::sendStream(const ScriptedAnswer& answer, const ServedRequest& request)
{
    const auto options = nlohmann::json::parse(request.body.toStdString());
    const bool includesUsage = options.contains("stream_options")
        && options["stream_options"].value("include_usage", false);
    std::vector<std::string> events = engine::responseEvents(
        request.api,
        answer.response,
        {.created = kCreated, .chunk = answer.pace.chunk, .includesUsage = includesUsage});
    m_waiting.enqueue("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                      "transfer-encoding: chunked\r\n\r\n");
    if (answer.fault && answer.fault->kind != ScriptFault::Kind::Empty) {
        // So many events of the beginning, and then what goes wrong.
        events.resize(std::min(events.size() - 2, answer.fault->after + 2));
        if (answer.fault->kind == ScriptFault::Kind::Malformed)
            events.emplace_back("data: {not json\n\n");
        else
            m_closesBehind = true;
    }
    QByteArray all;
    for (const std::string& event : events) {
        if (m_server.m_style.cut > 0)
            all += bytesOf(event);
        else
            queueBody(bytesOf(event), true);
    }
    queueBody(all, true);
    const bool isCut = answer.fault && answer.fault->kind == ScriptFault::Kind::Cut;
    if (!isCut && !m_server.m_style.isUnendedStream)
        m_waiting.enqueue("0\r\n\r\n");
    m_tick.start(m_delayMs);
}

void ModelConnection::queueBody(const QByteArray& bytes, bool isChunked)
{
    const qsizetype step
        = m_server.m_style.cut > 0 ? m_server.m_style.cut : std::max<qsizetype>(bytes.size(), 1);
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        const QByteArray piece = bytes.mid(at, step);
        m_waiting.enqueue(isChunked ? QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n"
                                    : piece);
    }
}

void ModelConnection::sendWhole(int status, const QByteArray& body, const QByteArray& moreHeaders)
{
    m_waiting.enqueue("HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonOf(status)
                      + "\r\ncontent-type: application/json\r\ncontent-length: "
                      + QByteArray::number(body.size()) + "\r\n" + moreHeaders + "\r\n");
    queueBody(body, false);
    m_tick.start(m_delayMs);
}

void ModelConnection::sendNext()
{
    // Without a delay all goes out at once, yet piece by piece.
    do {
        if (m_waiting.isEmpty())
            break;
        m_socket->write(m_waiting.dequeue());
        m_socket->flush();
    } while (m_chunkDelayMs == 0);
    if (!m_waiting.isEmpty()) {
        m_tick.start(m_chunkDelayMs);
        return;
    }
    m_isAnswering = false;
    if (m_closesBehind)
        m_socket->disconnectFromHost();
    else
        takeBytes();
}

} // namespace tests
