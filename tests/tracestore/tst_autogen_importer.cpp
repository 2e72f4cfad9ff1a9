#include "tests/support/format_checks.h"
#include "tracestore/import/autogen/autogen_speaker.h"

using namespace tracestore;
using namespace tests;
using namespace Qt::StringLiterals;

/// Chats of teams of agents.
class TestAutogenImporter : public QObject
{
    Q_OBJECT

private slots:
    void treesAreAsWritten_data();
    void treesAreAsWritten();
    void theFirstMistakeIsMarked();
    void handOffsLeadToTheirReceiver();
    void codeIsRunByItsTerminal();
    void speakersAreToldFromRoleAndName_data();
    void speakersAreToldFromRoleAndName();
    void otherJsonIsNotClaimed_data();
    void otherJsonIsNotClaimed();

    void damageIsSurvived_data() { treesAreAsWritten_data(); }

    void damageIsSurvived();
    void samplesAgreeWithTheirFacts();
};

namespace {

TracePtr opened(const QString& name)
{
    auto trace = openFiles({dataDir() / "autogen-chat" / name.toStdString()});
    if (!trace)
        qFatal("%s", trace.error().message.c_str());
    return *trace;
}

} // namespace

void TestAutogenImporter::treesAreAsWritten_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("magentic") << u"magentic.json"_s;
    QTest::newRow("group") << u"group.json"_s;
}

void TestAutogenImporter::treesAreAsWritten()
{
    QFETCH(QString, name);
    const TracePtr trace = opened(name);
    QCOMPARE(payloadFailure(*trace), std::string());
    KYMO_COMPARE_GOLDEN(summaryText(*trace),
                        dataDir() / "autogen-chat" / (name.toStdString() + ".tree"));
}

void TestAutogenImporter::theFirstMistakeIsMarked()
{
    const TracePtr trace = opened(u"magentic.json"_s);
    const SpanId mistake = spanOf(*trace, SpanKind::Llm);
    QCOMPARE(trace->error(mistake)->type, std::string("mistake"));
    QCOMPARE(trace->error(mistake)->message, std::string("Read the wrong page."));
    QCOMPARE(trace->error(spanOf(*trace, SpanKind::Session))->message,
             std::string("The answer is wrong. First mistake: step 3, WebSurfer."));
    QCOMPARE(trace->sessions()[0].outcome, SpanStatus::Error);
}

void TestAutogenImporter::handOffsLeadToTheirReceiver()
{
    const TracePtr trace = opened(u"magentic.json"_s);
    QCOMPARE(trace->links().size(), std::size_t {1});
    QCOMPARE(trace->links()[0].kind, LinkKind::Handoff);
    QCOMPARE(trace->kind(trace->links()[0].from), SpanKind::Handoff);
    QCOMPARE(trace->name(trace->links()[0].to), std::string_view("WebSurfer"));
    const SpanDetail answer = detailOf(*trace, SpanKind::Llm);
    QCOMPARE(outline(answer.output), std::string("assistant: Brazil."));
    QCOMPARE(answer.input.size(), std::size_t {3});
}

void TestAutogenImporter::codeIsRunByItsTerminal()
{
    const TracePtr trace = opened(u"group.json"_s);
    const SpanDetail failed = detailOf(*trace, SpanKind::Tool);
    QVERIFY(failed.toolArguments.find("print(2+2)") != std::string::npos);
    QVERIFY(failed.toolResult.starts_with("exitcode: 1"));
    QCOMPARE(trace->error(spanOf(*trace, SpanKind::Tool))->message, std::string("NameError: x"));
    QCOMPARE(trace->status(spanOf(*trace, SpanKind::Tool, 1)), SpanStatus::Ok);
    QCOMPARE(trace->report().broken(), std::uint64_t {1});
}

void TestAutogenImporter::speakersAreToldFromRoleAndName_data()
{
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("speaker");
    QTest::newRow("human") << u"human"_s << QString() << u"x"_s << u"turn human "_s;
    QTest::newRow("named user") << u"user"_s << u"Bob"_s << u"x"_s << u"llm Bob "_s;
    QTest::newRow("thought") << u"A (thought)"_s << QString() << u"x"_s << u"plan A "_s;
    QTest::newRow("hand-off") << u"A (-> B)"_s << QString() << u"x"_s << u"handoff A B"_s;
    QTest::newRow("end") << u"A (termination condition)"_s << QString() << u"x"_s << u"event A "_s;
    QTest::newRow("code") << u"user"_s << u"T"_s << u"exitcode: 0 (ok)"_s << u"tool T "_s;
    QTest::newRow("no code") << u"user"_s << u"T"_s << u"exitcode: x"_s << u"llm T "_s;
    QTest::newRow("brackets") << u"A (x"_s << QString() << QString() << u"llm A (x "_s;
}

void TestAutogenImporter::speakersAreToldFromRoleAndName()
{
    QFETCH(QString, role);
    QFETCH(QString, name);
    QFETCH(QString, content);
    QFETCH(QString, speaker);
    const AutogenSpeaker told
        = autogenSpeakerOf(role.toStdString(), name.toStdString(), content.toStdString());
    QCOMPARE(
        QString::fromStdString(std::string(toWord(told.kind)) + ' ' + told.name + ' ' + told.to),
        speaker);
}

void TestAutogenImporter::otherJsonIsNotClaimed_data()
{
    QTest::addColumn<QString>("content");
    QTest::newRow("plain chat") << uR"([{"role":"user","content":"x"}])"_s;
    QTest::newRow("history") << uR"({"history":[{"role":"user","content":"x"}]})"_s;
    QTest::newRow("verdict only") << uR"({"is_correct":true})"_s;
}

void TestAutogenImporter::otherJsonIsNotClaimed()
{
    QFETCH(QString, content);
    QVERIFY(!claimedBy(content.toStdString()).contains(u"autogen-chat"_s));
}

void TestAutogenImporter::damageIsSurvived()
{
    QFETCH(QString, name);
    const TestFolder folder;
    QCOMPARE(damageFailure(folder, contentOf(dataDir() / "autogen-chat" / name.toStdString()), 3),
             std::string());
}

void TestAutogenImporter::samplesAgreeWithTheirFacts()
{
    KYMO_NEED_SAMPLES();
    const QStringList samples = samplesBelow(u"autogen-chat/"_s);
    QVERIFY(!samples.isEmpty());
    for (const QString& sample : samples) {
        const SampleFacts facts = factsOf(sample);
        const auto trace = openFiles({samplesDir() / sample.toStdString()});
        QVERIFY(trace);
        QCOMPARE((*trace)->origin().formatId, std::string("autogen-chat"));
        QCOMPARE(payloadFailure(**trace), std::string());
        QCOMPARE(qint64((*trace)->spanCount()), facts.number("history") + 1);
        QJsonObject roles;
        QJsonObject names;
        qint64 mistakes = 0;
        qint64 index = -1;
        for (std::size_t i = 0; i < (*trace)->spanCount(); ++i) {
            const SpanId span(i);
            if ((*trace)->kind(span) == SpanKind::Session)
                continue;
            ++index;
            const QString role = QString::fromStdString(std::string((*trace)->origKind(span)));
            roles[role] = roles[role].toInteger() + 1;
            if (role == u"user"_s || role == u"assistant"_s) {
                const QString name = QString::fromStdString(std::string((*trace)->name(span)));
                names[name] = names[name].toInteger() + 1;
            }
            const SpanError* error = (*trace)->error(span);
            if (error == nullptr || error->type != "mistake")
                continue;
            ++mistakes;
            QCOMPARE(QString::number(index), facts.facts[u"mistake_step"_s].toString());
            QCOMPARE(QString::fromStdString((*trace)->agent((*trace)->agentOf(span)).name),
                     facts.facts[u"mistake_agent"_s].toString());
        }
        QCOMPARE(roles, facts.facts[u"by_role"_s].toObject());
        QCOMPARE(names, facts.facts[u"by_name"_s].toObject());
        QCOMPARE(mistakes, qint64 {1});
    }
}

QTEST_GUILESS_MAIN(TestAutogenImporter)
#include "tst_autogen_importer.moc"
