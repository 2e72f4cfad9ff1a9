#include "gui/debug/condition_form.h"

#include "gui/context/in_background.h"
#include "gui/debug/scope_form.h"
#include "gui/search/query_edit.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

namespace {

    QString problemText(const engine::BreakpointProblem& problem, const QString& condition)
    {
        QString text = toText(problem.message);
        if (problem.length > 0) {
            const QByteArray before = condition.toUtf8().left(qsizetype(problem.position));
            text = ConditionForm::tr("Character %1: %2")
                       .arg(QString::number(QString::fromUtf8(before).size() + 1), text);
        }
        return problem.hint.empty() ? text : QString(text + u'\n' + toText(problem.hint));
    }

} // namespace

ConditionForm::ConditionForm(Theme& theme, ScopeForm& scope, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_scope(scope)
    , m_edit(new QueryEdit(theme, this))
    , m_problem(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpacing);
    column->addWidget(m_edit);
    column->addWidget(m_problem);
    m_edit->setPlaceholderText(tr("always, or: args.amount > 500"));
    m_edit->setAccessibleName(tr("Condition"));
    setFocusProxy(m_edit);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    connect(m_edit, &QLineEdit::textChanged, this, &ConditionForm::changed);
    connect(&theme, &Theme::changed, this, &ConditionForm::followTheme);
    followTheme();
}

void ConditionForm::followTheme()
{
    m_edit->setFont(m_theme.codeFont());
    m_problem->setFont(m_theme.smallFont());
    QPalette colors = m_problem->palette();
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Error));
    m_problem->setPalette(colors);
}

QString ConditionForm::text() const
{
    return m_edit->text().trimmed();
}

void ConditionForm::setText(const QString& text)
{
    m_edit->setText(text);
}

QString ConditionForm::problem() const
{
    return m_problem->text();
}

void ConditionForm::setProblem(const std::optional<engine::BreakpointProblem>& problem)
{
    m_problem->setText(problem ? problemText(*problem, text()) : QString());
    m_problem->setVisible(problem.has_value());
}

void ConditionForm::loadValues(const tracestore::TracePtr& trace)
{
    const auto count = [trace] { return std::make_shared<tracestore::CompletionValues>(*trace); };
    inBackground(this, count, [this](const std::shared_ptr<tracestore::CompletionValues>& values) {
        m_scope.setValues(*values);
        m_edit->setValues(std::move(*values));
    });
}

QDialogButtonBox* addKeepButtons(QDialog& dialog, bool isNew)
{
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, &dialog);
    buttons->button(QDialogButtonBox::Ok)
        ->setText(isNew ? ConditionForm::tr("Add") : ConditionForm::tr("Keep"));
    for (QAbstractButton* button : buttons->buttons())
        button->setIcon({});
    QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    return buttons;
}

QWidget* mainWindowOf(QWidget& view)
{
    QWidget* window = view.window();
    while (window->parentWidget() != nullptr)
        window = window->parentWidget()->window();
    return window;
}

} // namespace gui
