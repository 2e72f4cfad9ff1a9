#include "tracestore/compare/figure_condition.h"

#include <QTest>

using namespace tracestore;

class TestFigureCondition : public QObject
{
    Q_OBJECT

private slots:
    void holds_data();
    void holds();
    void mistakesAreTold_data();
    void mistakesAreTold();
    void namesAreListedOnce();
    void hostileTextsAreRefused();
};

namespace {

std::optional<double> figure(const std::string& name)
{
    if (name == "changed")
        return 3;
    if (name == "only_b")
        return 0;
    if (name == "a.cost")
        return 0.5;
    if (name == "b.cost")
        return 0.6;
    if (name == "b.tool.get-user")
        return 2;
    return {};
}

} // namespace

void TestFigureCondition::holds_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("holds"); // -1: not known
    const auto row = [](const char* text, int holds) {
        QTest::newRow(text) << QString::fromUtf8(text) << holds;
    };
    row("changed > 0", 1);
    row("changed > 3", 0);
    row("changed >= 3", 1);
    row("changed < 3", 0);
    row("changed <= 3", 1);
    row("changed == 3", 1);
    row("changed != 3", 0);
    row("b.cost > 1.1 * a.cost", 1);
    row("b.cost > 1.3 * a.cost", 0);
    row("b.cost - a.cost > 15% * a.cost", 1);
    row("2 + 3 * 4 == 14", 1);
    row("(2 + 3) * 4 == 20", 1);
    row("10 - 3 - 2 == 5", 1);
    row("-changed < 0", 1);
    row("not changed > 3", 1);
    row("changed > 5 or only_b == 0", 1);
    row("changed > 5 and only_b == 0", 0);
    row("changed > 1 or changed > 5 and changed > 9", 1);
    row("(changed > 1 or changed > 5) and changed > 9", 0);
    row("b.tool[get-user] == 2", 1);
    // What is not known settles nothing, and is settled by what is.
    row("b.latency > 1", -1);
    row("not b.latency > 1", -1);
    row("b.latency > 1 or changed > 0", 1);
    row("b.latency > 1 or changed > 9", -1);
    row("b.latency > 1 and changed > 9", 0);
    row("b.latency > 1 and changed > 0", -1);
    row("changed / only_b > 1", -1);
}

void TestFigureCondition::holds()
{
    QFETCH(QString, text);
    QFETCH(int, holds);
    const auto condition = FigureCondition::parse(text.toStdString());
    QVERIFY2(condition.has_value(), condition ? "" : condition.error().message.c_str());
    const auto result = condition->holds(figure);
    QCOMPARE(result ? static_cast<int>(*result) : -1, holds);
}

void TestFigureCondition::mistakesAreTold_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* message) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(message);
    };
    row("", "a name is needed");
    row("changed", "compare it with something");
    row("changed >", "a name is needed");
    row("changed > 0 or", "a name is needed");
    row("changed = 3", "write `==`");
    row("(changed > 0", "`)` is missing");
    row("changed > 0)", "left over");
    row("b.tool[x > 0", "`]` is missing");
    row("changed > 0 and 5", "comparison is needed");
    row("(changed > 0) + 1 > 0", "a name is needed");
    row("1 < 2 < 3", "left over");
}

void TestFigureCondition::mistakesAreTold()
{
    QFETCH(QString, text);
    QFETCH(QString, message);
    const auto condition = FigureCondition::parse(text.toStdString());
    QVERIFY(!condition);
    QVERIFY2(QString::fromStdString(condition.error().message).contains(message),
             condition.error().message.c_str());
}

void TestFigureCondition::namesAreListedOnce()
{
    const auto condition = FigureCondition::parse("b.cost > a.cost and b.cost > 1");
    QVERIFY(condition.has_value());
    QCOMPARE(condition->names(), (std::vector<std::string> {"b.cost", "a.cost"}));
}

void TestFigureCondition::hostileTextsAreRefused()
{
    QVERIFY(!FigureCondition::parse(std::string(3000, '(') + "1"));
    QVERIFY(!FigureCondition::parse(std::string(3000, '-') + "1 > 0"));
    QVERIFY(!FigureCondition::parse(std::string(100'000, '1')));
    std::string nots;
    for (int i = 0; i < 900; ++i)
        nots += "not ";
    QVERIFY(!FigureCondition::parse(nots + "1 > 0"));
}

QTEST_GUILESS_MAIN(TestFigureCondition)
#include "tst_figure_condition.moc"
