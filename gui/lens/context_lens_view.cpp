#include "gui/lens/context_lens_view.h"

#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/lens/lens_texts.h"
#include "gui/lens/window_bar.h"
#include "gui/lens/window_history.h"
#include "gui/lens/window_parts_delegate.h"
#include "gui/lens/window_parts_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/model/call_history.h"

#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::ContextWindow;
using tracestore::Job;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    QLabel* lensLabel(const Theme& theme)
    {
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setFont(theme.smallFont());
        label->setContentsMargins(
            metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        return label;
    }

} // namespace

ContextLensView::ContextLensView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_parts(new WindowPartsModel(this))
    , m_stack(new QStackedWidget)
    , m_page(new QWidget)
    , m_message(lensLabel(context.theme()))
    , m_total(lensLabel(context.theme()))
    , m_history(new WindowHistory(context.theme()))
    , m_bar(new WindowBar(context.theme()))
    , m_notice(lensLabel(context.theme()))
    , m_table(new QTableView)
    , m_growthPause(new QTimer(this))
{
    setObjectName(u"contextLens"_s);
    setWindowTitle(tr("Context"));
    setAccessibleName(tr("Context"));
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setMargin(2 * metrics::kMargin);
    m_table->setModel(m_parts);
    m_table->setItemDelegate(new WindowPartsDelegate(context.theme(), m_table));
    m_table->setAccessibleName(tr("Parts of the window"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFont(context.theme().smallFont());
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    // Of thousands of parts those in sight tell the widths.
    m_table->horizontalHeader()->setResizeContentsPrecision(0);
    auto* column = new QVBoxLayout(m_page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_history);
    m_total->setObjectName(u"windowTotal"_s);
    column->addWidget(m_total);
    column->addWidget(m_bar);
    column->addWidget(m_notice);
    column->addWidget(m_table, 1);
    m_stack->addWidget(m_message);
    m_stack->addWidget(m_page);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    connect(&context, &SessionContext::selectionChanged, this, [this] { update(false); });
    // A run grows many times a second, and each time all of its calls are looked at.
    m_growthPause->setSingleShot(true);
    m_growthPause->setInterval(1000);
    connect(m_growthPause, &QTimer::timeout, this, [this] { update(true); });
    connect(&context, &SessionContext::traceGrown, this, [this] {
        if (!m_growthPause->isActive())
            m_growthPause->start();
    });
    connect(&context.theme(), &Theme::changed, this, &ContextLensView::updateColors);
    connect(m_history, &WindowHistory::chosen, &context, &SessionContext::reveal);
    updateColors();
    update(true);
}

ContextLensView::~ContextLensView()
{
    for (const auto& job : {m_windowJob, m_historyJob}) {
        if (job != nullptr)
            job->cancel();
    }
}

void ContextLensView::updateColors()
{
    const auto paint = [this](QLabel* label, ColorRole role) {
        QPalette colors = label->palette();
        colors.setColor(QPalette::WindowText, m_context.theme().color(role));
        label->setPalette(colors);
    };
    paint(m_message, ColorRole::TextDim);
    paint(m_total, ColorRole::TextDim);
    paint(m_notice, ColorRole::Warning);
}

QString ContextLensView::notice() const
{
    return m_notice->isHidden() ? QString() : m_notice->text();
}

QString ContextLensView::message() const
{
    return m_stack->currentWidget() == m_message ? m_message->text() : QString();
}

void ContextLensView::say(const QString& text)
{
    m_message->setText(text);
    m_stack->setCurrentWidget(m_message);
}

void ContextLensView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        update(true);
}

/// The call whose window a step was in: its own, or that of the call before it.
SpanId ContextLensView::callOf(SpanId span) const
{
    const auto& trace = *m_context.trace();
    if (!span.isValid() || trace.kind(span) == SpanKind::Llm)
        return span;
    return previousCall(trace, span);
}

void ContextLensView::update(bool isOther)
{
    m_isStale = !isVisible();
    if (m_isStale)
        return;
    const SpanId call = callOf(m_context.selected());
    if (!call.isValid()) {
        m_call = {};
        say(tr("Here stands what fills the context window of a model call: prompt, tools, history "
               "and results with their tokens, and where the provider's cache ends.\n\nSelect a "
               "call of a model, or a step behind one."));
        return;
    }
    const auto& trace = *m_context.trace();
    if (isOther || trace.sessionOf(call) != m_session || trace.agentOf(call) != m_agent) {
        m_session = trace.sessionOf(call);
        m_agent = trace.agentOf(call);
        readHistory();
    }
    if (call == m_call && !isOther)
        return tellTotal();
    m_call = call;
    m_history->setCurrent(call);
    readWindow();
}

void ContextLensView::readWindow()
{
    if (m_windowJob != nullptr)
        m_windowJob->cancel();
    m_windowJob = std::make_shared<Job>();
    const auto work = [trace = m_context.trace(), call = m_call, job = m_windowJob] {
        const engine::Prices prices = engine::loadPrices(engine::userPriceFile());
        return tracestore::contextWindow(*trace, call, prices.table.get(), *job);
    };
    inBackground(this, work, [this, job = m_windowJob](const auto& window) {
        if (job == m_windowJob)
            adopt(window);
    });
}

void ContextLensView::readHistory()
{
    if (m_historyJob != nullptr)
        m_historyJob->cancel();
    m_historyJob = std::make_shared<Job>();
    const auto work
        = [trace = m_context.trace(), session = m_session, agent = m_agent, job = m_historyJob] {
              return tracestore::contextHistory(*trace, session, agent, *job);
          };
    inBackground(this, work, [this, job = m_historyJob](const auto& sums) {
        if (job != m_historyJob || !sums)
            return;
        m_history->setCalls(*sums);
        m_history->setCurrent(m_call);
    });
}

/// What is told of the shown call depends on the step that is selected, too.
void ContextLensView::tellTotal()
{
    const ContextWindow& window = m_parts->window();
    if (window.call != m_call)
        return; // it is being read
    QString total = totalText(window);
    if (m_call != m_context.selected())
        total = tr("Of the model call before the selected step. %1").arg(total);
    if (window.state == tracestore::ContentState::Truncated
        || window.state == tracestore::ContentState::Redacted)
        total += u' ' + tr("The trace holds only a part of the messages.");
    m_total->setText(total);
}

void ContextLensView::adopt(const tracestore::Result<ContextWindow>& window)
{
    if (!window)
        return say(tr("The content of this call cannot be read: %1")
                       .arg(singleLine(window.error().message, 600)));
    m_parts->setWindow(*window);
    m_bar->setWindow(*window);
    tellTotal();
    QStringList notes;
    for (const QString& note : {cutText(*window), breakText(*window)}) {
        if (!note.isEmpty())
            notes << note;
    }
    m_notice->setText(notes.join(u'\n'));
    m_notice->setVisible(!notes.isEmpty());
    m_table->setVisible(!window->parts.empty());
    m_stack->setCurrentWidget(m_page);
    for (const int column : {WindowPartsModel::PartColumn,
                             WindowPartsModel::TokensColumn,
                             WindowPartsModel::ChangeColumn}) {
        m_table->resizeColumnToContents(column);
        // The delegate adds a swatch, or the margins of a badge.
        m_table->setColumnWidth(
            column, std::clamp(m_table->columnWidth(column) + 2 * metrics::kMargin, 50, 180));
    }
    // What is new stands at the end, and is what one looks for.
    if (!window->parts.empty())
        m_table->scrollToBottom();
}

} // namespace gui
