#include "gui/context/session_context.h"
#include "gui/inspector/attributes_page.h"
#include "gui/inspector/data_page.h"
#include "gui/inspector/facts_view.h"
#include "gui/inspector/inspector_view.h"
#include "gui/inspector/message_list.h"
#include "gui/models/json_tree_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/json_tree_view.h"
#include "gui/widgets/text_viewer.h"
#include "tests/gui/talk_trace.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace gui;
using namespace tracestore;
using namespace Qt::StringLiterals;
using Tab = InspectorView::Tab;

class TestInspectorView : public QObject
{
    Q_OBJECT

private slots:
    void summarySaysWhatIsKnown();
    void summaryBeginsWithWhatWentInAndCameOut();
    void longContentIsCutInTheSummary();
    void summarySumsWhatIsBelow();
    void factsStayReadableInANarrowDock();
    void valuesEndWhereTheViewDoes();
    void unknownIsSaidNotZero();
    void errorsComeWithTheirStack();
    void missingParentsAndLinksAreSaid();
    void linksLeadToOtherSteps();
    void newMessagesAreMarkedAndOldOnesFolded();
    void tabsWithoutContentAreGreyOrAbsent();
    void theChosenTabStaysForStepsOfAKind();
    void argumentsSwitchBetweenTreeAndText();
    void ofLargeTextsTheNewestWins();
    void keysLeaveRoomForTheirValues();
    void rawIsFetchedWhenLookedAt();
    void attributesAreFiltered();
    void failureSaysWhatToDo();
    void newestStepWins();
    void usageGivesCostsOnlyWhereTheyAddUp();
    void everythingCanBeCopied();
    void hostileTextIsShownAsText();
    void nothingSelectedSaysHow();

private:
    Theme m_theme;
};

namespace {

struct Shown
{
    Shown(const TracePtr& trace, Theme& theme)
        : context(trace, theme)
        , view(context)
    {
        view.resize(480, 700);
        view.show();
    }

    /// Selects a step and waits for its content.
    void select(SpanId span)
    {
        context.select(span);
        QSignalSpy shown(&view.summary().model(), &QAbstractItemModel::modelReset);
        QTRY_VERIFY(!shown.isEmpty() || !view.notice().isEmpty());
    }

    SessionContext context;
    InspectorView view;
};

QString valueOf(const std::vector<Fact>& facts, const QString& label)
{
    for (const Fact& fact : facts)
        if (fact.label == label)
            return fact.value;
    return u"(no such fact)"_s;
}

/// The text that stands alone below a heading.
QString textOf(const std::vector<Fact>& facts, const QString& section)
{
    for (const Fact& fact : facts)
        if (fact.isWide && fact.section == section)
            return fact.value;
    return {};
}

QString rowsOf(const MessageList& list)
{
    QString text;
    for (std::size_t row = 0; row < list.blockCount(); ++row) {
        const BlockPtr block = list.blockAt(row);
        text += (block->isNew ? u"* "_s : u"  "_s) + block->title + u'\n';
    }
    return text;
}

} // namespace

void TestInspectorView::summarySaysWhatIsKnown()
{
    const tests::TalkTrace talk;
    const auto detail = talk.payloads->details.at(talk.first);
    const auto facts = summaryFacts(*talk.trace, talk.first, &detail);
    QCOMPARE(valueOf(facts, u"Kind"_s), u"Model call"_s);
    QCOMPARE(valueOf(facts, u"Recorded as"_s), u"chat"_s);
    QCOMPARE(valueOf(facts, u"Status"_s), u"ok"_s);
    QCOMPARE(valueOf(facts, u"Agent"_s), u"support"_s);
    QCOMPARE(valueOf(facts, u"Model asked for"_s), u"model-4"_s);
    QCOMPARE(valueOf(facts, u"Model that answered"_s), u"model-4-0613"_s);
    QCOMPARE(valueOf(facts, u"temperature"_s), u"0.2"_s);
    QCOMPARE(valueOf(facts, u"Finished because"_s), u"tool_calls"_s);
    QCOMPARE(valueOf(facts, u"Duration"_s), u"1.62 s"_s);
    QCOMPARE(valueOf(facts, u"To the first token"_s), u"300 ms"_s);
    QCOMPARE(valueOf(facts, u"Parent"_s), u"support-agent"_s);
}

void TestInspectorView::summaryBeginsWithWhatWentInAndCameOut()
{
    const tests::TalkTrace talk;
    const auto call = summaryFacts(*talk.trace, talk.first, &talk.payloads->details.at(talk.first));
    QCOMPARE(textOf(call, u"Output"_s), u"Let me look that up."_s);
    QCOMPARE(valueOf(call, u"Tools"_s), u"lookup_order, refund_order"_s);
    const auto tool
        = summaryFacts(*talk.trace, talk.lookup, &talk.payloads->details.at(talk.lookup));
    QVERIFY(textOf(tool, u"Arguments"_s).contains(u"\"order_id\": \"A-1043\""_s));
    QVERIFY(textOf(tool, u"Result"_s).contains(u"\"total\": 890.00"_s));
    // Nothing is said of content before it is there.
    QVERIFY(textOf(summaryFacts(*talk.trace, talk.lookup, nullptr), u"Result"_s).isEmpty());
}

void TestInspectorView::longContentIsCutInTheSummary()
{
    const tests::TalkTrace talk;
    SpanDetail detail;
    for (int i = 0; i < 100; ++i)
        detail.toolResult += "line " + std::to_string(i) + "\n";
    auto facts = summaryFacts(*talk.trace, talk.lookup, &detail);
    const QString lines = textOf(facts, u"Result"_s);
    QVERIFY(lines.startsWith(u"line 0\nline 1\n"_s));
    QVERIFY(lines.endsWith(u"line 11 …"_s));
    QCOMPARE(valueOf(facts, u"More"_s), u"see the tab Result"_s);

    detail.toolResult = std::string(std::size_t {1} << 20U, 'x');
    facts = summaryFacts(*talk.trace, talk.lookup, &detail);
    QVERIFY(textOf(facts, u"Result"_s).size() < 1000);
    QVERIFY(textOf(facts, u"Result"_s).endsWith(u'…'));

    detail.toolResult = "done";
    facts = summaryFacts(*talk.trace, talk.lookup, &detail);
    QCOMPARE(textOf(facts, u"Result"_s), u"done"_s);
    QCOMPARE(valueOf(facts, u"More"_s), u"(no such fact)"_s);
}

void TestInspectorView::summarySumsWhatIsBelow()
{
    const tests::TalkTrace talk;
    const auto facts = summaryFacts(*talk.trace, talk.root, nullptr);
    QCOMPARE(valueOf(facts, u"Steps"_s), u"6"_s);
    QCOMPARE(valueOf(facts, u"Model calls"_s), u"3"_s);
    QCOMPARE(valueOf(facts, u"Tool calls"_s), u"2"_s);
    QCOMPARE(valueOf(facts, u"Failed"_s), u"1"_s);
    QCOMPARE(valueOf(facts, u"Tokens"_s), u"12,360"_s);
    QCOMPARE(valueOf(facts, u"Cost"_s), u"$0.0123  ·  recorded"_s);
    QCOMPARE(valueOf(summaryFacts(*talk.trace, talk.lookup, nullptr), u"Steps"_s),
             u"(no such fact)"_s);
}

void TestInspectorView::factsStayReadableInANarrowDock()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.view.resize(320, 600);
    shown.select(talk.lookup);
    FactsView& facts = shown.view.summary();
    const auto& model = facts.model();
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex value = model.index(row, FactsModel::ValueColumn);
        const Fact* fact = model.fact(value);
        if (fact == nullptr || fact->label != u"Start")
            continue;
        // A time stays on one line.
        QVERIFY(facts.visualRect(value).width()
                > QFontMetrics(m_theme.textFont()).horizontalAdvance(fact->value));
        QVERIFY(facts.visualRect(value).height() < 2 * metrics::kRowHeight);
        return;
    }
    QFAIL("The summary has no start.");
}

void TestInspectorView::valuesEndWhereTheViewDoes()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.select(talk.lookup);
    FactsView& facts = shown.view.summary();
    for (const int width : {900, 320, 230, 640}) {
        shown.view.resize(width, 600);
        QTRY_COMPARE(facts.columnWidth(FactsModel::LabelColumn)
                         + facts.columnWidth(FactsModel::ValueColumn),
                     facts.viewport()->width());
    }
}

void TestInspectorView::unknownIsSaidNotZero()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId span
        = builder.addSpan({.session = SessionId(0), .kind = SpanKind::Llm, .name = "chat"});
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    const auto facts = summaryFacts(*trace, span, nullptr);
    QCOMPARE(valueOf(facts, u"Status"_s), u"not recorded"_s);
    QCOMPARE(valueOf(facts, u"Start"_s), u"not recorded"_s);
    QCOMPARE(valueOf(facts, u"Duration"_s), u"(no such fact)"_s);
    QVERIFY(usageFacts(*trace, span, nullptr).empty());
}

void TestInspectorView::errorsComeWithTheirStack()
{
    const tests::TalkTrace talk;
    const auto detail = talk.payloads->details.at(talk.refund);
    const auto facts = summaryFacts(*talk.trace, talk.refund, &detail);
    QCOMPARE(valueOf(facts, u"Type"_s), u"PolicyError"_s);
    QCOMPARE(valueOf(facts, u"Worth a retry"_s), u"no"_s);
    // A result that is the error's message is told once.
    SpanDetail same = detail;
    same.toolResult = talk.trace->error(talk.refund)->message;
    QVERIFY(textOf(summaryFacts(*talk.trace, talk.refund, &same), u"Result"_s).isEmpty());
    QVERIFY(valueOf(facts, u"Stack"_s).contains(u"policy.py:42"_s));
}

void TestInspectorView::missingParentsAndLinksAreSaid()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId span = builder.addSpan(
        {.session = SessionId(0), .name = "orphan", .origId = "b", .parentOrigId = "gone"});
    builder.addLink({.from = span, .toOrigId = "elsewhere", .kind = LinkKind::FollowsFrom});
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    const auto facts = summaryFacts(*trace, span, nullptr);
    QCOMPARE(valueOf(facts, u"Parent"_s), u"named, but not in this file"_s);
    QCOMPARE(valueOf(facts, u"Parent id"_s), u"gone"_s);
    QCOMPARE(valueOf(facts, u"follows from"_s), u"elsewhere, not in this file"_s);
}

void TestInspectorView::linksLeadToOtherSteps()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.select(talk.refund);
    const FactsModel& model = shown.view.summary().model();
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row, FactsModel::ValueColumn);
        const Fact* fact = model.fact(index);
        if (fact == nullptr || fact->label != u"answers call"_s)
            continue;
        emit shown.view.summary().activated(index);
        QCOMPARE(shown.context.selected(), talk.first);
        return;
    }
    QFAIL("the link is not shown");
}

void TestInspectorView::newMessagesAreMarkedAndOldOnesFolded()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.select(talk.first);
    QCOMPARE(rowsOf(shown.view.input()), u"  System\n  User\n"_s);
    shown.select(talk.last);
    QTRY_COMPARE(rowsOf(shown.view.input()),
                 u"  2 earlier messages, unchanged\n* Reasoning\n* Assistant\n* lookup_order\n"
                 "* refund_order\n* Tool result\n* Tool result\n* User\n"_s);
    shown.view.input().toggle(0);
    QVERIFY(rowsOf(shown.view.input())
                .startsWith(u"  2 earlier messages, unchanged\n  System\n  User\n* Reasoning\n"_s));
    QCOMPARE(rowsOf(shown.view.output()), u"  Assistant\n"_s);
}

void TestInspectorView::tabsWithoutContentAreGreyOrAbsent()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.select(talk.refund);
    QTRY_VERIFY(shown.view.isTabEnabled(Tab::Arguments));
    QVERIFY(!shown.view.isTabShown(Tab::Input));
    QVERIFY(shown.view.isTabShown(Tab::Result) && !shown.view.isTabEnabled(Tab::Result));
    QVERIFY(!shown.view.isTabShown(Tab::Events));
    QVERIFY(!shown.view.isTabShown(Tab::Usage));
    shown.select(talk.first);
    QTRY_VERIFY(shown.view.isTabShown(Tab::Input));
    QVERIFY(!shown.view.isTabShown(Tab::Arguments));
    QVERIFY(shown.view.isTabEnabled(Tab::Usage) && shown.view.isTabEnabled(Tab::Events));
    const auto* bar = shown.view.findChild<QTabBar*>();
    for (int tab = 0; tab < bar->count(); ++tab)
        QCOMPARE(bar->tabRect(tab).width() > 0, bar->isTabVisible(tab));
}

void TestInspectorView::theChosenTabStaysForStepsOfAKind()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.select(talk.first);
    QTRY_VERIFY(shown.view.isTabEnabled(Tab::Output));
    shown.view.setCurrentTab(Tab::Output);
    shown.select(talk.lookup);
    QTRY_COMPARE(shown.view.currentTab(), Tab::Summary);
    shown.view.setCurrentTab(Tab::Result);
    shown.select(talk.last);
    QTRY_COMPARE(shown.view.currentTab(), Tab::Output);
    // One without a result does not make one forget the choice.
    shown.select(talk.refund);
    QTRY_COMPARE(shown.view.currentTab(), Tab::Summary);
    shown.select(talk.lookup);
    QTRY_COMPARE(shown.view.currentTab(), Tab::Result);
}

void TestInspectorView::argumentsSwitchBetweenTreeAndText()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    shown.select(talk.lookup);
    QTRY_VERIFY(shown.view.isTabEnabled(Tab::Result));
    DataPage& page = shown.view.result();
    QCOMPARE(page.shownMode(), DataPage::Mode::Text);
    QVERIFY(page.viewer().text().startsWith(u"{\n  \"id\": \"A-1043\",\n  \"total\": 890.00,"_s));
    page.setMode(DataPage::Mode::Tree);
    QCOMPARE(page.shownMode(), DataPage::Mode::Tree);
    QCOMPARE(page.tree().model().rowCount(), 3);
    page.setText(R"("a\ntext")");
    QCOMPARE(page.shownMode(), DataPage::Mode::Text);
    QCOMPARE(page.viewer().text(), u"a\ntext"_s);
    page.setText("plain words");
    QCOMPARE(page.shownMode(), DataPage::Mode::Text);
    QCOMPARE(page.viewer().text(), u"plain words"_s);
}

/// On a page of its own: an inspector may set its pages again when more of the step arrives.
void TestInspectorView::ofLargeTextsTheNewestWins()
{
    DataPage page(m_theme, {DataPage::Mode::Tree, DataPage::Mode::Text});
    QList<int> shownRows;
    connect(
        &page, &DataPage::textShown, &page, [&] { shownRows << page.tree().model().rowCount(); });
    page.setText("[" + std::string(600'000, ' ') + "1]");
    page.setText("[" + std::string(600'000, ' ') + "1,2,3]");
    QTRY_VERIFY(shownRows.contains(3));
    QTest::qWait(50);
    // The first may be ready before the second is asked for, but it never comes behind it.
    QCOMPARE(shownRows.last(), 3);
    QCOMPARE(page.tree().model().rowCount(), 3);
}

void TestInspectorView::keysLeaveRoomForTheirValues()
{
    JsonTreeView tree(m_theme);
    tree.resize(320, 200);
    tree.show();
    const auto keyWidth = [&](const char* json) {
        tree.setDocument(*JsonDocument::parse(json));
        return tree.columnWidth(JsonTreeModel::KeyColumn);
    };
    const int narrow = keyWidth(R"({"id": 1})");
    const int wide = keyWidth(R"({"a key that is so long that it would fill the whole dock": 1})");
    QVERIFY(narrow < 120);
    QVERIFY(wide > narrow);
    QVERIFY(wide <= 160);
    // What the user chose stays.
    tree.header()->resizeSection(JsonTreeModel::KeyColumn, 200);
    QCOMPARE(keyWidth(R"({"id": 1})"), 200);
}

void TestInspectorView::rawIsFetchedWhenLookedAt()
{
    const tests::TalkTrace talk;
    talk.payloads->raws[talk.first] = "{\"z\":1,\"a\":{\"b\":2}}\n{\"second\":true}";
    Shown shown(talk.trace, m_theme);
    shown.select(talk.first);
    QTRY_VERIFY(shown.view.isTabEnabled(Tab::Raw));
    QVERIFY(shown.view.rawPage().viewer().text().isEmpty());
    shown.view.setCurrentTab(Tab::Raw);
    QTRY_COMPARE(shown.view.rawPage().viewer().text(),
                 u"{\n  \"z\": 1,\n  \"a\": {\n    \"b\": 2\n  }\n}\n{\n  \"second\": true\n}\n"_s);
    shown.view.rawPage().setMode(DataPage::Mode::AsRecorded);
    QCOMPARE(shown.view.rawPage().viewer().text(),
             u"{\"z\":1,\"a\":{\"b\":2}}\n{\"second\":true}"_s);
}

void TestInspectorView::attributesAreFiltered()
{
    AttributesPage page(m_theme);
    page.setAttributes({{"a.model", "\"x\""}, {"b.port", "443"}, {"c", "not json"}});
    QCOMPARE(page.tree().model().rowCount(), 3);
    QCOMPARE(page.tree().model().index(2, 1).data().toString(), u"not json"_s);
    page.filter().setText(u"PORT"_s);
    QCOMPARE(page.tree().model().rowCount(), 1);
    QCOMPARE(page.tree().model().index(0, 0).data().toString(), u"b.port"_s);
    page.filter().clear();
    QCOMPARE(page.tree().model().rowCount(), 3);
    QCOMPARE(eventsJson({{"e", Timestamp {1500}, {{"k", "1"}}}}, Timestamp {500}),
             std::string("{\"+1.00 µs  e\": {\"k\": 1}}"));
}

void TestInspectorView::failureSaysWhatToDo()
{
    const tests::TalkTrace talk;
    talk.payloads->broken = {talk.first};
    Shown shown(talk.trace, m_theme);
    shown.select(talk.first);
    QTRY_VERIFY(shown.view.notice().contains(u"Open it again."_s));
    QVERIFY(!shown.view.isTabEnabled(Tab::Input));
    shown.select(talk.lookup);
    QTRY_VERIFY(shown.view.notice().isEmpty());
}

void TestInspectorView::newestStepWins()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    for (const SpanId span : {talk.first, talk.lookup, talk.refund, talk.lookup})
        shown.context.select(span);
    QTRY_VERIFY(shown.view.isTabEnabled(Tab::Result));
    QCOMPARE(shown.view.result().tree().model().rowCount(), 3);
}

void TestInspectorView::usageGivesCostsOnlyWhereTheyAddUp()
{
    const auto prices = PriceTable::parse(
        R"({"currency":"USD","models":[{"match":["m"],"prices":[{"from":"2024-01-01","input":1,"output":10,"cache_read":0.1}]}]})");
    if (!prices)
        QFAIL(prices.error().message.c_str());
    TraceBuilder builder = tests::builderWithSession();
    SpanRecord record {.session = SessionId(0), .kind = SpanKind::Llm, .name = "chat"};
    record.respondedModel = "m";
    record.usage = TokenUsage {.input = 1'000'000, .output = 100'000, .state = UsageState::Partial};
    record.cost = Cost {2.0, "USD", CostSource::Computed};
    const SpanId right = builder.addSpan(record);
    record.cost = Cost {2.5, "USD", CostSource::Computed};
    const SpanId wrong = builder.addSpan(record);
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    const auto facts = usageFacts(*trace, right, &*prices);
    QCOMPARE(valueOf(facts, u"Output"_s), u"100,000  ·  $1.00"_s);
    QCOMPARE(valueOf(facts, u"Input, from a cache"_s), u"not recorded"_s);
    QVERIFY(valueOf(facts, u"How it is known"_s).startsWith(u"a lower bound"_s));
    QCOMPARE(facts.front().bar.size(), std::size_t {2});
    QCOMPARE(valueOf(usageFacts(*trace, wrong, &*prices), u"Output"_s), u"100,000"_s);
    QVERIFY(valueOf(facts, u"Total"_s) == u"1,100,000"_s);
}

void TestInspectorView::everythingCanBeCopied()
{
    FactsView view(m_theme);
    view.setFacts({{u"A"_s, u"one"_s, u"1"_s}, {u"B"_s, u"two"_s, u"2"_s}});
    const QAbstractItemModelTester tester(&view.model());
    QCOMPARE(view.model().rowCount(), 4);
    view.setCurrentIndex(view.model().index(3, 1));
    view.copyValue();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"2"_s);
    view.copyJson();
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"\"one\": \"1\""_s));
}

void TestInspectorView::hostileTextIsShownAsText()
{
    TraceBuilder builder = tests::builderWithSession();
    const std::string hostile = "<img src=\"file:///dev/zero\">\u202Ex\x1b[0m";
    SpanRecord record {.session = SessionId(0), .kind = SpanKind::Tool, .name = hostile};
    record.error = SpanError {"<b>", hostile, {}};
    record.status = SpanStatus::Error;
    const SpanId span = builder.addSpan(record);
    auto payloads = std::make_shared<tests::MapPayloads>();
    payloads->details[span].toolArguments = hostile;
    const TracePtr trace = builder.finish(payloads);
    Shown shown(trace, m_theme);
    shown.select(span);
    QTRY_VERIFY(shown.view.isTabEnabled(Tab::Arguments));
    const auto facts = summaryFacts(*trace, span, nullptr);
    QCOMPARE(valueOf(facts, u"Message"_s), u"<img src=\"file:///dev/zero\">\uFFFDx\u241B[0m"_s);
    for (const QLabel* label : shown.view.findChildren<QLabel*>())
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
    shown.view.grab();
}

void TestInspectorView::nothingSelectedSaysHow()
{
    const tests::TalkTrace talk;
    Shown shown(talk.trace, m_theme);
    bool isSaid = false;
    for (const QLabel* label : shown.view.findChildren<QLabel*>())
        isSaid = isSaid || (label->isVisible() && label->text().startsWith(u"Select a step"_s));
    QVERIFY(isSaid);
}

QTEST_MAIN(TestInspectorView)
#include "tst_inspector_view.moc"
