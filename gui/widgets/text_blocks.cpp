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

    /// Cuts a text from its beginning on. Each character is looked at once, whatever the lines are.
    class Cutter
    {
    public:
        explicit Cutter(QStringView text)
            : m_text(text)
        {
            goToLineEnd(0);
        }

        struct Piece
        {
            qsizetype end = 0;
            std::int32_t lineEnds = 0;
        };

        /// The piece that begins where the one before ended.
        Piece next(qsizetype start)
        {
            // Up to the last line end that keeps it near the wanted length, else the first behind.
            Piece piece {start, 0};
            const qsizetype wanted = start + TextBlocks::kWanted;
            const qsizetype limit = std::min(start + TextBlocks::kMax, m_text.size());
            while (m_lineEnd < std::min(wanted, m_text.size()))
                takeLine(piece);
            if (m_text.size() <= wanted)
                piece.end = m_text.size();
            else if (piece.lineEnds == 0 && m_lineEnd < limit)
                takeLine(piece);
            else if (piece.lineEnds == 0)
                piece.end = limit - (isWithinCharacter(limit) ? 1 : 0);
            return piece;
        }

    private:
        void takeLine(Piece& piece)
        {
            piece.end = m_lineEnd + 1;
            ++piece.lineEnds;
            goToLineEnd(piece.end);
        }

        void goToLineEnd(qsizetype from)
        {
            const qsizetype found = m_text.indexOf(kLineEnd, from);
            m_lineEnd = found < 0 ? m_text.size() : found;
        }

        [[nodiscard]] bool isWithinCharacter(qsizetype at) const
        {
            return at < m_text.size() && m_text[at].isLowSurrogate();
        }

        QStringView m_text;
        qsizetype m_lineEnd
            = 0; ///< the first that is in no piece yet; the size where there is none
    };

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
    Cutter cutter(text);
    for (qsizetype start = 0; start < text.size();) {
        const auto [end, lineEnds] = cutter.next(start);
        const QStringView piece = QStringView(text).mid(start, end - start);
        m_blocks.push_back({.start = start,
                            .length = static_cast<std::int32_t>(end - start),
                            .lines = std::max(1, lineEnds),
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
