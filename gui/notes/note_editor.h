#pragma once

#include "tracestore/model/trace.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace gui {

class SessionContext;

/// Asks for the text of a note. What is written is kept when it is accepted (Ctrl+Enter); an empty
/// text takes the note away. GUI thread; the context outlives it.
class NoteEditor : public QDialog
{
    Q_OBJECT

public:
    /// A new note on a step, or on all of the trace where there is none.
    NoteEditor(SessionContext& context, tracestore::SpanId step, QWidget* parent = nullptr);

    /// A note that is there.
    NoteEditor(SessionContext& context, const std::string& key, QWidget* parent = nullptr);

    void accept() override;

private:
    void setUp(const QString& about, const QString& text);

    SessionContext& m_context;
    tracestore::SpanId m_step;
    std::string m_key; ///< empty: a new one
    QPlainTextEdit* m_text = nullptr;
    QPushButton* m_keep = nullptr;
};

} // namespace gui
