#include "gui/branches/sample_dialog.h"

#include "engine/run/step_form.h"
#include "gui/branches/sample_clusters_model.h"
#include "gui/branches/sample_delegate.h"
#include "gui/branches/step_editor.h"
#include "gui/context/in_background.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/base/json_io.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EngineService;
using engine::SampleReport;
using engine::SampleSource;

namespace {

    constexpr int kEstimatePauseMs = 400;
    constexpr int kMostSamples = 1000;
    constexpr int kMostAtATime = 32;

    QString dollarText(double amount)
    {
        return formatCost({.amount = amount, .currency = "USD"});
    }

    /// What it takes, in a sentence or two.
    QString estimateText(const SampleReport& report, int count)
    {
        QStringList lines;
        if (const auto& estimate = report.estimate) {
            QString tokens = SampleDialog::tr("About %1 tokens are sent for each of %2 samples")
                                 .arg(formatCount(estimate->inputTokens), formatCount(count));
            if (estimate->outputTokens)
                tokens += SampleDialog::tr(", and %1 come back as before")
                              .arg(formatCount(*estimate->outputTokens));
            lines << QString(tokens + u'.');
            if (estimate->cost)
                lines << SampleDialog::tr("All of them cost about %1.")
                             .arg(dollarText(*estimate->cost));
            else if (estimate->costNote.empty())
                lines << SampleDialog::tr("What they cost is not known.");
            lines << visibleText(toText(estimate->costNote));
        }
        for (const std::string& note : report.notes)
            lines << visibleText(toText(note));
        lines << SampleDialog::tr("Nothing was sent yet.");
        lines.removeAll(QString());
        return lines.join(u' ');
    }

    /// The agent's text, where a file is named and can be read.
    QString textOfFile(const QString& path)
    {
        constexpr qint64 kMostBytes = 4'000'000;
        QFile file(path);
        if (path.isEmpty() || file.size() > kMostBytes || !file.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(file.readAll());
    }

} // namespace

SampleDialog::SampleDialog(EngineService& engine,
                           SampleTarget target,
                           Theme& theme,
                           QWidget* parent)
    : QDialog(parent)
    , m_engine(engine)
    , m_target(std::move(target))
    , m_theme(theme)
    , m_title(new QLabel(this))
    , m_pages(new QStackedWidget(this))
    , m_count(new QSpinBox)
    , m_concurrency(new QSpinBox)
    , m_agent(new QLineEdit)
    , m_provider(new QLineEdit)
    , m_modelName(new QLineEdit)
    , m_editor(new StepEditor(EditSide::Request, theme))
    , m_note(new QLabel(this))
    , m_start(new QPushButton(tr("&Run Them"), this))
    , m_close(new QPushButton(tr("Cancel"), this))
    , m_progress(new QProgressBar)
    , m_told(new QLabel)
    , m_tree(new QTreeView)
    , m_model(new SampleClustersModel(this))
{
    setObjectName(u"sampleDialog"_s);
    setWindowTitle(tr("Run This Step Many Times"));
    for (QLabel* label : {m_title, m_note, m_told}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_note->setObjectName(u"sampleNote"_s);
    m_told->setObjectName(u"sampleTold"_s);
    auto* fields = new QWidget;
    makeFields(*fields);
    m_pages->addWidget(fields);
    auto* results = new QWidget;
    makeResults(*results);
    m_pages->addWidget(results);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_start);
    buttons->addWidget(m_close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_title);
    column->addWidget(m_pages, 1);
    column->addWidget(m_note);
    column->addLayout(buttons);
    m_start->setObjectName(u"sampleStart"_s);
    m_start->setDefault(true);
    m_close->setAutoDefault(false);
    m_start->setEnabled(false);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kEstimatePauseMs);
    connect(&m_pause, &QTimer::timeout, this, &SampleDialog::estimate);
    connect(m_start, &QPushButton::clicked, this, &SampleDialog::start);
    connect(m_close, &QPushButton::clicked, this, &SampleDialog::stop);
    connect(&engine, &EngineService::sampled, this, &SampleDialog::takeReport);
    connect(&theme, &Theme::changed, this, &SampleDialog::followTheme);
    followTheme();
    resize(860, 620);
    m_title->setText(tr("The step is being read …"));
    inBackground(
        this,
        [target = m_target] {
            return target.recording.isEmpty()
                ? engine::readSampleSource(
                    *target.trace, target.span, QFile::encodeName(target.file).toStdString())
                : engine::readSampleSource(QFile::encodeName(target.recording).toStdString(),
                                           target.effect);
        },
        [this](const tracestore::Result<SampleSource>& source) { takeSource(source); });
}

SampleDialog::~SampleDialog()
{
    if (m_sample != 0)
        m_engine.cancelSample(m_sample);
    if (m_estimate != 0)
        m_engine.cancelSample(m_estimate);
}

void SampleDialog::makeFields(QWidget& page)
{
    m_count->setObjectName(u"sampleCount"_s);
    m_count->setRange(1, kMostSamples);
    m_count->setValue(10);
    m_concurrency->setRange(1, kMostAtATime);
    m_concurrency->setValue(4);
    m_agent->setObjectName(u"sampleAgent"_s);
    m_agent->setPlaceholderText(m_target.recording.isEmpty()
                                    ? tr("The *.agent.json whose provider shall be asked")
                                    : tr("As recorded; else a *.agent.json"));
    m_provider->setObjectName(u"sampleProvider"_s);
    m_provider->setPlaceholderText(tr("As recorded"));
    m_modelName->setObjectName(u"sampleModel"_s);
    m_modelName->setPlaceholderText(tr("As recorded"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Samples"), m_count);
    form->addRow(tr("At the same &time"), m_concurrency);
    form->addRow(tr("&Agent file"), m_agent);
    form->addRow(tr("&Provider"), m_provider);
    form->addRow(tr("&Model"), m_modelName);
    auto* column = new QVBoxLayout(&page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(form);
    column->addWidget(m_editor, 1);
    const auto again = [this] {
        m_start->setEnabled(false);
        m_pause.start();
    };
    for (QSpinBox* box : {m_count, m_concurrency})
        connect(box, &QSpinBox::valueChanged, this, again);
    for (QLineEdit* line : {m_agent, m_provider, m_modelName})
        connect(line, &QLineEdit::textChanged, this, again);
    connect(m_editor, &StepEditor::changed, this, again);
}

void SampleDialog::makeResults(QWidget& page)
{
    m_tree->setObjectName(u"sampleClusters"_s);
    m_tree->setAccessibleName(tr("What came, how often"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new SampleDelegate(m_theme, m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setMinimumSectionSize(64);
    m_tree->header()->setSectionResizeMode(SampleClustersModel::OutcomeColumn,
                                           QHeaderView::Stretch);
    for (const int section : {SampleClustersModel::CountColumn,
                              SampleClustersModel::ShareColumn,
                              SampleClustersModel::CostColumn})
        m_tree->header()->setSectionResizeMode(section, QHeaderView::ResizeToContents);
    connect(m_tree, &QTreeView::activated, this, &SampleDialog::openSample);
    auto* column = new QVBoxLayout(&page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_progress);
    column->addWidget(m_told);
    column->addWidget(m_tree, 1);
}

void SampleDialog::followTheme()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_tree->viewport()->update();
}

void SampleDialog::setNote(const QString& text, bool isProblem)
{
    m_note->setText(text);
    QPalette colors = m_note->palette();
    colors.setColor(QPalette::WindowText,
                    m_theme.color(isProblem ? ColorRole::Error : ColorRole::TextDim));
    m_note->setPalette(colors);
}

void SampleDialog::takeSource(const tracestore::Result<SampleSource>& source)
{
    if (!source) {
        m_title->setText(tr("This step cannot be sent again."));
        m_pages->hide();
        return setNote(visibleText(toText(source.error().message)), true);
    }
    const QString model = singleLine(source->call.target.model, 80);
    m_title->setText(tr("Call of %1 by %2").arg(model, singleLine(source->agent, 80)));
    engine::StepInspection step;
    step.effect = source->step;
    step.agent = source->agent;
    step.kind = engine::EffectKind::Model;
    step.request = tracestore::toJsonText(engine::formOf(engine::EffectRequest(source->call)));
    m_editor->setStep(step, tr("Nothing is recorded of what this step sent."));
    estimate();
}

engine::SampleRequest SampleDialog::request() const
{
    engine::SampleRequest request;
    request.recording = m_target.recording;
    request.effect = m_target.effect;
    if (m_target.recording.isEmpty()) {
        request.trace = m_target.trace;
        request.span = m_target.span;
        request.file = m_target.file;
    }
    const QString agent = m_agent->text().trimmed();
    request.agentText = textOfFile(agent);
    request.agentFolder = agent.isEmpty() ? QString() : QFileInfo(agent).absolutePath();
    request.provider = m_provider->text().trimmed().toStdString();
    request.model = m_modelName->text().trimmed().toStdString();
    request.edits = m_editor->edits().forkEdits();
    request.count = static_cast<std::size_t>(m_count->value());
    request.concurrency = static_cast<std::size_t>(m_concurrency->value());
    return request;
}

void SampleDialog::estimate()
{
    if (m_sample != 0)
        return;
    if (!m_editor->apply())
        return setNote(tr("What is typed makes no sense yet."), true);
    engine::SampleRequest wanted = request();
    const QString agent = m_agent->text().trimmed();
    if (!agent.isEmpty() && wanted.agentText.isEmpty())
        return setNote(tr("%1 cannot be read.").arg(singleLine(agent.toStdString(), 200)), true);
    wanted.isEstimate = true;
    setNote(tr("What it takes is being reckoned …"), false);
    if (m_estimate != 0)
        m_engine.cancelSample(m_estimate);
    m_estimate = m_engine.sample(wanted);
}

void SampleDialog::start()
{
    m_pause.stop();
    m_start->hide();
    m_close->setText(tr("Stop"));
    m_progress->setRange(0, m_count->value());
    m_progress->setValue(0);
    m_pages->setCurrentIndex(1);
    setNote({}, false);
    m_sample = m_engine.sample(request());
}

void SampleDialog::stop()
{
    const bool isUnderWay = m_sample != 0 && !m_model->report().isOver;
    if (!isUnderWay)
        return reject();
    m_engine.cancelSample(m_sample);
}

void SampleDialog::takeReport(const SampleReport& report)
{
    if (report.id == m_estimate && m_sample == 0)
        return takeEstimate(report);
    if (report.id != m_sample || m_sample == 0)
        return;
    QStringList open;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (const QModelIndex index = m_model->index(row, 0); m_tree->isExpanded(index))
            open << index.data().toString();
    }
    const QModelIndex before = m_tree->currentIndex();
    const int current
        = before.isValid() ? before.data(SampleClustersModel::SampleRole).toInt() : -1;
    m_model->setReport(report);
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex index = m_model->index(row, 0);
        m_tree->setExpanded(index, open.contains(index.data().toString()));
        for (int below = 0; current >= 0 && below < m_model->rowCount(index); ++below) {
            const QModelIndex sample = m_model->index(below, 0, index);
            if (sample.data(SampleClustersModel::SampleRole).toInt() == current)
                m_tree->setCurrentIndex(sample);
        }
    }
    m_progress->setRange(0, std::max<int>(1, static_cast<int>(report.samples.size())));
    m_progress->setValue(static_cast<int>(report.done + report.failed));
    QStringList told;
    if (!report.waitsFor.empty())
        told << tr("Waits for %1.").arg(visibleText(toText(report.waitsFor)));
    told << tr("%1 of %2 have come").arg(report.done).arg(report.samples.size());
    if (report.failed > 0)
        told << tr("%1 failed").arg(report.failed);
    if (report.retries > 0)
        told << tr("%1 tried again").arg(report.retries);
    told << (report.isCostKnown ? dollarText(report.cost)
                                : tr("more than %1").arg(dollarText(report.cost)));
    if (report.isScripted)
        told << tr("a script answered, no model");
    if (report.isCancelled)
        told << tr("stopped");
    m_told->setText(told.join(u" · "_s));
    setNote(report.problem.empty() ? (report.isOver ? tr("Enter opens a sample.") : QString())
                                   : visibleText(toText(report.problem)),
            !report.problem.empty());
    if (report.isOver)
        m_close->setText(tr("Close"));
}

void SampleDialog::takeEstimate(const SampleReport& report)
{
    const bool hasProblem = !report.problem.empty();
    if (hasProblem)
        setNote(visibleText(toText(report.problem)), true);
    else if (report.estimate || report.isOver)
        setNote(estimateText(report, m_count->value()), false);
    m_start->setEnabled(!hasProblem && report.isOver);
}

/// A group opens and closes.
void SampleDialog::openSample(const QModelIndex& index)
{
    const QString file = index.data(SampleClustersModel::FileRole).toString();
    if (index.data(SampleClustersModel::SampleRole).toInt() < 0)
        m_tree->setExpanded(index.siblingAtColumn(0),
                            !m_tree->isExpanded(index.siblingAtColumn(0)));
    else if (!file.isEmpty())
        emit openRequested(file);
    else
        setNote(tr("This sample has no file: it has not come, or could not be written."), false);
}

} // namespace gui
