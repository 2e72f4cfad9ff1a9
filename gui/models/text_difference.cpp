#include "gui/models/text_difference.h"

#include "gui/theme/format.h"
#include "tracestore/compare/text_difference.h"

#include <QStringList>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    DifferenceLine::Kind kindOf(tracestore::DifferenceLine::Kind kind)
    {
        switch (kind) {
        case tracestore::DifferenceLine::Kind::Removed:
            return DifferenceLine::Kind::Removed;
        case tracestore::DifferenceLine::Kind::Added:
            return DifferenceLine::Kind::Added;
        case tracestore::DifferenceLine::Kind::LeftOut:
            return DifferenceLine::Kind::LeftOut;
        case tracestore::DifferenceLine::Kind::Same:
            break;
        }
        return DifferenceLine::Kind::Same;
    }

    /// The same line with places in characters of Qt.
    DifferenceLine lineOf(const tracestore::DifferenceLine& from)
    {
        DifferenceLine line {.kind = kindOf(from.kind), .text = {}, .changed = {}};
        const std::string_view text(from.text);
        std::size_t at = 0;
        for (const auto& [first, size] : from.changed) {
            line.text += toText(text.substr(at, first - at));
            const QString changed = toText(text.substr(first, size));
            line.changed.push_back({line.text.size(), changed.size()});
            line.text += changed;
            at = first + size;
        }
        line.text += toText(text.substr(at));
        return line;
    }

    QString readableJson(std::string_view json)
    {
        return visibleText(toText(tracestore::readableText(json)));
    }

} // namespace

std::vector<DifferenceLine> differenceOf(const QString& before, const QString& after)
{
    std::vector<DifferenceLine> lines;
    for (const tracestore::DifferenceLine& line :
         tracestore::differenceOf(before.toStdString(), after.toStdString()))
        lines.push_back(lineOf(line));
    return lines;
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
        const QStringView sign = line.kind == DifferenceLine::Kind::Removed ? u"- "
            : line.kind == DifferenceLine::Kind::Added                      ? u"+ "
                                                                            : u"  ";
        texts << sign.toString() + line.text;
    }
    return texts.join(u'\n');
}

} // namespace gui
