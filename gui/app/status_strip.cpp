#include "gui/app/status_strip.h"

#include "gui/agents/run_texts.h"
#include "gui/context/session_context.h"
#include "gui/models/report_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"
#include "tracestore/compare/trace_alignment.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::CostSource;

namespace {

    QString costSource(const tracestore::TraceTotals& totals)
    {
        if (totals.isCostMixed)
            return StatusStrip::tr("partly list prices");
        return totals.cost->source == CostSource::Reported ? StatusStrip::tr("recorded")
                                                           : StatusStrip::tr("list prices");
    }

    QString costToolTip(const tracestore::TraceTotals& totals)
    {
        QString text = totals.isCostMixed
            ? StatusStrip::tr("A part of the cost stands in the trace; the rest is computed from "
                              "tokens and list prices.")
            : totals.cost->source == CostSource::Reported
            ? StatusStrip::tr("The cost as it was recorded in the trace.")
            : StatusStrip::tr("Computed from tokens and list prices; what was billed may differ.");
        if (totals.callsWithoutCost > 0)
            text += u' '
                + StatusStrip::tr("Model calls without a known price, not in it: %1.")
                      .arg(formatCount(totals.callsWithoutCost));
        return text;
    }

    QString tokenToolTip(const tracestore::TokenUsage& tokens)
    {
        QStringList lines;
        const auto add = [&](const QString& label, std::optional<std::int64_t> count) {
            if (count)
                lines << label + u": "_s + formatCount(*count);
        };
        add(StatusStrip::tr("Input, not cached"), tokens.input);
        add(StatusStrip::tr("Input, from a cache"), tokens.cacheRead);
        add(StatusStrip::tr("Input, written to a cache"), tokens.cacheWrite);
        add(StatusStrip::tr("Output"), tokens.output);
        add(StatusStrip::tr("Reasoning, a part of the output"), tokens.reasoning);
        return lines.join(u'\n');
    }

} // namespace

StatusStrip::StatusStrip(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    row->setSpacing(4 * metrics::kSpacing);
    const auto addLabel = [&](const QString& name) {
        auto* label = new QLabel(this);
        label->setObjectName(name);
        label->setTextFormat(Qt::PlainText);
        label->setFont(theme.smallFont());
        row->addWidget(label);
        return label;
    };
    const auto addButton = [&](const QString& name, void (StatusStrip::*request)()) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setFont(theme.smallFont());
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setIconSize(kSmallIconBesideText);
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QToolButton::clicked, this, request);
        row->addWidget(button);
        return button;
    };
    m_recording = addLabel(u"recording"_s);
    m_source = addLabel(u"source"_s);
    m_steps = addLabel(u"steps"_s);
    m_tokens = addLabel(u"tokens"_s);
    m_cost = addLabel(u"cost"_s);
    m_errors = addButton(u"errors"_s, &StatusStrip::nextErrorRequested);
    row->addStretch(1);
    m_script = addLabel(u"script"_s);
    m_script->setText(scriptNotice());
    m_report = addButton(u"report"_s, &StatusStrip::reportRequested);
    setContext(nullptr);
    setRun(nullptr);
}

void StatusStrip::setRun(const engine::RunStatus* status)
{
    const bool isRecorded = status != nullptr && !status->recordFile.isEmpty();
    m_recording->setVisible(isRecorded);
    m_script->setVisible(status != nullptr && status->isScripted);
    if (!isRecorded)
        return;
    // Nothing is written while it waits for somebody to go on with the conversation.
    const bool isUnderWay = isRunActive(status->state);
    m_recording->setText(isUnderWay ? tr("● recording") : tr("recorded"));
    m_recording->setToolTip(QString(u"<p>"_s + status->recordFile.toHtmlEscaped() + u"</p>"_s));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText,
                    m_theme.color(isUnderWay ? ColorRole::Error : ColorRole::TextDim));
    m_recording->setPalette(colors);
}

void StatusStrip::setComparison(const tracestore::TraceAlignment* alignment,
                                std::optional<qint64> ms)
{
    setContext(nullptr);
    if (alignment == nullptr)
        return;
    const auto count
        = [](std::size_t number) { return formatCount(static_cast<std::int64_t>(number)); };
    const std::size_t both = alignment->equal + alignment->changed;
    QStringList parts {tr("A %1 steps").arg(count(both + alignment->onlyA)),
                       tr("B %1 steps").arg(count(both + alignment->onlyB))};
    if (ms)
        parts << (*ms == 0 ? tr("aligned in under 1 ms")
                           : tr("aligned in %1 ms").arg(formatCount(*ms)));
    m_source->setText(parts.join(u"    "_s));
    m_source->setToolTip({});
    m_source->show();
}

void StatusStrip::setContext(const SessionContext* context)
{
    const auto children = findChildren<QWidget*>(Qt::FindDirectChildrenOnly);
    for (QWidget* child : children) {
        if (child != m_recording && child != m_script)
            child->setVisible(context != nullptr);
    }
    if (context == nullptr)
        return;
    showSource(*context);
    m_steps->setText(tr("%1 steps").arg(formatCount(context->totals().steps)));
    showTokens(*context);
    showCost(*context);
    showErrors(*context);
    showReport(*context);
}

void StatusStrip::showSource(const SessionContext& context)
{
    const tracestore::TraceOrigin& origin = context.trace()->origin();
    const QString producer
        = singleLine(origin.producerName + ' ' + origin.producerVersion, 60).trimmed();
    const QString format = singleLine(origin.formatName, 60);
    m_source->setText(producer.isEmpty() ? format : QString(format + u" · "_s + producer));
}

void StatusStrip::showTokens(const SessionContext& context)
{
    const tracestore::TokenUsage& tokens = context.totals().tokens;
    const auto total = tokens.total();
    if (!total) {
        m_tokens->setText(tr("tokens not recorded"));
        m_tokens->setToolTip({});
        return;
    }
    QString text = tr("%1 tokens").arg(formatCount(*total));
    const auto input = tokens.inputTotal();
    if (tokens.cacheRead && input && *input > 0)
        text += u' ' + tr("(%1 % cached)").arg(*tokens.cacheRead * 100 / *input);
    if (context.totals().isTokensPartial)
        text = tr("at least %1").arg(text);
    m_tokens->setText(text);
    m_tokens->setToolTip(tokenToolTip(tokens));
}

void StatusStrip::showCost(const SessionContext& context)
{
    const auto& totals = context.totals();
    if (!totals.cost) {
        m_cost->setText(tr("cost not known"));
        m_cost->setToolTip(tr("The trace states none, and there is no list price for its models."));
        return;
    }
    m_cost->setText(QString(formatCost(*totals.cost) + u' ' + costSource(totals)));
    m_cost->setToolTip(costToolTip(totals));
}

void StatusStrip::showErrors(const SessionContext& context)
{
    const auto errors = context.totals().errors;
    m_errors->setEnabled(errors > 0);
    m_errors->setText(errors == 0       ? tr("no errors")
                          : errors == 1 ? tr("1 error")
                                        : tr("%1 errors").arg(formatCount(errors)));
    m_errors->setIcon(errors == 0 ? QIcon() : m_theme.icon(u"status-error"_s, ColorRole::Error));
    m_errors->setToolTip(tr("To the next failed step  (F8)"));
}

void StatusStrip::showReport(const SessionContext& context)
{
    const tracestore::ImportReport& report = context.trace()->report();
    // What is left out is a log's own bookkeeping as a rule; broken is what one must know.
    const bool isWorse = report.broken() > 0;
    m_report->setText(reportSummary(report));
    m_report->setIcon(isWorse ? m_theme.icon(u"status-warning"_s, ColorRole::Warning) : QIcon());
    m_report->setToolTip(tr("What was guessed, left out or broken when the trace was opened"));
}

} // namespace gui
