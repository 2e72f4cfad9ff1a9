#include "engine/runtime/attach/remote_run.h"

#include "engine/runtime/attach/attach_sockets.h"
#include "engine/runtime/attach/debug_json.h"

#include <nlohmann/json.hpp>

#include <QFileInfo>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    std::string memberText(const json& line, const char* name)
    {
        const auto found = line.find(name);
        return found != line.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    }

    json memberOf(const json& line, const char* name)
    {
        const auto found = line.find(name);
        return found == line.end() ? json() : *found;
    }

} // namespace

RemoteRun::RemoteRun(RunId id, const QString& nameOrPath)
    : m_name(nameOrPath)
    , m_feed(std::make_shared<RunFeed>(QFileInfo(nameOrPath).baseName().toStdString()))
    , m_lines(kMostRunBytes)
{
    m_status.id = id;
    m_status.isAttached = true;
    connect(&m_socket, &QLocalSocket::connected, this, &RemoteRun::greet);
    connect(&m_socket, &QLocalSocket::readyRead, this, &RemoteRun::read);
    connect(&m_socket, &QLocalSocket::disconnected, this, [this] {
        read();
        end("The program that ran it has gone, or let go of this one.");
    });
    connect(&m_socket, &QLocalSocket::errorOccurred, this, [this](QLocalSocket::LocalSocketError) {
        if (!m_wasConnected) // else the end of the connection tells
            end("No run listens on " + m_name.toStdString()
                + ". `kymo debug --list` tells which do.");
    });
}

RemoteRun::~RemoteRun()
{
    m_socket.disconnect(this);
}

void RemoteRun::open()
{
    auto path = socketPath(m_name);
    if (!path)
        return end(path.error().message);
    m_socket.connectToServer(*path);
}

/// Nobody else is told anything, and nobody else is believed.
void RemoteRun::greet()
{
    m_wasConnected = true;
    if (!isOfThisUser(m_socket.socketDescriptor()))
        return end("Somebody else listens on " + m_name.toStdString() + ", not you.");
    send({{"type", "hello"}, {"version", kAttachVersion}, {"program", "kymo " KYMO_VERSION}});
}

void RemoteRun::read()
{
    if (m_socket.bytesAvailable() > 0)
        m_lines.readFrom(m_socket);
    while (m_status.state != RunState::Ended) {
        auto line = m_lines.next();
        if (!line)
            return end("What came from the run makes no sense: " + line.error().message);
        if (!*line)
            return;
        if (auto taken = take(**line); !taken)
            return end("What came from the run makes no sense: " + taken.error().message);
    }
}

Result<void> RemoteRun::takeStatus(const json& from)
{
    auto status = statusFromJson(from);
    if (!status)
        return tracestore::fail(std::move(status).error());
    status->id = m_status.id;
    status->isAttached = true;
    m_feed->flush(); // who hears of an end has seen all of it
    m_status = std::move(*status);
    emit statusChanged();
    return {};
}

Result<void> RemoteRun::takeSetup(const json& from)
{
    auto order = orderFromJson(from);
    if (!order)
        return tracestore::fail(std::move(order).error());
    if (const auto* told = std::get_if<SetDebugSetup>(&*order))
        emit setupTold(told->setup);
    return {};
}

Result<void> RemoteRun::take(const json& line)
{
    const std::string type = memberText(line, "type");
    const auto pass = [](auto value, const auto& to) -> Result<void> {
        if (!value)
            return tracestore::fail(std::move(value).error());
        to(*value);
        return {};
    };
    if (type == "hello") {
        if (memberOf(line, "version") != kAttachVersion)
            end("The run is of another version of Kymo, " + memberText(line, "program")
                + ". Attach with the same.");
        return {};
    }
    if (type == "refused") {
        end(memberText(line, "message"));
        return {};
    }
    if (type == "event")
        return pass(m_reading.read(memberOf(line, "event")),
                    [this](const RunEventPtr& event) { m_feed->onEvent(event); });
    if (type == "setup")
        return takeSetup(memberOf(line, "order"));
    if (type == "status")
        return takeStatus(memberOf(line, "status"));
    if (type == "text")
        m_feed->addText(memberText(line, "effect"), memberText(line, "text"));
    else if (type == "log")
        emit logged(QString::fromStdString(memberText(line, "line")));
    else if (type == "inspection")
        return pass(inspectionFromJson(memberOf(line, "inspection")),
                    [this](const StepInspection& step) { emit stepInspected(step); });
    else if (type == "evaluation")
        return pass(evaluationFromJson(memberOf(line, "evaluation")),
                    [this](const Evaluation& value) { emit evaluated(value); });
    else if (type == "debug_line")
        return pass(lineFromJson(memberOf(line, "line")),
                    [this](const DebugLine& told) { emit debugLogged(told); });
    return {};
}

void RemoteRun::send(const json& line)
{
    if (m_socket.state() == QLocalSocket::ConnectedState)
        m_socket.write(jsonLine(line));
}

void RemoteRun::say(const QString& text)
{
    send({{"type", "say"}, {"text", text.toStdString()}});
}

void RemoteRun::stop()
{
    send({{"type", "stop"}});
}

void RemoteRun::answer(const std::string& effect, const QString& text)
{
    send({{"type", "answer"}, {"effect", effect}, {"text", text.toStdString()}});
}

void RemoteRun::debug(const DebugOrder& order)
{
    send({{"type", "order"}, {"order", toJson(order)}});
}

/// The run may have ended well: then it was told already.
void RemoteRun::end(const std::string& problem)
{
    if (m_status.state == RunState::Ended)
        return;
    m_feed->flush();
    m_status.state = RunState::Ended;
    m_status.problem = problem;
    m_status.debug = {};
    emit statusChanged();
    m_socket.abort();
}

} // namespace engine
