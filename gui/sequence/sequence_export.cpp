#include "gui/sequence/sequence_export.h"

#include "gui/sequence/sequence_painter.h"
#include "gui/sequence/sequence_texts.h"
#include "gui/theme/theme.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

namespace gui {

using namespace Qt::StringLiterals;

using Kind = SequenceItem::Kind;

namespace {

    constexpr int kMaxPngSide = 16'000;

    QString participantId(std::uint32_t index)
    {
        return u'P' + QString::number(index);
    }

    QString itemLines(const Sequence& sequence, const SequenceItem& item)
    {
        const QString from = participantId(item.from);
        const QString to = participantId(item.to);
        const QString label = mermaidText(itemLabel(sequence, item, {}));
        // An arrow with a cross is how the diagram says that something failed.
        const QString answer = item.isError ? u"--x"_s : u"-->>"_s;
        switch (item.kind) {
        case Kind::Own:
            return u"note over "_s + from + u": "_s + label + u'\n';
        case Kind::RoundTrip: {
            SequenceItem asked = item;
            asked.isError = false;
            return from + u"->>"_s + to + u": "_s + mermaidText(itemLabel(sequence, asked, {}))
                + u'\n' + to + answer + from + u": "_s
                + (item.isError ? label : mermaidText(itemFigures(sequence, item))) + u'\n';
        }
        case Kind::Result:
            return from + answer + to + u": "_s + label + u'\n';
        case Kind::Message:
        case Kind::Call:
        case Kind::HandOff:
            break;
        }
        return from + u"->>"_s + to + u": "_s + label + u'\n';
    }

    QString cutNote(std::size_t left)
    {
        return QCoreApplication::translate("gui::Sequence", "%1 more rows are left out").arg(left);
    }

    QSize pageSize(const SequenceGeometry& geometry, std::size_t rows)
    {
        return {geometry.width(), SequenceGeometry::kHeader + geometry.height(rows) + 24};
    }

    /// Header, rows and a note on what is left out.
    void paintPage(QPainter& painter, const SequenceRows& rows, const Theme& theme)
    {
        const auto columns = static_cast<int>(rows.sequence().participants.size());
        const SequenceGeometry geometry {.pitch = 180, .columns = columns};
        const std::size_t count = std::min(rows.count(), kMostExportedRows);
        const QRect page(QPoint(), pageSize(geometry, count));
        painter.fillRect(page, theme.color(ColorRole::Panel));
        const SequencePainter pictures(theme, rows, geometry);
        pictures.paintHeader(painter, page);
        painter.translate(0, SequenceGeometry::kHeader);
        pictures.paintRows(painter, 0, count, page);
        pictures.paintGutter(painter, 0, count, SequenceGeometry::kGutter);
        if (count < rows.count()) {
            painter.setPen(theme.color(ColorRole::TextDim));
            painter.drawText(SequenceGeometry::kGutter,
                             geometry.height(count) + 16,
                             cutNote(rows.count() - count));
        }
    }

    QSize sizeOf(const SequenceRows& rows)
    {
        const auto columns = static_cast<int>(rows.sequence().participants.size());
        return pageSize({.pitch = 180, .columns = columns},
                        std::min(rows.count(), kMostExportedRows));
    }

} // namespace

QString mermaidText(const QString& text)
{
    // Entities are the one way to say what would otherwise be a command, a comment or an end.
    QString quoted;
    for (const QChar c : text.left(160)) {
        const char16_t u = c.unicode();
        if (u == '#' || u == ';' || u == '"' || u == '<' || u == '>' || u == '%' || u == '{'
            || u == '}')
            quoted += u'#' + QString::number(u) + u';';
        else
            quoted += u < 0x20 ? QChar(u' ') : c;
    }
    return quoted.isEmpty() ? u" "_s : quoted;
}

QByteArray toMermaid(const SequenceRows& rows)
{
    const Sequence& sequence = rows.sequence();
    QString text = u"sequenceDiagram\n"_s;
    for (std::uint32_t i = 0; i < sequence.participants.size(); ++i) {
        const bool isUser = sequence.participants[i].kind == Participant::Kind::User;
        text += (isUser ? u"actor "_s : u"participant "_s) + participantId(i) + u" as "_s
            + mermaidText(participantName(sequence.participants[i])) + u'\n';
    }
    std::uint32_t loop = SequenceItem::kNone;
    const std::size_t count = std::min(rows.count(), kMostExportedRows);
    for (std::size_t i = 0; i < count; ++i) {
        const SequenceRow& row = rows.at(i);
        if (loop != SequenceItem::kNone && row.loop != loop)
            text += u"end\n"_s;
        if (row.isHead())
            text += u"loop "_s + mermaidText(loopTitle(sequence.loops[row.loop])) + u'\n';
        else
            text += itemLines(sequence, sequence.items[row.item]);
        loop = row.loop;
    }
    if (loop != SequenceItem::kNone)
        text += u"end\n"_s;
    if (count < rows.count())
        text += u"%% "_s + cutNote(rows.count() - count) + u'\n';
    return text.toUtf8();
}

QByteArray toSvg(const SequenceRows& rows, const Theme& theme)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setTitle(u"Sequence"_s);
    generator.setSize(sizeOf(rows));
    generator.setViewBox(QRect(QPoint(), sizeOf(rows)));
    QPainter painter(&generator);
    paintPage(painter, rows, theme);
    painter.end();
    return buffer.data();
}

QByteArray toPng(const SequenceRows& rows, const Theme& theme)
{
    const QSize size = sizeOf(rows);
    const double zoom
        = std::min(2.0, static_cast<double>(kMaxPngSide) / std::max(size.width(), size.height()));
    QImage image((QSizeF(size) * zoom).toSize(), QImage::Format_RGB32);
    if (image.isNull())
        return {};
    QPainter painter(&image);
    painter.scale(zoom, zoom);
    paintPage(painter, rows, theme);
    painter.end();
    QBuffer buffer;
    image.save(&buffer, "PNG");
    return buffer.data();
}

} // namespace gui
