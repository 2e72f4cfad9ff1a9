#include "gui/notes/note_editor.h"

#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QString aboutText(const SessionContext& context, tracestore::SpanId step)
    {
        if (!step.isValid())
            return NoteEditor::tr("About all of the trace:");
        const auto& trace = *context.trace();
        const QString name = singleLine(trace.name(step), 100);
        return NoteEditor::tr("About step #%1, %2:")
            .arg(QString::number(step.value), name.isEmpty() ? kindName(trace.kind(step)) : name);
    }

} // namespace

NoteEditor::NoteEditor(SessionContext& context, tracestore::SpanId step, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_step(step)
{
    setWindowTitle(tr("Add Note"));
    setUp(aboutText(context, step), {});
}

NoteEditor::NoteEditor(SessionContext& context, const std::string& key, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_key(key)
{
    setWindowTitle(tr("Change Note"));
    const tracestore::Annotation* const note = context.annotations().book().find(key);
    if (note != nullptr && note->step)
        m_step = findStep(*context.trace(), *note->step);
    setUp(aboutText(context, m_step), note == nullptr ? QString() : toText(note->text));
}

void NoteEditor::setUp(const QString& about, const QString& text)
{
    setObjectName(u"noteEditor"_s);
    auto* column = new QVBoxLayout(this);
    auto* label = new QLabel(about, this);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    column->addWidget(label);
    m_text = new QPlainTextEdit(text, this);
    m_text->setObjectName(u"noteText"_s);
    m_text->setAccessibleName(tr("Text of the note"));
    m_text->setPlaceholderText(tr("What you saw here, what you expected, what to try"));
    m_text->setTabChangesFocus(true);
    column->addWidget(m_text, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_keep = buttons->addButton(tr("Keep"), QDialogButtonBox::AcceptRole);
    m_keep->setDefault(true);
    m_keep->setShortcut(Qt::CTRL | Qt::Key_Return);
    m_keep->setToolTip(tr("Keep the note (Ctrl+Enter)"));
    if (!m_key.empty()) {
        auto* remove = buttons->addButton(tr("Remove"), QDialogButtonBox::DestructiveRole);
        connect(remove, &QPushButton::clicked, this, [this] {
            m_context.annotations().remove({m_key});
            QDialog::reject();
        });
    }
    const auto updateKeep = [this] {
        m_keep->setEnabled(!m_key.empty() || !m_text->toPlainText().trimmed().isEmpty());
    };
    connect(m_text, &QPlainTextEdit::textChanged, this, updateKeep);
    updateKeep();
    connect(buttons, &QDialogButtonBox::accepted, this, &NoteEditor::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    m_text->moveCursor(QTextCursor::End);
    m_text->setFocus();
    resize(460, 240);
}

void NoteEditor::accept()
{
    const QString text = m_text->toPlainText().trimmed();
    Annotations& annotations = m_context.annotations();
    if (!m_key.empty() && text.isEmpty())
        annotations.remove({m_key});
    else if (!m_key.empty())
        annotations.changeNote(m_key, text);
    else if (!text.isEmpty())
        annotations.addNote(m_step, text);
    QDialog::accept();
}

} // namespace gui
