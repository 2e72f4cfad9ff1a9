#include "gui/branches/step_editor.h"

#include "gui/debug/edits_view.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kTypingPauseMs = 250;

} // namespace

StepEditor::StepEditor(EditSide side, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_edits(side, {})
    , m_list(new QListWidget)
    , m_editor(new QPlainTextEdit)
    , m_note(new QLabel)
    , m_changes(new EditsView(theme))
    , m_back(new QPushButton(tr("Take Last Change Back")))
    , m_nothing(new QLabel(this))
    , m_body(new QWidget(this))
{
    makeWidgets();
    m_pause.setSingleShot(true);
    m_pause.setInterval(kTypingPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &StepEditor::lookAtTyped);
    connect(m_editor, &QPlainTextEdit::textChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(m_list, &QListWidget::currentRowChanged, this, [this] {
        if (apply()) {
            showCurrent();
            return;
        }
        // What makes no sense yet stays in sight.
        const QSignalBlocker quiet(m_list);
        for (int i = 0; i < m_list->count(); ++i) {
            if (m_parts[static_cast<std::size_t>(i)].path == m_shownPath)
                m_list->setCurrentRow(i);
        }
    });
    connect(m_list, &QListWidget::itemActivated, m_editor, [this] { m_editor->setFocus(); });
    connect(m_back, &QPushButton::clicked, this, &StepEditor::takeBack);
    connect(&theme, &Theme::changed, this, &StepEditor::followTheme);
    followTheme();
}

void StepEditor::makeWidgets()
{
    for (QLabel* label : {m_note, m_nothing}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setMargin(2 * metrics::kMargin);
    m_list->setObjectName(u"forkParts"_s);
    m_list->setAccessibleName(tr("Parts that can be changed"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumWidth(150);
    m_editor->setObjectName(u"forkEditor"_s);
    m_editor->setAccessibleName(tr("Part to change"));
    m_editor->setTabChangesFocus(true);
    m_note->setObjectName(u"forkNote"_s);
    m_note->setContentsMargins(0, 2, 0, 2);
    m_back->setObjectName(u"forkTakeBack"_s);
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpacing);
    column->addWidget(m_editor, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_note, 1);
    row->addWidget(m_back, 0, Qt::AlignTop);
    column->addLayout(row);
    column->addWidget(m_changes);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_list);
    splitter->addWidget(right);
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 5);
    auto* inner = new QVBoxLayout(m_body);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(splitter);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(
        metrics::kSpacing, metrics::kSpacing, metrics::kSpacing, metrics::kSpacing);
    all->addWidget(m_nothing, 1);
    all->addWidget(m_body, 1);
    m_body->hide();
}

/// Widgets of a style sheet take the font of the program over when they are first shown.
void StepEditor::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    setFonts();
}

void StepEditor::setFonts()
{
    m_list->setFont(m_theme.smallFont());
    m_editor->setFont(m_theme.codeFont());
    m_changes->setFont(m_theme.codeFont());
    m_note->setFont(m_theme.smallFont());
    m_back->setFont(m_theme.smallFont());
}

void StepEditor::followTheme()
{
    setFonts();
    QPalette dim = m_nothing->palette();
    dim.setColor(QPalette::WindowText, m_theme.color(ColorRole::TextDim));
    m_nothing->setPalette(dim);
    updateList();
    m_changes->setEdits(m_edits.edits());
}

void StepEditor::setStep(const engine::StepInspection& step, const QString& empty)
{
    m_edits = StepEdits(m_edits.side(), step);
    m_empty = empty;
    m_shownPath.clear();
    showParts();
}

std::string StepEditor::currentPath() const
{
    const auto row = static_cast<std::size_t>(m_list->currentRow());
    return row < m_parts.size() ? m_parts[row].path : std::string();
}

void StepEditor::showParts()
{
    m_parts = m_edits.parts();
    m_nothing->setText(m_empty);
    m_nothing->setVisible(m_parts.empty());
    m_body->setVisible(!m_parts.empty());
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (std::size_t i = 0; i < m_parts.size(); ++i)
            m_list->addItem(QString());
        m_list->setCurrentRow(m_parts.empty() ? -1 : 0);
    }
    updateList();
    showCurrent();
}

/// The list keeps its rows: which parts there are does not change with what is typed, as a rule.
void StepEditor::updateList()
{
    for (int i = 0; i < m_list->count(); ++i) {
        const RequestPart& part = m_parts[static_cast<std::size_t>(i)];
        QListWidgetItem* item = m_list->item(i);
        const QString mark = part.isEdited ? QString(u" · "_s + tr("changed")) : QString();
        item->setText(QString(part.label + mark + u"   "_s + part.preview));
        item->setForeground(m_theme.color(part.isEdited ? ColorRole::Paused : ColorRole::Text));
    }
    m_changes->setEdits(m_edits.edits());
    m_back->setVisible(!m_edits.edits().empty());
}

void StepEditor::showPart(const std::string& path)
{
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        if (m_parts[i].path == path)
            m_list->setCurrentRow(static_cast<int>(i));
    }
}

void StepEditor::showCurrent()
{
    const std::string path = currentPath();
    const auto part = std::ranges::find(m_parts, path, &RequestPart::path);
    const QString value = part == m_parts.end() ? QString() : part->value;
    m_shownPath = path;
    m_shown = value;
    {
        const QSignalBlocker quiet(m_editor);
        m_editor->setPlainText(value);
    }
    m_pause.stop();
    m_editor->setReadOnly(part == m_parts.end() || !m_locked.isEmpty());
    setNote(m_locked, false);
}

void StepEditor::setLocked(const QString& reason)
{
    if (reason == m_locked)
        return;
    m_locked = reason;
    m_editor->setReadOnly(m_parts.empty() || !reason.isEmpty());
    setNote(reason, false);
}

void StepEditor::setNote(const QString& text, bool isProblem)
{
    m_note->setText(text);
    QPalette colors = m_note->palette();
    const bool isGood = text.startsWith(u'✓');
    colors.setColor(QPalette::WindowText,
                    m_theme.color(isProblem    ? ColorRole::Error
                                      : isGood ? ColorRole::Ok
                                               : ColorRole::TextDim));
    m_note->setPalette(colors);
}

/// Says what is wrong with it; takes it where nothing is.
void StepEditor::lookAtTyped()
{
    apply();
}

bool StepEditor::apply()
{
    m_pause.stop();
    const QString typed = m_editor->toPlainText();
    if (m_shownPath.empty() || typed == m_shown)
        return true;
    const QString problem = m_edits.problemOf(m_shownPath, typed);
    const auto taken = m_edits.type(m_shownPath, typed);
    if (!taken) {
        setNote(problem.isEmpty() ? visibleText(toText(taken.error().message)) : problem, true);
        return false;
    }
    m_shown = typed;
    // A tool may take what does not fit its schema, and an agent has to cope with it: a doubt.
    const bool isChecked = m_shownPath == "args" && problem.isEmpty();
    setNote(!problem.isEmpty() ? problem
                : isChecked    ? tr("✓ fits what the tool takes")
                               : QString(),
            !problem.isEmpty());
    auto parts = m_edits.parts();
    // A member that is no more takes its part with it.
    if (parts.size() == m_parts.size()) {
        m_parts = std::move(parts);
        updateList();
    } else {
        const std::string path = m_shownPath;
        showParts();
        showPart(path);
    }
    emit changed();
    return true;
}

void StepEditor::takeBack()
{
    m_edits.takeLastBack();
    const std::string path = m_shownPath;
    m_shown = m_editor->toPlainText(); // what is typed goes with it
    showParts();
    showPart(path);
    emit changed();
}

} // namespace gui
