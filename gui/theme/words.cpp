#include "gui/theme/words.h"

#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::CostSource;
using tracestore::SpanKind;
using tracestore::SpanStatus;

namespace {

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::Words", text);
    }

} // namespace

QString kindName(SpanKind kind)
{
    switch (kind) {
    case SpanKind::Session:
        return tr("Session");
    case SpanKind::Turn:
        return tr("Turn");
    case SpanKind::Agent:
        return tr("Agent");
    case SpanKind::Workflow:
        return tr("Workflow");
    case SpanKind::Llm:
        return tr("Model call");
    case SpanKind::Tool:
        return tr("Tool call");
    case SpanKind::Retrieval:
        return tr("Retrieval");
    case SpanKind::Embedding:
        return tr("Embedding");
    case SpanKind::Memory:
        return tr("Memory");
    case SpanKind::Guardrail:
        return tr("Guardrail");
    case SpanKind::Evaluator:
        return tr("Evaluation");
    case SpanKind::Message:
        return tr("Message");
    case SpanKind::StateChange:
        return tr("State change");
    case SpanKind::Compaction:
        return tr("Compaction");
    case SpanKind::Approval:
        return tr("Approval");
    case SpanKind::Plan:
        return tr("Plan");
    case SpanKind::Handoff:
        return tr("Hand-off");
    case SpanKind::Error:
        return tr("Error");
    case SpanKind::Event:
        return tr("Event");
    case SpanKind::Other:
        return tr("Span");
    }
    return {};
}

QString statusName(SpanStatus status)
{
    switch (status) {
    case SpanStatus::Unknown:
        return {};
    case SpanStatus::Ok:
        return tr("ok");
    case SpanStatus::Error:
        return tr("failed");
    case SpanStatus::Cancelled:
        return tr("cancelled");
    case SpanStatus::Pending:
        return tr("not finished");
    }
    return {};
}

QString costSourceName(CostSource source)
{
    return source == CostSource::Reported ? tr("recorded") : tr("computed from list prices");
}

QString errorLine(const tracestore::SpanError& error)
{
    QStringList parts {singleLine(error.type, 60), singleLine(error.message, 240)};
    parts.removeAll(QString());
    return parts.join(u": "_s);
}

} // namespace gui
