#include "gui/debug/request_view.h"

#include "gui/debug/edits_view.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTextDocument>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::PendingStep;
using StepStage = PendingStep::Stage;

namespace {

    constexpr int kCheckMs = 150;

    void colourText(QWidget& widget, const QColor& color)
    {
        QPalette colors = widget.palette();
        colors.setColor(QPalette::WindowText, color);
        widget.setPalette(colors);
    }

} // namespace

RequestView::RequestView(RunDebugger& debugger, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_debugger(debugger)
    , m_theme(theme)
    , m_title(new QLabel(this))
    , m_empty(new QLabel(this))
    , m_body(new QWidget(this))
    , m_list(new QListWidget)
    , m_edits(new EditsView(theme))
    , m_note(new QLabel)
    , m_editor(new QPlainTextEdit)
    , m_buttons(new QWidget)
{
    setObjectName(u"request"_s);
    setWindowTitle(tr("Request"));
    setAccessibleName(tr("Request of the held step"));
    makeWidgets();
    m_pause.setSingleShot(true);
    m_pause.setInterval(kCheckMs);
    connect(&m_pause, &QTimer::timeout, this, &RequestView::check);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        m_pause.start();
        updateButtons();
    });
    connect(m_list, &QListWidget::currentRowChanged, this, &RequestView::showCurrent);
    connect(m_list, &QListWidget::itemActivated, this, [this] { m_editor->setFocus(); });
    connect(&debugger, &RunDebugger::stepChanged, this, &RequestView::takeStep);
    connect(&debugger, &RunDebugger::changed, this, &RequestView::updateButtons);
    connect(&debugger, &RunDebugger::aboutToGoOn, this, [this](bool& mayGoOn) {
        mayGoOn = apply() && mayGoOn;
    });
    connect(&debugger, &RunDebugger::editRequested, this, [this] {
        if (m_list->currentRow() < 0)
            m_list->setCurrentRow(0);
        m_editor->setFocus(Qt::ShortcutFocusReason);
    });
    connect(&theme, &Theme::changed, this, &RequestView::followTheme);
    followTheme();
    takeStep();
}

void RequestView::makeWidgets()
{
    for (QLabel* label : {m_title, m_empty, m_note}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_title->setObjectName(u"requestTitle"_s);
    m_title->setContentsMargins(metrics::kMargin, metrics::kSpacing, metrics::kMargin, 0);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setMargin(2 * metrics::kMargin);
    m_empty->setText(tr("What a step sends stands here before it is sent, to look at and to "
                        "change. Pause the run (F6), or set a breakpoint (F9)."));
    m_list->setObjectName(u"requestParts"_s);
    m_list->setAccessibleName(tr("Parts of the request"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_editor->setObjectName(u"requestEditor"_s);
    m_editor->setAccessibleName(tr("Part of the request"));
    m_editor->setTabChangesFocus(true);
    m_editor->installEventFilter(this);
    m_note->setObjectName(u"requestNote"_s);
    m_note->setContentsMargins(metrics::kMargin, 2, metrics::kMargin, 2);

    auto* row = new QHBoxLayout;
    row->setContentsMargins(metrics::kSpacing, metrics::kSpacing, metrics::kSpacing, 0);
    row->setSpacing(metrics::kSpacing);
    auto* second = new QHBoxLayout;
    second->setContentsMargins(metrics::kSpacing, 0, metrics::kSpacing, metrics::kSpacing);
    second->setSpacing(metrics::kSpacing);
    m_apply = addButton(u"requestApply"_s, tr("Apply"), tr("Take what is typed  (Ctrl+Return)"));
    m_undo = addButton(
        u"requestUndo"_s, tr("Undo Edit"), tr("Take the last edit of this step back  (Ctrl+Z)"));
    m_answer = addButton(u"requestAnswer"_s,
                         tr("Answer Instead…"),
                         tr("Give the agent an answer of your own; nothing is sent"));
    m_fail = addButton(
        u"requestFail"_s, tr("Fail With…"), tr("Give the agent an error, to see how it takes it"));
    m_fault = addButton(u"requestFault"_s,
                        tr("Inject Fault…"),
                        tr("Make the next calls like this one fail, slow or empty"));
    row->addWidget(m_apply);
    row->addWidget(m_undo);
    row->addStretch(1);
    second->addWidget(m_answer);
    second->addWidget(m_fail);
    second->addWidget(m_fault);
    second->addStretch(1);
    auto* rows = new QVBoxLayout(m_buttons);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(metrics::kSpacing);
    rows->addLayout(row);
    rows->addLayout(second);

    auto* lower = new QWidget;
    auto* below = new QVBoxLayout(lower);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(0);
    below->addWidget(m_edits);
    below->addWidget(m_note);
    below->addWidget(m_editor, 1);
    below->addWidget(m_buttons);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(m_list);
    splitter->addWidget(lower);
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 3);
    auto* inner = new QVBoxLayout(m_body);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(splitter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpacing);
    column->addWidget(m_title);
    column->addWidget(m_empty, 1);
    column->addWidget(m_body, 1);
    connect(m_apply, &QPushButton::clicked, this, &RequestView::apply);
    connect(m_undo, &QPushButton::clicked, this, &RequestView::undo);
    connect(m_answer, &QPushButton::clicked, &m_debugger, &RunDebugger::answerRequested);
    connect(m_fail, &QPushButton::clicked, &m_debugger, &RunDebugger::failureRequested);
    connect(m_fault, &QPushButton::clicked, &m_debugger, &RunDebugger::faultRequested);
}

QPushButton*
RequestView::addButton(const QString& name, const QString& text, const QString& toolTip)
{
    auto* button = new QPushButton(text, m_buttons);
    button->setObjectName(name);
    button->setToolTip(toolTip);
    return button;
}

/// Widgets of a style sheet take the font of the program over when they are first shown.
void RequestView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    setFonts();
}

void RequestView::followTheme()
{
    setFonts();
    colourText(*m_empty, m_theme.color(ColorRole::TextDim));
    showParts();
    showEdits();
}

void RequestView::setFonts()
{
    QFont bold = m_theme.textFont();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_list->setFont(m_theme.smallFont());
    m_edits->setFont(m_theme.codeFont());
    m_editor->setFont(m_theme.codeFont());
    m_note->setFont(m_theme.smallFont());
    for (QPushButton* button : {m_apply, m_undo, m_answer, m_fail, m_fault})
        button->setFont(m_theme.smallFont());
}

/// `refund_order · tool call · writes outside · not sent yet`.
QString RequestView::headline() const
{
    const PendingStep* step = m_debugger.step();
    if (step == nullptr)
        return {};
    QStringList parts {singleLine(step->name, 80), effectKindName(step->kind).toLower()};
    if (step->kind == engine::EffectKind::Tool)
        parts << effectClassName(step->effectClass);
    parts << (step->stage == StepStage::HeldBefore    ? tr("not sent yet")
                  : step->stage == StepStage::Running ? tr("under way")
                                                      : tr("the agent has not seen it"));
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

void RequestView::takeStep()
{
    const PendingStep* step = m_debugger.step();
    const auto& known = m_debugger.inspection();
    const bool isKnown = step != nullptr && known && known->effect == step->effect;
    m_title->setText(headline());
    m_title->setVisible(step != nullptr);
    m_empty->setVisible(step == nullptr);
    m_body->setVisible(step != nullptr);
    setFonts();
    if (step == nullptr) {
        m_effect.clear();
        m_parts.clear();
        showParts();
        return;
    }
    std::vector<RequestPart> parts;
    if (isKnown)
        parts = partsOf(*known, step->edits);
    const bool isOther = std::exchange(m_effect, step->effect) != step->effect;
    if (isOther || parts != m_parts) {
        m_parts = std::move(parts);
        if (isOther)
            m_shown = m_editor->toPlainText(); // what was typed belongs to another step
        showParts();
    }
    showEdits();
    check();
}

void RequestView::showParts()
{
    const RequestPart* before = part();
    const std::string path = before == nullptr ? std::string() : before->path;
    const int row = m_list->currentRow();
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (const RequestPart& part : m_parts) {
            auto* item = new QListWidgetItem(QString(part.label + u"   "_s + part.preview), m_list);
            item->setData(Qt::UserRole, toText(part.path));
            const ColorRole role = part.isEdited ? ColorRole::Paused
                : part.isEditable                ? ColorRole::Text
                                                 : ColorRole::TextDim;
            item->setForeground(m_theme.color(role));
            if (part.isEdited)
                item->setText(
                    QString(part.label + u" · "_s + tr("edited") + u"   "_s + part.preview));
        }
        int wanted = 0;
        for (int i = 0; i < m_list->count(); ++i) {
            if (!path.empty() && m_parts[static_cast<std::size_t>(i)].path == path)
                wanted = i;
        }
        // Few parts leave their room to the editor.
        constexpr int kFewParts = 9;
        const int shown = std::clamp(m_list->count(), 1, kFewParts);
        m_list->setMaximumHeight(m_list->count() > kFewParts
                                     ? QWIDGETSIZE_MAX
                                     : shown * std::max(m_list->sizeHintForRow(0), 1)
                                         + 2 * m_list->frameWidth() + 2);
        if (path.empty() && row > 0 && row < m_list->count())
            wanted = row;
        m_list->setCurrentRow(m_parts.empty() ? -1 : wanted);
    }
    showCurrent();
}

void RequestView::showEdits()
{
    const PendingStep* step = m_debugger.step();
    m_edits->setEdits(step == nullptr ? std::vector<engine::PendingEdit>() : step->edits);
    updateButtons();
}

const RequestPart* RequestView::part() const
{
    const int row = m_list->currentRow();
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr || row >= static_cast<int>(m_parts.size()))
        return nullptr;
    return &m_parts[static_cast<std::size_t>(row)];
}

void RequestView::showPart(const std::string& path)
{
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        if (m_parts[i].path == path)
            m_list->setCurrentRow(static_cast<int>(i));
    }
}

bool RequestView::isModified() const
{
    return m_editor->toPlainText() != m_shown;
}

/// What is typed and not applied stays where its part is still the one that is shown.
void RequestView::showCurrent()
{
    const RequestPart* shown = part();
    const QString value = shown == nullptr ? QString() : shown->value;
    const QString path = shown == nullptr ? QString() : toText(shown->path);
    const bool isSame = m_editor->property("path").toString() == path && m_shown == value;
    if (!isSame) {
        const QSignalBlocker quiet(m_editor);
        m_shown = value;
        m_editor->setProperty("path", path);
        m_editor->setPlainText(value);
    }
    m_editor->setReadOnly(shown == nullptr || !shown->isEditable);
    check();
}

void RequestView::check()
{
    m_pause.stop();
    const RequestPart* shown = part();
    const auto& step = m_debugger.inspection();
    if (shown == nullptr)
        return setNote(step && !step->problem.empty() ? visibleText(toText(step->problem))
                           : m_effect.empty()         ? QString()
                                                      : tr("Loading…"),
                       step && !step->problem.empty());
    const std::string schema = step ? step->schema : std::string();
    const QString problem = problemOfTyped(*shown, m_editor->toPlainText(), schema);
    if (!problem.isEmpty())
        return setNote(problem, true);
    const bool isChecked = shown->path == "args" && !schema.empty();
    setNote(isChecked               ? tr("✓ fits the schema of the tool")
                : shown->isEditable ? QString()
                : shown->isOutcome || shown->path.empty()
                ? QString()
                : tr("Cannot be changed any more: it was sent"),
            false);
    updateButtons();
}

void RequestView::setNote(const QString& text, bool isProblem)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    const bool isGood = text.startsWith(u'✓');
    colourText(*m_note,
               m_theme.color(isProblem    ? ColorRole::Error
                                 : isGood ? ColorRole::Ok
                                          : ColorRole::TextDim));
    updateButtons();
}

bool RequestView::apply()
{
    const RequestPart* shown = part();
    if (shown == nullptr || !shown->isEditable || !isModified())
        return true;
    const auto edits = editsOf(*shown, m_editor->toPlainText());
    if (!edits) {
        setNote(visibleText(toText(edits.error().message)), true);
        m_editor->setFocus();
        return false;
    }
    const std::string effect = m_effect;
    const bool isOutcome = shown->isOutcome;
    // Until the engine says what has come of it.
    m_shown = m_editor->toPlainText();
    for (const TypedEdit& edit : *edits) {
        if (isOutcome)
            m_debugger.order(engine::EditOutcome {effect, edit.path, edit.value});
        else
            m_debugger.order(engine::EditRequest {effect, edit.path, edit.value});
    }
    updateButtons();
    return true;
}

void RequestView::undo()
{
    m_debugger.order(engine::UndoEdit {m_effect});
}

void RequestView::updateButtons()
{
    const PendingStep* step = m_debugger.step();
    const bool isHeldStep = step != nullptr && m_debugger.isPaused()
        && (step->stage == StepStage::HeldBefore || step->stage == StepStage::HeldAfter);
    const RequestPart* shown = part();
    m_apply->setEnabled(isHeldStep && shown != nullptr && shown->isEditable && isModified());
    m_undo->setEnabled(isHeldStep && !step->edits.empty());
    m_answer->setEnabled(isHeldStep);
    m_fail->setEnabled(isHeldStep);
    m_fault->setEnabled(
        step != nullptr && m_debugger.isAlive()
        && (step->kind == engine::EffectKind::Tool || step->kind == engine::EffectKind::Model));
}

/// Ctrl+Return applies. Ctrl+Z takes back what was typed, and then the edits of the step.
bool RequestView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_editor || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    const bool isReturn = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (isReturn && key->modifiers().testFlag(Qt::ControlModifier)) {
        apply();
        return true;
    }
    if (key->matches(QKeySequence::Undo) && !isModified() && m_undo->isEnabled()) {
        undo();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace gui
