#pragma once

#include "engine/config/config_problem.h"

#include <QPlainTextEdit>

namespace gui {

class Theme;

/// The text of a configuration with line numbers and marks on the lines that have problems. Plain
/// text only.
class ConfigEdit : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit ConfigEdit(Theme& theme, QWidget* parent = nullptr);

    void setProblems(std::vector<engine::ConfigProblem> problems);

    /// Puts the cursor where a problem is and brings it into sight.
    void goTo(const engine::ConfigProblem& problem);

    /// Changes the text as far as it differs, so that it can be undone and the place stays.
    void setTextKept(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    friend class ConfigGutter;

    [[nodiscard]] int gutterWidth() const;
    void placeGutter();
    void paintGutter(QPaintEvent* event);
    void followTheme();
    /// 0: none, 1: a warning, 2: an error.
    [[nodiscard]] int levelOf(int line) const;

    Theme& m_theme;
    QWidget* m_gutter;
    std::vector<engine::ConfigProblem> m_problems;
};

} // namespace gui
