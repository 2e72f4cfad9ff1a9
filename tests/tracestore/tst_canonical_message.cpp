#include "tracestore/model/canonical_message.h"

#include <QTest>

using namespace tracestore;

class TestCanonicalMessage : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenIsRead();
    void otherSpellingsAreLeftToOthers();
    void textsThatAreCutAreNone();
};

namespace {

Message odd()
{
    return {.role = Role::Tool,
            .origRole = "function",
            .name = "a \"name\"",
            .finishReason = "stop",
            .parts = {TextPart {"line\nnext\t\\ \" / \xC3\xA9 \xF0\x9F\x98\x80"},
                      ReasoningPart {"thought", "sig==", true},
                      ReasoningPart {"", "", false},
                      ToolCallPart {"c1", "find", R"({"a":"b\n","c":[1,2]})"},
                      ToolResultPart {"c1", "", true},
                      MediaPart {"image/png", "", "AAAA"},
                      OtherPart {"odd", "[]"}}};
}

} // namespace

void TestCanonicalMessage::whatIsWrittenIsRead()
{
    for (const Message& message :
         {Message(), odd(), Message {.role = Role::User, .parts = {TextPart {"hello"}}}}) {
        const auto read = canonicalMessage(toJson(message));
        QVERIFY(read.has_value());
        QVERIFY(*read == message);
    }
    // Rare control characters are escaped by number, which the general reader knows.
    const Message bell {.role = Role::User, .parts = {TextPart {"a\x01z"}}};
    QVERIFY(!canonicalMessage(toJson(bell)));
    QVERIFY(*messageFromJson(toJson(bell)) == bell);
}

void TestCanonicalMessage::otherSpellingsAreLeftToOthers()
{
    for (const char* text : {R"({ "parts":[],"role":"user"})",
                             R"({"parts":[],"role":"judge"})",
                             R"({"parts":[{"text":"a","type":"strange"}],"role":"user"})",
                             R"({"parts":[{"text":1,"type":"text"}],"role":"user"})",
                             R"({"parts":[],"role":"user","more":"x"})",
                             R"({"parts":[],"role":"user"} )",
                             "[]",
                             "null",
                             ""})
        QVERIFY2(!canonicalMessage(text), text);
    QVERIFY(messageFromJson(R"({ "parts":[],"role":"user"})").has_value());
}

void TestCanonicalMessage::textsThatAreCutAreNone()
{
    const std::string whole = toJson(odd());
    for (std::size_t size = 0; size < whole.size(); ++size)
        QVERIFY(!canonicalMessage(std::string_view(whole).substr(0, size)));
}

QTEST_GUILESS_MAIN(TestCanonicalMessage)
#include "tst_canonical_message.moc"
