#include "engine/tool/undo_plan.h"

#include <QTest>

using namespace engine;
using nlohmann::json;

namespace {

FinishedCall call(const char* name, EffectClass effectClass, const char* undo, Outcome outcome = {})
{
    return {.name = name,
            .call
            = {std::string("run:1.1/") + name, "tool", R"({"of":")" + std::string(name) + "\"}"},
            .effectClass = effectClass,
            .outcome = std::move(outcome),
            .undo = {undo, {}},
            .document = {}};
}

Outcome failed(OutcomeStatus status, const char* type)
{
    return failedOutcome(status, type, "why");
}

std::vector<std::string> namesOf(const UndoPlan& plan)
{
    std::vector<std::string> names;
    for (const UndoPlan::Step& step : plan.steps)
        names.push_back(step.name);
    return names;
}

using Names = std::vector<std::string>;

} // namespace

class TestUndoPlan : public QObject
{
    Q_OBJECT

private slots:
    void whatWasDoneIsTakenBackLastFirst();
    void whatOnlyReadsNeedsNoUndo();
    void whatMayHaveBeenDoneIsTakenBackToo_data();
    void whatMayHaveBeenDoneIsTakenBackToo();
    void whatCannotBeTakenBackIsNamed();
    void argumentsAreMadeOfWhatWasDone();
};

void TestUndoPlan::whatWasDoneIsTakenBackLastFirst()
{
    const FinishedCall group[]
        = {call("book", EffectClass::Writes, "unbook"),
           call("charge", EffectClass::Outside, "repay"),
           call("send", EffectClass::Outside, "call_back", failed(OutcomeStatus::Error, "tool"))};
    const UndoPlan plan = undoPlan(group);
    QCOMPARE(namesOf(plan), (Names {"charge", "book"}));
    QCOMPARE(plan.steps[0].call.tool, std::string("repay"));
    QCOMPARE(plan.steps[0].call.arguments, group[1].call.arguments);
    QCOMPARE(plan.steps[1].call.callId, std::string("run:1.1/undo-book"));
    QVERIFY(plan.left.empty());
    QVERIFY(undoPlan({}).steps.empty());
}

void TestUndoPlan::whatOnlyReadsNeedsNoUndo()
{
    const FinishedCall group[] = {call("look", EffectClass::Reads, ""),
                                  call("add", EffectClass::Pure, ""),
                                  call("note", EffectClass::Reads, "forget")};
    const UndoPlan plan = undoPlan(group);
    QCOMPARE(namesOf(plan), Names {"note"}); // who declares an undo means it
    QVERIFY(plan.left.empty());
}

void TestUndoPlan::whatMayHaveBeenDoneIsTakenBackToo_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("isUndone");
    const auto row = [](const char* name, OutcomeStatus status, const char* type, bool isUndone) {
        QTest::newRow(name) << static_cast<int>(status) << QString::fromUtf8(type) << isUndone;
    };
    row("stopped", OutcomeStatus::Cancelled, "cancelled", true);
    row("out of time", OutcomeStatus::Error, "timeout", true);
    row("its server went", OutcomeStatus::Error, "mcp", true);
    row("says that it failed", OutcomeStatus::Error, "tool", false);
    row("refused by its server", OutcomeStatus::Error, "mcp -32602", false);
    row("not let through", OutcomeStatus::Refused, "approval", false);
}

void TestUndoPlan::whatMayHaveBeenDoneIsTakenBackToo()
{
    QFETCH(int, status);
    QFETCH(QString, type);
    QFETCH(bool, isUndone);
    const FinishedCall group[]
        = {call("book",
                EffectClass::Writes,
                "unbook",
                failed(static_cast<OutcomeStatus>(status), qPrintable(type)))};
    QCOMPARE(namesOf(undoPlan(group)), isUndone ? Names {"book"} : Names {});
}

void TestUndoPlan::whatCannotBeTakenBackIsNamed()
{
    FinishedCall lost = call("book", EffectClass::Writes, "unbook");
    lost.undo.arguments = json {{"id", {{"$from", "/result/id"}}}};
    lost.document = {{"input", json::object()}};
    const FinishedCall group[] = {call("mail", EffectClass::Outside, ""), lost};
    const UndoPlan plan = undoPlan(group);
    QVERIFY(plan.steps.empty());
    QCOMPARE(plan.left.size(), std::size_t {2});
    QCOMPARE(plan.left[0].name, std::string("book"));
    QVERIFY(plan.left[0].reason.find("`/result/id` leads to nothing") != std::string::npos);
    QCOMPARE(plan.left[1].name, std::string("mail"));
}

void TestUndoPlan::argumentsAreMadeOfWhatWasDone()
{
    FinishedCall booked = call("book", EffectClass::Writes, "unbook");
    booked.undo.arguments = json {{"id", {{"$from", "/result/id"}}}, {"why", "rolled back"}};
    booked.document = {{"result", {{"id", 17}}}};
    const FinishedCall group[] = {booked};
    const UndoPlan plan = undoPlan(group);
    QCOMPARE(plan.steps.size(), std::size_t {1});
    QCOMPARE(plan.steps[0].call.arguments, std::string(R"({"id":17,"why":"rolled back"})"));
}

QTEST_GUILESS_MAIN(TestUndoPlan)

#include "tst_undo_plan.moc"
