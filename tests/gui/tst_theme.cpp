#include "gui/theme/theme.h"
#include "gui/theme/words.h"

#include <QApplication>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::SpanKind;

namespace {

struct Linear
{
    double r = 0;
    double g = 0;
    double b = 0;
};

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

Linear linear(const QColor& color)
{
    return {linear(static_cast<double>(color.redF())),
            linear(static_cast<double>(color.greenF())),
            linear(static_cast<double>(color.blueF()))};
}

double luminance(const Linear& color)
{
    return 0.2126 * color.r + 0.7152 * color.g + 0.0722 * color.b;
}

double contrast(const QColor& one, const QColor& other)
{
    const double a = luminance(linear(one)) + 0.05;
    const double b = luminance(linear(other)) + 0.05;
    return a > b ? a / b : b / a;
}

/// How an eye sees: rows of a matrix over linear light (Machado, Oliveira and Fernandes 2009, "A
/// Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1).
using Eye = std::array<std::array<double, 3>, 3>;

constexpr std::array kEyes {Eye {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
                            Eye {{{0.152286, 1.052583, -0.204868},
                                  {0.114503, 0.786281, 0.099216},
                                  {-0.003882, -0.048116, 1.051998}}},
                            Eye {{{0.367322, 0.860646, -0.227968},
                                  {0.280085, 0.672501, 0.047413},
                                  {-0.011820, 0.042940, 0.968881}}},
                            Eye {{{1.255528, -0.076749, -0.178779},
                                  {-0.078411, 0.930809, 0.147602},
                                  {0.004733, 0.691367, 0.303900}}}};

Linear seenBy(const Eye& eye, const Linear& color)
{
    const auto channel = [&](const std::array<double, 3>& row) {
        return std::clamp(row[0] * color.r + row[1] * color.g + row[2] * color.b, 0.0, 1.0);
    };
    return {channel(eye[0]), channel(eye[1]), channel(eye[2])};
}

/// CIE 1976 L*, a*, b* under D65.
std::array<double, 3> lab(const Linear& color)
{
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    const double x = f((0.4124564 * color.r + 0.3575761 * color.g + 0.1804375 * color.b) / 0.95047);
    const double y = f(luminance(color));
    const double z = f((0.0193339 * color.r + 0.1191920 * color.g + 0.9503041 * color.b) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// 2.3 is just noticed; names of colours differ from some 20 on.
double distance(const Eye& eye, const QColor& one, const QColor& other)
{
    const auto a = lab(seenBy(eye, linear(one)));
    const auto b = lab(seenBy(eye, linear(other)));
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private slots:
    void everyThemeHasEveryColour();
    void everyKindHasItsIconAndName();
    void styleSheetHasNoNameLeft();
    void sidesOfAComparisonAreToldApart();
};

void TestTheme::everyThemeHasEveryColour()
{
    Theme theme;
    for (const QString& id : Theme::available()) {
        theme.select(id);
        QCOMPARE(theme.id(), id);
        QVERIFY(theme.color(ColorRole::Text) != theme.color(ColorRole::Panel));
    }
}

void TestTheme::everyKindHasItsIconAndName()
{
    const Theme theme;
    QSet<QString> names;
    for (int i = 0; i <= static_cast<int>(SpanKind::Other); ++i) {
        const auto kind = static_cast<SpanKind>(i);
        QVERIFY2(!theme.kindIcon(kind).isNull(), qPrintable(Theme::kindIconName(kind)));
        names.insert(kindName(kind));
    }
    QCOMPARE(names.size(), static_cast<int>(SpanKind::Other) + 1);
}

void TestTheme::styleSheetHasNoNameLeft()
{
    Theme theme;
    theme.applyTo(*qApp);
    QVERIFY(!qApp->styleSheet().contains(u'@'));
}

/// Only A, only B and changed, by any eye, and as text on a panel.
void TestTheme::sidesOfAComparisonAreToldApart()
{
    constexpr std::array kRoles {ColorRole::SideA, ColorRole::SideB, ColorRole::Changed};
    Theme theme;
    for (const QString& id : Theme::available()) {
        theme.select(id);
        for (std::size_t i = 0; i < kRoles.size(); ++i) {
            const QColor one = theme.color(kRoles.at(i));
            QVERIFY2(contrast(one, theme.color(ColorRole::Panel)) >= 4.5, qPrintable(id));
            QVERIFY2(contrast(one, theme.color(ColorRole::Raised)) >= 4.5, qPrintable(id));
            for (std::size_t j = 0; j < i; ++j) {
                for (const Eye& eye : kEyes)
                    QVERIFY2(distance(eye, one, theme.color(kRoles.at(j))) > 25, qPrintable(id));
            }
        }
    }
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
