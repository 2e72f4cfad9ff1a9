#include "gui/origins/origins_view.h"

#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/origins/origin_texts.h"
#include "gui/origins/origins_delegate.h"
#include "gui/origins/origins_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/provenance/origin_finder.h"

#include <QAction>
#include <QActionGroup>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Job;
using tracestore::OriginDirection;
using tracestore::OriginQuery;
using tracestore::OriginReport;
using tracestore::SpanId;

namespace {

    constexpr int kBusyMs = 150;

    QLabel* textLabel(const Theme& theme)
    {
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setFont(theme.smallFont());
        label->setContentsMargins(
            metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
        return label;
    }

} // namespace

OriginsView::OriginsView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new OriginsModel(context.trace(), this))
    , m_question(textLabel(context.theme()))
    , m_stack(new QStackedWidget)
    , m_list(new QListView)
    , m_message(textLabel(context.theme()))
    , m_coverage(textLabel(context.theme()))
    , m_busy(new QTimer(this))
    , m_back(nullptr)
    , m_forward(nullptr)
    , m_clear(nullptr)
{
    setObjectName(u"origins"_s);
    setWindowTitle(tr("Origins"));
    setAccessibleName(tr("Origins"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new OriginsDelegate(context, m_list));
    m_list->setAccessibleName(tr("Where the text stands"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setMouseTracking(true);
    m_list->installEventFilter(this);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setMargin(2 * metrics::kMargin);
    m_stack->addWidget(m_message);
    m_stack->addWidget(m_list);
    m_busy->setSingleShot(true);
    m_busy->setInterval(kBusyMs);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_question);
    column->addWidget(m_stack, 1);
    column->addWidget(m_coverage);
    addActions();
    connect(m_busy, &QTimer::timeout, this, [this] { say(tr("Looking…")); });
    connect(&context.origins(), &OriginMarks::asked, this, &OriginsView::ask);
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_model->setTrace(m_context.trace());
    });
    connect(&context, &SessionContext::hoverChanged, m_list->viewport(), [this] {
        m_list->viewport()->update();
    });
    connect(&context.theme(), &Theme::changed, this, &OriginsView::updateIcons);
    connect(
        m_list, &QListView::clicked, this, [this](const QModelIndex& index) { jump(index.row()); });
    connect(m_list, &QListView::entered, this, [this](const QModelIndex& index) {
        m_context.setHovered(m_model->spanAt(index.row()));
    });
    // Going through the list shows where the steps are, and leaves what one reads.
    connect(
        m_list->selectionModel(),
        &QItemSelectionModel::currentChanged,
        this,
        [this](const QModelIndex& index) { m_context.setHovered(m_model->spanAt(index.row())); });
    updateIcons();
    clear();
}

OriginsView::~OriginsView()
{
    if (m_job != nullptr)
        m_job->cancel();
}

void OriginsView::addActions()
{
    auto* group = new QActionGroup(this);
    const auto add = [&](const QString& text, const QString& tip, OriginDirection direction) {
        auto* action = new QAction(text, this);
        action->setToolTip(tip);
        action->setCheckable(true);
        action->setPriority(QAction::HighPriority);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, direction] { setDirection(direction); });
        addAction(action);
        return action;
    };
    m_back
        = add(tr("Came from"), tr("Look for the text in what was before"), OriginDirection::Back);
    m_forward
        = add(tr("Went to"), tr("Look for the text in what came after"), OriginDirection::Forward);
    m_clear = new QAction(tr("Clear"), this);
    m_clear->setToolTip(tr("Forget the question and take the marks away"));
    connect(m_clear, &QAction::triggered, this, &OriginsView::clear);
    addAction(m_clear);
}

void OriginsView::updateIcons()
{
    const Theme& theme = m_context.theme();
    m_back->setIcon(theme.icon(u"back"_s));
    m_forward->setIcon(theme.icon(u"forward"_s));
    m_clear->setIcon(theme.icon(u"cancel"_s));
    for (QLabel* label : {m_message, m_coverage}) {
        QPalette colors = label->palette();
        colors.setColor(QPalette::WindowText, theme.color(ColorRole::TextDim));
        label->setPalette(colors);
    }
}

QString OriginsView::question() const
{
    return m_question->text();
}

QString OriginsView::coverage() const
{
    return m_coverage->text();
}

QString OriginsView::message() const
{
    return m_stack->currentWidget() == m_message ? m_message->text() : QString();
}

void OriginsView::say(const QString& text)
{
    m_message->setText(text);
    m_stack->setCurrentWidget(m_message);
}

void OriginsView::clear()
{
    if (m_job != nullptr)
        m_job->cancel();
    m_job.reset();
    m_busy->stop();
    m_query = {};
    m_model->clear();
    m_context.origins().clear();
    m_question->hide();
    m_coverage->hide();
    m_back->setChecked(true);
    for (QAction* action : {m_back, m_forward, m_clear})
        action->setEnabled(false);
    say(tr("Here stands where a text came from: the result, message or prompt that brought it "
           "into the conversation, and where it went.\n\nSelect a text or a value in the inspector "
           "or a row of the conversation, and choose “Where did this come from?” from its menu "
           "(Ctrl+Alt+O)."));
}

void OriginsView::setDirection(OriginDirection direction)
{
    if (!m_query.span.isValid() || direction == m_query.direction)
        return;
    m_query.direction = direction;
    ask(OriginQuery(m_query));
}

void OriginsView::ask(const OriginQuery& query)
{
    if (m_job != nullptr)
        m_job->cancel();
    m_query = query;
    m_job = std::make_shared<Job>();
    const bool isBack = query.direction == OriginDirection::Back;
    (isBack ? m_back : m_forward)->setChecked(true);
    for (QAction* action : {m_back, m_forward, m_clear})
        action->setEnabled(true);
    const QString asked = questionText(*m_context.trace(), query);
    m_question->setText(isBack ? tr("Where did this come from? %1").arg(asked)
                               : tr("Where did this go? %1").arg(asked));
    m_question->show();
    m_coverage->hide();
    m_busy->start();
    const auto work = [trace = m_context.trace(), query, job = m_job] {
        return tracestore::findOrigins(*trace, query, *job);
    };
    inBackground(this, work, [this, job = m_job](const auto& report) {
        if (job == m_job)
            adopt(report);
    });
    emit wanted();
}

void OriginsView::adopt(const tracestore::Result<OriginReport>& report)
{
    m_job.reset();
    m_busy->stop();
    m_coverage->setVisible(report.has_value());
    if (!report) {
        m_model->clear();
        m_context.origins().clear();
        say(singleLine(report.error().message, 600));
        return;
    }
    m_model->setReport(m_query, *report);
    m_coverage->setText(coverageText(m_query, *report));
    std::vector<SpanId> spans;
    for (const tracestore::Origin& find : report->finds)
        spans.push_back(find.span);
    m_context.origins().setFound(spans);
    m_stack->setCurrentWidget(m_list);
    m_list->setFocus(Qt::OtherFocusReason);
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!m_model->spanAt(row).isValid())
            continue;
        m_list->setCurrentIndex(m_model->index(row));
        break;
    }
}

void OriginsView::jump(int row)
{
    const tracestore::Origin* find = m_model->findAt(row);
    if (find == nullptr)
        return;
    const QModelIndex index = m_model->index(row);
    const QString stretch = index.data(OriginsModel::ExcerptRole)
                                .toString()
                                .mid(index.data(OriginsModel::MarkStartRole).toInt(),
                                     index.data(OriginsModel::MarkLengthRole).toInt());
    m_context.reveal(find->span);
    m_context.origins().showPlace(find->span, find->place, stretch);
}

bool OriginsView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            jump(m_list->currentIndex().row());
            return true;
        }
    }
    if (watched == m_list && event->type() == QEvent::Leave)
        m_context.setHovered({});
    return QWidget::eventFilter(watched, event);
}

} // namespace gui
