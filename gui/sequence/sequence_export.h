#pragma once

#include "gui/sequence/sequence_rows.h"

#include <QByteArray>

namespace gui {

class Theme;

/// More rows than this make no picture or text that anybody reads; the rest is left out, and said
/// so.
inline constexpr std::size_t kMostExportedRows = 2'000;

/// A Mermaid sequence diagram of the rows as they are folded now. Texts of strangers are quoted:
/// none can end a line or begin a command.
QByteArray toMermaid(const SequenceRows& rows);

/// A text as it may stand in a Mermaid diagram.
QString mermaidText(const QString& text);

QByteArray toSvg(const SequenceRows& rows, const Theme& theme);
QByteArray toPng(const SequenceRows& rows, const Theme& theme);

} // namespace gui
