#include "gui/search/search_view.h"

#include "gui/context/session_context.h"
#include "gui/search/hit_delegate.h"
#include "gui/search/hits_model.h"
#include "gui/search/query_edit.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tracestore::Query;
using tracestore::QueryError;
using tracestore::QueryHit;
using tracestore::QueryOutcome;
using tracestore::SpanId;

namespace {

    QString stepCount(int count)
    {
        return count == 1 ? SearchView::tr("1 step")
                          : SearchView::tr("%1 steps").arg(formatCount(qint64 {count}));
    }

} // namespace

SearchView::SearchView(SessionContext& context, SavedSearches* searches, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_searches(searches)
    , m_edit(new QueryEdit(context.theme(), this))
    , m_saved(new QToolButton(this))
    , m_message(new QLabel(this))
    , m_model(new HitsModel(context.trace(), this))
    , m_list(new QListView(this))
    , m_runner(context.trace())
{
    setObjectName(u"search"_s);
    setWindowTitle(tr("Search"));
    setFocusProxy(m_edit);
    setMinimumWidth(220);
    addLine();
    addList();
    m_pause.setSingleShot(true);
    m_pause.setInterval(200ms);
    m_ticker.setInterval(100ms);
    connect(&m_pause, &QTimer::timeout, this, &SearchView::start);
    m_growthPause.setSingleShot(true);
    m_growthPause.setInterval(1s);
    connect(&m_growthPause, &QTimer::timeout, this, &SearchView::searchAgain);
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_model->setTrace(m_context.trace());
        m_runner.setTrace(m_context.trace());
        m_isOutdated = true;
        if (!m_growthPause.isActive())
            m_growthPause.start();
    });
    connect(&m_ticker, &QTimer::timeout, this, &SearchView::showProgress);
    connect(m_edit, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    connect(&m_runner, &QueryRunner::arrived, this, &SearchView::take);
    connect(&m_runner, &QueryRunner::finished, this, &SearchView::finish);
    connect(&context.theme(), &Theme::changed, this, &SearchView::updateIcons);
    updateIcons();
    loadValues();
    setMessage(tr("Type words to search all texts, or a condition such as\n"
                  "kind = tool and status = error"),
               false);
}

SearchView::~SearchView()
{
    m_pool.waitForDone();
}

void SearchView::addLine()
{
    m_edit->setPlaceholderText(tr("Words, or a condition: kind = llm and tokens.in > 4k"));
    m_edit->setAccessibleName(tr("Search"));
    m_saved->setToolTip(tr("Searches that were saved"));
    m_saved->setAccessibleName(tr("Saved searches"));
    m_saved->setPopupMode(QToolButton::InstantPopup);
    m_saved->setAutoRaise(true);
    auto* menu = new QMenu(m_saved);
    m_saved->setMenu(menu);
    m_saved->setVisible(m_searches != nullptr);
    connect(menu, &QMenu::aboutToShow, this, &SearchView::fillSavedMenu);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setFont(m_context.theme().smallFont());
    auto* line = new QHBoxLayout;
    line->setSpacing(metrics::kSpacing);
    line->addWidget(m_edit, 1);
    line->addWidget(m_saved);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, metrics::kSpacing, 0, 0);
    column->setSpacing(metrics::kSpacing);
    auto* padded = new QVBoxLayout;
    padded->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    padded->addLayout(line);
    padded->addWidget(m_message);
    column->addLayout(padded);
    column->addWidget(m_list, 1);
}

void SearchView::addList()
{
    m_list->setModel(m_model);
    m_list->setItemDelegate(new HitDelegate(m_context, m_list));
    m_list->setAccessibleName(tr("Hits"));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QListView::NoEditTriggers);
    connect(m_list->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            [this](const QModelIndex& index) {
                if (const SpanId span = m_model->spanAt(index.row()); span.isValid())
                    m_context.reveal(span);
            });
    connect(m_list, &QListView::entered, this, [this](const QModelIndex& index) {
        m_context.setHovered(m_model->spanAt(index.row()));
    });
    connect(&m_context, &SessionContext::hoverChanged, m_list->viewport(), [this] {
        m_list->viewport()->update();
    });
    connect(&m_context, &SessionContext::selectionChanged, this, [this](SpanId span) {
        // A hit that is selected elsewhere is the current one here.
        if (!m_context.hits().contains(span)
            || m_model->spanAt(m_list->currentIndex().row()) == span)
            return;
        const QSignalBlocker quiet(m_list->selectionModel());
        const QModelIndex index = m_model->index(m_model->rowOf(span));
        m_list->setCurrentIndex(index);
        m_list->scrollTo(index);
        m_list->viewport()->update();
    });
}

void SearchView::updateIcons()
{
    m_saved->setIcon(m_context.theme().icon(u"pin"_s));
    setMessage(m_message->text(), m_isError);
    m_list->viewport()->update();
}

/// Counts the values that can be offered, off the GUI thread.
void SearchView::loadValues()
{
    m_pool.start([this, trace = m_context.trace()] {
        auto values = std::make_shared<tracestore::CompletionValues>(*trace);
        QMetaObject::invokeMethod(
            this, [this, values] { m_edit->setValues(std::move(*values)); }, Qt::QueuedConnection);
    });
    if (m_searches != nullptr)
        m_edit->setSuggestions(m_searches->recentSearches());
}

void SearchView::fillSavedMenu()
{
    QMenu& menu = *m_saved->menu();
    menu.clear();
    const QStringList saved = m_searches->savedSearches();
    const QString query = m_edit->text().trimmed();
    const bool isSaved = saved.contains(query);
    QAction* keep = menu.addAction(isSaved ? tr("Forget this search") : tr("Save this search"));
    keep->setEnabled(!query.isEmpty() && !m_isError);
    connect(keep, &QAction::triggered, this, [this, query, isSaved] {
        QStringList all = m_searches->savedSearches();
        all.removeAll(query);
        if (!isSaved)
            all.prepend(query);
        m_searches->setSavedSearches(all);
    });
    menu.addSeparator();
    for (const QString& one : saved) {
        // An ampersand would underline the letter behind it.
        QAction* action = menu.addAction(singleLine(one.toStdString(), 80).replace(u'&', u"&&"_s));
        connect(action, &QAction::triggered, this, [this, one] { search(one); });
    }
    if (saved.isEmpty())
        menu.addAction(tr("None is saved yet"))->setEnabled(false);
}

void SearchView::startTyping()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void SearchView::search(const QString& query)
{
    m_edit->setText(query);
    m_pause.stop();
    start();
}

QString SearchView::message() const
{
    return m_message->text();
}

void SearchView::setMessage(const QString& text, bool isError)
{
    m_isError = isError;
    m_message->setText(text);
    QPalette colors = m_message->palette();
    colors.setColor(QPalette::WindowText,
                    m_context.theme().color(isError ? ColorRole::Error : ColorRole::TextDim));
    m_message->setPalette(colors);
}

void SearchView::showError(const QueryError& error)
{
    m_runner.cancel();
    m_ticker.stop();
    const QByteArray typed = m_edit->text().toUtf8();
    const auto column = QString::fromUtf8(typed.left(qsizetype(error.position))).size() + 1;
    QString text = tr("%1 (character %2)").arg(toText(error.message), QString::number(column));
    if (!error.hint.empty())
        text += u'\n' + toText(error.hint);
    setMessage(text, true);
}

void SearchView::start()
{
    m_query = m_edit->text().trimmed();
    const auto parsed = Query::parse(m_query.toStdString());
    if (parsed.error) {
        // The hits of the query before stay while one types on.
        showError(*parsed.error);
        return;
    }
    m_model->clear();
    m_context.clearHits();
    if (parsed.query->isEmpty()) {
        m_runner.cancel();
        m_ticker.stop();
        setMessage({}, false);
        emit finished();
        return;
    }
    setMessage(tr("Searching…"), false);
    m_runner.run(*parsed.query);
    m_ticker.start();
}

/// The hits stay; those that the trace has grown by come to them.
void SearchView::searchAgain()
{
    if (m_runner.isRunning()) {
        m_growthPause.start();
        return;
    }
    if (!std::exchange(m_isOutdated, false))
        return;
    loadValues();
    const auto parsed = Query::parse(m_query.toStdString());
    if (parsed.query && !parsed.error && !parsed.query->isEmpty())
        m_runner.run(*parsed.query);
}

void SearchView::take(const QList<QueryHit>& hits)
{
    std::vector<SpanId> spans;
    spans.reserve(static_cast<std::size_t>(hits.size()));
    for (const QueryHit& hit : hits)
        spans.push_back(hit.span);
    m_model->append(hits);
    m_context.addHits(spans);
    showProgress();
}

void SearchView::showProgress()
{
    if (!m_runner.isRunning())
        return;
    const QString found = stepCount(m_model->rowCount());
    if (const auto progress = m_runner.progress())
        setMessage(tr("Searching, %1 % · %2").arg(QString::number(int(*progress * 100)), found),
                   false);
}

void SearchView::finish(const QueryOutcome& outcome)
{
    m_ticker.stop();
    if (m_isOutdated && !m_growthPause.isActive())
        m_growthPause.start();
    m_model->sort();
    QString text
        = m_model->rowCount() == 0 ? tr("No step matches.") : stepCount(m_model->rowCount());
    if (outcome.unknown > 0)
        text += u" · "_s + tr("unknown for %1").arg(formatCount(qint64(outcome.unknown)));
    if (outcome.unreadable > 0)
        text += u'\n'
            + tr("%1 could not be read: %2")
                  .arg(formatCount(qint64(outcome.unreadable)), singleLine(outcome.firstProblem));
    setMessage(text, false);
    if (m_searches != nullptr && m_model->rowCount() > 0) {
        m_searches->addRecentSearch(m_query);
        m_edit->setSuggestions(m_searches->recentSearches());
    }
    emit finished();
}

void SearchView::goTo(int row)
{
    if (m_model->rowCount() == 0)
        return;
    m_list->setCurrentIndex(m_model->index(std::clamp(row, 0, m_model->rowCount() - 1)));
}

/// From the line into the list and back, without the mouse.
void SearchView::keyPressEvent(QKeyEvent* event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && m_edit->hasFocus()) {
        if (m_pause.isActive() || m_edit->text().trimmed() != m_query) {
            m_pause.stop();
            start();
        } else {
            const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1;
            goTo(m_list->currentIndex().row() + step);
        }
    } else if (event->key() == Qt::Key_Down && m_edit->hasFocus()) {
        m_list->setFocus();
        goTo(std::max(m_list->currentIndex().row(), 0));
    } else if (event->key() == Qt::Key_Escape && !m_edit->text().isEmpty()) {
        search({});
        m_edit->setFocus();
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace gui
