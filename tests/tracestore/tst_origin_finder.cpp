#include "tests/support/opened.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/test_paths.h"
#include "tracestore/model/call_history.h"
#include "tracestore/provenance/origin_finder.h"

#include <QTest>

#include <cstdio>
#include <map>

using namespace tracestore;
using tests::Conversation;
using tests::Planted;
using tests::Planting;

namespace {

constexpr ContentPlace kArguments {TextPlaceKind::Arguments};
constexpr ContentPlace kResult {TextPlaceKind::Result};
constexpr ContentPlace kOutput {TextPlaceKind::Output};

OriginReport found(const Trace& trace, const OriginQuery& query)
{
    Job job;
    auto report = findOrigins(trace, query, job);
    if (!report) {
        qWarning("%s", report.error().message.c_str());
        return {};
    }
    return *report;
}

/// The first find of a piece; a default one where there is none.
Origin firstOf(const OriginReport& report, std::size_t piece = 0)
{
    for (const Origin& find : report.finds) {
        if (find.piece == piece && find.isFirst)
            return find;
    }
    return {};
}

std::string marked(const Origin& find)
{
    return find.excerpt.substr(find.markOffset, find.markLength);
}

} // namespace

class TestOriginFinder : public QObject
{
    Q_OBJECT

private slots:
    void aResultIsTheSourceAndItsCopiesAreCounted();
    void eachValueOfAnArgumentHasItsOwnSource();
    void theUserAndThePromptAreSources();
    void aNumberIsFoundHoweverItIsWritten();
    void escapesAndCaseMakeNoDifference();
    void changedWordsMakeItNear();
    void whatIsCommonIsWeakAndSaysSo();
    void rareBeatsCommonAndExactBeatsNear();
    void whatTheModelMadeUpHasNoSource();
    void laterTextsAreNoSource();
    void partsOfAnAnswerComeFromSeveralResults();
    void aResultIsFollowedForward();
    void aMessageLeadsToTheResultItIs();
    void anAnswerThatIsHandedOnIsNotItsOwnSource();
    void whatTheTraceDoesNotHoldIsSaid();
    void badQuestionsFailWithASentence();
    void aCancelledSearchEnds();
    void plantedOriginsAreFound();
    void walksGiveWhatDetailsGive_data();
    void walksGiveWhatDetailsGive();
};

void TestOriginFinder::aResultIsTheSourceAndItsCopiesAreCounted()
{
    Conversation talk;
    talk.user("What about the latest order?");
    const SpanId source = talk.tool("find", "{}", R"({"order":{"id":"A-77312","open":true}})");
    const SpanId asked = talk.tool("refund", R"({"order_id":"A-77312"})", "done");
    const OriginReport report = found(*talk.trace(), {.span = asked, .place = kArguments});
    QCOMPARE(report.pieces.size(), std::size_t {1});
    QCOMPARE(report.pieces[0].path, std::string("order_id"));
    const Origin first = firstOf(report);
    QCOMPARE(first.span, source);
    QVERIFY(first.place == kResult);
    QVERIFY(first.isExact);
    QCOMPARE(first.giver, Giver::Tool);
    QCOMPARE(first.path, std::string("order.id"));
    QCOMPARE(marked(first), std::string("A-77312"));
    QCOMPARE(first.copies, std::size_t {1}); // in the message of the call that asks
    QVERIFY(certaintyOf(first.confidence) >= Certainty::Likely);
    QCOMPARE(report.finds.size(), std::size_t {1});
    QCOMPARE(report.giver, Giver::Model);
    QCOMPARE(report.writer, Conversation::callOf(asked));
}

void TestOriginFinder::eachValueOfAnArgumentHasItsOwnSource()
{
    Conversation talk;
    talk.user("Please send it to Bergengruen Street 48.");
    const SpanId source = talk.tool("find", "{}", "The tracking code is TRK9931X.");
    const SpanId asked = talk.tool(
        "send", R"({"to":{"street":"Bergengruen Street 48"},"codes":["TRK9931X"]})", "sent");
    const OriginReport report = found(*talk.trace(), {.span = asked, .place = kArguments});
    QCOMPARE(report.pieces.size(), std::size_t {2});
    QCOMPARE(report.pieces[0].path, std::string("to.street"));
    QCOMPARE(firstOf(report, 0).giver, Giver::User);
    QCOMPARE(firstOf(report, 0).span, Conversation::callOf(source));
    QCOMPARE(report.pieces[1].path, std::string("codes[0]"));
    QCOMPARE(firstOf(report, 1).span, source);
}

void TestOriginFinder::theUserAndThePromptAreSources()
{
    Conversation talk;
    talk.system("Answer as Captain Haddock of the Karaboudjan would.");
    talk.user("Who sails the ship?");
    const SpanId answer = talk.answer("Captain Haddock of the Karaboudjan sails it.");
    const OriginReport report
        = found(*talk.trace(),
                {.span = answer, .place = kOutput, .text = "Captain Haddock of the Karaboudjan"});
    const Origin first = firstOf(report);
    QCOMPARE(first.giver, Giver::Prompt);
    QCOMPARE(first.label, std::string("input, message 1 (system)"));
    QCOMPARE(marked(first), std::string("Captain Haddock of the Karaboudjan"));
    QVERIFY(first.isExact);
    QCOMPARE(certaintyOf(first.confidence), Certainty::Sure);
}

void TestOriginFinder::aNumberIsFoundHoweverItIsWritten()
{
    const std::map<std::string, std::string> pairs {
        {R"({"total":1284.50})", "1284.5"},
        {"The total is 1,284.50 EUR.", R"({"amount":1284.5})"},
        {R"({"total":"1284.5"})", R"({"amount":1284.500})"},
        {R"({"total":1284.5})", R"({"amount":"1,284.50"})"}};
    for (const auto& [result, arguments] : pairs) {
        Conversation talk;
        talk.user("Pay it.");
        const SpanId source = talk.tool("find", "{}", result);
        const SpanId asked = talk.tool("pay", arguments, "paid");
        const Origin first = firstOf(found(*talk.trace(), {.span = asked, .place = kArguments}));
        QCOMPARE(first.span, source);
        QVERIFY(first.isExact);
    }
    Conversation talk;
    talk.tool("find", "{}", R"([1284,51,12845])");
    const SpanId asked = talk.tool("pay", R"({"amount":1284.51})", "paid");
    QVERIFY(found(*talk.trace(), {.span = asked, .place = kArguments}).finds.empty());
}

void TestOriginFinder::escapesAndCaseMakeNoDifference()
{
    Conversation talk;
    const SpanId source = talk.tool(
        "read", "{}", R"({"log":"{\"text\":\"Caf\\u00e9 \\\"ROYAL\\\"\\nopens   at noon\"}"})");
    const SpanId asked
        = talk.tool("write", R"({"text":"café \"Royal\" opens at noon"})", "written");
    const Origin first = firstOf(found(*talk.trace(), {.span = asked, .place = kArguments}));
    QCOMPARE(first.span, source);
    QVERIFY(first.isExact);
    QCOMPARE(first.likeness, 1.0);
}

void TestOriginFinder::changedWordsMakeItNear()
{
    Conversation talk;
    const SpanId source = talk.tool(
        "search", "{}", "Refunds are paid within fourteen days after the parcel has come back.");
    const SpanId asked = talk.tool(
        "answer",
        R"({"text":"Refunds will be paid within fourteen days once the parcel came back."})",
        "ok");
    const Origin first = firstOf(found(*talk.trace(), {.span = asked, .place = kArguments}));
    QCOMPARE(first.span, source);
    QVERIFY(!first.isExact);
    QVERIFY(first.likeness < 0.9);
    QVERIFY(first.confidence >= 0.3);
}

void TestOriginFinder::whatIsCommonIsWeakAndSaysSo()
{
    Conversation talk;
    talk.user("Do step 1.");
    for (int i = 0; i < 12; ++i)
        talk.tool("do", R"({"n":1})", R"({"count":1,"ok":true})");
    const SpanId asked = talk.tool("do", R"({"n":1,"really":true})", "ok");
    const auto trace = talk.trace();
    const OriginReport report = found(*trace, {.span = asked, .place = kArguments});
    QCOMPARE(report.pieces.size(), std::size_t {1});
    QVERIFY(report.pieces[0].isCommon);
    QVERIFY(report.finds.size() <= 3);
    for (const Origin& find : report.finds)
        QCOMPARE(certaintyOf(find.confidence), Certainty::Weak);
    const OriginReport word = found(*trace, {.span = asked, .place = kArguments, .text = "true"});
    QVERIFY(word.pieces[0].isCommon);
}

void TestOriginFinder::rareBeatsCommonAndExactBeatsNear()
{
    Conversation talk;
    for (int i = 0; i < 40; ++i)
        talk.tool("list", "{}", "Customer Lindqvist asked again, number " + std::to_string(i));
    talk.tool("find", "{}", "Customer Oyelaran asked once");
    const SpanId asked = talk.tool("mail", R"({"a":"Lindqvist","b":"Oyelaran"})", "sent");
    const auto trace = talk.trace();
    const OriginReport report = found(*trace, {.span = asked, .place = kArguments});
    QVERIFY(firstOf(report, 1).confidence > 2 * firstOf(report, 0).confidence);

    Conversation other;
    const SpanId near = other.tool("find", "{}", "The northern bridge near the harbour was closed");
    const SpanId exact = other.tool("find", "{}", "A northern bridge near the harbour was opened");
    const SpanId last
        = other.tool("tell", R"({"text":"A northern bridge near the harbour was opened"})", "told");
    const OriginReport both = found(*other.trace(), {.span = last, .place = kArguments});
    std::map<SpanId, double> confidence;
    for (const Origin& find : both.finds)
        confidence[find.span] = find.confidence;
    QVERIFY(confidence[exact] > confidence[near]);
    QVERIFY(confidence[near] > 0);
}

void TestOriginFinder::whatTheModelMadeUpHasNoSource()
{
    Conversation talk;
    talk.user("Book me a flight.");
    talk.tool("search", "{}", R"({"flights":["LX1032","BA713"]})");
    const SpanId asked = talk.tool("book", R"({"flight":"KQ4410"})", "no such flight");
    const OriginReport report = found(*talk.trace(), {.span = asked, .place = kArguments});
    QVERIFY(report.finds.empty());
    QCOMPARE(report.pieces[0].found, std::size_t {0});
    QCOMPARE(report.writer, Conversation::callOf(asked));
    QVERIFY(report.gaps.isEmpty());
}

void TestOriginFinder::laterTextsAreNoSource()
{
    Conversation talk;
    const SpanId asked = talk.tool("find", R"({"id":"ZX-55310"})", "found ZX-55310");
    talk.tool("find", "{}", "again ZX-55310");
    const auto trace = talk.trace();
    QVERIFY(found(*trace, {.span = asked, .place = kArguments}).finds.empty());
    // Its result has it from its arguments.
    const Origin first = firstOf(found(*trace, {.span = asked, .place = kResult}));
    QCOMPARE(first.span, asked);
    QVERIFY(first.place == kArguments);
    QCOMPARE(first.giver, Giver::Model);
}

void TestOriginFinder::partsOfAnAnswerComeFromSeveralResults()
{
    Conversation talk;
    const SpanId one
        = talk.tool("search", "{}", "Lake Titicaca lies 3812 metres above the sea. It is deep.");
    const SpanId two = talk.tool(
        "search", "{}", "The ferry from Puno leaves on Wednesdays at 7:45 from the old pier.");
    const SpanId answer = talk.answer(
        "Lake Titicaca lies 3812 metres above the sea.\n"
        "The ferry from Puno leaves on Wednesdays at 7:45 from the old pier.\nHave fun!");
    const OriginReport report = found(*talk.trace(), {.span = answer, .place = kOutput});
    QCOMPARE(report.pieces.size(), std::size_t {3});
    QCOMPARE(firstOf(report, 0).span, one);
    QCOMPARE(firstOf(report, 1).span, two);
    QVERIFY(!firstOf(report, 2).span.isValid());
}

void TestOriginFinder::aResultIsFollowedForward()
{
    Conversation talk;
    talk.user("Where is my parcel?");
    const SpanId source = talk.tool(
        "find", "{}", R"({"code":"TRK9931X","place":"Rotterdam harbour, hall 17","ok":true})");
    const SpanId used = talk.tool("track", R"({"tracking":"TRK9931X"})", "on its way");
    const SpanId other = talk.tool("weather", R"({"city":"Oslo"})", "rain");
    const SpanId answer = talk.answer("Your parcel is in Rotterdam harbour, hall 17.");
    const OriginReport report = found(
        *talk.trace(), {.span = source, .place = kResult, .direction = OriginDirection::Forward});
    QCOMPARE(report.pieces.size(), std::size_t {2});
    QCOMPARE(firstOf(report, 0).span, used);
    QVERIFY(firstOf(report, 0).place == kArguments);
    QCOMPARE(firstOf(report, 1).span, answer);
    for (const Origin& find : report.finds) {
        QVERIFY(find.span != other);
        QVERIFY(find.span != source);
    }
}

void TestOriginFinder::aMessageLeadsToTheResultItIs()
{
    Conversation talk;
    talk.user("Find it.");
    const SpanId source = talk.tool("find", "{}", "It lies behind the wooden staircase.");
    talk.tool("look", "{}", "nothing");
    const SpanId answer = talk.answer("It lies behind the staircase.");
    const OriginReport report
        = found(*talk.trace(), {.span = answer, .place = {TextPlaceKind::Input, 2, 0}});
    QCOMPARE(firstOf(report).span, source);
    QVERIFY(firstOf(report).isExact);
}

void TestOriginFinder::anAnswerThatIsHandedOnIsNotItsOwnSource()
{
    Conversation talk;
    const std::string said = "The wooden staircase leads to the northern tower.";
    const SpanId source = talk.tool("look", "{}", "Wooden staircase: leads to the northern tower.");
    const SpanId answer = talk.answer(said);
    SpanDetail& agent = talk.details().front();
    agent.output = {{.role = Role::Assistant, .parts = {TextPart {said}}}};
    const OriginReport report = found(*talk.trace(), {.span = SpanId(0), .place = kOutput});
    QCOMPARE(report.writer, answer);
    QCOMPARE(firstOf(report).span, source);
    QCOMPARE(report.finds.size(), std::size_t {1});
}

void TestOriginFinder::whatTheTraceDoesNotHoldIsSaid()
{
    Conversation talk;
    const SpanId first = talk.tool("find", "{}", "some");
    const SpanId second = talk.tool("find", "{}", "more");
    const SpanId asked = talk.tool("pay", R"({"id":"QQ-12345"})", "paid");
    SpanDetail& absent = talk.details()[Conversation::callOf(first).index()];
    absent = {};
    talk.details()[Conversation::callOf(second).index()].outputState = ContentState::Truncated;
    SpanDetail& redacted = talk.details()[Conversation::callOf(asked).index()];
    redacted.inputState = ContentState::Redacted;
    const OriginReport report = found(*talk.trace(), {.span = asked, .place = kArguments});
    QCOMPARE(report.gaps, (OriginGaps {.absent = 1, .cut = 1, .redacted = 1, .unreadable = 0}));
}

void TestOriginFinder::badQuestionsFailWithASentence()
{
    Conversation talk;
    const SpanId step = talk.tool("find", "{}", "...");
    const auto trace = talk.trace();
    Job job;
    const auto noSuch = findOrigins(*trace, {.span = SpanId(99), .place = kResult}, job);
    QVERIFY(!noSuch);
    QCOMPARE(noSuch.error().code, ErrorCode::NotFound);
    const auto noText
        = findOrigins(*trace, {.span = step, .place = {TextPlaceKind::Input, 5, 0}}, job);
    QVERIFY(!noText);
    QCOMPARE(noText.error().code, ErrorCode::NotFound);
    const auto noWord = findOrigins(*trace, {.span = step, .place = kResult}, job);
    QVERIFY(!noWord);
    QCOMPARE(noWord.error().code, ErrorCode::Invalid);
}

void TestOriginFinder::aCancelledSearchEnds()
{
    Conversation talk;
    talk.user("Find it.");
    const SpanId step = talk.tool("find", R"({"id":"QQ-12345"})", "found");
    Job job;
    job.cancel();
    const auto report = findOrigins(*talk.trace(), {.span = step, .place = kArguments}, job);
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::Cancelled);
}

/// Recall: planted values whose first source is the step that has it. Precision: sources told as
/// likely that are right. Of values from nowhere none may be told.
void TestOriginFinder::plantedOriginsAreFound()
{
    struct Count
    {
        int asked = 0;
        int right = 0;
        int told = 0;
    };

    std::map<Planting, Count> counts;
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        const tests::PlantedConversation made = tests::makePlanted(60, seed);
        for (const Planted& planted : made.planted) {
            const OriginReport report = found(
                *made.trace, {.span = planted.asked, .place = kArguments, .text = planted.value});
            const Origin first = firstOf(report);
            Count& count = counts[planted.how];
            ++count.asked;
            if (!first.span.isValid() || certaintyOf(first.confidence) < Certainty::Likely)
                continue;
            ++count.told;
            if (first.span == planted.origin)
                ++count.right;
        }
    }
    int told = 0;
    int right = 0;
    for (const auto& [how, count] : counts) {
        std::printf("planting %d: %d asked, %d told, %d right\n",
                    static_cast<int>(how),
                    count.asked,
                    count.told,
                    count.right);
        told += count.told;
        right += count.right;
    }
    std::printf("precision %.3f\n", static_cast<double>(right) / told);
    const auto recall
        = [&](Planting how) { return static_cast<double>(counts[how].right) / counts[how].asked; };
    QVERIFY(recall(Planting::SameText) >= 0.98);
    QVERIFY(recall(Planting::OtherNumber) >= 0.98);
    QVERIFY(recall(Planting::Reworded) >= 0.9);
    QVERIFY(static_cast<double>(counts[Planting::Nowhere].told) / counts[Planting::Nowhere].asked
            <= 0.05);
    QVERIFY(static_cast<double>(right) / told >= 0.95);
}

void TestOriginFinder::walksGiveWhatDetailsGive_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("recorded spans, OTLP") << QStringLiteral("support-team.otlp.jsonl");
    QTest::newRow("histories") << QStringLiteral("coding-agent");
}

void TestOriginFinder::walksGiveWhatDetailsGive()
{
    QFETCH(const QString, file);
    const auto trace = tests::openFiles({tests::examplesDir() / file.toStdString()});
    QVERIFY(trace.has_value());
    const auto walk = walkOf((*trace)->payloads());
    std::size_t messages = 0;
    for (std::uint32_t i = 0; i < (*trace)->spanCount(); ++i) {
        const auto detail = (*trace)->payloads().detail(SpanId(i));
        const auto content = walk->read(SpanId(i));
        QCOMPARE(content.has_value(), detail.has_value());
        if (!detail)
            continue;
        QVERIFY(content->input.messages() == detail->input);
        QVERIFY(content->rest.output == detail->output);
        QVERIFY(content->rest.inputState == detail->inputState);
        QVERIFY(content->rest.outputState == detail->outputState);
        QCOMPARE(content->rest.toolResult, detail->toolResult);
        QCOMPARE(content->rest.toolArguments, detail->toolArguments);
        messages += detail->input.size();
    }
    QVERIFY(messages > 0);
}

QTEST_GUILESS_MAIN(TestOriginFinder)
#include "tst_origin_finder.moc"
