#include "gui/debug/console_order.h"

#include <array>

namespace gui {

using engine::GoToChange;
using engine::GoToHit;

std::optional<engine::DebugOrder> consoleOrder(const QString& line)
{
    using Which = GoToHit::Which;
    const QString typed = line.trimmed();
    const qsizetype space = typed.indexOf(u' ');
    if (space < 0)
        return {};
    const QString word = typed.left(space);
    const std::string expression = typed.mid(space + 1).trimmed().toStdString();
    // `first == 1` asks for a field of that name.
    constexpr std::u16string_view kOperators = u"=!<>~";
    if (expression.empty()
        || kOperators.find(static_cast<char16_t>(expression.front())) != std::u16string_view::npos)
        return {};

    struct HitWord
    {
        QStringView word;
        Which which;
    };

    constexpr std::array<HitWord, 4> kHits {{{u"first", Which::First},
                                             {u"last", Which::Last},
                                             {u"next", Which::Next},
                                             {u"previous", Which::Previous}}};
    for (const HitWord& hit : kHits) {
        if (word == hit.word)
            return GoToHit {expression, hit.which};
    }
    if (word == u"back" || word == u"change")
        return GoToChange {.watch = 0, .expression = expression, .isBack = word == u"back"};
    return {};
}

} // namespace gui
