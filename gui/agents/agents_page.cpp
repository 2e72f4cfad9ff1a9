#include "gui/agents/agents_page.h"

#include "gui/agents/agent_form.h"
#include "gui/agents/config_edit.h"
#include "gui/agents/connection_panel.h"
#include "gui/agents/key_panel.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QCheckBox>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSaveFile>
#include <QShortcut>
#include <QTabWidget>
#include <QTextDocument>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::ConfigProblem;

namespace {

    constexpr int kReadPauseMs = 250;
    constexpr qint64 kMostBytes = 4 << 20;
    const QString kEnding = u".agent.json"_s;

    /// What a new file begins with: it can run as soon as there is a key.
    constexpr const char* kNewAgent = R"({
  // What an agent is made of is told in the help; comments may stand anywhere.
  "name": "my-agent",
  "version": "1",
  "pattern": "react",
  "providers": [
    {"name": "main", "kind": "openai-chat", "keyVariable": "OPENAI_API_KEY"}
  ],
  "model": {"provider": "main", "model": "gpt-4o-mini"},
  "prompt": {
    "behaviour": "You are a helpful assistant. Answer briefly."
  },
  "tools": [{"name": "calculator"}],
  "budget": {"cost": 0.5, "steps": 40}
}
)";

    QLabel* pageLabel(const QString& text = {})
    {
        auto* label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        return label;
    }

    QLabel* pageHeading(const QString& text, const Theme& theme)
    {
        QLabel* label = pageLabel(text);
        QFont bold = theme.textFont();
        bold.setWeight(QFont::DemiBold);
        label->setFont(bold);
        return label;
    }

    QListWidget* pageList(const QString& name, const QString& accessibleName)
    {
        auto* list = new QListWidget;
        list->setObjectName(name);
        list->setAccessibleName(accessibleName);
        list->setFrameShape(QFrame::NoFrame);
        list->setTextElideMode(Qt::ElideMiddle);
        return list;
    }

    /// A name that can stand in the name of a file.
    QString fileWord(const QString& name)
    {
        static const QRegularExpression unfit(u"[^A-Za-z0-9._-]+"_s);
        const QString word = QString(name).replace(unfit, u"-"_s).left(40);
        return word.isEmpty() || word.startsWith(u'.') ? u"run"_s : word;
    }

} // namespace

AgentsPage::AgentsPage(Theme& theme,
                       engine::EngineService* engine,
                       const QString& examples,
                       const QString& runs,
                       QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_examples(examples)
    , m_runs(runs)
    , m_files(pageList(u"agentFiles"_s, tr("Agents")))
    , m_title(pageLabel())
    , m_problem(pageLabel())
    , m_save(new QPushButton(tr("Save")))
    , m_tabs(new QTabWidget)
    , m_form(new AgentForm(theme))
    , m_text(new ConfigEdit(theme))
    , m_connections(new ConnectionPanel(theme, engine))
    , m_problems(pageList(u"problems"_s, tr("What is wrong with the configuration")))
    , m_tools(pageList(u"toolList"_s, tr("Tools")))
    , m_keys(new KeyPanel(theme, engine))
    , m_input(new QPlainTextEdit)
    , m_record(new QCheckBox)
    , m_run(new QPushButton(tr("Run")))
{
    setObjectName(u"agentsPage"_s);
    setAccessibleName(tr("Agents"));
    m_editor = makeEditor();
    m_hint = pageLabel(tr("Choose an agent on the left, or make a new one: it is a file that says "
                          "which model, which tools and what prompt."));
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setMargin(4 * metrics::kMargin);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(1);
    row->addWidget(makeFiles());
    row->addWidget(m_editor, 1);
    row->addWidget(m_hint, 1);
    m_editor->hide();
    m_readPause.setSingleShot(true);
    m_readPause.setInterval(kReadPauseMs);
    connect(&m_readPause, &QTimer::timeout, this, &AgentsPage::readText);
    connect(m_text, &QPlainTextEdit::textChanged, &m_readPause, qOverload<>(&QTimer::start));
    connect(
        m_text->document(), &QTextDocument::modificationChanged, this, [this] { updateHeader(); });
    connect(m_form, &AgentForm::edited, this, &AgentsPage::changeField);
    connect(&theme, &Theme::changed, this, &AgentsPage::followTheme);
    auto* saveKey = new QShortcut(QKeySequence::Save, this);
    saveKey->setContext(Qt::WidgetWithChildrenShortcut);
    connect(saveKey, &QShortcut::activated, this, &AgentsPage::save);
    auto* runKey = new QShortcut(Qt::CTRL | Qt::Key_Return, this);
    runKey->setContext(Qt::WidgetWithChildrenShortcut);
    connect(runKey, &QShortcut::activated, this, &AgentsPage::run);
    followTheme();
    fillFiles();
}

AgentsPage::~AgentsPage() = default;

// ---- what there is to see

QWidget* AgentsPage::makeFiles()
{
    auto* box = new QWidget;
    box->setFixedWidth(240);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin, 0);
    auto* buttons = new QHBoxLayout;
    auto* add = new QPushButton(tr("New…"));
    add->setObjectName(u"newAgent"_s);
    auto* find = new QPushButton(tr("Open…"));
    find->setObjectName(u"openAgent"_s);
    buttons->addWidget(add);
    buttons->addWidget(find);
    column->addLayout(buttons);
    column->addWidget(m_files, 1);
    connect(add, &QPushButton::clicked, this, &AgentsPage::askForNewFile);
    connect(find, &QPushButton::clicked, this, &AgentsPage::askForFile);
    connect(m_files, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        openFrom(item->data(Qt::UserRole).toString());
    });
    connect(m_files, &QListWidget::itemClicked, this, [this](const QListWidgetItem* item) {
        openFrom(item->data(Qt::UserRole).toString());
    });
    return box;
}

QWidget* AgentsPage::makeEditor()
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, metrics::kMargin, 0, metrics::kMargin);
    column->setSpacing(metrics::kSpacing);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    m_title->setObjectName(u"agentTitle"_s);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_save->setObjectName(u"saveAgent"_s);
    head->addWidget(m_title, 1);
    head->addWidget(m_save);
    connect(m_save, &QPushButton::clicked, this, &AgentsPage::save);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    m_problem->hide();
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_form, tr("Form"));
    m_tabs->addTab(m_text, tr("Text"));
    m_tabs->addTab(m_connections, tr("Connections"));
    auto* middle = new QHBoxLayout;
    middle->setSpacing(1);
    middle->addWidget(m_tabs, 1);
    middle->addWidget(makeFacts());
    column->addLayout(head);
    column->addWidget(m_problem);
    column->addLayout(middle, 1);
    column->addWidget(makeRunRow());
    return box;
}

QWidget* AgentsPage::makeFacts()
{
    auto* box = new QWidget;
    box->setFixedWidth(290);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    column->setSpacing(metrics::kSpacing);
    const std::initializer_list<std::tuple<QString, QListWidget*, int>> lists {
        {tr("Problems"), m_problems, 3}, {tr("Tools"), m_tools, 2}};
    for (const auto& [title, list, share] : lists) {
        column->addWidget(pageHeading(title, m_theme));
        column->addWidget(list, share);
        list->setWordWrap(true);
        list->setIconSize({12, 12});
        list->setFont(m_theme.smallFont());
        list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    }
    column->addWidget(pageHeading(tr("Keys"), m_theme));
    column->addWidget(m_keys, 2);
    const auto go = [this](int row) {
        if (row < 0 || row >= static_cast<int>(m_reading.problems.size()))
            return;
        m_tabs->setCurrentWidget(m_text);
        m_text->goTo(m_reading.problems[static_cast<std::size_t>(row)]);
    };
    connect(m_problems, &QListWidget::itemClicked, this, [this, go](QListWidgetItem* item) {
        go(m_problems->row(item));
    });
    connect(m_problems, &QListWidget::itemActivated, this, [this, go](QListWidgetItem* item) {
        go(m_problems->row(item));
    });
    return box;
}

QWidget* AgentsPage::makeRunRow()
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    column->setSpacing(metrics::kSpacing);
    m_input->setObjectName(u"agentInput"_s);
    m_input->setAccessibleName(tr("What the agent is asked"));
    m_input->setPlaceholderText(tr("What do you want of the agent?"));
    m_input->setTabChangesFocus(true);
    m_input->setFixedHeight(56);
    m_run->setObjectName(u"runAgent"_s);
    m_run->setIconSize(kIconBesideText);
    m_run->setToolTip(tr("Run the agent with this input (Ctrl+Enter)"));
    m_run->setDefault(true);
    auto* row = new QHBoxLayout;
    row->addWidget(m_input, 1);
    row->addWidget(m_run, 0, Qt::AlignBottom);
    m_record->setObjectName(u"recordRun"_s);
    m_record->setChecked(true);
    m_record->setFont(m_theme.smallFont());
    column->addLayout(row);
    column->addWidget(m_record);
    connect(m_run, &QPushButton::clicked, this, &AgentsPage::run);
    connect(m_record, &QCheckBox::toggled, this, &AgentsPage::updateRecordFile);
    connect(m_input, &QPlainTextEdit::textChanged, this, &AgentsPage::updateHeader);
    return box;
}

void AgentsPage::followTheme()
{
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Error));
    m_problem->setPalette(colors);
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_run->setIcon(m_theme.icon(u"play"_s, ColorRole::AccentText));
    showReading();
}

// ---- files

QStringList AgentsPage::exampleFiles(const QString& folder)
{
    QStringList files;
    if (folder.isEmpty())
        return files;
    const auto folders
        = QDir(folder + u"/agents"_s).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QFileInfo& one : folders) {
        const auto found = QDir(one.filePath())
                               .entryInfoList({QString(u'*' + kEnding)}, QDir::Files, QDir::Name);
        for (const QFileInfo& file : found)
            files << file.canonicalFilePath();
    }
    return files;
}

void AgentsPage::setRecent(const QStringList& paths)
{
    m_recent = paths;
    fillFiles();
}

void AgentsPage::fillFiles()
{
    m_files->clear();
    addFiles(tr("Recent"), m_recent);
    addFiles(tr("Examples"), exampleFiles(m_examples));
}

void AgentsPage::addFiles(const QString& heading, const QStringList& paths)
{
    if (paths.isEmpty())
        return;
    auto* title = new QListWidgetItem(heading, m_files);
    title->setFlags(Qt::NoItemFlags);
    for (const QString& path : paths) {
        const QFileInfo info(path);
        QString name = info.fileName();
        name.chop(name.endsWith(kEnding) ? kEnding.size() : 0);
        auto* item = new QListWidgetItem(name, m_files);
        item->setSizeHint({0, metrics::kRowHeight + metrics::kSpacing});
        item->setData(Qt::UserRole, path);
        item->setData(Qt::AccessibleDescriptionRole, path);
        item->setToolTip(QString(u"<p>"_s + path.toHtmlEscaped() + u"</p>"_s));
        if (!info.exists())
            item->setFlags(Qt::NoItemFlags);
        if (path == m_path)
            m_files->setCurrentItem(item);
    }
}

void AgentsPage::askForFile()
{
    const QString path = QFileDialog::getOpenFileName(this,
                                                      tr("Open an agent"),
                                                      m_path.isEmpty() ? QDir::homePath()
                                                                       : QFileInfo(m_path).path(),
                                                      tr("Agents (*.agent.json);;All files (*)"));
    if (!path.isEmpty())
        openFrom(path);
}

void AgentsPage::askForNewFile()
{
    QString path = QFileDialog::getSaveFileName(this,
                                                tr("Make a new agent"),
                                                QDir::home().filePath(u"my-agent"_s + kEnding),
                                                tr("Agents (*.agent.json)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(kEnding))
        path += kEnding;
    QSaveFile file(path);
    const QByteArray text(kNewAgent);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        setProblem(tr("%1 cannot be written: %2").arg(path, file.errorString()));
        return;
    }
    openFrom(path);
}

/// Opens another file, and asks where something would be lost.
void AgentsPage::openFrom(const QString& path)
{
    if (path.isEmpty() || (path == m_path && isModified()))
        return;
    if (!isModified())
        return open(path);
    auto* box
        = new QMessageBox(QMessageBox::Question,
                          tr("Changes are not saved"),
                          tr("%1 was changed. Save it first?").arg(QFileInfo(m_path).fileName()),
                          QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel,
                          this);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::finished, this, [this, path](int answer) {
        if (answer == QMessageBox::Discard || (answer == QMessageBox::Save && save()))
            open(path);
    });
    box->open();
}

void AgentsPage::open(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        setProblem(tr("%1 cannot be read: %2").arg(path, file.errorString()));
        return;
    }
    if (file.size() > kMostBytes) {
        setProblem(tr("%1 is too large for the text of an agent.").arg(path));
        return;
    }
    setProblem({});
    m_path = path;
    m_text->setPlainText(QString::fromUtf8(file.readAll()));
    m_text->document()->setModified(false);
    m_connections->setSource([this] { return m_text->toPlainText(); }, QFileInfo(path).path());
    m_editor->show();
    m_hint->hide();
    m_input->clear();
    readText();
    // `support.input.txt` is for the variants of that agent, too: `support.openai.agent.json`.
    const QFileInfo info(path);
    QFile input(
        info.dir().filePath(QString(info.fileName().section(u'.', 0, 0) + u".input.txt"_s)));
    if (input.open(QIODevice::ReadOnly))
        m_input->setPlainText(QString::fromUtf8(input.read(64 << 10)).trimmed());
    else
        m_input->setPlainText(m_reading.firstInput);
    fillFiles();
    updateHeader();
    emit opened(path);
}

bool AgentsPage::isModified() const
{
    return m_text->document()->isModified();
}

bool AgentsPage::save()
{
    if (m_path.isEmpty())
        return false;
    QSaveFile file(m_path);
    const QByteArray text = m_text->toPlainText().toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        setProblem(tr("%1 cannot be written: %2").arg(m_path, file.errorString()));
        return false;
    }
    setProblem({});
    m_text->document()->setModified(false);
    return true;
}

QString AgentsPage::problem() const
{
    return m_problem->text();
}

void AgentsPage::setProblem(const QString& text)
{
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
    // Before a file is open there is but the hint to say it in.
    if (!text.isEmpty() && m_editor->isHidden())
        m_hint->setText(text);
}

// ---- what the file says

void AgentsPage::readText()
{
    m_readPause.stop();
    const std::string text = m_text->toPlainText().toStdString();
    m_reading = readAgent(text, QFileInfo(m_path).path());
    m_form->setText(text);
    m_text->setProblems(m_reading.problems);
    showReading();
    updateHeader();
    updateRecordFile();
}

void AgentsPage::showReading()
{
    m_problems->clear();
    for (const ConfigProblem& problem : m_reading.problems) {
        QString text = visibleText(toText(problem.message));
        if (!problem.field.empty())
            text.prepend(QString(singleLine(problem.field, 80) + u": "_s));
        if (problem.line > 0)
            text.prepend(tr("Line %1 · ").arg(problem.line));
        auto* item = new QListWidgetItem(text, m_problems);
        item->setIcon(problem.isError ? m_theme.icon(u"status-error"_s, ColorRole::Error)
                                      : m_theme.icon(u"status-warning"_s, ColorRole::Warning));
    }
    const auto addQuiet = [](QListWidget* list, const QString& text) {
        (new QListWidgetItem(text, list))->setFlags(Qt::NoItemFlags);
    };
    if (m_reading.problems.empty())
        addQuiet(m_problems, tr("None"));
    m_tools->clear();
    m_tools->addItems(m_reading.tools);
    const QString unknown = tr("Not known before the text can be read");
    if (m_reading.tools.isEmpty())
        addQuiet(m_tools, m_reading.isRead ? tr("None") : unknown);
    m_keys->setNeeds(m_reading.keys, m_reading.isRead);
    m_connections->setTargets(m_reading.connections, m_reading.isRead);
}

void AgentsPage::changeField(const ConfigPath& path, const nlohmann::json& value)
{
    const std::string before = m_text->toPlainText().toStdString();
    const auto after = withConfigValue(before, path, value);
    if (!after) {
        setProblem(tr("The text cannot be read as JSON: mend it there before you use the form."));
        return;
    }
    setProblem({});
    m_text->setTextKept(QString::fromStdString(*after));
    readText();
}

void AgentsPage::updateHeader()
{
    const QString name = QFileInfo(m_path).fileName();
    m_title->setText(isModified() ? tr("%1 (changed)").arg(name) : name);
    m_title->setToolTip(QString(u"<p>"_s + m_path.toHtmlEscaped() + u"</p>"_s));
    m_save->setEnabled(isModified());
    const bool hasInput = !m_input->toPlainText().trimmed().isEmpty();
    m_run->setEnabled(m_reading.isRunnable && hasInput);
    m_run->setText(isModified() ? tr("Save and Run") : tr("Run"));
    m_run->setToolTip(!m_reading.isRunnable ? tr("Mend what is wrong with the configuration first")
                          : hasInput        ? tr("Run the agent with this input (Ctrl+Enter)")
                                            : tr("Write what you want of the agent first"));
}

void AgentsPage::updateRecordFile()
{
    const QString name = m_reading.name.isEmpty() ? QFileInfo(m_path).fileName().section(u'.', 0, 0)
                                                  : m_reading.name;
    const QString time = QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s);
    const QString stem = QDir(m_runs).filePath(fileWord(name) + u'-' + time);
    m_recordFile = stem + u".kymo"_s;
    for (int n = 2; QFileInfo::exists(m_recordFile); ++n)
        m_recordFile = stem + u'-' + QString::number(n) + u".kymo"_s;
    m_record->setText(m_record->isChecked()
                          ? tr("Record to %1").arg(QString(m_recordFile).replace(u'&', u"&&"_s))
                          : tr("Record the run"));
}

void AgentsPage::run()
{
    if (m_readPause.isActive())
        readText();
    const QString input = m_input->toPlainText().trimmed();
    if (!m_reading.isRunnable || input.isEmpty() || (isModified() && !save()))
        return;
    updateRecordFile();
    engine::RunRequest request {m_path, input, {}};
    if (m_record->isChecked()) {
        if (!QDir().mkpath(m_runs)) {
            setProblem(tr("The folder %1 cannot be made. Switch recording off to run without.")
                           .arg(m_runs));
            return;
        }
        request.recordFile = m_recordFile;
    }
    emit runRequested(request);
    updateRecordFile();
}

} // namespace gui
