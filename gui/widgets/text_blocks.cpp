#include "gui/widgets/text_blocks.h"

#include <algorithm>

namespace gui {

namespace {

    constexpr QChar kLineEnd = u'\n';

    bool isFence(QStringView line)
    {
        const QStringView text = line.trimmed();
        return text.startsWith(u"```") || text.startsWith(u"~~~");
    }

    /// Where the piece that begins at `start` ends.
    qsizetype pieceEnd(const QString& text, qsizetype start)
    {
        const qsizetype limit = std::min(start + TextBlocks::kMax, text.size());
        if (limit == text.size() && limit - start <= TextBlocks::kWanted)
            return limit;
        // The last line end that keeps the piece near the wanted length, else the first behind.
        const QStringView wanted = QStringView(text).mid(start, TextBlocks::kWanted);
        if (const qsizetype last = wanted.lastIndexOf(kLineEnd); last >= 0)
            return start + last + 1;
        const QStringView piece = QStringView(text).mid(start, limit - start);
        if (const qsizetype next = piece.indexOf(kLineEnd); next >= 0)
            return start + next + 1;
        if (limit < text.size() && text[limit].isLowSurrogate())
            return limit - 1;
        return limit;
    }

    bool endsInString(QStringView text, bool isIn)
    {
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (isIn && text[i] == u'\\')
                ++i;
            else if (text[i] == u'"')
                isIn = !isIn;
            else if (text[i] == kLineEnd)
                isIn = false;
        }
        return isIn;
    }

    bool endsInFence(QStringView text, bool isIn)
    {
        for (const QStringView line : text.tokenize(kLineEnd))
            isIn ^= isFence(line);
        return isIn;
    }

    qsizetype stringEnd(QStringView text, qsizetype i)
    {
        for (; i < text.size(); ++i) {
            if (text[i] == u'\\')
                ++i;
            else if (text[i] == u'"' || text[i] == kLineEnd)
                return i + 1;
        }
        return text.size();
    }

    bool isWordChar(QChar c)
    {
        return c.isLetterOrNumber() || c == u'-' || c == u'+' || c == u'.';
    }

} // namespace

TextBlocks::TextBlocks(const QString& text, TextSyntax syntax)
{
    bool inFence = false;
    bool inString = false;
    for (qsizetype start = 0; start < text.size();) {
        const qsizetype end = pieceEnd(text, start);
        const QStringView piece = QStringView(text).mid(start, end - start);
        m_blocks.push_back({.start = start,
                            .length = static_cast<std::int32_t>(end - start),
                            .lines = std::max(1, static_cast<int>(piece.count(kLineEnd))),
                            .isContinued = start > 0 && text[start - 1] != kLineEnd,
                            .startsInFence = inFence,
                            .startsInString = inString});
        if (syntax == TextSyntax::Markdown)
            inFence = endsInFence(piece, inFence);
        else if (syntax == TextSyntax::Json)
            inString = endsInString(piece, inString);
        start = end;
    }
    if (m_blocks.empty() || text.endsWith(kLineEnd))
        m_blocks.push_back({.start = text.size()});
}

std::size_t TextBlocks::blockAt(qsizetype position) const
{
    const auto next = std::ranges::upper_bound(m_blocks, position, {}, &Block::start);
    return next == m_blocks.begin() ? 0 : static_cast<std::size_t>(next - m_blocks.begin()) - 1;
}

std::vector<TextStyle> jsonStyles(QStringView text, bool startsInString)
{
    std::vector<TextStyle> styles;
    for (qsizetype i = 0; i < text.size();) {
        const QChar c = text[i];
        if ((i == 0 && startsInString) || c == u'"') {
            const qsizetype end = stringEnd(text, i == 0 && startsInString ? 0 : i + 1);
            qsizetype next = end;
            while (next < text.size() && text[next].isSpace())
                ++next;
            const bool isKey = next < text.size() && text[next] == u':';
            styles.push_back({i, end - i, isKey ? TextStyle::Role::Key : TextStyle::Role::String});
            i = end;
        } else if (isWordChar(c)) {
            const qsizetype start = i;
            while (i < text.size() && isWordChar(text[i]))
                ++i;
            const bool isNumber = c.isDigit() || c == u'-';
            styles.push_back(
                {start, i - start, isNumber ? TextStyle::Role::Number : TextStyle::Role::Keyword});
        } else {
            ++i;
        }
    }
    return styles;
}

std::vector<TextStyle> fenceStyles(QStringView text, bool startsInFence)
{
    std::vector<TextStyle> styles;
    bool isIn = startsInFence;
    qsizetype start = 0;
    for (const QStringView line : text.tokenize(kLineEnd)) {
        const bool isMark = isFence(line);
        if ((isIn || isMark) && !line.isEmpty())
            styles.push_back({start, line.size(), TextStyle::Role::Code});
        isIn ^= isMark;
        start += line.size() + 1;
    }
    return styles;
}

} // namespace gui
