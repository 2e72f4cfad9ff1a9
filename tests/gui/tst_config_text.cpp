#include "gui/agents/config_text.h"

#include <QTest>

using namespace gui;
using nlohmann::json;

class TestConfigText : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreFoundBelowComments();
    void whatIsNoJsonHasNoValues();
    void valueIsReplacedInItsPlace();
    void memberIsAddedBehindTheLast();
    void objectsOnTheWayAreMade();
    void emptyObjectIsFilled();
    void memberIsTakenAway();
    void brokenTextIsLeftAlone();
    void deepTextDoesNotOverflow();
};

namespace {

const std::string kText = R"({
  // who it is
  "name": "support", /* "name": "not this" */
  "prompt": {
    "behaviour": "Be kind, say \"hello\"."
  },
  "tools": [{"name": "calculator"}] // the last
}
)";

} // namespace

void TestConfigText::valuesAreFoundBelowComments()
{
    QCOMPARE(configValue(kText, {"name"})->get<std::string>(), std::string("support"));
    QCOMPARE(configValue(kText, {"prompt", "behaviour"})->get<std::string>(),
             std::string("Be kind, say \"hello\"."));
    QCOMPARE(configValue(kText, {"tools"})->size(), std::size_t(1));
    QVERIFY(!configValue(kText, {"budget", "cost"}));
    QVERIFY(!configValue(kText, {"name", "first"}));
}

void TestConfigText::whatIsNoJsonHasNoValues()
{
    for (const char* text : {"", "[]", "{\"name\"", "{\"name\": ", "{name: 1}", "// only this"})
        QVERIFY(!configValue(text, {"name"}));
}

void TestConfigText::valueIsReplacedInItsPlace()
{
    const auto changed = withConfigValue(kText, {"name"}, "help\"er");
    std::string expected = kText;
    expected.replace(expected.find("\"support\""), 9, "\"help\\\"er\"");
    QCOMPARE(*changed, expected);
    const auto tools = withConfigValue(kText, {"tools"}, json::array({{{"name", "notes"}}}));
    QCOMPARE(configValue(*tools, {"tools"})->at(0)["name"].get<std::string>(),
             std::string("notes"));
    QVERIFY(tools->find("// the last") != std::string::npos);
}

void TestConfigText::memberIsAddedBehindTheLast()
{
    const auto changed = withConfigValue(kText, {"prompt", "outputFormat"}, "short");
    QVERIFY(changed->find("\"hello\\\".\",\n    \"outputFormat\": \"short\"\n  },")
            != std::string::npos);
    const auto oneLine = withConfigValue("{\"a\": 1} // end", {"b"}, 2);
    QCOMPARE(*oneLine, std::string("{\"a\": 1, \"b\": 2} // end"));
}

void TestConfigText::objectsOnTheWayAreMade()
{
    const auto changed = withConfigValue(kText, {"budget", "cost"}, 0.5);
    QCOMPARE(configValue(*changed, {"budget", "cost"})->get<double>(), 0.5);
    QCOMPARE(configValue(*changed, {"name"})->get<std::string>(), std::string("support"));
    QVERIFY(changed->find("// who it is") != std::string::npos);
}

void TestConfigText::emptyObjectIsFilled()
{
    QCOMPARE(*withConfigValue("{}", {"name"}, "a"), std::string("{\n  \"name\": \"a\"\n}"));
}

void TestConfigText::memberIsTakenAway()
{
    const auto first = withConfigValue(kText, {"name"}, nullptr);
    QVERIFY(!configValue(*first, {"name"}));
    QVERIFY(configValue(*first, {"prompt", "behaviour"}));
    const auto last = withConfigValue("{\"a\": 1, \"b\": 2}", {"b"}, nullptr);
    QCOMPARE(*last, std::string("{\"a\": 1}"));
    QCOMPARE(*withConfigValue("{\"a\": 1}", {"a"}, nullptr), std::string("{}"));
    QCOMPARE(*withConfigValue(kText, {"nothing"}, nullptr), kText);
}

void TestConfigText::brokenTextIsLeftAlone()
{
    QVERIFY(!withConfigValue("{\"name\": ", {"name"}, 1));
    QVERIFY(!withConfigValue("", {"name"}, 1));
    QVERIFY(!withConfigValue("{\"name\": 1}", {"name", "below"}, 1));
}

void TestConfigText::deepTextDoesNotOverflow()
{
    const std::string deep
        = "{\"a\": " + std::string(200'000, '[') + std::string(200'000, ']') + ", \"b\": 1}";
    QCOMPARE(configValue(deep, {"b"})->get<int>(), 1);
    QVERIFY(withConfigValue(deep, {"b"}, 2));
}

QTEST_GUILESS_MAIN(TestConfigText)
#include "tst_config_text.moc"
