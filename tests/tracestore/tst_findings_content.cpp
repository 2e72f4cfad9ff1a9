#include "tests/support/findings_of.h"
#include "tests/support/planted_conversation.h"

#include <QTest>

using namespace tracestore;
using tests::Conversation;
using tests::findingsOf;

namespace {

/// Of no maker: put together here, so that no scanner takes this file for a leak.
std::string someKey()
{
    return std::string("ghp_") + "Q7rT2mXc9LkV4bNz8WpY1sDf6HgJ3aEu5KoM";
}

} // namespace

/// Rules about what stands in prompts, arguments and results.
class TestFindingsContent : public QObject
{
    Q_OBJECT

private slots:
    void aSecretInAResultIsToldOnceAndNeverShown();
    void aSecretInThePromptIsToldAsSuch();
    void whatOnlyLooksLikeASecretIsNot();
};

void TestFindingsContent::aSecretInAResultIsToldOnceAndNeverShown()
{
    Conversation talk;
    talk.user("What is in the file?");
    const SpanId read = talk.tool("read_file", R"({"path":".env"})", "TOKEN=" + someKey() + "\n");
    talk.tool("push", R"({"token":")" + someKey() + "\"}", "pushed");
    talk.answer("It is pushed.");
    const auto found = findingsOf(*talk.trace(), "secret");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Error);
    QCOMPARE(found[0].steps.front(), read);
    QVERIFY(found[0].steps.size() >= 3);
    QCOMPARE(
        found[0].title,
        std::string("What looks like a secret (GitHub token) stands in the result of `read_file`"));
    for (const std::string& text : {found[0].title, found[0].explanation, found[0].wayOut})
        QVERIFY(text.find(someKey().substr(4, 8)) == std::string::npos);
}

void TestFindingsContent::aSecretInThePromptIsToldAsSuch()
{
    Conversation talk;
    talk.system("Use " + someKey() + " for pushing.");
    talk.user("Push.");
    const SpanId first = talk.answer("Pushed.");
    talk.user("Again.");
    talk.answer("Pushed again.");
    const auto found = findingsOf(*talk.trace(), "secret");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].steps, std::vector<SpanId> {first});
    QVERIFY(found[0].wayOut.starts_with("Take it out of the prompt"));
}

void TestFindingsContent::whatOnlyLooksLikeASecretIsNot()
{
    Conversation talk;
    talk.system("Keys look like ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1, AKIAIOSFODNN7EXAMPLE.");
    talk.user("Is [secret:GITHUB_TOKEN] set? sk-learn-contrib-packages is installed.");
    talk.answer("Yes.");
    QVERIFY(findingsOf(*talk.trace(), "secret").empty());
}

QTEST_GUILESS_MAIN(TestFindingsContent)
#include "tst_findings_content.moc"
