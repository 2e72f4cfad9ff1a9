#include "engine/tool/tool_selection.h"

#include <QTest>

using engine::ToolDefinition;
using engine::toolsLike;

namespace {

ToolDefinition tool(const char* name, const char* description, const char* argument)
{
    return {name,
            description,
            std::string(R"({"type":"object","properties":{")") + argument + R"(":{}}})"};
}

const std::vector<ToolDefinition> kTools
    = {tool("get_weather", "Current weather and forecast of a city.", "city"),
       tool("refundOrder", "Gives the money of an order back.", "order_id"),
       tool("list_orders", "Lists the orders of a customer.", "customer"),
       tool("search_documents", "Finds texts in the company's policies.", "query"),
       tool("calculator", "Works out arithmetic.", "expression")};

struct Case
{
    const char* query;
    const char* tool;
};

/// What people ask, and the tool that answers it.
constexpr Case kCases[] = {{"What is the weather in Oslo?", "get_weather"},
                           {"please refund order 17", "refundOrder"},
                           {"which orders has customer Ada made", "list_orders"},
                           {"what does our policy say about returns", "search_documents"},
                           {"evaluate the expression 3 * (4 + 5)", "calculator"},
                           {"will it rain tomorrow (forecast)", "get_weather"},
                           {"I want my money back", "refundOrder"}};

} // namespace

class TestToolSelection : public QObject
{
    Q_OBJECT

private slots:
    void theRightToolIsAmongTheFirst();
    void orderAndNumberAreKept();
    void withoutCommonWordsTheFirstAreTaken();
};

void TestToolSelection::theRightToolIsAmongTheFirst()
{
    int misses = 0;
    for (const Case& one : kCases) {
        const auto chosen = toolsLike(one.query, kTools, 1);
        QCOMPARE(chosen.size(), std::size_t {1});
        if (kTools[chosen.front()].name != one.tool) {
            ++misses;
            qInfo("missed: \"%s\" gave %s", one.query, kTools[chosen.front()].name.c_str());
        }
    }
    QCOMPARE(misses, 0);
}

void TestToolSelection::orderAndNumberAreKept()
{
    const auto all = toolsLike("orders", kTools, 99);
    QCOMPARE(all, (std::vector<std::size_t> {0, 1, 2, 3, 4}));
    const auto two = toolsLike("list all orders and refund one order", kTools, 2);
    QCOMPARE(two, (std::vector<std::size_t> {1, 2}));
    QVERIFY(toolsLike("orders", {}, 3).empty());
}

void TestToolSelection::withoutCommonWordsTheFirstAreTaken()
{
    QCOMPARE(toolsLike("???", kTools, 2), (std::vector<std::size_t> {0, 1}));
}

QTEST_GUILESS_MAIN(TestToolSelection)

#include "tst_tool_selection.moc"
