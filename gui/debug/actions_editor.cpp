#include "gui/debug/actions_editor.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace gui {

using namespace Qt::StringLiterals;
using engine::BreakpointAction;
using tracestore::OutcomeStatus;

namespace {

    enum class ActionKind : std::uint8_t
    {
        Pause,
        HoldStep,
        Log,
        Set,
        Answer,
        Fail,
        Snapshot,
        Fork,
        Flash,
        Sound
    };

    /// How a kind is offered; a field without a text is not there.
    struct KindForm
    {
        ActionKind kind;
        const char* label;
        const char* first;
        const char* second;
    };

    constexpr std::array kForms {
        KindForm {ActionKind::Pause, QT_TRANSLATE_NOOP("ActionRow", "Pause"), "", ""},
        KindForm {
            ActionKind::HoldStep, QT_TRANSLATE_NOOP("ActionRow", "Hold only this step"), "", ""},
        KindForm {ActionKind::Log,
                  QT_TRANSLATE_NOOP("ActionRow", "Log"),
                  QT_TRANSLATE_NOOP("ActionRow", "{tool} said {result.status}"),
                  ""},
        KindForm {ActionKind::Set,
                  QT_TRANSLATE_NOOP("ActionRow", "Set a field"),
                  QT_TRANSLATE_NOOP("ActionRow", "args.amount"),
                  QT_TRANSLATE_NOOP("ActionRow", "value, as JSON or a text")},
        KindForm {ActionKind::Answer,
                  QT_TRANSLATE_NOOP("ActionRow", "Answer with"),
                  QT_TRANSLATE_NOOP("ActionRow", "what the agent gets instead"),
                  ""},
        KindForm {ActionKind::Fail,
                  QT_TRANSLATE_NOOP("ActionRow", "Fail with"),
                  QT_TRANSLATE_NOOP("ActionRow", "timeout, rate_limit, http_503"),
                  QT_TRANSLATE_NOOP("ActionRow", "message of the error")},
        KindForm {ActionKind::Snapshot,
                  QT_TRANSLATE_NOOP("ActionRow", "Snapshot"),
                  QT_TRANSLATE_NOOP("ActionRow", "name of the checkpoint"),
                  ""},
        KindForm {ActionKind::Fork,
                  QT_TRANSLATE_NOOP("ActionRow", "Fork"),
                  QT_TRANSLATE_NOOP("ActionRow", "name of the new recording"),
                  ""},
        KindForm {ActionKind::Flash, QT_TRANSLATE_NOOP("ActionRow", "Flash the window"), "", ""},
        KindForm {ActionKind::Sound, QT_TRANSLATE_NOOP("ActionRow", "Make a sound"), "", ""},
    };

    /// An action as the fields show it.
    struct Filled
    {
        ActionKind kind = ActionKind::Pause;
        std::string first;
        std::string second;
    };

    struct ToFields
    {
        Filled operator()(const engine::PauseAction& action) const
        {
            return {action.holdsStepOnly ? ActionKind::HoldStep : ActionKind::Pause, {}, {}};
        }

        Filled operator()(const engine::LogAction& action) const
        {
            return {ActionKind::Log, action.text, {}};
        }

        Filled operator()(const engine::EditAction& action) const
        {
            return {ActionKind::Set, action.path, action.value};
        }

        Filled operator()(const engine::AnswerAction& action) const
        {
            if (action.status == OutcomeStatus::Ok)
                return {ActionKind::Answer, action.text, {}};
            return {ActionKind::Fail, action.errorType, action.text};
        }

        Filled operator()(const engine::SnapshotAction& action) const
        {
            return {ActionKind::Snapshot, action.name, {}};
        }

        Filled operator()(const engine::ForkAction& action) const
        {
            return {ActionKind::Fork, action.name, {}};
        }

        Filled operator()(const engine::NotifyAction& action) const
        {
            const bool isSound = action.kind == engine::NotifyAction::Kind::Sound;
            return {isSound ? ActionKind::Sound : ActionKind::Flash, {}, {}};
        }
    };

    BreakpointAction toAction(ActionKind kind, std::string first, std::string second)
    {
        switch (kind) {
        case ActionKind::Pause:
        case ActionKind::HoldStep:
            return engine::PauseAction {.holdsStepOnly = kind == ActionKind::HoldStep};
        case ActionKind::Log:
            return engine::LogAction {.text = std::move(first)};
        case ActionKind::Set:
            return engine::EditAction {.path = std::move(first), .value = std::move(second)};
        case ActionKind::Answer:
            return engine::AnswerAction {
                .status = OutcomeStatus::Ok, .text = std::move(first), .errorType = {}};
        case ActionKind::Fail:
            return engine::AnswerAction {.status = OutcomeStatus::Error,
                                         .text = std::move(second),
                                         .errorType = std::move(first)};
        case ActionKind::Snapshot:
            return engine::SnapshotAction {.name = std::move(first)};
        case ActionKind::Fork:
            return engine::ForkAction {.name = std::move(first)};
        case ActionKind::Flash:
            return engine::NotifyAction {.kind = engine::NotifyAction::Kind::Flash};
        case ActionKind::Sound:
            return engine::NotifyAction {.kind = engine::NotifyAction::Kind::Sound};
        }
        return engine::PauseAction {};
    }

} // namespace

ActionRow::ActionRow(Theme& theme, const BreakpointAction& action, QWidget* parent)
    : QWidget(parent)
    , m_kind(new QComboBox(this))
    , m_first(new QLineEdit(this))
    , m_second(new QLineEdit(this))
{
    const Filled filled = std::visit(ToFields {}, action);
    for (const KindForm& form : kForms)
        m_kind->addItem(tr(form.label));
    m_kind->setCurrentIndex(static_cast<int>(filled.kind));
    m_kind->setAccessibleName(tr("What it does"));
    m_first->setText(toText(filled.first));
    m_second->setText(toText(filled.second));
    for (QLineEdit* edit : {m_first, m_second}) {
        edit->setFont(theme.codeFont());
        connect(edit, &QLineEdit::textChanged, this, &ActionRow::changed);
    }
    auto* remove = new QToolButton(this);
    remove->setIcon(theme.icon(u"close"_s));
    remove->setIconSize({10, 10});
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Take this away"));
    remove->setAccessibleName(remove->toolTip());
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(metrics::kSpacing);
    line->addWidget(m_kind);
    line->addWidget(m_first, 2);
    line->addWidget(m_second, 2);
    line->addStretch(1);
    line->addWidget(remove);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        updateFields();
        emit changed();
    });
    connect(remove, &QToolButton::clicked, this, &ActionRow::removeRequested);
    updateFields();
}

void ActionRow::updateFields()
{
    const KindForm& form = kForms.at(static_cast<std::size_t>(m_kind->currentIndex()));
    const auto fill = [](QLineEdit* edit, const char* text) {
        const QString shown = *text == '\0' ? QString() : tr(text);
        edit->setPlaceholderText(shown);
        edit->setAccessibleName(shown);
        edit->setVisible(!shown.isEmpty());
    };
    fill(m_first, form.first);
    fill(m_second, form.second);
}

BreakpointAction ActionRow::action() const
{
    return toAction(static_cast<ActionKind>(m_kind->currentIndex()),
                    m_first->text().toStdString(),
                    m_second->text().toStdString());
}

ActionsEditor::ActionsEditor(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_rows(new QVBoxLayout)
{
    auto* add = new QPushButton(theme.icon(u"add"_s), tr("And also"), this);
    add->setToolTip(tr("Let it do one thing more"));
    add->setAutoDefault(false);
    m_rows->setSpacing(metrics::kSpacing);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpacing);
    column->addLayout(m_rows);
    column->addWidget(add, 0, Qt::AlignLeft);
    connect(add, &QPushButton::clicked, this, [this] { addRow(engine::LogAction {}); });
}

QList<ActionRow*> ActionsEditor::rows() const
{
    QList<ActionRow*> rows;
    for (int i = 0; i < m_rows->count(); ++i)
        rows << qobject_cast<ActionRow*>(m_rows->itemAt(i)->widget());
    return rows;
}

void ActionsEditor::addRow(const BreakpointAction& action)
{
    auto* row = new ActionRow(m_theme, action, this);
    m_rows->addWidget(row);
    connect(row, &ActionRow::changed, this, &ActionsEditor::changed);
    connect(row, &ActionRow::removeRequested, this, [this, row] {
        m_rows->removeWidget(row);
        row->hide();
        row->deleteLater();
        if (m_rows->count() == 0)
            addRow(engine::PauseAction {});
        emit changed();
    });
    emit changed();
}

void ActionsEditor::setActions(const std::vector<BreakpointAction>& actions)
{
    for (ActionRow* row : rows()) {
        m_rows->removeWidget(row);
        delete row;
    }
    for (const BreakpointAction& action : actions)
        addRow(action);
    if (actions.empty())
        addRow(engine::PauseAction {});
}

std::vector<BreakpointAction> ActionsEditor::actions() const
{
    std::vector<BreakpointAction> actions;
    for (const ActionRow* row : rows())
        actions.push_back(row->action());
    const bool isPause
        = actions.size() == 1 && actions.front() == BreakpointAction(engine::PauseAction {});
    return isPause ? std::vector<BreakpointAction>() : actions;
}

} // namespace gui
