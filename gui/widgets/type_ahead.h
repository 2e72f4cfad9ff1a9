#pragma once

#include <QElapsedTimer>
#include <QString>

namespace gui {

/// What was typed into a list to go to a row by its name, one letter soon after another.
class TypeAhead
{
public:
    /// Takes what was typed now. The same letter again goes on to the next name with it.
    void take(const QString& typed);

    /// What the name begins with.
    [[nodiscard]] const QString& text() const { return m_text; }

    /// The row behind which to look from `current` on, -1 for all: a longer text may still mean the
    /// row that the shorter one found.
    [[nodiscard]] int from(int current) const;

private:
    QString m_text;
    QElapsedTimer m_age;
    bool m_isLonger = false;
};

} // namespace gui
