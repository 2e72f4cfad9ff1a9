#include "gui/replay/replay_dialog.h"

#include "gui/context/in_background.h"
#include "gui/debug/run_target.h"
#include "gui/replay/difference_box.h"
#include "gui/replay/policy_table.h"
#include "gui/replay/replay_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QLabel* replayLabel(const QString& name, const QString& text = {})
    {
        auto* label = new QLabel(text);
        label->setObjectName(name);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        return label;
    }

    std::filesystem::path pathOfName(const QString& name)
    {
        return QFile::encodeName(name).toStdString();
    }

} // namespace

ReplayDialog::ReplayDialog(const QString& recording, Theme& theme, QWidget* parent)
    : QDialog(parent)
    , m_recording(recording)
    , m_theme(theme)
    , m_asRecorded(new QRadioButton(tr("As &recorded, nothing changed")))
    , m_withFile(new QRadioButton(tr("With the &agent's file:")))
    , m_file(new QLineEdit)
    , m_starts(new QCheckBox)
    , m_which(replayLabel(u"replayWhich"_s))
    , m_check(new QPushButton(tr("&Check")))
    , m_result(replayLabel(u"replayResult"_s))
    , m_sides(new QWidget)
    , m_recorded(new DifferenceBox(DifferenceBox::Side::Recorded, theme))
    , m_now(new DifferenceBox(DifferenceBox::Side::Now, theme))
    , m_reveal(new QPushButton(tr("&Show the Step")))
    , m_table(new PolicyTable(theme))
    , m_sentences(replayLabel(u"replaySentences"_s))
    , m_keeps(new QCheckBox(tr("&Keep it as a recording:")))
    , m_record(new QLineEdit(nextRecordFile(recording)))
    , m_replay(new QPushButton(tr("Re&play")))
{
    setObjectName(u"replayDialog"_s);
    setWindowTitle(tr("Replay %1").arg(QFileInfo(recording).fileName()));
    auto* column = new QVBoxLayout(this);
    column->addWidget(makeSource());
    column->addWidget(makeCheck());
    column->addWidget(makeReplay(), 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    m_asRecorded->setChecked(true);
    connect(m_asRecorded, &QRadioButton::toggled, this, &ReplayDialog::plan);
    // Who names a file means it.
    connect(m_file, &QLineEdit::textEdited, m_withFile, [this] { m_withFile->setChecked(true); });
    connect(m_file, &QLineEdit::editingFinished, this, [this] {
        if (m_withFile->isChecked())
            plan();
    });
    connect(m_table, &PolicyTable::changed, this, &ReplayDialog::describe);
    resize(860, 680);
    plan();
    m_check->setDefault(true);
    m_check->setFocus();
}

ReplayDialog::~ReplayDialog() = default;

QWidget* ReplayDialog::makeSource()
{
    auto* box = new QGroupBox(tr("What is done again"), this);
    auto* choose = new QToolButton;
    choose->setText(u"…"_s);
    choose->setAccessibleName(tr("Choose the agent's file"));
    m_asRecorded->setObjectName(u"replayAsRecorded"_s);
    m_withFile->setObjectName(u"replayWithFile"_s);
    m_file->setObjectName(u"replayAgentFile"_s);
    m_file->setAccessibleName(tr("File of the agent"));
    m_starts->setObjectName(u"replayStarts"_s);
    m_starts->hide();
    m_file->setPlaceholderText(tr("Where it was when it was recorded"));
    auto* grid = new QGridLayout(box);
    grid->addWidget(m_asRecorded, 0, 0, 1, 3);
    grid->addWidget(m_withFile, 1, 0);
    grid->addWidget(m_file, 1, 1);
    grid->addWidget(choose, 1, 2);
    grid->addWidget(m_starts, 2, 0, 1, 3);
    grid->addWidget(m_which, 3, 0, 1, 3);
    grid->setColumnStretch(1, 1);
    connect(choose, &QToolButton::clicked, this, &ReplayDialog::chooseFile);
    connect(m_starts, &QCheckBox::toggled, this, &ReplayDialog::describe);
    return box;
}

void ReplayDialog::setStart(const ReplayStart& start)
{
    m_start = start;
    m_starts->setText(start.number < 0 ? tr("It counts &from the chosen step on")
                                       : tr("It counts &from step #%1 on").arg(start.number));
    m_starts->setToolTip(tr("What is before that has its recorded outcomes, whatever is asked "
                            "there with the other configuration."));
    m_starts->setChecked(true);
    m_starts->show();
    m_withFile->setChecked(true);
    m_replay->setDefault(true);
    m_file->setFocus();
}

QWidget* ReplayDialog::makeCheck()
{
    auto* box = new QGroupBox(tr("Check"), this);
    m_check->setObjectName(u"replayCheck"_s);
    m_reveal->setObjectName(u"replayReveal"_s);
    m_reveal->setAutoDefault(false);
    m_result->setText(tr("Does all of it again from the recording alone and compares every step. "
                         "Nothing happens outside."));
    auto* sides = new QHBoxLayout(m_sides);
    sides->setContentsMargins(0, 0, 0, 0);
    sides->addWidget(m_recorded);
    sides->addWidget(m_now);
    constexpr int kHeight = 90;
    m_sides->setFixedHeight(kHeight);
    m_sides->hide();
    m_reveal->hide();
    auto* grid = new QGridLayout(box);
    grid->addWidget(m_check, 0, 0, Qt::AlignTop);
    grid->addWidget(m_result, 0, 1);
    grid->addWidget(m_reveal, 0, 2, Qt::AlignTop);
    grid->addWidget(m_sides, 1, 0, 1, 3);
    grid->setColumnStretch(1, 1);
    connect(m_check, &QPushButton::clicked, this, &ReplayDialog::check);
    connect(m_reveal, &QPushButton::clicked, this, [this] {
        if (m_report && m_report->divergence)
            emit revealRequested(m_report->divergence->effect);
    });
    return box;
}

QWidget* ReplayDialog::makeReplay()
{
    auto* box = new QGroupBox(tr("Replay by a policy"), this);
    m_keeps->setObjectName(u"replayKeeps"_s);
    m_keeps->setChecked(true);
    m_record->setObjectName(u"replayRecordFile"_s);
    m_record->setAccessibleName(tr("File of the new recording"));
    m_replay->setObjectName(u"replayStart"_s);
    m_replay->setAutoDefault(false);
    m_replay->setToolTip(
        tr("Runs in a tab of its own; where a step differs it stops there and asks"));
    auto* keep = new QHBoxLayout;
    keep->addWidget(m_keeps);
    keep->addWidget(m_record, 1);
    keep->addWidget(m_replay);
    auto* column = new QVBoxLayout(box);
    column->addWidget(m_table, 1);
    column->addWidget(m_sentences);
    column->addLayout(keep);
    connect(m_keeps, &QCheckBox::toggled, m_record, &QWidget::setEnabled);
    connect(m_replay, &QPushButton::clicked, this, &ReplayDialog::replay);
    return box;
}

ReplaySource ReplayDialog::source() const
{
    ReplaySource source;
    source.recording = pathOfName(m_recording);
    source.isAsRecorded = m_asRecorded->isChecked();
    if (!source.isAsRecorded && !m_file->text().trimmed().isEmpty())
        source.agentFile = pathOfName(m_file->text().trimmed());
    return source;
}

void ReplayDialog::chooseFile()
{
    const QString before = m_file->text().isEmpty() ? m_recording : m_file->text();
    const QString path = QFileDialog::getOpenFileName(this,
                                                      tr("Agent's File"),
                                                      QFileInfo(before).path(),
                                                      tr("Agents (*.agent.json);;All files (*)"));
    if (path.isEmpty())
        return;
    m_file->setText(path);
    if (m_withFile->isChecked())
        plan();
    else
        m_withFile->setChecked(true);
}

void ReplayDialog::plan()
{
    m_plan.reset();
    m_replay->setEnabled(false);
    m_check->setEnabled(false);
    m_which->setText(tr("Reading …"));
    const auto read = [source = source()] { return readReplayPlan(source); };
    inBackground(this, read, [this, order = ++m_planOrder](const auto& plan) {
        if (order == m_planOrder)
            takePlan(plan);
    });
}

void ReplayDialog::takePlan(const tracestore::Result<ReplayPlan>& plan)
{
    if (!plan) {
        m_which->setText(visibleText(toText(plan.error().message)));
        m_table->setSubjects({});
    } else {
        m_plan = *plan;
        m_which->setText(visibleText(toText(m_plan->which)));
        m_table->setSubjects(m_plan->subjects);
        // What another configuration makes of it only a model can say.
        if (m_start.sameUpTo > 0)
            m_table->setModels(engine::ReplayMode::Live);
    }
    m_check->setEnabled(m_plan.has_value() && !m_isChecking);
    m_replay->setEnabled(m_plan.has_value());
    describe();
    emit planned();
}

void ReplayDialog::check()
{
    m_isChecking = true;
    m_check->setEnabled(false);
    m_result->setText(tr("Is done again …"));
    m_sides->hide();
    m_reveal->hide();
    const auto work = [source = source()] { return checkRecording(source); };
    inBackground(this, work, [this](const engine::ReplayCheckReport& report) {
        m_isChecking = false;
        takeReport(report);
    });
}

void ReplayDialog::takeReport(const engine::ReplayCheckReport& report)
{
    m_report = report;
    m_check->setEnabled(m_plan.has_value());
    m_result->setText(replayCheckText(report));
    QPalette colors = m_result->palette();
    colors.setColor(QPalette::WindowText,
                    m_theme.color(report.isSame() ? ColorRole::Ok : ColorRole::Error));
    m_result->setPalette(colors);
    const auto& divergence = report.divergence;
    const bool hasTexts = divergence && !(divergence->recorded.empty() && divergence->now.empty());
    if (hasTexts) {
        m_recorded->setTexts(divergence->recorded, divergence->now);
        m_now->setTexts(divergence->recorded, divergence->now);
    }
    m_sides->setVisible(hasTexts);
    m_reveal->setVisible(divergence && !divergence->effect.empty());
    emit checked();
}

engine::ReplayPolicy ReplayDialog::policy() const
{
    engine::ReplayPolicy policy = m_table->policy();
    if (m_starts->isChecked())
        policy.sameUpTo = m_start.sameUpTo;
    return policy;
}

/// What will happen, in sentences, before it does.
void ReplayDialog::describe()
{
    QStringList lines;
    if (m_plan) {
        for (const std::string& sentence : engine::describe(policy(), m_plan->config))
            lines << visibleText(toText(sentence));
    }
    m_sentences->setText(lines.join(u'\n'));
    const bool isQuiet = !m_plan || engine::isAllRecorded(policy());
    QPalette colors = m_sentences->palette();
    colors.setColor(QPalette::WindowText,
                    m_theme.color(isQuiet ? ColorRole::TextDim : ColorRole::Warning));
    m_sentences->setPalette(colors);
}

engine::ReplayRequest ReplayDialog::request() const
{
    engine::ReplayRequest request;
    request.source = m_recording;
    request.isAsRecorded = m_asRecorded->isChecked();
    if (!request.isAsRecorded)
        request.agentFile = m_file->text().trimmed();
    request.policy = policy();
    if (m_keeps->isChecked())
        request.recordFile = m_record->text().trimmed();
    return request;
}

void ReplayDialog::replay()
{
    emit replayRequested(request());
    accept();
}

} // namespace gui
