#include "gui/theme/tinted_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPaintEngine>
#include <QPainter>
#include <QSvgRenderer>

#include <algorithm>
#include <map>
#include <tuple>

namespace gui {
namespace {

    class TintedIconEngine : public QIconEngine
    {
    public:
        TintedIconEngine(QByteArray svg, const QColor& color, const QColor& disabledColor)
            : m_svg(std::move(svg))
            , m_color(color)
            , m_disabledColor(disabledColor)
        { }

        void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
        {
            if (!isPixels(*painter))
                return render(*painter, rect, mode);
            const QSize size = rect.size() * painter->device()->devicePixelRatioF();
            painter->drawPixmap(rect, rendered(size, mode));
        }

        QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
        {
            return rendered(size, mode);
        }

        QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override
        {
            return rendered(size, mode);
        }

        [[nodiscard]] QIconEngine* clone() const override
        {
            return new TintedIconEngine(m_svg, m_color, m_disabledColor);
        }

    private:
        /// Whether what is painted ends as pixels of the size asked for: not where a view is
        /// zoomed, nor in a file of vectors.
        static bool isPixels(const QPainter& painter)
        {
            return painter.paintEngine()->type() == QPaintEngine::Raster
                && painter.worldTransform().type() <= QTransform::TxTranslate;
        }

        void render(QPainter& painter, const QRect& rect, QIcon::Mode mode) const
        {
            const QColor color = mode == QIcon::Disabled ? m_disabledColor : m_color;
            QSvgRenderer renderer(QByteArray(m_svg).replace("#000000", color.name().toLatin1()));
            painter.save();
            painter.setRenderHint(QPainter::Antialiasing);
            // Room beside an icon is room, no wider icon.
            const int side = std::min(rect.width(), rect.height());
            const int top = rect.top() + (rect.height() - side) / 2;
            renderer.render(&painter, QRect(rect.left(), top, side, side));
            painter.restore();
        }

        /// Rows by the hundred show the same few icons: each is read and drawn once.
        QPixmap rendered(const QSize& size, QIcon::Mode mode)
        {
            constexpr qsizetype kMostKept = 16;
            const bool isDisabled = mode == QIcon::Disabled;
            const auto key = std::tuple(size.width(), size.height(), isDisabled);
            if (const auto kept = m_kept.find(key); kept != m_kept.end())
                return kept->second;
            QPixmap pixmap(size);
            pixmap.fill(Qt::transparent);
            QPainter painter(&pixmap);
            render(painter, pixmap.rect(), mode);
            painter.end();
            if (std::ssize(m_kept) == kMostKept)
                m_kept.clear();
            return m_kept[key] = pixmap;
        }

        QByteArray m_svg;
        QColor m_color;
        QColor m_disabledColor;
        std::map<std::tuple<int, int, bool>, QPixmap> m_kept; ///< by width, height, disabled
    };

} // namespace

QIcon tintedIcon(const QString& svgPath, const QColor& color, const QColor& disabledColor)
{
    QFile file(svgPath);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new TintedIconEngine(file.readAll(), color, disabledColor));
}

} // namespace gui
