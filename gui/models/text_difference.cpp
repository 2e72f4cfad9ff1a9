#include "gui/models/text_difference.h"

#include "gui/models/json_document.h"
#include "gui/theme/format.h"

#include <QStringList>
#include <QStringView>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using LineKind = DifferenceLine::Kind;

namespace {

    constexpr qsizetype kMostCompared = 100'000;
    constexpr std::size_t kMostCells = 1'000'000;
    constexpr std::size_t kContext = 1; ///< lines that are the same beside a change

    using Pieces = std::vector<QStringView>;

    /// What a sequence has in common with another: true for the pieces that are kept.
    struct Kept
    {
        std::vector<bool> before;
        std::vector<bool> after;
    };

    /// The longest common subsequence of what lies between equal beginnings and ends. Where that
    /// would take too long, nothing between them is held to be common.
    Kept keptOf(const Pieces& before, const Pieces& after)
    {
        Kept kept {std::vector<bool>(before.size()), std::vector<bool>(after.size())};
        std::size_t first = 0;
        while (first < before.size() && first < after.size() && before[first] == after[first]) {
            kept.before[first] = kept.after[first] = true;
            ++first;
        }
        std::size_t m = before.size();
        std::size_t n = after.size();
        while (m > first && n > first && before[m - 1] == after[n - 1])
            kept.before[--m] = kept.after[--n] = true;
        const std::size_t rows = m - first;
        const std::size_t columns = n - first;
        if (rows == 0 || columns == 0 || rows > kMostCells / columns)
            return kept;
        // The length of what is common behind each pair.
        std::vector<std::uint32_t> behind((rows + 1) * (columns + 1));
        const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
            return behind[i * (columns + 1) + j];
        };
        for (std::size_t i = rows; i-- > 0;) {
            for (std::size_t j = columns; j-- > 0;)
                at(i, j) = before[first + i] == after[first + j]
                    ? at(i + 1, j + 1) + 1
                    : std::max(at(i + 1, j), at(i, j + 1));
        }
        for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
            if (before[first + i] == after[first + j])
                kept.before[first + i++] = kept.after[first + j++] = true;
            else if (at(i + 1, j) >= at(i, j + 1))
                ++i;
            else
                ++j;
        }
        return kept;
    }

    bool isWordLetter(QChar letter)
    {
        // Scripts without blanks between words: each character for itself.
        constexpr char16_t kFirstIdeograph = 0x2E80;
        return (letter.isLetterOrNumber() && letter.unicode() < kFirstIdeograph) || letter == u'_'
            || letter.isMark() || letter.isSurrogate();
    }

    /// Words, blanks and single signs.
    Pieces wordsOf(const QString& line)
    {
        Pieces words;
        const QStringView text(line);
        for (qsizetype from = 0; from < text.size();) {
            qsizetype to = from + 1;
            if (isWordLetter(text[from]))
                while (to < text.size() && isWordLetter(text[to]))
                    ++to;
            words.push_back(text.mid(from, to - from));
            from = to;
        }
        return words;
    }

    qsizetype letterCount(QStringView text)
    {
        return std::ranges::count_if(text, [](QChar one) { return one.isLetterOrNumber(); });
    }

    /// A line with its changed words; what is long and the same between them is shortened.
    DifferenceLine markedLine(LineKind kind, const Pieces& words, const std::vector<bool>& kept)
    {
        constexpr qsizetype kLong = 160;
        constexpr qsizetype kEnd = 60;
        DifferenceLine line {.kind = kind, .text = {}, .changed = {}};
        qsizetype keptLetters = 0;
        qsizetype letters = 0;
        for (std::size_t i = 0; i < words.size();) {
            QString stretch;
            const bool isKept = kept[i];
            for (; i < words.size() && kept[i] == isKept; ++i)
                stretch += words[i];
            const qsizetype count = letterCount(stretch);
            letters += count;
            keptLetters += isKept ? count : 0;
            if (isKept && stretch.size() > kLong)
                stretch = stretch.left(kEnd) + u" … "_s + stretch.right(kEnd);
            if (!isKept)
                line.changed.push_back({line.text.size(), stretch.size()});
            line.text += stretch;
        }
        // Of a line that has next to nothing of the other, all would be marked: that says less.
        constexpr qsizetype kLeastKept = 4;
        if (keptLetters * kLeastKept < letters)
            line.changed.clear();
        return line;
    }

    class LineComparison
    {
    public:
        LineComparison(const QString& before, const QString& after)
            : m_before(before.left(kMostCompared).split(u'\n'))
            , m_after(after.left(kMostCompared).split(u'\n'))
            , m_kept(keptOf(viewsOf(m_before), viewsOf(m_after)))
        { }

        std::vector<DifferenceLine> take()
        {
            std::size_t i = 0;
            std::size_t j = 0;
            while (i < m_kept.before.size() || j < m_kept.after.size()) {
                const std::size_t firstRemoved = i;
                const std::size_t firstAdded = j;
                while (i < m_kept.before.size() && !m_kept.before[i])
                    ++i;
                while (j < m_kept.after.size() && !m_kept.after[j])
                    ++j;
                addChange(firstRemoved, i, firstAdded, j);
                const std::size_t firstSame = i;
                while (i < m_kept.before.size() && j < m_kept.after.size() && m_kept.before[i]
                       && m_kept.after[j]) {
                    ++i;
                    ++j;
                }
                addSame(firstSame, i, j == m_kept.after.size() && i == m_kept.before.size());
            }
            return std::move(m_lines);
        }

    private:
        static Pieces viewsOf(const QStringList& lines) { return {lines.begin(), lines.end()}; }

        [[nodiscard]] const QString& before(std::size_t line) const
        {
            return m_before[static_cast<qsizetype>(line)];
        }

        [[nodiscard]] const QString& after(std::size_t line) const
        {
            return m_after[static_cast<qsizetype>(line)];
        }

        /// Lines that stand for each other are compared word by word.
        void addChange(std::size_t removed,
                       std::size_t endOfRemoved,
                       std::size_t added,
                       std::size_t endOfAdded)
        {
            std::vector<DifferenceLine> put;
            for (std::size_t k = 0; removed + k < endOfRemoved || added + k < endOfAdded; ++k) {
                const bool isRemoved = removed + k < endOfRemoved;
                const bool isAdded = added + k < endOfAdded;
                const Pieces old = isRemoved ? wordsOf(before(removed + k)) : Pieces();
                const Pieces now = isAdded ? wordsOf(after(added + k)) : Pieces();
                const Kept kept = keptOf(old, now);
                if (isRemoved)
                    m_lines.push_back(markedLine(LineKind::Removed, old, kept.before));
                if (isAdded)
                    put.push_back(markedLine(LineKind::Added, now, kept.after));
            }
            std::ranges::move(put, std::back_inserter(m_lines));
        }

        void addSame(std::size_t first, std::size_t end, bool isLast)
        {
            constexpr qsizetype kEnough = 160;
            const std::size_t above = m_lines.empty() ? 0 : kContext;
            const std::size_t below = isLast ? 0 : kContext;
            const bool isAll = end - first <= above + below + 1;
            for (std::size_t line = first; line < end; ++line) {
                const bool isBeside = line < first + above || line + below >= end;
                QString text = before(line);
                if (text.size() > kEnough)
                    text = text.left(kEnough) + u'…';
                if (isAll || isBeside)
                    m_lines.push_back({LineKind::Same, std::move(text), {}});
                else if (m_lines.empty() || m_lines.back().kind != LineKind::LeftOut)
                    m_lines.push_back({LineKind::LeftOut, u"⋮"_s, {}});
            }
        }

        QStringList m_before;
        QStringList m_after;
        Kept m_kept;
        std::vector<DifferenceLine> m_lines;
    };

    QString readableJson(std::string_view json)
    {
        const auto document = JsonDocument::parse(std::string(json));
        if (!document)
            return visibleText(toText(json));
        const auto& value = **document;
        if (value.type(value.root()) == JsonType::String)
            return visibleText(toText(value.stringAt(value.root())));
        return visibleText(toText(prettyJson(value)));
    }

} // namespace

std::vector<DifferenceLine> differenceOf(const QString& before, const QString& after)
{
    if (before == after)
        return {};
    return LineComparison(before, after).take();
}

std::vector<DifferenceLine> jsonDifference(std::string_view before, std::string_view after)
{
    if (before.empty() && after.empty())
        return {};
    // What was not there has no lines, not one that is empty.
    if (before.empty() || after.empty()) {
        std::vector<DifferenceLine> lines = differenceOf(readableJson(before), readableJson(after));
        std::erase_if(lines, [](const DifferenceLine& line) { return line.text.isEmpty(); });
        return lines;
    }
    return differenceOf(readableJson(before), readableJson(after));
}

QString differenceText(const std::vector<DifferenceLine>& lines)
{
    QStringList texts;
    for (const DifferenceLine& line : lines) {
        const QStringView sign = line.kind == LineKind::Removed ? u"- "
            : line.kind == LineKind::Added                      ? u"+ "
                                                                : u"  ";
        texts << sign.toString() + line.text;
    }
    return texts.join(u'\n');
}

} // namespace gui
