#include "tests/support/model_server.h"

#include "tests/support/model_connection.h"

#include <QHostAddress>

namespace tests {

using engine::ScriptedAnswer;
using engine::ScriptFault;

ModelServer::ModelServer(Rule rule)
    : m_rule(std::move(rule))
{
    connect(&m_server, &QTcpServer::newConnection, this, &ModelServer::accept);
}

ModelServer::ModelServer(std::unique_ptr<engine::Script> script)
    : ModelServer([shared = std::shared_ptr<engine::Script>(std::move(script))](
                      const ServedRequest& request) {
        auto answer = shared->answer(request.chat);
        if (answer)
            return std::move(*answer);
        constexpr int kRefused = 400;
        ScriptedAnswer refused = refusal(kRefused);
        refused.fault->message = answer.error().message;
        return refused;
    })
{ }

bool ModelServer::listen()
{
    return m_server.listen(QHostAddress::LocalHost);
}

std::string ModelServer::baseUrl() const
{
    return "http://127.0.0.1:" + std::to_string(port()) + "/v1";
}

void ModelServer::accept()
{
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        ++m_connections;
        new ModelConnection(*this, socket); // belongs to the socket
    }
}

ScriptedAnswer textAnswer(const std::string& text)
{
    ScriptedAnswer answer;
    answer.response.id = "answer";
    answer.response.model = "test-model";
    answer.response.message
        = {.role = tracestore::Role::Assistant, .parts = {tracestore::TextPart {text}}};
    tracestore::TokenUsage usage;
    usage.input = 3;
    usage.output = 2;
    answer.response.usage = usage;
    return answer;
}

ScriptedAnswer refusal(int status, std::optional<tracestore::Duration> retryAfter)
{
    ScriptedAnswer answer;
    answer.fault = ScriptFault {.status = status, .retryAfter = retryAfter};
    return answer;
}

} // namespace tests
