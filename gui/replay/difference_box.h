#pragma once

#include <QPlainTextEdit>

#include <string>

namespace gui {

class Theme;

/// What was recorded and what is there now, side by side: one box shows one side, with the words
/// that differ marked. Plain text.
class DifferenceBox : public QPlainTextEdit
{
    Q_OBJECT

public:
    enum class Side : std::uint8_t
    {
        Recorded,
        Now
    };

    DifferenceBox(Side side, const Theme& theme, QWidget* parent = nullptr);

    /// Both texts; JSON is shown with a member a line.
    void setTexts(const std::string& recorded, const std::string& now);

private:
    Side m_side;
    const Theme& m_theme;
};

} // namespace gui
