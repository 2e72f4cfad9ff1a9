#include "tests/support/labelled.h"
#include "tracestore/analysis/loop_finder.h"

#include <QTest>

#include <array>

using tracestore::LoopFinder;
using tracestore::LoopFinding;
using tracestore::LoopKind;
using tracestore::LoopRules;

namespace {

/// Calls as text: `tool arguments = result`, an error where the result begins with `!`.
std::vector<std::string> findings(const std::vector<std::array<std::string, 3>>& calls,
                                  const LoopRules& rules = {})
{
    LoopFinder finder(rules);
    std::vector<std::string> found;
    for (const auto& [tool, arguments, result] : calls) {
        const auto finding = finder.add({tool, arguments, result, result.starts_with('!')});
        found.push_back(finding ? std::string(toWord(finding->kind)) + ' '
                                + std::to_string(finding->count) + '/'
                                + std::to_string(finding->period)
                                : "-");
    }
    return found;
}

} // namespace

class TestLoopFinder : public QObject
{
    Q_OBJECT

private slots:
    void equalCallsWithEqualResultsAreALoop();
    void pollingIsNone();
    void otherWordsForTheSameAreALoop();
    void doingAndUndoingIsALoop();
    void oscillationCanBeSwitchedOff();
    void workIsNoLoop();
    void aFinderThatSeesTheWindowAgainFindsTheSame();
    void nearDuplicatesOfTheLabelledSet();
    void noProgressOfTheLabelledSet();
};

void TestLoopFinder::equalCallsWithEqualResultsAreALoop()
{
    QCOMPARE(findings({{"look", R"({"at":"door","how":1})", "closed"},
                       {"other", "{}", "x"},
                       {"look", R"({"how": 1, "at": "door"})", "closed"},
                       {"look", R"({"at":"door","how":1})", "closed"}}),
             (std::vector<std::string> {"-", "-", "-", "repeated_state 3/1"}));
}

void TestLoopFinder::pollingIsNone()
{
    QCOMPARE(findings({{"status", "{}", "running 10%"},
                       {"status", "{}", "running 20%"},
                       {"status", "{}", "running 30%"},
                       {"status", "{}", "running 40%"}}),
             (std::vector<std::string> {"-", "-", "-", "-"}));
}

void TestLoopFinder::otherWordsForTheSameAreALoop()
{
    QCOMPARE(
        findings(
            {{"search", R"({"q":"refund policy electronics"})", "3 articles: 1, 2, 3"},
             {"search", R"({"q":"the electronics refund policy"})", "Articles 1, 2, 3: 3"},
             {"search", R"({"q":"policy for refunds of electronics"})", "3 articles: 1, 2, 3"}}),
        (std::vector<std::string> {"-", "-", "near_duplicate 3/1"}));
}

void TestLoopFinder::doingAndUndoingIsALoop()
{
    std::vector<std::array<std::string, 3>> calls;
    for (int i = 0; i < 3; ++i) {
        calls.push_back({"open", "{}", "state " + std::to_string(2 * i)});
        calls.push_back({"close", "{}", "state " + std::to_string(2 * i + 1)});
    }
    QCOMPARE(findings(calls),
             (std::vector<std::string> {"-", "-", "-", "-", "-", "oscillation 3/2"}));
}

void TestLoopFinder::oscillationCanBeSwitchedOff()
{
    LoopRules rules;
    rules.findsOscillation = false;
    std::vector<std::array<std::string, 3>> calls;
    for (int i = 0; i < 8; ++i)
        calls.push_back({i % 2 == 0 ? "open" : "close", "{}", std::to_string(i)});
    QCOMPARE(findings(calls, rules), std::vector<std::string>(8, "-"));
}

void TestLoopFinder::workIsNoLoop()
{
    std::vector<std::array<std::string, 3>> calls;
    for (int i = 0; i < 100; ++i)
        calls.push_back({"read",
                         R"({"path":"file)" + std::to_string(i) + "\"}",
                         "text of file " + std::to_string(i)});
    QCOMPARE(findings(calls), std::vector<std::string>(100, "-"));
}

void TestLoopFinder::aFinderThatSeesTheWindowAgainFindsTheSame()
{
    std::vector<std::array<std::string, 3>> calls;
    for (int i = 0; i < 300; ++i)
        calls.push_back({"t" + std::to_string(i * i % 3),
                         R"({"q":")" + std::to_string(i * 7 % 5) + "\"}",
                         i % 11 == 0 ? "!no" : "r" + std::to_string(i * i % 60)});
    const auto all = findings(calls);
    QVERIFY(std::count(all.begin(), all.end(), "-") < 300);
    for (std::size_t end = LoopFinder::kWindow; end <= calls.size(); end += 7) {
        const auto from = calls.begin() + static_cast<std::ptrdiff_t>(end - LoopFinder::kWindow);
        const auto last = findings({from, calls.begin() + static_cast<std::ptrdiff_t>(end)}).back();
        QCOMPARE(last, all[end - 1]);
    }
}

void TestLoopFinder::nearDuplicatesOfTheLabelledSet()
{
    const auto score
        = tests::measure("near_duplicate.jsonl", "same", [](const nlohmann::json& row) {
              return tracestore::wordingSimilarity(tracestore::wordBag(row["a"].dump()),
                                                   tracestore::wordBag(row["b"].dump()))
                  >= LoopRules().similarity;
          });
    QCOMPARE(score.rows, std::size_t {24});
    QVERIFY(score.right >= 21);
}

void TestLoopFinder::noProgressOfTheLabelledSet()
{
    const auto score = tests::measure("no_progress.jsonl", "stuck", [](const nlohmann::json& row) {
        LoopFinder finder({});
        std::optional<LoopFinding> last;
        int number = 0;
        for (const auto& value : row["results"]) {
            // Arguments of their own: only what comes back is judged here.
            const auto result = value.get<std::string>();
            last = finder.add({"tool" + std::to_string(number),
                               std::to_string(number),
                               result,
                               result.starts_with('!')});
            ++number;
        }
        return last && last->kind == LoopKind::NoProgress;
    });
    QCOMPARE(score.rows, std::size_t {15});
    QVERIFY(score.right >= 12);
}

QTEST_GUILESS_MAIN(TestLoopFinder)
#include "tst_loop_finder.moc"
