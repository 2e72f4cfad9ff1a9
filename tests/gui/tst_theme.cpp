#include "gui/theme/theme.h"
#include "gui/theme/words.h"

#include <QApplication>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::SpanKind;

class TestTheme : public QObject
{
    Q_OBJECT

private slots:
    void everyThemeHasEveryColour();
    void everyKindHasItsIconAndName();
    void styleSheetHasNoNameLeft();
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

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
