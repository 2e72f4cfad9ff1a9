#pragma once

#include "tests/support/model_server.h"

#include <QQueue>
#include <QTcpSocket>
#include <QTimer>

namespace tests {

/// One client of a ModelServer: takes requests apart and sends answers at their pace.
class ModelConnection : public QObject
{
    Q_OBJECT

public:
    ModelConnection(ModelServer& server, QTcpSocket* socket);

private:
    void takeBytes();
    bool takeRequest();
    bool takeBody(ServedRequest& request, qsizetype headEnd);
    void answer(ServedRequest request);
    void answerOther(const ServedRequest& request);
    void answerChat(const engine::ScriptedAnswer& answer, const ServedRequest& request);
    void refuse(int status,
                const engine::ScriptFault& fault,
                tracestore::ModelApi api,
                const QByteArray& type);
    void sendStream(const engine::ScriptedAnswer& answer, const ServedRequest& request);
    void sendWhole(int status, const QByteArray& body, const QByteArray& moreHeaders = {});
    void queueBody(const QByteArray& bytes, bool isChunked);
    void sendNext();

    ModelServer& m_server;
    QTcpSocket* m_socket;
    QByteArray m_received;
    QQueue<QByteArray> m_waiting; ///< to be written, one at each tick
    QTimer m_tick;
    int m_delayMs = 0; ///< before the next tick
    int m_chunkDelayMs = 0;
    bool m_closesBehind = false;
    bool m_isAnswering = false;
};

} // namespace tests
