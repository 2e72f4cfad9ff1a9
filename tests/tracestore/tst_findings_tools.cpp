#include "tests/support/findings_of.h"
#include "tests/support/planted_conversation.h"

#include <QTest>

using namespace tracestore;
using tests::Conversation;
using tests::findingsOf;

namespace {

std::string definition(const std::string& name, const std::string& description)
{
    return R"({"name":")" + name + R"(","description":")" + description
        + R"(","input_schema":{"type":"object","properties":{"city":{"type":"string"}},)"
        + R"("required":["city"]}})";
}

std::string words(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "word" + std::to_string(i) + ' ';
    return text;
}

/// A check that wants a member `city` and knows nothing else.
FindingOptions withCheck()
{
    return {.checkArguments = [](std::string_view, std::string_view arguments) {
        return arguments.find("\"city\"") == std::string_view::npos
            ? std::string("arguments: the field \"city\" is missing")
            : std::string();
    }};
}

void talkThrice(Conversation& talk, const std::string& tool)
{
    talk.user("What is the weather in Oslo?");
    talk.tool(tool, R"({"city":"Oslo"})", "Rain.");
    talk.tool(tool, R"({"city":"Bergen"})", "More rain.");
    talk.answer("It rains.");
}

} // namespace

/// Rules about tools on offer, their arguments and what they open.
class TestFindingsTools : public QObject
{
    Q_OBJECT

private slots:
    void unusedToolsAreToldWithTheirTokens();
    void usedToolsAreNot();
    void smallUnusedToolsAreNot();
    void toolsOfCallsThatFailedAreNot();
    void manyToolsAreTold();
    void someToolsAreNot();
    void aLongDefinitionIsTold();
    void aShortDefinitionIsNot();

    void argumentsThatDoNotFitAreTold();
    void argumentsThatWereRefusedAreNot();
    void argumentsThatFitAreNot();
    void argumentsOfUnknownToolsAreNot();

    void independentReadsOneByOneAreTold();
    void readsThatNeedEachOtherAreNot();
    void readsOfWhatNobodyNamedAreNot();
    void writesOneByOneAreNot();
    void twoReadsAreNot();

    void whatStaysOpenIsTold();
    void whatIsClosedIsNot();
    void whatNobodyCanCloseIsNot();
    void whatCouldNotBeOpenedIsNot();
};

void TestFindingsTools::unusedToolsAreToldWithTheirTokens()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", "Tells the weather.") + ','
               + definition("book_flight", words(600)) + ']');
    talkThrice(talk, "get_weather");
    const auto found = findingsOf(*talk.trace(), "unused-tools");
    QCOMPARE(found.size(), std::size_t {1});
    QVERIFY(found[0].title.starts_with("1 of 2 tools were never called"));
    QVERIFY(found[0].explanation.find("`book_flight`") != std::string::npos);
    QVERIFY(found[0].explanation.find("`get_weather`") == std::string::npos);
    QVERIFY(found[0].figures[1].value > 300);
    QCOMPARE(found[0].figures[2].value, 3 * found[0].figures[1].value);
}

void TestFindingsTools::usedToolsAreNot()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", words(300)) + ']');
    talkThrice(talk, "get_weather");
    QVERIFY(findingsOf(*talk.trace(), "unused-tools").empty());
}

void TestFindingsTools::smallUnusedToolsAreNot()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", "Tells it.") + ',' + definition("help", "Helps.")
               + ']');
    talkThrice(talk, "get_weather");
    QVERIFY(findingsOf(*talk.trace(), "unused-tools").empty());
}

/// Who never answered has not passed over a tool.
void TestFindingsTools::toolsOfCallsThatFailedAreNot()
{
    Conversation talk;
    talk.offer('[' + definition("book_flight", words(600)) + ']');
    talk.user("Hello.");
    for (int i = 0; i < 4; ++i)
        talk.fail(talk.answer(""), {"", "overloaded", {}});
    QVERIFY(findingsOf(*talk.trace(), "unused-tools").empty());
}

void TestFindingsTools::manyToolsAreTold()
{
    std::string list = "[";
    for (int i = 0; i < 41; ++i)
        list += (i == 0 ? "" : ",") + definition("tool" + std::to_string(i), "Does it.");
    Conversation talk;
    talk.offer(list + ']');
    talkThrice(talk, "tool1");
    const auto found = findingsOf(*talk.trace(), "many-tools");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Note);
    QCOMPARE(found[0].figures[0], (FindingFigure {"tools", 41, ""}));
}

void TestFindingsTools::someToolsAreNot()
{
    std::string list = "[";
    for (int i = 0; i < 40; ++i)
        list += (i == 0 ? "" : ",") + definition("tool" + std::to_string(i), "Does it.");
    Conversation talk;
    talk.offer(list + ']');
    talkThrice(talk, "tool1");
    QVERIFY(findingsOf(*talk.trace(), "many-tools").empty());
}

void TestFindingsTools::aLongDefinitionIsTold()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", words(900)) + ',' + definition("help", "Helps.")
               + ']');
    talkThrice(talk, "get_weather");
    const auto found = findingsOf(*talk.trace(), "verbose-tools");
    QCOMPARE(found.size(), std::size_t {1});
    QVERIFY(found[0].title.starts_with("1 tool has"));
    QVERIFY(found[0].explanation.find("`get_weather`") != std::string::npos);
    QVERIFY(found[0].explanation.find("`help`") == std::string::npos);
}

void TestFindingsTools::aShortDefinitionIsNot()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", words(200)) + ']');
    talkThrice(talk, "get_weather");
    QVERIFY(findingsOf(*talk.trace(), "verbose-tools").empty());
}

void TestFindingsTools::argumentsThatDoNotFitAreTold()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", "Tells it.") + ']');
    talk.user("Weather?");
    const SpanId first = talk.tool("get_weather", R"({"town":"Oslo"})", "Rain.");
    const SpanId second = talk.tool("get_weather", R"({"town":"Rome"})", "Sun.");
    const auto trace = talk.trace();
    const auto found = findingsOf(*trace, "unvalidated-arguments", withCheck());
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, (std::vector<SpanId> {first, second}));
    QVERIFY(found[0].explanation.find("the field \"city\" is missing") != std::string::npos);
    QVERIFY(findingsOf(*trace, "unvalidated-arguments").empty());
}

void TestFindingsTools::argumentsThatWereRefusedAreNot()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", "Tells it.") + ']');
    const SpanId refused = talk.tool("get_weather", R"({"town":"Oslo"})", "");
    talk.fail(refused, {"", "city is missing", {}});
    talk.tool("get_weather", R"({"town":"Rome"})", "Validation error: city is missing");
    QVERIFY(findingsOf(*talk.trace(), "unvalidated-arguments", withCheck()).empty());
}

void TestFindingsTools::argumentsThatFitAreNot()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", "Tells it.") + ']');
    talkThrice(talk, "get_weather");
    QVERIFY(findingsOf(*talk.trace(), "unvalidated-arguments", withCheck()).empty());
}

void TestFindingsTools::argumentsOfUnknownToolsAreNot()
{
    Conversation talk;
    talk.offer('[' + definition("get_weather", "Tells it.") + ']');
    talk.tool("other", R"({"town":"Oslo"})", "Rain.");
    QVERIFY(findingsOf(*talk.trace(), "unvalidated-arguments", withCheck()).empty());
}

void TestFindingsTools::independentReadsOneByOneAreTold()
{
    Conversation talk;
    talk.setToolTime(3'000);
    talk.user("Compare the weather of Oslo, Bergen and Tromso.");
    std::vector<SpanId> steps;
    for (const char* city : {"Oslo", "Bergen", "Tromso"})
        steps.push_back(talk.tool(
            "get_weather", R"({"city":")" + std::string(city) + "\"}", "Rain, 4 degrees"));
    talk.answer("It rains.");
    const auto found = findingsOf(*talk.trace(), "serial-calls");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, steps);
    QCOMPARE(found[0].severity, Severity::Note);
    // Two tools and two calls of the model, in seconds.
    QCOMPARE(found[0].figures[0].name, std::string("time"));
    QVERIFY(std::abs(found[0].figures[0].value - 8e-6) < 1e-12);
}

void TestFindingsTools::readsThatNeedEachOtherAreNot()
{
    Conversation talk;
    talk.user("Who is the boss of the boss of Ann?");
    talk.tool("get_boss", R"({"name":"Ann"})", "The boss is Bert.");
    talk.tool("get_boss", R"({"name":"Bert"})", "The boss is Carl.");
    talk.tool("get_boss", R"({"name":"Carl"})", "The boss is Doris.");
    talk.answer("Carl.");
    QVERIFY(findingsOf(*talk.trace(), "serial-calls").empty());
}

void TestFindingsTools::readsOfWhatNobodyNamedAreNot()
{
    Conversation talk;
    talk.user("Read the source.");
    for (int i = 1; i < 9; ++i)
        talk.tool("read_file", R"({"path":"source/f)" + std::to_string(i) + ".c\"}", "text");
    for (int i = 1; i < 9; ++i)
        talk.tool("read_page", R"({"page":)" + std::to_string(i) + '}', "text");
    QVERIFY(findingsOf(*talk.trace(), "serial-calls").empty());
}

void TestFindingsTools::writesOneByOneAreNot()
{
    Conversation talk;
    talk.user("Write to Ann, Bert and Carl.");
    for (const char* name : {"Ann", "Bert", "Carl"})
        talk.tool("send_mail", R"({"to":")" + std::string(name) + "\"}", "sent");
    QVERIFY(findingsOf(*talk.trace(), "serial-calls").empty());
}

void TestFindingsTools::twoReadsAreNot()
{
    Conversation talk;
    talk.user("Compare the weather of Oslo and Bergen.");
    for (const char* city : {"Oslo", "Bergen"})
        talk.tool("get_weather", R"({"city":")" + std::string(city) + "\"}", "Rain");
    talk.answer("It rains.");
    QVERIFY(findingsOf(*talk.trace(), "serial-calls").empty());
}

void TestFindingsTools::whatStaysOpenIsTold()
{
    Conversation talk;
    const SpanId first = talk.tool("openSession", R"({"host":"a"})", "1");
    talk.tool("closeSession", R"({"id":1})", "closed");
    const SpanId second = talk.tool("openSession", R"({"host":"b"})", "2");
    const auto found = findingsOf(*talk.trace(), "unclosed-resource");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, std::vector<SpanId> {second});
    QVERIFY(first != second);
    QCOMPARE(found[0].severity, Severity::Note);
    Conversation never;
    never.offer('[' + definition("open_file", "Opens.") + ',' + definition("close_file", "Closes.")
                + ']');
    never.tool("open_file", R"({"path":"a"})", "handle 1");
    const auto open = findingsOf(*never.trace(), "unclosed-resource");
    QCOMPARE(open.size(), std::size_t {1});
    QCOMPARE(open[0].severity, Severity::Warning);
    QVERIFY(open[0].explanation.find("`close_file`") != std::string::npos);
}

void TestFindingsTools::whatIsClosedIsNot()
{
    Conversation talk;
    talk.tool("begin_transaction", "{}", "1");
    talk.tool("insert_row", "{}", "done");
    talk.tool("rollback_transaction", "{}", "done");
    QVERIFY(findingsOf(*talk.trace(), "unclosed-resource").empty());
}

void TestFindingsTools::whatNobodyCanCloseIsNot()
{
    Conversation talk;
    talk.tool("open_url", R"({"url":"x"})", "a page");
    QVERIFY(findingsOf(*talk.trace(), "unclosed-resource").empty());
}

void TestFindingsTools::whatCouldNotBeOpenedIsNot()
{
    Conversation talk;
    talk.tool("open_file", R"({"path":"a"})", "1");
    talk.tool("close_file", R"({"id":1})", "closed");
    talk.fail(talk.tool("open_file", R"({"path":"b"})", ""), {"", "There is no such file.", {}});
    QVERIFY(findingsOf(*talk.trace(), "unclosed-resource").empty());
}

QTEST_GUILESS_MAIN(TestFindingsTools)
#include "tst_findings_tools.moc"
