#include "gui/messages/markdown.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kMaxLevel = 6;

    qsizetype leadingSpaces(QStringView line)
    {
        qsizetype count = 0;
        while (count < line.size() && (line[count] == u' ' || line[count] == u'\t'))
            ++count;
        return count;
    }

    bool isRule(QStringView line)
    {
        return line.size() >= 3 && (line[0] == u'-' || line[0] == u'*' || line[0] == u'_')
            && line.count(line[0]) == line.size();
    }

    /// The length of a bullet or number with its blank at the front of a line; 0 where there is
    /// none.
    qsizetype itemMark(QStringView line)
    {
        if (line.size() > 2 && (line[0] == u'-' || line[0] == u'*' || line[0] == u'+')
            && line[1] == u' ')
            return 2;
        qsizetype digits = 0;
        while (digits < line.size() && digits < 4 && line[digits].isDigit())
            ++digits;
        const bool isNumber = digits > 0 && digits + 1 < line.size()
            && (line[digits] == u'.' || line[digits] == u')') && line[digits + 1] == u' ';
        return isNumber ? digits + 2 : 0;
    }

    /// Takes **bold** and `code` out of a line; a mark without its end stays as it stands.
    void readMarks(QStringView line, Paragraph& to)
    {
        for (qsizetype i = 0; i < line.size();) {
            const bool isBold = line.mid(i).startsWith(u"**");
            const bool isCode = line[i] == u'`';
            const qsizetype width = isBold ? 2 : 1;
            const qsizetype end = isBold ? line.indexOf(u"**", i + 2)
                : isCode                 ? line.indexOf(u'`', i + 1)
                                         : -1;
            if (end > i + width) {
                to.marks.push_back(
                    {to.text.size(),
                     end - i - width,
                     isBold ? Paragraph::Mark::Style::Bold : Paragraph::Mark::Style::Code});
                to.text += line.mid(i + width, end - i - width);
                i = end + width;
            } else {
                to.text += line[i++];
            }
        }
    }

    Paragraph readLine(QStringView line)
    {
        Paragraph paragraph;
        const qsizetype indent = leadingSpaces(line);
        const QStringView body = line.mid(indent);
        qsizetype hashes = 0;
        while (hashes < body.size() && hashes < kMaxLevel && body[hashes] == u'#')
            ++hashes;
        if (hashes > 0 && hashes < body.size() && body[hashes] == u' ') {
            paragraph.kind = Paragraph::Kind::Heading;
            paragraph.level = static_cast<int>(hashes);
            readMarks(body.mid(hashes + 1), paragraph);
        } else if (isRule(body)) {
            paragraph.kind = Paragraph::Kind::Rule;
        } else if (const qsizetype mark = itemMark(body); mark > 0) {
            paragraph.kind = Paragraph::Kind::Item;
            paragraph.level = static_cast<int>(std::min<qsizetype>(indent / 2, kMaxLevel));
            paragraph.mark
                = mark == 2 && !body[0].isDigit() ? u"•"_s : body.left(mark - 1).toString();
            readMarks(body.mid(mark), paragraph);
        } else if (body.startsWith(u"> ")) {
            paragraph.kind = Paragraph::Kind::Quote;
            readMarks(body.mid(2), paragraph);
        } else {
            readMarks(line, paragraph);
        }
        return paragraph;
    }

} // namespace

std::vector<Paragraph> readMarkdown(const QString& text)
{
    std::vector<Paragraph> paragraphs;
    bool isInCode = false;
    for (const QStringView line : QStringView(text).tokenize(u'\n')) {
        const QStringView body = line.trimmed();
        if (body.startsWith(u"```") || body.startsWith(u"~~~")) {
            isInCode = !isInCode;
            if (isInCode)
                paragraphs.push_back(
                    {.kind = Paragraph::Kind::Code, .mark = body.mid(3).toString()});
        } else if (isInCode) {
            QString& code = paragraphs.back().text;
            if (!code.isEmpty())
                code += u'\n';
            code += line;
        } else {
            paragraphs.push_back(readLine(line));
        }
    }
    return paragraphs;
}

} // namespace gui
