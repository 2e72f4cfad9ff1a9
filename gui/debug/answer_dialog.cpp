#include "gui/debug/answer_dialog.h"

#include "gui/theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

AnswerDialog::AnswerDialog(Mode mode, const QString& step, const Theme& theme, QWidget* parent)
    : QDialog(parent)
    , m_mode(mode)
    , m_text(new QPlainTextEdit(this))
{
    const bool isFailure = mode == Mode::Failure;
    setObjectName(isFailure ? u"failDialog"_s : u"answerDialog"_s);
    setWindowTitle(isFailure ? tr("Fail With an Error") : tr("Answer Instead"));
    auto* column = new QVBoxLayout(this);
    auto* what
        = new QLabel(isFailure ? tr("%1 is not called. The agent gets this error:").arg(step)
                               : tr("%1 is not called. The agent gets this answer:").arg(step),
                     this);
    what->setTextFormat(Qt::PlainText);
    what->setWordWrap(true);
    column->addWidget(what);
    if (isFailure) {
        m_type = new QComboBox(this);
        m_type->setObjectName(u"failType"_s);
        m_type->setEditable(true);
        m_type->setAccessibleName(tr("Type of the error"));
        m_type->addItems({u"timeout"_s,
                          u"http_503"_s,
                          u"http_500"_s,
                          u"rate_limit"_s,
                          u"invalid_arguments"_s,
                          u"permission_denied"_s,
                          u"not_found"_s});
        column->addWidget(m_type);
    }
    m_text->setObjectName(u"answerText"_s);
    m_text->setAccessibleName(isFailure ? tr("Message of the error") : tr("Answer"));
    m_text->setPlaceholderText(isFailure ? tr("Message of the error") : tr("A text, or JSON"));
    m_text->setFont(theme.codeFont());
    m_text->setTabChangesFocus(true);
    column->addWidget(m_text, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* give
        = buttons->addButton(isFailure ? tr("Fail") : tr("Answer"), QDialogButtonBox::AcceptRole);
    give->setDefault(true);
    give->setShortcut(Qt::CTRL | Qt::Key_Return);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    m_text->setFocus();
    resize(480, isFailure ? 240 : 300);
}

engine::AnswerAction AnswerDialog::answer() const
{
    engine::AnswerAction action;
    action.text = m_text->toPlainText().toStdString();
    if (m_mode == Mode::Failure) {
        action.status = tracestore::OutcomeStatus::Error;
        action.errorType = m_type->currentText().trimmed().toStdString();
        if (action.text.empty())
            action.text = tr("The debugger made this call fail.").toStdString();
    }
    return action;
}

} // namespace gui
