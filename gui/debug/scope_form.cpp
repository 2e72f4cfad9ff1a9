#include "gui/debug/scope_form.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCompleter>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>

namespace gui {

ScopeForm::ScopeForm(QWidget* parent)
    : QWidget(parent)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::kMargin);
    grid->setVerticalSpacing(metrics::kSpacing);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    m_tool = addEdit(tr("&Tool"), 0, 0);
    m_agent = addEdit(tr("&Agent"), 0, 1);
    m_model = addEdit(tr("&Model"), 1, 0);
    m_session = addEdit(tr("&Session"), 1, 1);
}

QLineEdit* ScopeForm::addEdit(const QString& label, int row, int column)
{
    auto* edit = new QLineEdit(this);
    edit->setPlaceholderText(tr("any"));
    edit->setToolTip(tr("A name; * stands for any letters. Empty: any."));
    auto* text = new QLabel(label, this);
    text->setBuddy(edit);
    QString name = label;
    edit->setAccessibleName(name.remove(u'&'));
    auto* grid = static_cast<QGridLayout*>(layout());
    grid->addWidget(text, row, 2 * column);
    grid->addWidget(edit, row, 2 * column + 1);
    connect(edit, &QLineEdit::textChanged, this, &ScopeForm::changed);
    return edit;
}

void ScopeForm::setScope(const engine::StepScope& scope)
{
    m_agent->setText(toText(scope.agent));
    m_tool->setText(toText(scope.tool));
    m_model->setText(toText(scope.model));
    m_session->setText(toText(scope.session));
}

engine::StepScope ScopeForm::scope() const
{
    const auto textOf = [](const QLineEdit* edit) {
        return edit->isEnabled() ? edit->text().trimmed().toStdString() : std::string();
    };
    return {.agent = textOf(m_agent),
            .tool = textOf(m_tool),
            .model = textOf(m_model),
            .session = textOf(m_session)};
}

void ScopeForm::setUsable(bool hasTool, bool hasModel)
{
    const auto use = [this](QLineEdit* edit, bool isUsed) {
        edit->setEnabled(isUsed);
        edit->setPlaceholderText(isUsed ? tr("any") : tr("not of this kind"));
    };
    use(m_tool, hasTool);
    use(m_model, hasModel);
    emit changed();
}

/// A click beside what is offered only closes it: what is typed next would go into this form, and
/// not where one has clicked.
bool ScopeForm::eventFilter(QObject* watched, QEvent* event)
{
    auto* popup = qobject_cast<QAbstractItemView*>(watched);
    if (popup == nullptr || event->type() != QEvent::MouseButtonPress)
        return QWidget::eventFilter(watched, event);
    const QPoint at = static_cast<QMouseEvent*>(event)->globalPosition().toPoint();
    if (popup->rect().contains(popup->mapFromGlobal(at)))
        return false;
    popup->hide();
    QWidget* below = QApplication::widgetAt(at);
    if (below != nullptr && (below->focusPolicy() & Qt::ClickFocus) != 0)
        below->setFocus(Qt::MouseFocusReason);
    return true;
}

void ScopeForm::setValues(const tracestore::CompletionValues& values)
{
    const auto complete = [&](QLineEdit* edit, std::string_view field) {
        QStringList texts;
        for (const auto& value : values.of(field))
            texts << toText(value.text);
        auto* completer = new QCompleter(texts, edit);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        completer->setFilterMode(Qt::MatchContains);
        edit->setCompleter(completer);
        completer->popup()->installEventFilter(this);
    };
    complete(m_agent, "agent");
    complete(m_tool, "tool");
    complete(m_model, "model");
    complete(m_session, "session");
}

} // namespace gui
