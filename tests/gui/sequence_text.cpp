#include "tests/gui/sequence_text.h"

#include "gui/sequence/sequence_texts.h"

namespace tests {

using gui::Sequence;
using gui::SequenceItem;

namespace {

    std::string_view arrow(SequenceItem::Kind kind)
    {
        switch (kind) {
        case SequenceItem::Kind::RoundTrip:
            return " <-> ";
        case SequenceItem::Kind::Result:
            return " --> ";
        case SequenceItem::Kind::HandOff:
            return " => ";
        default:
            return " -> ";
        }
    }

    std::string itemText(const Sequence& sequence, const SequenceItem& item)
    {
        const auto name = [&](std::uint32_t index) {
            return gui::participantName(sequence.participants[index]).toStdString();
        };
        std::string text = name(item.from);
        if (item.kind != SequenceItem::Kind::Own)
            text.append(arrow(item.kind)).append(name(item.to));
        text += ": " + gui::itemLabel(sequence, item, {}).toStdString();
        return item.isError ? text + " !" : text;
    }

} // namespace

std::string sequenceText(const gui::SequenceRows& rows)
{
    std::string text;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        const gui::SequenceRow& row = rows.at(i);
        if (row.isHead()) {
            const gui::SequenceLoop& loop = rows.sequence().loops[row.loop];
            text += "loop " + std::to_string(loop.rounds) + " x " + std::to_string(loop.period);
            if (rows.failuresIn(row.loop) > 0)
                text += " [" + std::to_string(rows.failuresIn(row.loop)) + " failed]";
        } else {
            text += row.loop == SequenceItem::kNone ? "" : "  ";
            text += itemText(rows.sequence(), rows.sequence().items[row.item]);
        }
        text += '\n';
    }
    return text;
}

} // namespace tests
