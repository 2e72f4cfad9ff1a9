#include "engine/tool/undo_plan.h"

#include <QTest>

using namespace engine;

namespace {

FinishedCall call(const char* id, const char* tool, EffectClass effectClass, OutcomeStatus status)
{
    return {{id, tool, std::string(R"({"of":")") + id + "\"}"}, effectClass, status};
}

std::string undoOf(const std::string& tool)
{
    return tool == "book" ? "unbook" : tool == "charge" ? "repay" : "";
}

} // namespace

class TestUndoPlan : public QObject
{
    Q_OBJECT

private slots:
    void whatSucceededWholeIsKept();
    void whatWasDoneIsTakenBackLastFirst();
    void whatCannotBeTakenBackIsNamed();
};

void TestUndoPlan::whatSucceededWholeIsKept()
{
    const FinishedCall group[] = {call("1", "book", EffectClass::Writes, OutcomeStatus::Ok)};
    QVERIFY(undoPlan(group, undoOf).calls.empty());
    QVERIFY(undoPlan({}, undoOf).calls.empty());
}

void TestUndoPlan::whatWasDoneIsTakenBackLastFirst()
{
    const FinishedCall group[]
        = {call("1", "book", EffectClass::Writes, OutcomeStatus::Ok),
           call("2", "look", EffectClass::Reads, OutcomeStatus::Ok),
           call("3", "charge", EffectClass::Outside, OutcomeStatus::Cancelled),
           call("4", "book", EffectClass::Writes, OutcomeStatus::Error)};
    const UndoPlan plan = undoPlan(group, undoOf);
    QCOMPARE(plan.calls.size(), std::size_t {2});
    QCOMPARE(plan.calls[0].tool, std::string("repay"));
    QCOMPARE(plan.calls[0].arguments, group[2].call.arguments);
    QCOMPARE(plan.calls[1].tool, std::string("unbook"));
    QCOMPARE(plan.calls[1].callId, std::string("1/undo"));
    QVERIFY(plan.notUndoable.empty());
}

void TestUndoPlan::whatCannotBeTakenBackIsNamed()
{
    const FinishedCall group[] = {call("1", "mail", EffectClass::Outside, OutcomeStatus::Ok),
                                  call("2", "book", EffectClass::Writes, OutcomeStatus::Refused)};
    const UndoPlan plan = undoPlan(group, undoOf);
    QVERIFY(plan.calls.empty());
    QCOMPARE(plan.notUndoable, std::vector<std::string> {"1"});
}

QTEST_GUILESS_MAIN(TestUndoPlan)

#include "tst_undo_plan.moc"
