#include "engine/tool/builtin/calculator.h"
#include "tests/support/tool_runs.h"

#include <QTest>

using engine::calculate;

class TestCalculator : public QObject
{
    Q_OBJECT

private slots:
    void expressionsHaveTheirValue_data();
    void expressionsHaveTheirValue();
    void mistakesAreNamedByTheirPlace_data();
    void mistakesAreNamedByTheirPlace();
    void hostileExpressionsEnd_data();
    void hostileExpressionsEnd();
    void theToolAnswers();
};

void TestCalculator::expressionsHaveTheirValue_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char* expression, const char* value) {
        QTest::newRow(expression) << QByteArray(expression) << QByteArray(value);
    };
    row("1 + 2 * 3", "7");
    row("0.1 + 0.2", "0.3");
    row("(19.99 * 3 + 4.5) * 1.19", "76.7193");
    row("10 / 4", "2.5");
    row("1 / 8", "0.125");
    row("1 / 3", "about 0.333333333333333");
    row("-2^2", "-4");
    row("2^3^2", "512");
    row("2 ** 10", "1024");
    row("2^-1", "about 0.5");
    row("1.1^2", "1.21");
    row("7 % 3", "1");
    row("-7 % 3", "2");
    row("round(2.345, 2)", "2.35");
    row("round(-2.5)", "-3");
    row("round(1234, -2)", "1200");
    row("floor(-1.5) + ceil(1.2)", "0");
    row("max(1, 3, 2) - min(4, 5)", "-1");
    row("sum(0.1, 0.2, 0.3)", "0.6");
    row("sqrt(144)", "12");
    row("abs(-3)", "3");
    row("1e3 + 1.5E-2", "1000.015");
    row("12345678901234567890 + 1", "12345678901234567891");
    row("0.1 * 0", "0");
    row("--3", "3");
    row("ln(1)", "about 0");
    row(".5 + 5.", "5.5");
}

void TestCalculator::expressionsHaveTheirValue()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, value);
    const auto got = calculate(expression.toStdString());
    QVERIFY2(got, got ? "" : got.error().message.c_str());
    QCOMPARE(*got, value.toStdString());
}

void TestCalculator::mistakesAreNamedByTheirPlace_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char* expression, const char* told) {
        QTest::newRow(expression) << QByteArray(expression) << QByteArray(told);
    };
    row("1 +", "At character 4: a number is missing.");
    row("(1 + 2", "At character 7: a closing bracket is missing.");
    row("1 / 0", "At character 6: division by zero.");
    row("1 / (0.1 + 0.2 - 0.3)", "At character 22: division by zero.");
    row("2 x 3", "At character 3: `x` cannot stand here.");
    row("1.2.3", "At character 1: `1.2.3` is no number.");
    row("system(1)", "At character 1: there is no function `system`");
    row("foo", "At character 1: there is no `foo`");
    row("sqrt(-1)", "At character 9: there is no root of a negative number.");
    row("sqrt(1, 2)", "At character 11: `sqrt` takes one argument.");
    row("1e99999", "At character 1: `1e99999` is no number.");
    row("ln(0)", "At character 6: the value is too large, or there is none.");
    row("", "At character 1: a number is missing.");
}

void TestCalculator::mistakesAreNamedByTheirPlace()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, told);
    const auto got = calculate(expression.toStdString());
    QVERIFY2(!got, got ? got->c_str() : "");
    QVERIFY2(got.error().message.starts_with(told.toStdString()), got.error().message.c_str());
}

void TestCalculator::hostileExpressionsEnd_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::newRow("brackets") << QByteArray(9000, '(');
    QTest::newRow("signs") << QByteArray(9000, '-') + "1" + QByteArray(900, '^');
    QTest::newRow("powers") << QByteArray("9^9^9^9^9^9^9^9");
    QTest::newRow("many powers") << QByteArray("2").repeated(1) + QByteArray("^2").repeated(4000);
    QTest::newRow("functions") << QByteArray("abs(").repeated(2000);
    QTest::newRow("too long") << QByteArray(20'000, '1');
    QTest::newRow("zero bytes") << QByteArray("1\0+2", 4);
}

void TestCalculator::hostileExpressionsEnd()
{
    QFETCH(QByteArray, expression);
    QVERIFY(!calculate(expression.toStdString()));
}

void TestCalculator::theToolAnswers()
{
    const auto tool = engine::makeCalculator();
    tests::ToolRun right(*tool, "{\"expression\":\"6 * 7\"}");
    QCOMPARE(right.told(), std::string("ok: 42"));
    tests::ToolRun wrong(*tool, "{\"expression\":\"6 *\"}");
    QCOMPARE(wrong.told(), std::string("arguments: At character 4: a number is missing."));
}

QTEST_GUILESS_MAIN(TestCalculator)

#include "tst_calculator.moc"
