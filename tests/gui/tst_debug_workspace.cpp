#include "gui/debug/debug_workspace.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

using namespace gui;
using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::StopKind;

class TestDebugWorkspace : public QObject
{
    Q_OBJECT

private slots:
    void numbersAreNotUsedAgain();
    void everyChangeCanBeUndone();
    void unchangedIsNoStepOfUndo();
    void groupsAreSwitchedTogether();
    void watchesMove();
    void isKeptInItsFile();
    void brokenFileIsPutAside();
    void foreignFolderIsMade();
    void unwritableFileIsTold();
    void importAddsUnderNumbersOfItsOwn();
    void importOfNonsenseChangesNothing();
    void signalsTellWhatChanged();

private:
    static Breakpoint onTool(const std::string& tool)
    {
        Breakpoint breakpoint;
        breakpoint.scope.tool = tool;
        return breakpoint;
    }

    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_dir;
};

void TestDebugWorkspace::numbersAreNotUsedAgain()
{
    DebugWorkspace workspace;
    QCOMPARE(workspace.add(onTool("a")), 1U);
    QCOMPARE(workspace.add(onTool("b")), 2U);
    workspace.removeBreakpoints({2});
    QCOMPARE(workspace.add(onTool("c")), 3U);
    QCOMPARE(workspace.breakpoint(2), nullptr);
    QCOMPARE(workspace.breakpoint(3)->scope.tool, "c");
}

void TestDebugWorkspace::everyChangeCanBeUndone()
{
    DebugWorkspace workspace;
    std::vector<engine::DebugSetup> states {workspace.setup()};
    const auto remember = [&] { states.push_back(workspace.setup()); };
    const auto id = workspace.add(onTool("a"));
    remember();
    Breakpoint changed = *workspace.breakpoint(id);
    changed.note = "the customer's";
    changed.condition = "args.amount > 500";
    workspace.change(changed);
    remember();
    workspace.setEnabled({id}, false);
    remember();
    const auto watch = workspace.add(engine::Watch {0, "args.amount", {}});
    remember();
    workspace.change(engine::Watch {watch, "cost.session", {}});
    remember();
    const auto fault = workspace.add(engine::FaultRule {});
    remember();
    workspace.setFaultsEnabled({fault}, false);
    remember();
    workspace.removeWatches({watch});
    remember();
    workspace.removeFaults({fault});
    remember();
    workspace.removeBreakpoints({id});
    remember();
    for (std::size_t i = states.size(); i-- > 1;) {
        QVERIFY(workspace.setup() == states[i]);
        workspace.undoStack().undo();
    }
    QVERIFY(workspace.setup() == states[0]);
    QVERIFY(!workspace.undoStack().canUndo());
    for (std::size_t i = 1; i < states.size(); ++i) {
        workspace.undoStack().redo();
        QVERIFY(workspace.setup() == states[i]);
    }
}

void TestDebugWorkspace::unchangedIsNoStepOfUndo()
{
    DebugWorkspace workspace;
    const auto id = workspace.add(onTool("a"));
    workspace.change(*workspace.breakpoint(id));
    workspace.setEnabled({id}, true);
    workspace.removeBreakpoints({77});
    QCOMPARE(workspace.undoStack().count(), 1);
}

void TestDebugWorkspace::groupsAreSwitchedTogether()
{
    DebugWorkspace workspace;
    for (const char* group : {"money", "", "money", "loops"}) {
        Breakpoint breakpoint = onTool("t");
        breakpoint.group = group;
        workspace.add(breakpoint);
    }
    QVERIFY((workspace.groups() == std::vector<std::string> {"loops", "money"}));
    workspace.setGroupEnabled("money", false);
    QVERIFY(!workspace.breakpoint(1)->isEnabled);
    QVERIFY(workspace.breakpoint(2)->isEnabled);
    QVERIFY(!workspace.breakpoint(3)->isEnabled);
    QVERIFY(workspace.breakpoint(4)->isEnabled);
    workspace.undoStack().undo();
    QVERIFY(workspace.breakpoint(1)->isEnabled && workspace.breakpoint(3)->isEnabled);
}

void TestDebugWorkspace::watchesMove()
{
    DebugWorkspace workspace;
    for (const char* expression : {"a", "b", "c"})
        workspace.add(engine::Watch {0, expression, {}});
    workspace.moveWatch(3, 0);
    const auto order = [&] {
        std::string text;
        for (const auto& watch : workspace.setup().watches)
            text += watch.expression;
        return text;
    };
    QCOMPARE(order(), "cab");
    workspace.moveWatch(3, 99);
    QCOMPARE(order(), "abc");
    workspace.undoStack().undo();
    QCOMPARE(order(), "cab");
}

void TestDebugWorkspace::isKeptInItsFile()
{
    const QString path = m_dir.filePath(u"kept.json"_s);
    engine::DebugSetup kept;
    {
        DebugWorkspace workspace(path);
        QVERIFY(workspace.problem().isEmpty());
        Breakpoint breakpoint = onTool("refund_order");
        breakpoint.condition = "args.amount > 500";
        breakpoint.actions = {engine::LogAction {"{tool}"}, engine::PauseAction {true}};
        workspace.add(onTool("other"));
        workspace.add(breakpoint);
        workspace.removeBreakpoints({1});
        workspace.add(engine::Watch {0, "cost.session", "desk"});
        engine::FaultRule rule;
        rule.probability = 0.25;
        rule.seed = 7;
        workspace.add(rule);
        kept = workspace.setup();
    }
    DebugWorkspace again(path);
    QVERIFY(again.problem().isEmpty());
    QVERIFY(again.setup() == kept);
    QVERIFY(!again.undoStack().canUndo());
    QCOMPARE(again.add(onTool("new")), 3U);
}

void TestDebugWorkspace::brokenFileIsPutAside()
{
    const QString path = m_dir.filePath(u"broken.json"_s);
    const QByteArray broken = "{\"breakpoints\": [{\"kind\": \"before_to";
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    file.write(broken);
    file.close();
    {
        DebugWorkspace workspace(path);
        QVERIFY(workspace.problem().contains(u"broken.json.broken"_s));
        QVERIFY(workspace.setup() == engine::DebugSetup {});
        workspace.add(onTool("a"));
        workspace.save();
        // It is still to be told, although what is set now could be written.
        QVERIFY(!workspace.problem().isEmpty());
    }
    QCOMPARE(contentOf(path + u".broken"_s), broken);
    QVERIFY(DebugWorkspace(path).problem().isEmpty());
    QCOMPARE(DebugWorkspace(path).setup().breakpoints.size(), 1U);
}

void TestDebugWorkspace::foreignFolderIsMade()
{
    const QString path = m_dir.filePath(u"not/yet/there.json"_s);
    {
        DebugWorkspace workspace(path);
        workspace.add(onTool("a"));
    }
    QCOMPARE(DebugWorkspace(path).setup().breakpoints.size(), 1U);
}

void TestDebugWorkspace::unwritableFileIsTold()
{
    // A folder stands where the file should be.
    const QString path = m_dir.filePath(u"folder.json"_s);
    DebugWorkspace workspace(path);
    workspace.add(onTool("a"));
    QVERIFY(QDir().mkpath(path));
    workspace.save();
    QVERIFY(workspace.problem().contains(u"not kept"_s));
    QVERIFY(QDir().rmdir(path));
    workspace.save();
    QVERIFY(workspace.problem().isEmpty());
}

void TestDebugWorkspace::importAddsUnderNumbersOfItsOwn()
{
    const QString path = m_dir.filePath(u"exported.json"_s);
    DebugWorkspace source;
    source.add(onTool("a"));
    source.add(engine::Watch {0, "args.amount", {}});
    source.add(engine::FaultRule {});
    QVERIFY(source.exportTo(path));
    DebugWorkspace target;
    target.add(onTool("own"));
    QVERIFY(target.importFrom(path));
    QCOMPARE(target.setup().breakpoints.size(), 2U);
    QCOMPARE(target.setup().breakpoints[1].id, 2U);
    QCOMPARE(target.setup().breakpoints[1].scope.tool, "a");
    QCOMPARE(target.setup().watches.size(), 1U);
    QCOMPARE(target.setup().faults.size(), 1U);
    target.undoStack().undo();
    QCOMPARE(target.setup().breakpoints.size(), 1U);
    QVERIFY(target.setup().watches.empty());
}

void TestDebugWorkspace::importOfNonsenseChangesNothing()
{
    DebugWorkspace workspace;
    workspace.add(onTool("a"));
    QVERIFY(!workspace.importFrom(m_dir.filePath(u"missing.json"_s)));
    const QString path = m_dir.filePath(u"nonsense.json"_s);
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    file.write("[1, 2");
    file.close();
    const auto imported = workspace.importFrom(path);
    QVERIFY(!imported);
    QVERIFY(!imported.error().message.empty());
    QCOMPARE(workspace.undoStack().count(), 1);
}

void TestDebugWorkspace::signalsTellWhatChanged()
{
    DebugWorkspace workspace;
    QSignalSpy any(&workspace, &DebugWorkspace::changed);
    QSignalSpy breakpoints(&workspace, &DebugWorkspace::breakpointsChanged);
    QSignalSpy watches(&workspace, &DebugWorkspace::watchesChanged);
    QSignalSpy faults(&workspace, &DebugWorkspace::faultsChanged);
    workspace.add(onTool("a"));
    workspace.add(engine::Watch {0, "cost", {}});
    workspace.add(engine::FaultRule {});
    workspace.undoStack().undo();
    QCOMPARE(any.count(), 4);
    QCOMPARE(breakpoints.count(), 1);
    QCOMPARE(watches.count(), 1);
    QCOMPARE(faults.count(), 2);
}

QTEST_MAIN(TestDebugWorkspace)
#include "tst_debug_workspace.moc"
