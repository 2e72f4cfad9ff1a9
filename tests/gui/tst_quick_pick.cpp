#include "gui/app/pick_sources.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;

/// The palette of commands.
class TestQuickPick : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whatBeginsSoStandsFirst();
    void whatCannotBeUsedIsToldWithWhatItIsFor();
    void enterPicksWhatCanBePicked();
    void anEmptyListSaysSo();

private:
    QList<QAction*> actions() { return {&m_find, &m_fork, &m_sample}; }

    QAction m_find {u"Find Run…"_s};
    QAction m_fork {u"&Fork From Here…"_s};
    QAction m_sample {u"Run This Step &Many Times…"_s};
};

void TestQuickPick::init()
{
    m_sample.setEnabled(false);
    m_sample.setToolTip(u"Send the selected call of a model again"_s);
}

void TestQuickPick::whatBeginsSoStandsFirst()
{
    m_sample.setEnabled(true);
    const auto items = pickActions(actions(), u"run"_s);
    QCOMPARE(items.size(), 2);
    QCOMPARE(items[0].text, u"Run This Step Many Times"_s);
    QCOMPARE(items[1].text, u"Find Run"_s);
    QVERIFY(items[0].whyNot.isEmpty());
}

void TestQuickPick::whatCannotBeUsedIsToldWithWhatItIsFor()
{
    QCOMPARE(pickActions(actions(), {}).size(), 2);
    const auto items = pickActions(actions(), u"run"_s);
    QCOMPARE(items.size(), 2);
    QCOMPARE(items[0].text, u"Find Run"_s);
    QCOMPARE(items[1].text, u"Run This Step Many Times"_s);
    QCOMPARE(items[1].whyNot, u"not now: Send the selected call of a model again"_s);
}

void TestQuickPick::enterPicksWhatCanBePicked()
{
    Theme theme;
    QWidget window;
    int count = 0;
    const auto use = [&] { ++count; };
    const QList<QuickPickItem> items {
        {.text = u"one"_s, .description = {}, .icon = {}, .pick = use},
        {.text = u"two"_s, .description = {}, .icon = {}, .pick = use, .whyNot = u"not now"_s},
    };
    auto* pick = new QuickPick(
        theme, u"?"_s, [&](const QString&) { return items; }, &window);
    QTest::keyClick(&pick->edit(), Qt::Key_Down);
    QTest::keyClick(&pick->edit(), Qt::Key_Return);
    QCOMPARE(count, 0);
    QTest::keyClick(&pick->edit(), Qt::Key_Up);
    QTest::keyClick(&pick->edit(), Qt::Key_Return);
    QCOMPARE(count, 1);
}

void TestQuickPick::anEmptyListSaysSo()
{
    Theme theme;
    QWidget window;
    auto* pick = new QuickPick(
        theme,
        u"?"_s,
        [this](const QString& typed) { return pickActions(actions(), typed); },
        &window);
    const auto* label = pick->findChild<QLabel*>();
    QVERIFY(label->isHidden());
    pick->edit().setText(u"no such command"_s);
    QVERIFY(!label->isHidden());
    QCOMPARE(pick->list().count(), 0);
}

QTEST_MAIN(TestQuickPick)
#include "tst_quick_pick.moc"
