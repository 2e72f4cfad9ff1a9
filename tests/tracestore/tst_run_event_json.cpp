#include "tests/support/run_log.h"
#include "tests/support/same_event.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/run_event_json.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <cmath>
#include <set>

using namespace tracestore;

/// Facts as they stand in files.
class TestRunEventJson : public QObject
{
    Q_OBJECT

private slots:
    void everyFactComesBack();
    void everyFieldOfEveryFactIsWritten_data();
    void everyFieldOfEveryFactIsWritten();
    void everyWordComesBack();
    void oddNumbersComeBack();
    void theEmptyFactIsSmall();
    void whatIsUnknownIsPassedOver();
    void whatIsWrongIsTold_data();
    void whatIsWrongIsTold();
};

void TestRunEventJson::everyFactComesBack()
{
    std::set<std::size_t> seen;
    for (const RunEvent& event : tests::makeOddRun()) {
        seen.insert(event.fact.index());
        auto fact = factFromJson(typeWord(event.fact), toJson(event.fact));
        QVERIFY2(fact, fact ? "" : fact.error().message.c_str());
        // The input is kept beside the body.
        if (auto* wanted = std::get_if<EffectWanted>(&*fact))
            wanted->input = std::get<EffectWanted>(event.fact).input;
        QVERIFY2(tests::isSame(*fact, event.fact), toJson(event.fact).c_str());
    }
    QCOMPARE(seen.size(), std::variant_size_v<RunFact>);
}

void TestRunEventJson::everyFieldOfEveryFactIsWritten_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QStringList>("members");
    using namespace Qt::StringLiterals;
    const auto add = [](int type, const QString& members) {
        QTest::newRow(members.section(u' ', 0, 0).toUtf8().constData())
            << type << members.section(u' ', 1).split(u' ');
    };
    add(0, u"run_started name input configuration program fold_version is_scripted folder"_s);
    add(1, u"agent_started name role pattern task caller"_s);
    add(2,
        u"effect_wanted kind class name provider call_id parameters tools arguments fingerprint"_s);
    add(3,
        u"effect_ended status origin output result error finish_reasons response_id "
        "responded_model usage cost first_token_ns raw_bytes note retry_after_ns"_s);
    add(4, u"decision_made policy action reason details"_s);
    add(5, u"state_changed state is_whole hash"_s);
    add(6, u"edit_made path before after"_s);
    add(7, u"agent_ended status answer reason"_s);
    add(8, u"run_ended status answer reason"_s);
    add(9, u"run_resumed in_doubt"_s);
}

/// The odd run sets every field, so that what a codec forgot is missing here.
void TestRunEventJson::everyFieldOfEveryFactIsWritten()
{
    QFETCH(int, type);
    QFETCH(QStringList, members);
    std::set<std::string> written;
    for (const RunEvent& event : tests::makeOddRun()) {
        if (event.fact.index() != static_cast<std::size_t>(type))
            continue;
        const auto object = parseJson(toJson(event.fact));
        QVERIFY(object);
        for (const auto& [key, value] : object->items())
            written.insert(key);
    }
    for (const QString& member : members)
        QVERIFY2(written.contains(member.toStdString()), qPrintable(member));
    QCOMPARE(written.size(), static_cast<std::size_t>(members.size()));
}

void TestRunEventJson::everyWordComesBack()
{
    for (int i = 0; i < 4 * 5; ++i) {
        EffectWanted wanted;
        wanted.effectClass = static_cast<EffectClass>(i % 4);
        wanted.kind = static_cast<EffectKind>(i % 5);
        const auto fact = factFromJson("effect_wanted", toJson(wanted));
        QVERIFY(fact);
        QVERIFY(tests::isSame(*fact, wanted));
    }
    for (int i = 0; i < 4 * 6; ++i) {
        EffectEnded ended;
        ended.status = static_cast<OutcomeStatus>(i % 4);
        ended.origin = static_cast<OutcomeOrigin>(i % 6);
        const auto fact = factFromJson("effect_ended", toJson(ended));
        QVERIFY(fact);
        QVERIFY(tests::isSame(*fact, ended));
    }
}

void TestRunEventJson::oddNumbersComeBack()
{
    EffectEnded ended;
    ended.cost = Cost {std::nan(""), "", CostSource::Reported};
    ended.usage = TokenUsage {.input = std::numeric_limits<std::int64_t>::min(),
                              .output = std::numeric_limits<std::int64_t>::max()};
    ended.firstToken = Timestamp {-1};
    const auto fact = factFromJson("effect_ended", toJson(ended));
    QVERIFY(fact);
    const auto& back = std::get<EffectEnded>(*fact);
    QVERIFY(std::isnan(back.cost->amount));
    QVERIFY(back.usage == ended.usage);
    QVERIFY(back.firstToken == ended.firstToken);
    const auto whole = factFromJson("run_started", toJson(RunStarted {.foldVersion = ~0U}));
    QVERIFY(whole);
    QCOMPARE(std::get<RunStarted>(*whole).foldVersion, ~0U);
}

void TestRunEventJson::theEmptyFactIsSmall()
{
    QCOMPARE(toJson(EditMade {}), std::string("{}"));
    QCOMPARE(toJson(AgentEnded {}), std::string(R"({"status":"ok"})"));
}

void TestRunEventJson::whatIsUnknownIsPassedOver()
{
    const auto fact = factFromJson("edit_made", R"({"path":"p","new":{"deep":[1]},"after":"1"})");
    QVERIFY(fact);
    QVERIFY(tests::isSame(*fact, EditMade {"p", "", "1"}));
}

void TestRunEventJson::whatIsWrongIsTold_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("told");
    const auto add = [](const char* name, QByteArray type, QByteArray body, QByteArray told) {
        QTest::newRow(name) << type << body << told;
    };
    add("unknown type", "effect_dreamt", "{}", "effect_dreamt");
    add("no JSON", "edit_made", "{", "not a JSON object");
    add("an array", "edit_made", "[]", "not a JSON object");
    add("a number for a text", "edit_made", R"({"path":1})", "path");
    add("a word that is none", "effect_wanted", R"({"kind":"dream"})", "kind");
    add("a flag that is none", "state_changed", R"({"is_whole":1})", "is_whole");
    add("too large a number", "run_started", R"({"fold_version":4294967296})", "fold_version");
    add("no whole number", "effect_ended", R"({"first_token_ns":1.5})", "first_token_ns");
    add("beyond 64 bits",
        "effect_ended",
        R"({"first_token_ns":18446744073709551615})",
        "first_token_ns");
    add("inside", "effect_ended", R"({"usage":{"input":"x"}})", "input");
    add("a message", "effect_ended", R"({"output":[1]})", "output");
    add("bytes that are none", "effect_ended", "{\"raw_bytes\":\"\u20ac\"}", "raw");
}

void TestRunEventJson::whatIsWrongIsTold()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, told);
    const auto fact = factFromJson(type.toStdString(), body.toStdString());
    QVERIFY(!fact);
    QVERIFY2(fact.error().message.find(told.toStdString()) != std::string::npos,
             fact.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestRunEventJson)
#include "tst_run_event_json.moc"
