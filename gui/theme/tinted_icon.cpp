#include "gui/theme/tinted_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

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
            const QColor color = mode == QIcon::Disabled ? m_disabledColor : m_color;
            QSvgRenderer renderer(QByteArray(m_svg).replace("#000000", color.name().toLatin1()));
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            renderer.render(painter, rect);
            painter->restore();
        }

        QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
        {
            return scaledPixmap(size, mode, state, 1);
        }

        QPixmap
        scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override
        {
            QPixmap pixmap(size);
            pixmap.fill(Qt::transparent);
            QPainter painter(&pixmap);
            paint(&painter, pixmap.rect(), mode, state);
            return pixmap;
        }

        [[nodiscard]] QIconEngine* clone() const override
        {
            return new TintedIconEngine(m_svg, m_color, m_disabledColor);
        }

    private:
        QByteArray m_svg;
        QColor m_color;
        QColor m_disabledColor;
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
