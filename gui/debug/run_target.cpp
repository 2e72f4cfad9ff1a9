#include "gui/debug/run_target.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace gui {

using namespace Qt::StringLiterals;
using engine::StopKind;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    std::string agentName(const tracestore::Trace& trace, SpanId span)
    {
        const tracestore::AgentId agent = trace.agentOf(span);
        return agent.isValid() ? std::string(trace.agent(agent).name) : std::string();
    }

} // namespace

std::optional<engine::Breakpoint> runTarget(const tracestore::Trace& trace, SpanId span)
{
    if (!span.isValid())
        return {};
    engine::Breakpoint target;
    target.scope.agent = agentName(trace, span);
    switch (trace.kind(span)) {
    case SpanKind::Tool:
        target.kind = StopKind::BeforeTool;
        target.scope.tool = std::string(trace.name(span));
        return target;
    case SpanKind::Llm:
        target.kind = StopKind::BeforeModel;
        return target;
    case SpanKind::Agent:
        target.kind = StopKind::Step;
        return target.scope.agent.empty() ? std::nullopt : std::optional(target);
    default:
        return {};
    }
}

QString nextRecordFile(const QString& before)
{
    if (before.isEmpty())
        return {};
    static const QRegularExpression end(u"-\\d{1,4}$"_s);
    const QFileInfo file(before);
    const QString base = file.completeBaseName().remove(end);
    for (int number = 2;; ++number) {
        const QString path
            = file.path() + u'/' + base + u'-' + QString::number(number) + u'.' + file.suffix();
        if (!QFileInfo::exists(path) && !QFileInfo::exists(path + u"-wal"_s))
            return path;
    }
}

} // namespace gui
