#include "gui/widgets/type_ahead.h"

#include <QGuiApplication>
#include <QStyleHints>

#include <algorithm>

namespace gui {

void TypeAhead::take(const QString& typed)
{
    const auto limit = QGuiApplication::styleHints()->keyboardInputInterval();
    const bool isMore = m_age.isValid() && m_age.elapsed() < limit;
    m_age.start();
    m_isLonger = isMore && m_text != typed;
    m_text = m_isLonger ? QString(m_text + typed) : typed;
}

int TypeAhead::from(int current) const
{
    return std::max(current - (m_isLonger ? 1 : 0), -1);
}

} // namespace gui
