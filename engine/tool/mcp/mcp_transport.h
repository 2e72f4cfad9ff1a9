#pragma once

#include "tracestore/base/result.h"

#include <QByteArray>
#include <QObject>

#include <optional>
#include <string>

namespace engine {

/// A message on its way to a server, with what a transport has to know of it.
struct McpOutgoing
{
    std::string text; ///< JSON-RPC on one line
    std::optional<int> requestId; ///< of a request of ours
    std::string method;
    std::string name; ///< of the tool that is called, or empty
};

/// The line to a server of tools, whatever it is made of. Lives on the engine's thread. What is
/// destroyed leaves no process and no connection behind.
class McpTransport : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Starts the process, or what else is needed; started() or closed() follows.
    virtual void open() = 0;

    virtual void send(const McpOutgoing& message) = 0;

    /// Nothing more is wanted of a request: its stream, where it has one of its own, is closed.
    virtual void abandon(int requestId) = 0;

    /// The version that was agreed on; empty before.
    virtual void setVersion(const std::string& version, bool isStateless) = 0;

    /// Ends it in good order and by force where that takes too long; closed() follows.
    virtual void close() = 0;

signals:
    void started();
    void received(const QByteArray& message);
    /// A request can get no answer any more.
    void requestFailed(int requestId, const QString& reason);
    void closed(const QString& reason);
    /// What a server says to people.
    void logged(const QString& line);
};

} // namespace engine
