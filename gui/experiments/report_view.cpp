#include "gui/experiments/report_view.h"

#include "engine/experiment/report_words.h"
#include "gui/experiments/flips_view.h"
#include "gui/experiments/report_metric_table.h"
#include "gui/experiments/task_matrix.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/elided_label.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kLeftWidth = 860;
    constexpr int kRightWidth = 420;
    constexpr int kMostMeasuredRows = 200;

    QString fileName(const std::filesystem::path& path)
    {
        return QFile::decodeName(QByteArray::fromStdString(path.string()));
    }

    void setUpTable(QTreeView& table, QAbstractItemModel& model, QAbstractItemDelegate& delegate)
    {
        table.setModel(&model);
        table.setItemDelegate(&delegate);
        table.setRootIsDecorated(false);
        table.setUniformRowHeights(true);
        table.setAllColumnsShowFocus(true);
        table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
        table.header()->setResizeContentsPrecision(kMostMeasuredRows);
        table.header()->setSectionResizeMode(QHeaderView::ResizeToContents);
        table.header()->setStretchLastSection(true);
    }

} // namespace

ReportView::ReportView(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_metrics(new ReportMetricModel(this))
    , m_matrix(new TaskMatrixModel(this))
    , m_flips(new FlipsView(theme, this))
    , m_shown(new ShownMetrics({}, this))
    , m_metricTable(new ReportMetricTable(theme, this))
    , m_taskTable(new QTreeView(this))
    , m_pairs(new QComboBox(this))
    , m_metricChoice(new QComboBox(this))
{
    setObjectName(u"experimentReport"_s);
    setAccessibleName(tr("Report of an experiment"));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(makeLeft());
    split->addWidget(makeTasks());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({kLeftWidth, kRightWidth});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addWidget(split, 1);
    setFocusProxy(m_metricTable);

    connect(m_pairs, &QComboBox::currentIndexChanged, this, &ReportView::showPair);
    connect(m_metricChoice, &QComboBox::currentIndexChanged, this, &ReportView::takeMetric);
    connect(m_flips, &FlipsView::taskActivated, this, &ReportView::openTask);
    connect(m_taskTable, &QTreeView::activated, this, &ReportView::openCell);
    connect(m_metricTable->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            &ReportView::takeMetricRow);
    connect(m_metrics, &QAbstractItemModel::modelReset, this, &ReportView::showChoice);
    connect(&theme, &Theme::changed, this, &ReportView::followTheme);
    followTheme();
    setShownMetrics(*m_shown);
}

QLabel* ReportView::addText(const char* name)
{
    auto* label = new QLabel(this);
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    return label;
}

QLabel* ReportView::addHeading(const QString& text)
{
    auto* label = new QLabel(text, this);
    label->setContentsMargins(
        metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kSpacing / 2);
    m_headings << label;
    return label;
}

QWidget* ReportView::makeHeader()
{
    auto* header = new QWidget(this);
    header->setMinimumHeight(metrics::kToolBarHeight);
    m_title = new ElidedLabel(Qt::ElideRight, header);
    m_title->setObjectName(u"reportTitle"_s);
    m_pairs->setObjectName(u"reportPairs"_s);
    m_pairs->setAccessibleName(tr("Variants that are compared"));
    m_pairs->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_buttons = new QHBoxLayout(header);
    m_buttons->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    m_buttons->addWidget(m_title);
    m_buttons->addSpacing(metrics::kMargin);
    m_buttons->addWidget(m_pairs);
    m_buttons->addStretch(1);
    return header;
}

void ReportView::addButton(QAction* action)
{
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    m_buttons->addWidget(button);
    // A button does not hide with its action by itself.
    button->setVisible(action->isVisible());
    connect(action, &QAction::visibleChanged, button, [button, action] {
        button->setVisible(action->isVisible());
    });
}

QWidget* ReportView::makeLeft()
{
    m_metricTable->setModel(m_metrics);
    m_metricTable->setObjectName(u"reportMetrics"_s);
    m_metricTable->setAccessibleName(tr("Metrics of the variants"));
    m_metricTable->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_summary = addText("reportSummary");
    m_sentence = addText("reportSentence");
    m_notes = addText("reportNotes");

    auto* inside = new QWidget(this);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_summary);
    column->addWidget(addHeading(tr("Flips: a click compares the two runs of a task")));
    column->addWidget(m_flips);
    column->addLayout(makeMetricsHeading());
    column->addWidget(m_metricTable);
    column->addWidget(m_sentence);
    column->addWidget(addHeading(tr("How to read this")));
    column->addWidget(m_notes);
    column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(inside);
    return scroll;
}

/// With what chooses the metrics: a button, and a menu over the table and its header.
QLayout* ReportView::makeMetricsHeading()
{
    m_hidden = addHeading({});
    m_hidden->setObjectName(u"reportHiddenMetrics"_s);
    m_hidden->setTextFormat(Qt::PlainText);
    auto* choose = new QToolButton(this);
    choose->setObjectName(u"reportChooseMetrics"_s);
    choose->setText(tr("Shown ▾"));
    choose->setToolTip(tr("Choose which metrics are shown"));
    choose->setAccessibleName(choose->toolTip());
    choose->setAutoRaise(true);
    choose->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(choose);
    choose->setMenu(menu);
    const auto fill = [this](QMenu& to) {
        to.clear();
        m_shown->fillMenu(to, m_metrics->metrics());
    };
    connect(menu, &QMenu::aboutToShow, this, [fill, menu] { fill(*menu); });
    for (QWidget* over : std::initializer_list<QWidget*> {m_metricTable, m_metricTable->header()}) {
        over->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(over, &QWidget::customContextMenuRequested, this, [this, fill, over](QPoint at) {
            auto* popup = new QMenu(this);
            popup->setAttribute(Qt::WA_DeleteOnClose);
            fill(*popup);
            popup->popup(over->mapToGlobal(at));
        });
    }
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, metrics::kMargin, 0);
    row->setSpacing(0);
    row->addWidget(addHeading(tr("Metrics")));
    row->addWidget(m_hidden, 1);
    row->addWidget(choose, 0, Qt::AlignBottom);
    return row;
}

QWidget* ReportView::makeTasks()
{
    setUpTable(*m_taskTable, *m_matrix, *new TaskMatrixDelegate(m_theme, m_taskTable));
    m_taskTable->setObjectName(u"reportTasks"_s);
    m_taskTable->setAccessibleName(tr("Tasks by variants"));
    m_taskTable->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_taskTable->setAllColumnsShowFocus(false);
    m_metricChoice->setObjectName(u"reportMetricChoice"_s);
    m_metricChoice->setAccessibleName(tr("Metric of the tasks"));
    m_metricChoice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_problem = addText("reportProblem");
    m_problem->hide();

    auto* tasks = new QWidget(this);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(0, 0, metrics::kMargin, metrics::kSpacing);
    bar->addWidget(addHeading(tr("Tasks: Enter compares two runs")));
    bar->addStretch(1);
    bar->addWidget(m_metricChoice);
    auto* column = new QVBoxLayout(tasks);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_taskTable, 1);
    column->addWidget(m_problem);
    return tasks;
}

void ReportView::followTheme()
{
    const auto color = [&](QLabel* label, ColorRole role) {
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, m_theme.color(role));
        label->setPalette(palette);
    };
    for (QLabel* heading : std::as_const(m_headings)) {
        heading->setFont(m_theme.smallFont());
        color(heading, ColorRole::TextDim);
    }
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_notes->setFont(m_theme.smallFont());
    m_sentence->setFont(m_theme.smallFont());
    color(m_notes, ColorRole::TextDim);
    color(m_sentence, ColorRole::TextDim);
    color(m_problem, ColorRole::Warning);
    fitMetrics();
}

void ReportView::setReport(ReportPtr report)
{
    m_report = std::move(report);
    showTitle();
    QStringList notes;
    for (const std::string& note : m_report->notes)
        notes << u"•  "_s + visibleText(toText(note));
    m_notes->setText(notes.join(u'\n'));
    fillChoices();
    showPair();
    showMetric();
}

/// How far the experiment is where it is not at its end.
void ReportView::showTitle()
{
    const QString name = singleLine(m_report->name, 60);
    const auto tasks = static_cast<qint64>(m_report->tasks.size());
    QString title
        = tasks == 1 ? tr("%1 · 1 task").arg(name) : tr("%1 · %2 tasks").arg(name).arg(tasks);
    if (m_report->repeats > 1)
        title += tr(" × %1").arg(m_report->repeats);
    std::int64_t planned = 0;
    std::int64_t there = 0;
    for (const engine::RunCounts& counts : m_report->counts) {
        planned += static_cast<std::int64_t>(counts.planned);
        there += static_cast<std::int64_t>(counts.there);
    }
    if (there < planned)
        title += tr(" · %1 of %2 runs so far").arg(formatCount(there), formatCount(planned));
    m_title->setLine(title);
}

/// What was chosen before stays, by its name.
void ReportView::fillChoices()
{
    const auto fill = [](QComboBox& choice, const QStringList& texts, const QList<int>& places) {
        QStringList known;
        for (int i = 0; i < choice.count(); ++i)
            known << choice.itemText(i);
        if (known == texts)
            return;
        const QString before = choice.currentText();
        const QSignalBlocker blocker(choice);
        choice.clear();
        for (qsizetype i = 0; i < texts.size(); ++i)
            choice.addItem(texts[i], places[i]);
        choice.setCurrentIndex(qMax(0, choice.findText(before)));
    };
    QStringList texts;
    QList<int> places;
    for (std::size_t i = 0; i < m_report->pairs.size(); ++i) {
        const auto [base, variant] = m_report->pairs[i];
        texts << tr("%1 against %2")
                     .arg(singleLine(m_report->variants[variant], 40),
                          singleLine(m_report->variants[base], 40));
        places << static_cast<int>(i);
    }
    fill(*m_pairs, texts, places);
    m_pairs->setVisible(!texts.isEmpty());
    texts.clear();
    places.clear();
    for (std::size_t i = 0; i < m_report->metrics.size(); ++i) {
        texts << singleLine(m_report->metrics[i].label, 60);
        places << static_cast<int>(i);
    }
    fill(*m_metricChoice, texts, places);
}

std::size_t ReportView::pair() const
{
    return static_cast<std::size_t>(qMax(0, m_pairs->currentData().toInt()));
}

std::size_t ReportView::metric() const
{
    return static_cast<std::size_t>(qMax(0, m_metricChoice->currentData().toInt()));
}

void ReportView::selectMetric(std::size_t metric)
{
    m_metricChoice->setCurrentIndex(static_cast<int>(metric));
}

void ReportView::selectPair(std::size_t pair)
{
    m_pairs->setCurrentIndex(static_cast<int>(pair));
}

void ReportView::showPair()
{
    if (m_report == nullptr)
        return;
    m_metrics->setReport(m_report, pair());
    const bool hasRuns = std::ranges::any_of(
        m_report->counts, [](const engine::RunCounts& counts) { return counts.there > 0; });
    m_summary->setText(!hasRuns ? tr("No run has ended yet. What can be said appears as they do.")
                           : m_report->pairs.empty()
                           ? tr("There is one variant: nothing to compare it with.")
                           : visibleText(toText(engine::summaryText(*m_report, pair()))));
    fitMetrics();
    showSentence();
    showMetric();
}

/// That of the metric one was on; the first where it is not shown any more.
void ReportView::selectMetricRow()
{
    int wanted = 0;
    for (int row = 0; row < m_metrics->rowCount(); ++row) {
        if (m_metrics->index(row, 0).data(ReportMetricModel::MetricRole).toString() == m_metricRow)
            wanted = row;
    }
    m_metricTable->setCurrentIndex(m_metrics->index(wanted, 0));
}

/// The tasks beside it show the same metric.
void ReportView::takeMetricRow()
{
    if (const QModelIndex current = m_metricTable->currentIndex(); current.isValid()) {
        m_metricRow = current.data(ReportMetricModel::MetricRole).toString();
        const auto found = std::ranges::find(
            m_report->metrics, m_metricRow.toStdString(), &engine::ReportMetric::id);
        if (found != m_report->metrics.end())
            selectMetric(static_cast<std::size_t>(found - m_report->metrics.begin()));
    }
    showSentence();
}

/// Of the tasks; one that the table does not show leaves its row as it is.
void ReportView::takeMetric()
{
    if (m_report != nullptr && metric() < m_report->metrics.size()) {
        const QString wanted = QString::fromStdString(m_report->metrics[metric()].id);
        for (int row = 0; row < m_metrics->rowCount(); ++row) {
            if (m_metrics->index(row, 0).data(ReportMetricModel::MetricRole).toString() == wanted)
                m_metricTable->setCurrentIndex(m_metrics->index(row, 0));
        }
    }
    showMetric();
}

void ReportView::setShownMetrics(ShownMetrics& shown)
{
    m_shown = &shown;
    m_metrics->setShown(&shown);
}

void ReportView::showChoice()
{
    const int hidden = m_metrics->hiddenCount();
    m_hidden->setText(hidden == 0 ? QString() : tr("· %1 hidden").arg(hidden));
    selectMetricRow();
    fitMetrics();
}

void ReportView::showMetric()
{
    if (m_report == nullptr)
        return;
    // New tasks at other places: one looks at the same place again.
    const QPersistentModelIndex first = m_matrix->index(0, 0);
    const QModelIndex current = m_taskTable->currentIndex();
    const QPoint place(m_taskTable->horizontalScrollBar()->value(),
                       m_taskTable->verticalScrollBar()->value());
    m_matrix->setReport(m_report, metric());
    if (!first.isValid() && m_matrix->rowCount() > 0) {
        m_taskTable->doItemsLayout();
        if (current.row() >= 0)
            m_taskTable->setCurrentIndex(m_matrix->index(current.row(), current.column()));
        m_taskTable->horizontalScrollBar()->setValue(place.x());
        m_taskTable->verticalScrollBar()->setValue(place.y());
    }
    const bool judges
        = metric() < m_report->metrics.size() && m_report->metrics[metric()].isPassFail();
    m_flips->setVisible(judges && !m_report->pairs.empty());
    m_headings.first()->setVisible(m_flips->isVisibleTo(this));
    if (judges)
        m_flips->setReport(m_report, pair(), metric());
    m_problem->hide();
}

void ReportView::showSentence()
{
    m_sentence->setText(visibleText(
        m_metricTable->currentIndex().data(ReportMetricModel::SentenceRole).toString()));
}

/// All rows are in sight; it is the whole that scrolls.
void ReportView::fitMetrics()
{
    const int rows = m_metrics->rowCount();
    m_metricTable->setFixedHeight(m_metricTable->header()->sizeHint().height()
                                  + rows * metrics::kRowHeight + 2 * metrics::kSpacing
                                  + m_metricTable->horizontalScrollBar()->sizeHint().height());
    m_metricTable->placeColumns();
}

void ReportView::showProblem(const QString& problem)
{
    m_problem->setText(visibleText(problem));
    m_problem->show();
}

void ReportView::openTask(std::size_t task)
{
    openPair(task, pair());
}

void ReportView::openCell(const QModelIndex& index)
{
    std::size_t wanted = pair();
    // The cell of another variant opens that one.
    if (const auto variant = TaskMatrixModel::variantOf(index)) {
        for (std::size_t i = 0; i < m_report->pairs.size(); ++i) {
            if (m_report->pairs[i].second == *variant)
                wanted = i;
        }
    }
    openPair(static_cast<std::size_t>(index.row()), wanted);
}

void ReportView::openPair(std::size_t task, std::size_t pair)
{
    if (pair >= m_report->pairs.size())
        return;
    const auto [before, after] = m_report->runsBehind(task, pair, metric());
    const auto [base, variant] = m_report->pairs[pair];
    if (before == nullptr || after == nullptr) {
        const QString with = before == after
            ? tr("either variant")
            : singleLine(m_report->variants[before == nullptr ? base : variant], 40);
        return showProblem(tr("There is no recording of %1 with %2.")
                               .arg(singleLine(m_report->tasks[task], 80), with));
    }
    m_problem->hide();
    emit compareRequested({.task = singleLine(m_report->tasks[task], 80),
                           .fileA = fileName(before->recording),
                           .nameA = nameOf(base, *before),
                           .fileB = fileName(after->recording),
                           .nameB = nameOf(variant, *after)});
}

/// `strict #2`: which of its repeats, where there are several.
QString ReportView::nameOf(std::size_t variant, const engine::ReportRun& run) const
{
    const QString name = singleLine(m_report->variants[variant], 40);
    return m_report->repeats > 1 ? tr("%1 #%2").arg(name).arg(run.repeat) : name;
}

} // namespace gui
