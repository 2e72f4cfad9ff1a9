#include "gui/experiments/experiment_tab.h"

#include "gui/experiments/experiment_runs_delegate.h"
#include "gui/experiments/experiment_runs_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/base/json_io.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EngineService;
using engine::ExperimentOrder;
using engine::ExperimentProgress;
using engine::ExperimentState;

namespace {

    const QString kExperimentEnding = u".experiment.json"_s;

    QString money(double usd)
    {
        return formatCost({.amount = usd, .currency = "USD"});
    }

    QString secondsInWords(double seconds)
    {
        return formatDuration(tracestore::Duration {std::llround(seconds * 1e9)});
    }

    /// Comments say what is to be filled in.
    constexpr const char* kNewExperiment = R"({
  "kymo_experiment": 1,
  // What is to be found out.
  "name": "%NAME%",
  "agent": "%AGENT%",
  // The first is what others are compared with. A change is what is other than in the agent's file.
  "variants": [
    {"name": "as it is"},
    {"name": "changed", "change": {"prompt": {"behaviour": "You answer in one word."}}}
  ],
  // A line for each task: {"id": ..., "input": ..., "expected": ..., "tags": [...]}
  "data": "%TASKS%",
  "repeats": 3,
  // Of all runs together, USD.
  "budget": {"cost": 1.0},
  "scorers": [
    // What a task expects is a regular expression that has to be found in the answer.
    {"name": "right", "kind": "pattern"}
  ]
}
)";

    constexpr const char* kNewTasks
        = "{\"id\": \"product\", \"input\": \"What is 6 times 7?\", \"expected\": \"42\"}\n"
          "{\"id\": \"sum\", \"input\": \"What is 19 plus 23?\", \"expected\": \"42\"}\n";

    bool writeText(const QString& path, const QString& text)
    {
        QFile file(path);
        const QByteArray bytes = text.toUtf8();
        return file.open(QIODevice::WriteOnly | QIODevice::NewOnly)
            && file.write(bytes) == bytes.size() && file.flush();
    }

    /// A text as it stands inside the quotes of JSON.
    QString insideQuotes(const QString& text)
    {
        const QString quoted = QString::fromStdString(tracestore::quoteJson(text.toStdString()));
        return quoted.mid(1, quoted.size() - 2);
    }

    engine::ExperimentRequest requestOf(const QString& path)
    {
        engine::ExperimentRequest request;
        (QFileInfo(path).isDir() ? request.folder : request.file) = path;
        return request;
    }

} // namespace

ExperimentTab::ExperimentTab(const QString& path,
                             EngineService& engine,
                             Theme& theme,
                             QWidget* parent)
    : QWidget(parent)
    , m_path(path)
    , m_engine(engine)
    , m_theme(theme)
    , m_id(engine.openExperiment(requestOf(path)))
    , m_name(new QLabel(this))
    , m_place(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_progress(new QLabel(this))
    , m_spent(new QLabel(this))
    , m_rest(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_run(new QPushButton(this))
    , m_trial(new QPushButton(tr("&Trial"), this))
    , m_pause(new QPushButton(tr("&Pause"), this))
    , m_stop(new QPushButton(tr("&Stop"), this))
    , m_again(new QPushButton(tr("Read &Again"), this))
    , m_toReport(new QPushButton(tr("R&eport"), this))
    , m_model(new ExperimentRunsModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_empty(new QLabel(this))
{
    setObjectName(u"experimentTab"_s);
    for (QLabel* label : {m_name, m_place, m_progress, m_spent, m_rest, m_problem, m_empty}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_name->setObjectName(u"experimentName"_s);
    m_progress->setObjectName(u"experimentProgressText"_s);
    m_spent->setObjectName(u"experimentSpent"_s);
    m_rest->setObjectName(u"experimentRest"_s);
    m_problem->setObjectName(u"experimentProblem"_s);
    m_empty->setObjectName(u"experimentEmpty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Runs that are done"));
    auto* buttons = new QHBoxLayout;
    makeButtons(*buttons);
    makeTable();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(
        4 * metrics::kSpacing, 4 * metrics::kSpacing, 4 * metrics::kSpacing, 2 * metrics::kSpacing);
    column->setSpacing(2 * metrics::kSpacing);
    for (QWidget* widget : std::initializer_list<QWidget*> {
             m_name, m_place, m_bar, m_progress, m_spent, m_rest, m_problem})
        column->addWidget(widget);
    column->addLayout(buttons);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    setFocusProxy(m_table);
    connect(&engine, &EngineService::experimentChanged, this, &ExperimentTab::take);
    connect(&theme, &Theme::changed, this, &ExperimentTab::followTheme);
    followTheme();
    update();
}

ExperimentTab::~ExperimentTab()
{
    m_engine.orderExperiment(m_id, ExperimentOrder::Close);
}

bool ExperimentTab::isExperimentFile(const QString& path)
{
    return path.endsWith(kExperimentEnding) && QFileInfo(path).isFile();
}

QString ExperimentTab::writeNew(const QString& file, const QString& agentFile)
{
    const QFileInfo info(file);
    const QString name
        = info.fileName().chopped(file.endsWith(kExperimentEnding) ? kExperimentEnding.size() : 0);
    const QString tasks = name + u".tasks.jsonl"_s;
    QString text = QString::fromUtf8(kNewExperiment);
    text.replace(u"%NAME%"_s, insideQuotes(name));
    text.replace(u"%TASKS%"_s, insideQuotes(tasks));
    text.replace(u"%AGENT%"_s, insideQuotes(agentFile.isEmpty() ? u"my.agent.json"_s : agentFile));
    const QString tasksFile = info.dir().filePath(tasks);
    if (!QFileInfo::exists(tasksFile) && !writeText(tasksFile, QString::fromUtf8(kNewTasks)))
        return tr("%1 cannot be written.").arg(tasksFile);
    return writeText(file, text) ? QString()
                                 : tr("%1 is there already, or cannot be written.").arg(file);
}

void ExperimentTab::makeButtons(QHBoxLayout& row)
{
    const auto add = [&](QPushButton* button, const QString& name, const QString& toolTip) {
        button->setObjectName(name);
        button->setToolTip(toolTip);
        row.addWidget(button);
    };
    add(m_run, u"experimentRun"_s, tr("Makes the runs that are not made yet, and scores them"));
    add(m_trial,
        u"experimentTrial"_s,
        tr("Makes one run of each variant, to learn what the rest will take"));
    add(m_pause, u"experimentPause"_s, tr("Runs under way end, none begins"));
    add(m_stop, u"experimentStop"_s, tr("Ends what is under way; it can go on later"));
    row.addStretch(1);
    add(m_again, u"experimentAgain"_s, tr("Reads the experiment's file as it is now"));
    add(m_toReport, u"experimentReport"_s, tr("What the runs so far say, with what they cannot"));
    connect(m_again, &QPushButton::clicked, this, &ExperimentTab::readAgain);
    connect(m_run, &QPushButton::clicked, this, [this] {
        m_report.state == ExperimentState::Paused ? order(ExperimentOrder::Run)
                                                  : askToRun(ExperimentOrder::Run);
    });
    connect(m_trial, &QPushButton::clicked, this, [this] { askToRun(ExperimentOrder::Trial); });
    connect(m_pause, &QPushButton::clicked, this, [this] { order(ExperimentOrder::Pause); });
    connect(m_stop, &QPushButton::clicked, this, [this] { order(ExperimentOrder::Stop); });
    connect(
        m_toReport, &QPushButton::clicked, this, [this] { emit reportRequested(m_report.folder); });
}

void ExperimentTab::makeTable()
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(ExperimentRunsModel::SortRole);
    m_table->setObjectName(u"experimentRuns"_s);
    m_table->setAccessibleName(tr("Runs that have ended"));
    m_table->setModel(m_sorted);
    m_table->setItemDelegate(new ExperimentRunsDelegate(m_theme, m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder); // as they came
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height()
                                                     + 2 * metrics::kSpacing);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(ExperimentRunsModel::TaskColumn, 150);
    m_table->setColumnWidth(ExperimentRunsModel::VariantColumn, 150);
    m_table->setColumnWidth(ExperimentRunsModel::RepeatColumn, 64);
    m_table->setColumnWidth(ExperimentRunsModel::CostColumn, 80);
    m_table->setColumnWidth(ExperimentRunsModel::TokensColumn, 80);
    m_table->setColumnWidth(ExperimentRunsModel::TimeColumn, 80);
    connect(m_model,
            &ExperimentRunsModel::columnsInserted,
            this,
            [this](const QModelIndex&, int first, int last) { placeScores(first, last); });
    connect(m_table, &QTableView::activated, this, &ExperimentTab::openRun);
}

/// Scores stand before the answer, which has what room is left.
void ExperimentTab::placeScores(int first, int last)
{
    QHeaderView& header = *m_table->horizontalHeader();
    header.moveSection(header.visualIndex(ExperimentRunsModel::AnswerColumn), header.count() - 1);
    for (int column = first; column <= last; ++column)
        m_table->setColumnWidth(column, std::max(72, header.sectionSizeHint(column)));
}

void ExperimentTab::followTheme()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_name->setFont(bold);
    const auto color = [this](QLabel* label, ColorRole role) {
        QPalette colors = label->palette();
        colors.setColor(QPalette::WindowText, m_theme.color(role));
        label->setPalette(colors);
    };
    color(m_place, ColorRole::TextDim);
    color(m_rest, ColorRole::TextDim);
    color(m_empty, ColorRole::TextDim);
    color(m_problem, ColorRole::Error);
    m_table->viewport()->update();
}

QString ExperimentTab::title() const
{
    if (m_report.isRead)
        return singleLine(m_report.status.name, 40);
    return QFileInfo(m_path).fileName();
}

bool ExperimentTab::isActive() const
{
    return m_report.state == ExperimentState::Running || m_report.state == ExperimentState::Paused
        || m_report.state == ExperimentState::Stopping;
}

void ExperimentTab::take(const ExperimentProgress& report)
{
    if (report.id != m_id)
        return;
    const QString before = title();
    m_report = report;
    if (report.isAnew)
        m_model->clear();
    if (report.isRead)
        m_model->setScorers(report.status.scorers);
    m_model->take(report.changed);
    m_report.changed.clear();
    update();
    if (title() != before)
        emit titleChanged();
}

// ---- what it says

QString ExperimentTab::progressText() const
{
    const engine::ExperimentStatus& status = m_report.status;
    QString text = tr("%1 of %2 runs are done, %3 of them ok")
                       .arg(formatCount(static_cast<std::int64_t>(status.done)),
                            formatCount(static_cast<std::int64_t>(status.planned)),
                            formatCount(static_cast<std::int64_t>(status.ok)));
    if (m_report.underWay > 0)
        text += tr("; %1 under way").arg(m_report.underWay);
    if (status.toScore > 0)
        text += tr("; %1 to be scored").arg(status.toScore);
    for (const engine::UntoldScores& untold : status.untold) {
        const QString told = singleLine(engine::untoldText(untold, status.done), 300);
        text += u"; "_s + (told.endsWith(u'.') ? told.chopped(1) : told);
    }
    switch (m_report.state) {
    case ExperimentState::Paused:
        return text + tr(". Paused: none begins.");
    case ExperimentState::Stopping:
        return text + tr(". Stopping …");
    default:
        return QString(text + u'.');
    }
}

QString ExperimentTab::spentText() const
{
    const engine::Spending& spent = m_report.status.spent;
    QString text;
    if (m_report.status.isScripted)
        text = tr("Spent: nothing. Scripts answer, no real model is asked.");
    else if (spent.isCostKnown)
        text = tr("Spent: %1.").arg(money(spent.cost));
    else
        text = tr("Spent: at least %1; the price of a model is not known.").arg(money(spent.cost));
    if (spent.judgeCost > 0)
        text += tr(" Of it for judges: %1.").arg(money(spent.judgeCost));
    return QString(text + u' '
                   + tr("%1 tokens, %2 of runs.")
                         .arg(formatCount(spent.tokens), secondsInWords(spent.seconds)));
}

QString ExperimentTab::restText() const
{
    const engine::SpendingEstimate& rest = m_report.status.rest;
    if (rest.runs == 0)
        return tr("All runs are made.");
    QString text
        = tr("%1 runs are to be made").arg(formatCount(static_cast<std::int64_t>(rest.runs)));
    if (rest.cost && !rest.isScripted)
        text += tr(", for about %1").arg(money(*rest.cost));
    if (rest.tokens && rest.seconds)
        text += tr(", about %1 tokens and %2 one after another")
                    .arg(formatCount(std::llround(*rest.tokens)), secondsInWords(*rest.seconds));
    if (!rest.isScripted && !rest.tokens)
        return text
            + tr(". What they will take is not known before a run was made: a trial makes "
                 "one of each variant and tells.");
    // What scripts cost is said above.
    return rest.isScripted && !rest.tokens ? QString(text + u'.')
                                           : QString(text + u". "_s + toText(rest.basis));
}

QString ExperimentTab::emptyText() const
{
    if (!m_report.isRead)
        return {};
    if (isActive())
        return tr("No run has ended yet.");
    return tr("No run has been made yet. Run makes all of them, Trial one of each variant. Runs "
              "that another program makes in this folder are shown here, too.");
}

void ExperimentTab::update()
{
    const bool isRead = m_report.isRead;
    m_name->setText(isRead ? visibleText(toText(m_report.status.name)) : tr("Is being read …"));
    m_place->setText(
        isRead
            ? tr("Runs are kept in %1").arg(visibleText(QDir::toNativeSeparators(m_report.folder)))
            : visibleText(m_path));
    for (QLabel* label : {m_progress, m_spent, m_rest})
        label->setVisible(isRead);
    m_bar->setVisible(isRead);
    m_table->setVisible(isRead && m_model->rowCount() > 0);
    m_empty->setVisible(!m_table->isVisibleTo(this));
    m_empty->setText(emptyText());
    if (isRead) {
        m_bar->setRange(0, static_cast<int>(m_report.status.planned));
        m_bar->setValue(static_cast<int>(m_report.status.done));
        m_progress->setText(progressText());
        m_spent->setText(spentText());
        m_rest->setText(restText());
    } else if (!m_report.problem.empty()) {
        m_name->setText(tr("This experiment cannot be read."));
    }
    m_problem->setText(visibleText(toText(m_report.problem)));
    m_problem->setVisible(!m_report.problem.empty());
    updateButtons();
}

void ExperimentTab::updateButtons()
{
    const bool isReady = m_report.isRead && m_report.state == ExperimentState::Ready;
    const bool isPaused = m_report.state == ExperimentState::Paused;
    const bool isRunning = m_report.state == ExperimentState::Running;
    const bool isLeft = m_report.status.rest.runs > 0 || m_report.status.toScore > 0;
    m_run->setText(isPaused || m_report.status.done > 0 ? tr("&Go On") : tr("&Run"));
    m_run->setEnabled((isReady && isLeft) || isPaused);
    m_trial->setEnabled(isReady && m_report.status.done == 0);
    m_pause->setEnabled(isRunning);
    m_stop->setEnabled(isRunning || isPaused);
    m_again->setEnabled(m_report.state == ExperimentState::Ready);
    m_toReport->setEnabled(m_report.status.done > 0);
}

// ---- what it does

void ExperimentTab::order(ExperimentOrder order)
{
    m_engine.orderExperiment(m_id, order);
}

/// What costs nothing needs no agreement.
void ExperimentTab::askToRun(ExperimentOrder wanted)
{
    const engine::SpendingEstimate& rest = m_report.status.rest;
    if (rest.isFree())
        return order(wanted);
    const QString question = wanted == ExperimentOrder::Trial
        ? tr("One run of each variant is made, which costs what a run of your agent costs.")
        : restText();
    auto* box = new QMessageBox(
        QMessageBox::Question, tr("Run the Experiment"), question, QMessageBox::Cancel, this);
    box->setObjectName(u"experimentAgreement"_s);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* agree = box->addButton(tr("&Run"), QMessageBox::AcceptRole);
    agree->setObjectName(u"experimentAgree"_s);
    connect(box, &QMessageBox::accepted, this, [this, wanted] { order(wanted); });
    box->open();
}

/// What was typed in an editor counts from now on; columns stay where they are.
void ExperimentTab::readAgain()
{
    order(ExperimentOrder::Close);
    m_report = {};
    m_model->clear();
    m_id = m_engine.openExperiment(requestOf(m_path));
    update();
}

void ExperimentTab::openRun(const QModelIndex& index)
{
    const QString recording = index.data(ExperimentRunsModel::RecordingRole).toString();
    if (!recording.isEmpty())
        emit recordingRequested(QDir(m_report.folder).filePath(recording));
}

} // namespace gui
