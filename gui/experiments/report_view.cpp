#include "gui/experiments/report_view.h"

#include "engine/experiment/report_words.h"
#include "gui/experiments/flips_view.h"
#include "gui/experiments/interval_plot.h"
#include "gui/experiments/task_matrix.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>

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
    , m_metricTable(new QTreeView(this))
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
    connect(m_metricChoice, &QComboBox::currentIndexChanged, this, &ReportView::showMetric);
    connect(m_flips, &FlipsView::taskActivated, this, &ReportView::openTask);
    connect(m_taskTable, &QTreeView::activated, this, &ReportView::openCell);
    connect(m_metricTable->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            &ReportView::showSentence);
    connect(&theme, &Theme::changed, this, &ReportView::followTheme);
    followTheme();
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
    m_title = new QLabel(header);
    m_title->setObjectName(u"reportTitle"_s);
    m_title->setTextFormat(Qt::PlainText);
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
    setUpTable(*m_metricTable, *m_metrics, *new IntervalPlotDelegate(m_theme, m_metricTable));
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
    column->addWidget(addHeading(tr("Flips, each opens its pair")));
    column->addWidget(m_flips);
    column->addWidget(addHeading(tr("Metrics")));
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
    bar->addWidget(addHeading(tr("Tasks by variants, Enter opens the pair")));
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
    const QString name = singleLine(m_report->name, 60);
    const auto tasks = static_cast<qint64>(m_report->tasks.size());
    QString title
        = tasks == 1 ? tr("%1 · 1 task").arg(name) : tr("%1 · %2 tasks").arg(name).arg(tasks);
    if (m_report->repeats > 1)
        title += tr(" × %1").arg(m_report->repeats);
    m_title->setText(title);
    QStringList notes;
    for (const std::string& note : m_report->notes)
        notes << u"•  "_s + visibleText(toText(note));
    m_notes->setText(notes.join(u'\n'));
    fillChoices();
    showPair();
    showMetric();
}

/// What was chosen before stays, by its name.
void ReportView::fillChoices()
{
    const auto fill = [](QComboBox& choice, const QStringList& texts, const QList<int>& places) {
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
    m_metricTable->setCurrentIndex(m_metrics->index(0, 0));
    m_summary->setText(m_report->pairs.empty()
                           ? tr("There is one variant: nothing to compare it with.")
                           : visibleText(toText(engine::summaryOf(*m_report, pair()))));
    fitMetrics();
    showSentence();
    showMetric();
}

void ReportView::showMetric()
{
    if (m_report == nullptr)
        return;
    m_matrix->setReport(m_report, metric());
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
    const auto [before, after] = m_report->recordingsOf(task, pair, metric());
    if (before.empty() || after.empty()) {
        const auto [base, variant] = m_report->pairs[pair];
        const QString with = before.empty() && after.empty()
            ? tr("either variant")
            : singleLine(m_report->variants[before.empty() ? base : variant], 40);
        return showProblem(tr("There is no recording of %1 with %2.")
                               .arg(singleLine(m_report->tasks[task], 80), with));
    }
    m_problem->hide();
    emit compareRequested(fileName(before), fileName(after));
}

} // namespace gui
