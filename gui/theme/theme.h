#pragma once

#include "tracestore/model/span.h"

#include <QColor>
#include <QFont>
#include <QHash>
#include <QIcon>
#include <QObject>

#include <array>

class QApplication;

namespace gui {

/// What a colour is for. The names in resources/themes/*.json are these, in lower camel case.
enum class ColorRole : std::uint8_t
{
    Window,
    Panel,
    Raised,
    Hairline,
    Text,
    TextDim,
    TextFaint,
    Accent,
    AccentText,
    Selection,
    SelectionInactive,
    Hover,
    Focus,
    Agent,
    Model,
    Tool,
    User,
    Turn,
    Retrieval,
    Memory,
    Guardrail,
    Event,
    Other,
    Error,
    Warning,
    Paused,
    Ok,
    AddedBackground,
    RemovedBackground,
    NewBackground,
    CodeBackground,
    JsonKey,
    JsonString,
    JsonNumber,
    JsonKeyword,
    Link,
    LaneEven,
    LaneOdd,
    GridLine,
    Scrollbar,
    Hit,
    HitBackground,
    Origin,
    OriginBackground,
    SideA, ///< of a comparison, what only A has
    SideB,
    Changed, ///< what both have, and have otherwise
    BadgeText,
};

/// Sizes in device-independent pixels, the same in every view so that they line up.
namespace metrics {
    inline constexpr int kRowHeight = 22;
    inline constexpr int kHeaderHeight = 28;
    inline constexpr int kToolBarHeight = 40;
    inline constexpr int kStatusBarHeight = 26;
    inline constexpr int kSpacing = 4;
    inline constexpr int kMargin = 8;
    inline constexpr int kIconSize = 16;
    inline constexpr int kRadius = 4;
} // namespace metrics

/// Colours by role, fonts and tinted icons. One object for the program, made before the widgets
/// and outliving them; GUI thread. Widgets that keep derived things listen to changed().
class Theme : public QObject
{
    Q_OBJECT

public:
    /// Starts with `id` (see available()), or with one that suits the desktop where it is empty.
    explicit Theme(const QString& id = {}, QObject* parent = nullptr);

    /// `dark`, `light`, `contrast`.
    static QStringList available();

    [[nodiscard]] const QString& id() const { return m_id; }

    /// Changes the colours of the whole program at once.
    void select(const QString& id);

    /// Style, palette, font and style sheet of the program, now and at each change.
    void applyTo(QApplication& application);

    [[nodiscard]] QColor color(ColorRole role) const
    {
        return m_colors[static_cast<std::size_t>(role)];
    }

    [[nodiscard]] QColor kindColor(tracestore::SpanKind kind) const;

    /// Proportional text 13 px, small text 12 px, and code or data 12 px in a fixed pitch. Figures
    /// in them have equal widths where the font can.
    [[nodiscard]] const QFont& textFont() const { return m_textFont; }

    [[nodiscard]] const QFont& smallFont() const { return m_smallFont; }

    [[nodiscard]] const QFont& codeFont() const { return m_codeFont; }

    /// An icon of resources/icons by name (`kind-llm`), in a colour of the theme; sharp at any
    /// scale. Cached.
    [[nodiscard]] QIcon icon(const QString& name, ColorRole role = ColorRole::TextDim) const;
    [[nodiscard]] QIcon kindIcon(tracestore::SpanKind kind) const;

    /// The name of the icon of a kind: `kind-llm`.
    static QString kindIconName(tracestore::SpanKind kind);

signals:
    void changed();

private:
    static constexpr std::size_t kRoles = static_cast<std::size_t>(ColorRole::BadgeText) + 1;

    bool load(const QString& id);
    [[nodiscard]] QString styleSheet() const;

    QString m_id;
    std::array<QColor, kRoles> m_colors;
    QFont m_textFont;
    QFont m_smallFont;
    QFont m_codeFont;
    mutable QHash<QString, QIcon> m_icons;
    QApplication* m_application = nullptr;
};

/// The role whose colour stands for a kind of span.
ColorRole kindRole(tracestore::SpanKind kind);

} // namespace gui
