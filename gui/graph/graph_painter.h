#pragma once

#include "gui/graph/graph_scene.h"

#include <QHash>
#include <QPixmap>

class QPainter;

namespace gui {

class Theme;
enum class ColorRole : std::uint8_t;

/// What stands out in a picture of a scene.
struct GraphEmphasis
{
    std::uint32_t selected = kNoIndex; ///< a card
    std::uint32_t hovered = kNoIndex;
    std::uint32_t selectedFrame = kNoIndex;
    std::uint32_t stopped = kNoIndex; ///< a card: the run stands still there
    std::vector<std::uint32_t> held; ///< cards that are held along with it
    std::vector<bool> hasHit; ///< by card; empty where nothing was searched
    std::vector<bool> isOrigin; ///< by card: holds a text that was asked about; or empty
    std::vector<std::uint32_t> edges; ///< on the way of the selected step; sorted
    bool hasFocus = false;
    bool isLive = false; ///< what is not finished is under way
    bool canFold = true; ///< frames have a mark that closes them
    std::vector<ColorRole> borders; ///< by card; empty: as their steps ended
    std::vector<ColorRole> edgeColors; ///< by edge; empty: as they were gone
};

/// Paints a scene, with less and less detail the smaller it is shown. GUI thread.
class GraphPainter
{
public:
    explicit GraphPainter(const Theme& theme)
        : m_theme(theme)
    { }

    /// Paints what touches `visible` (in scene coordinates) with a painter that is scaled by
    /// `zoom`. With `isVector` icons stay vectors, for SVG.
    struct Pass
    {
        double zoom = 1;
        QRectF visible;
        bool isVector = false;
    };

    void paint(QPainter& painter,
               const GraphScene& scene,
               const GraphEmphasis& emphasis,
               const Pass& pass);

    /// To be called when the theme has changed.
    void forgetIcons() { m_icons.clear(); }

private:
    void paintFrames(QPainter& painter, const GraphScene& scene, const GraphEmphasis& emphasis);
    void paintEdges(QPainter& painter, const GraphScene& scene, const GraphEmphasis& emphasis);
    void paintEdge(QPainter& painter, const GraphCurve& curve, const QColor& color, double width);
    void paintLabels(QPainter& painter, const GraphScene& scene);
    void paintCard(QPainter& painter,
                   const GraphScene& scene,
                   std::uint32_t card,
                   const GraphEmphasis& emphasis);
    void paintBody(QPainter& painter, const GraphCard& card, const GraphNode& node, QColor border);
    void paintOrigin(QPainter& painter, const QRectF& rect) const;
    void paintTexts(QPainter& painter, const GraphScene& scene, std::uint32_t card);
    void paintIcon(QPainter& painter, const QString& name, ColorRole role, const QRectF& rect);
    [[nodiscard]] QColor edgeColor(const GraphEdge& edge) const;

    const Theme& m_theme;
    Pass m_pass;
    QHash<QString, QPixmap> m_icons;
    int m_iconPixels = 0;
};

} // namespace gui
