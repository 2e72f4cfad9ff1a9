#pragma once

#include "engine/breakpoint/breakpoint.h"

#include <QDialog>

class QComboBox;
class QPlainTextEdit;

namespace gui {

class Theme;

/// Asks what an agent is to get in place of what a step would bring: a text, or an error.
class AnswerDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Mode : std::uint8_t
    {
        Answer,
        Failure
    };

    /// `step` is the name of the tool, model or agent.
    AnswerDialog(Mode mode, const QString& step, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] engine::AnswerAction answer() const;

private:
    Mode m_mode;
    QComboBox* m_type = nullptr; ///< null where it is no failure
    QPlainTextEdit* m_text;
};

} // namespace gui
