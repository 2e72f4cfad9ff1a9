#include "gui/branches/branches_model.h"
#include "gui/branches/sample_clusters_model.h"
#include "gui/branches/step_edits.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::Branch;

namespace {

/// A branch `run.NAME.kymo` below another of the list.
Branch branch(const std::string& stem, std::optional<std::size_t> parent, std::int64_t upTo = 10)
{
    Branch made;
    made.file = "/runs/" + stem + ".kymo";
    made.parent = parent;
    if (parent)
        made.origin = engine::BranchOrigin {.parent = "p.kymo",
                                            .root = "r",
                                            .upTo = upTo,
                                            .step = "support:2." + std::to_string(upTo),
                                            .change = "request.args.amount: 890 → 89"};
    return made;
}

/// run ─┬─ a ─┬─ b
///      │     └─ c
///      └─ d
FamilyReading family()
{
    FamilyReading reading;
    reading.family.branches = {branch("run", {}),
                               branch("run.a", 0, 20),
                               branch("run.a.b", 1, 30),
                               branch("run.a.c", 1, 25),
                               branch("run.d", 0, 7)};
    reading.notes.resize(5);
    return reading;
}

/// Depth, and a letter for each line: `2 |.` goes on at 0, not at 1.
QStringList linesOf(const std::vector<BranchRow>& rows)
{
    QStringList lines;
    for (const BranchRow& row : rows) {
        QString line = QString::number(row.depth) + u' ';
        for (const bool goesOn : row.goesOn)
            line += goesOn ? u'|' : u'.';
        lines << line.trimmed();
    }
    return lines;
}

engine::StepInspection toolStep()
{
    engine::StepInspection step;
    step.effect = "support:2.1";
    step.agent = "support";
    step.request = R"({"tool":"refund","args":{"order":1042,"amount":890}})";
    step.outcome = R"({"status":"ok","result":"Booked"})";
    step.state = R"({"plan":["look","refund"],"budget":{"steps":3}})";
    step.schema = R"({"type":"object","properties":{"amount":{"type":"number"}}})";
    return step;
}

} // namespace

/// Which branches are listed and how, and what is changed of a step before it is forked.
class TestBranchRows : public QObject
{
    Q_OBJECT

private slots:
    void linesJoinForksToTheirParents();
    void whatIsHiddenLeavesItsForks();
    void filterLooksAtAllThatIsKnown();
    void namesAreThoseOfFilesUntilGiven();
    void branchesPartWhereTheFirstForkIs();
    void fiftyBranchesAreOneModel();
    void longAndForeignNamesStayInOneLine();
    void writingACellIsTold();
    void typedPartsBecomeEdits();
    void aPartTypedAgainReplacesItsEdit();
    void wholeReplacesItsParts();
    void whatIsNoJsonIsRefused();
    void whatDoesNotFitIsSaid();
    void outcomeAndStateHaveTheirPaths();
    void editsAreTakenBack();
    void samplesStandBelowWhatCame();
};

void TestBranchRows::linesJoinForksToTheirParents()
{
    const auto rows = branchRows(family(), {});
    QCOMPARE(linesOf(rows), (QStringList {u"0"_s, u"1 |"_s, u"2 ||"_s, u"2 |."_s, u"1 ."_s}));
    QVERIFY(rows[0].hasForks && rows[1].hasForks && !rows[2].hasForks);
    QVERIFY(!rows[1].isLast && rows[4].isLast && rows[3].isLast && !rows[2].isLast);
}

void TestBranchRows::whatIsHiddenLeavesItsForks()
{
    FamilyReading reading = family();
    reading.notes[1].isArchived = true;
    const auto rows = branchRows(reading, {});
    QCOMPARE(linesOf(rows), (QStringList {u"0"_s, u"1 |"_s, u"1 |"_s, u"1 ."_s}));
    QCOMPARE(rows[1].branch, std::size_t(2));
    QCOMPARE(branchRows(reading, {.text = {}, .showsArchived = true}).size(), std::size_t(5));
}

void TestBranchRows::filterLooksAtAllThatIsKnown()
{
    FamilyReading reading = family();
    reading.family.branches[3].answer = "It was refunded already";
    reading.notes[4].found = u"Zu teuer"_s;
    const auto listed = [&](const QString& text) {
        QList<std::size_t> found;
        for (const BranchRow& row : branchRows(reading, {.text = text}))
            found << row.branch;
        return found;
    };
    QCOMPARE(listed(u"refunded"_s), QList<std::size_t> {3});
    QCOMPARE(listed(u"teuer zu"_s), QList<std::size_t> {4});
    QCOMPARE(listed(u"amount"_s).size(), 4);
    QVERIFY(listed(u"nothing like it"_s).isEmpty());
}

void TestBranchRows::namesAreThoseOfFilesUntilGiven()
{
    FamilyReading reading = family();
    QCOMPARE(branchName(reading, 0), u"run"_s);
    QCOMPARE(branchName(reading, 2), u"b"_s);
    reading.notes[2].name = u"退款"_s;
    QCOMPARE(branchName(reading, 2), u"退款"_s);
    reading.family.branches[1].origin->note = "why";
    QCOMPARE(branchNote(reading, 1), u"why"_s);
    reading.notes[1].note = u"because"_s;
    QCOMPARE(branchNote(reading, 1), u"because"_s);
}

void TestBranchRows::branchesPartWhereTheFirstForkIs()
{
    const engine::BranchFamily known = family().family;
    QCOMPARE(partingOf(known, 2, 3)->event, 25);
    QCOMPARE(partingOf(known, 0, 2)->event, 20);
    QCOMPARE(partingOf(known, 4, 2)->event, 7);
    QCOMPARE(partingOf(known, 4, 2)->step, "support:2.7");
    QVERIFY(!partingOf(known, 1, 1));
}

void TestBranchRows::fiftyBranchesAreOneModel()
{
    BranchesModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    FamilyReading reading;
    reading.family.branches.push_back(branch("run", {}));
    for (std::size_t i = 1; i < 50; ++i)
        reading.family.branches.push_back(
            branch("run." + std::to_string(i), i % 7 == 0 ? 0 : i - 1));
    reading.notes.resize(50);
    model.setReading(reading, u"/runs/run.7.kymo"_s);
    QCOMPARE(model.rowCount(), 50);
    QVERIFY(model.index(7, 0).data(BranchesModel::OpenRole).toBool());
    QVERIFY(!model.index(8, 0).data(BranchesModel::OpenRole).toBool());
    QCOMPARE(model.rows()[13].depth, 7);
    // What is only known better keeps the rows.
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    reading.family.branches[3].outcome = tracestore::OutcomeStatus::Error;
    model.setReading(reading, u"/runs/run.7.kymo"_s);
    QCOMPARE(resets.size(), 0);
    QCOMPARE(model.index(3, BranchesModel::OutcomeColumn).data().toString(), u"failed"_s);
    reading.notes[3].isArchived = true;
    model.setReading(reading, u"/runs/run.7.kymo"_s);
    QCOMPARE(model.rowCount(), 49);
    QCOMPARE(model.archivedCount(), 1);
    QCOMPARE(model.rowOf(u"/runs/run.3.kymo"_s), -1);
    model.setFilter({.text = u"run.4"_s});
    QCOMPARE(model.rowCount(), 11);
}

void TestBranchRows::longAndForeignNamesStayInOneLine()
{
    FamilyReading reading = family();
    reading.notes[1].name = QString(200, u'n');
    reading.notes[2].name = u"سطر\nآخر\u202Eabc"_s;
    reading.family.branches[4].origin->change = "<b>bold</b>\n";
    BranchesModel model;
    model.setReading(reading, {});
    QCOMPARE(model.index(1, 0).data().toString().size(), 200);
    const QString arabic = model.index(2, 0).data().toString();
    QVERIFY(!arabic.contains(u'\n') && !arabic.contains(u'\u202E'));
    const QString tip
        = model.index(4, BranchesModel::ChangeColumn).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(u"&lt;b&gt;"_s), qPrintable(tip));
}

void TestBranchRows::writingACellIsTold()
{
    BranchesModel model;
    model.setReading(family(), {});
    const QSignalSpy written(&model, &BranchesModel::written);
    const QModelIndex name = model.index(1, BranchesModel::NameColumn);
    QVERIFY(name.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.index(1, BranchesModel::CostColumn).flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.setData(name, name.data(Qt::EditRole), Qt::EditRole));
    QVERIFY(model.setData(name, u" cheaper "_s, Qt::EditRole));
    QCOMPARE(written.size(), 1);
    QCOMPARE(written[0][0].toString(), u"/runs/run.a.kymo"_s);
    QCOMPARE(written[0][2].toString(), u"cheaper"_s);
}

void TestBranchRows::typedPartsBecomeEdits()
{
    StepEdits edits(EditSide::Request, toolStep());
    QCOMPARE(edits.parts().front().path, "args");
    QVERIFY(edits.forkEdits().empty());
    QVERIFY(edits.type("args", uR"({"order":1042,"amount":89})"_s));
    QCOMPARE(edits.forkEdits(), (std::vector<engine::ForkEdit> {{"request.args.amount", "89"}}));
    QCOMPARE(edits.edits().front().before, "890");
    QVERIFY(edits.parts().front().isEdited);
    QVERIFY(edits.parts().front().value.contains(u"89"));
}

void TestBranchRows::aPartTypedAgainReplacesItsEdit()
{
    StepEdits edits(EditSide::Request, toolStep());
    QVERIFY(edits.type("args", uR"({"order":1042,"amount":8})"_s));
    QVERIFY(edits.type("args", uR"({"order":1042,"amount":89})"_s));
    QCOMPARE(edits.forkEdits(), (std::vector<engine::ForkEdit> {{"request.args.amount", "89"}}));
    // As it was: nothing is changed.
    QVERIFY(edits.type("args", uR"({"order":1042,"amount":890})"_s));
    QVERIFY(edits.edits().empty());
}

void TestBranchRows::wholeReplacesItsParts()
{
    StepEdits edits(EditSide::Request, toolStep());
    QVERIFY(edits.type("args", uR"({"order":1042,"amount":89})"_s));
    QVERIFY(edits.type("request", uR"({"tool":"refund","args":{"order":1}})"_s));
    QCOMPARE(edits.edits().size(), std::size_t(1));
    QCOMPARE(edits.forkEdits().front().path, "request");
    QVERIFY(edits.type("args", uR"({"order":2})"_s));
    QCOMPARE(edits.forkEdits().back(), (engine::ForkEdit {"request.args.order", "2"}));
}

void TestBranchRows::whatIsNoJsonIsRefused()
{
    StepEdits edits(EditSide::Request, toolStep());
    QVERIFY(!edits.type("args", u"{\"order\":"_s));
    QVERIFY(edits.edits().empty());
    QVERIFY(!edits.problemOf("args", u"{\"order\":"_s).isEmpty());
}

void TestBranchRows::whatDoesNotFitIsSaid()
{
    const StepEdits edits(EditSide::Request, toolStep());
    const QString problem = edits.problemOf("args", uR"({"amount":"much"})"_s);
    QVERIFY2(problem.contains(u"amount"), qPrintable(problem));
    QVERIFY(edits.problemOf("args", uR"({"amount":1})"_s).isEmpty());
}

void TestBranchRows::outcomeAndStateHaveTheirPaths()
{
    StepEdits outcome(EditSide::Outcome, toolStep());
    QCOMPARE(outcome.parts().front().path, "result");
    QVERIFY(outcome.type("result", u"Refused"_s));
    QCOMPARE(outcome.forkEdits(),
             (std::vector<engine::ForkEdit> {{"outcome.result", "\"Refused\""}}));
    StepEdits state(EditSide::State, toolStep());
    QVERIFY(state.type("state.budget", uR"({"steps":9})"_s));
    QCOMPARE(state.forkEdits(), (std::vector<engine::ForkEdit> {{"state.budget.steps", "9"}}));
    QVERIFY(state.type("state", uR"({"plan":[]})"_s));
    QCOMPARE(state.forkEdits().size(), std::size_t(1));
    QCOMPARE(state.forkEdits().front().path, "state");
    QVERIFY(StepEdits(EditSide::Outcome, {}).parts().empty());
}

void TestBranchRows::editsAreTakenBack()
{
    StepEdits edits(EditSide::Request, toolStep());
    QVERIFY(edits.type("args", uR"({"order":1042,"amount":89})"_s));
    edits.takeLastBack();
    QVERIFY(edits.edits().empty());
    QVERIFY(edits.parts().front().value.contains(u"890"));
    edits.takeLastBack();
}

void TestBranchRows::samplesStandBelowWhatCame()
{
    using State = engine::StepSample::State;
    SampleClustersModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    engine::SampleReport report;
    for (const State state : {State::Done, State::Done, State::Done, State::Failed, State::Running})
        report.samples.push_back({.state = state, .cost = 0.01});
    report.samples[2].cost.reset();
    report.samples[1].file = u"/runs/run.sample.kymo"_s;
    report.clusters.push_back({.label = "refund {\"amount\":89}",
                               .isTool = true,
                               .members = {0, 1},
                               .share = engine::wilsonShare(2, 3)});
    report.clusters.push_back({.label = "No.", .members = {2}, .share = engine::wilsonShare(1, 3)});
    model.setReport(report);
    QCOMPARE(model.rowCount(), 4); // two clusters, what failed, what is under way
    const QModelIndex first = model.index(0, 0);
    QCOMPARE(model.rowCount(first), 2);
    QCOMPARE(model.index(1, 0, first).data(SampleClustersModel::FileRole).toString(),
             u"/runs/run.sample.kymo"_s);
    const QModelIndex share = model.index(0, SampleClustersModel::ShareColumn);
    QVERIFY(share.data(SampleClustersModel::LowRole).toDouble()
            < share.data(SampleClustersModel::ShareRole).toDouble());
    QVERIFY(share.data(SampleClustersModel::HighRole).toDouble() <= 1.0);
    QVERIFY(!model.index(0, SampleClustersModel::CostColumn).data().toString().isEmpty());
    // A part of what it cost would be taken for all.
    QVERIFY(model.index(1, SampleClustersModel::CostColumn).data().toString().isEmpty());
    QVERIFY(model.index(2, 0).data(SampleClustersModel::ErrorRole).toBool());
}

QTEST_MAIN(TestBranchRows)
#include "tst_branch_rows.moc"
