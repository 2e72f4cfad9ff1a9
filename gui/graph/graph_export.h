#pragma once

#include "gui/graph/graph_scene.h"

#include <QByteArray>
#include <QString>

namespace gui {

class Theme;

/// The graph for Graphviz, with names, counts and clusters. Texts are escaped so that dot shows
/// them as they are: neither as its own escapes (\N, \G, \L ...) nor as HTML.
QByteArray toDot(const ExecutionGraph& graph);

/// A text as a quoted DOT string.
QByteArray dotQuoted(const QString& text);

/// The whole scene as a file of its own, in the colours of the theme. GUI thread.
QByteArray toSvg(const GraphScene& scene, const Theme& theme);

/// Likewise at twice the size, or smaller where that would pass `kMaxPngSide`.
inline constexpr int kMaxPngSide = 16'000;
QByteArray toPng(const GraphScene& scene, const Theme& theme);

} // namespace gui
