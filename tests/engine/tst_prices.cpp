#include "engine/config/app_paths.h"
#include "engine/config/prices.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using tracestore::TokenUsage;

class TestPrices : public QObject
{
    Q_OBJECT

private slots:
    void theTableIsCompiledIn();
    void theUsersModelsGoFirst();
    void aBadFileIsNamedAndOursStays_data();
    void aBadFileIsNamedAndOursStays();
    void foldersFollowTheEnvironment();
};

namespace {

constexpr std::int64_t kMillion = 1'000'000;

std::optional<double> inputPrice(const engine::Prices& prices, const char* model)
{
    const auto at = tracestore::parseIsoTimestamp("2025-01-15T00:00:00Z");
    const auto cost = prices.table->costOf(model, at, {.input = kMillion});
    return cost ? std::optional(cost->amount) : std::nullopt;
}

QString write(const QTemporaryDir& folder, const QByteArray& text)
{
    QFile file(folder.filePath(u"prices.json"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    return file.fileName();
}

} // namespace

void TestPrices::theTableIsCompiledIn()
{
    const engine::Prices prices = engine::loadPrices(u"/nowhere/prices.json"_s);
    QVERIFY(prices.problem.empty());
    QCOMPARE(inputPrice(prices, "gpt-4o"), std::optional(2.5));
}

void TestPrices::theUsersModelsGoFirst()
{
    const QTemporaryDir folder;
    const QString file = write(folder, R"({"models": [
        {"match": ["gpt-4o", "my-model"], "prices": [{"from": "2020-01-01", "input": 1}]}]})");
    const engine::Prices prices = engine::loadPrices(file);
    QVERIFY(prices.problem.empty());
    QCOMPARE(inputPrice(prices, "gpt-4o"), std::optional(1.0));
    QCOMPARE(inputPrice(prices, "my-model"), std::optional(1.0));
    QCOMPARE(inputPrice(prices, "gpt-4o-mini"), std::optional(0.15));
}

void TestPrices::aBadFileIsNamedAndOursStays_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("prices: none");
    QTest::newRow("other JSON") << QByteArray("[1]");
    QTest::newRow("text for a number") << QByteArray(
        R"({"models":[{"match":["gpt-4o"],"prices":[{"from":"2020-01-01","input":"1"}]}]})");
}

void TestPrices::aBadFileIsNamedAndOursStays()
{
    QFETCH(QByteArray, text);
    const QTemporaryDir folder;
    const QString file = write(folder, text);
    const engine::Prices prices = engine::loadPrices(file);
    QVERIFY(QString::fromStdString(prices.problem).contains(file));
    QCOMPARE(inputPrice(prices, "gpt-4o"), std::optional(2.5));
}

void TestPrices::foldersFollowTheEnvironment()
{
    qputenv("XDG_CONFIG_HOME", "/somewhere/config");
    QCOMPARE(engine::configDir(), u"/somewhere/config/kymo"_s);
    QCOMPARE(engine::userPriceFile(), u"/somewhere/config/kymo/prices.json"_s);
    qunsetenv("CLAUDE_CONFIG_DIR");
    QCOMPARE(engine::claudeProjectsDir(), QDir::homePath() + u"/.claude/projects"_s);
    qputenv("CLAUDE_CONFIG_DIR", "/elsewhere");
    QCOMPARE(engine::claudeProjectsDir(), u"/elsewhere/projects"_s);
    qunsetenv("CODEX_HOME");
    QCOMPARE(engine::codexDir(), QDir::homePath() + u"/.codex"_s);
    qputenv("CODEX_HOME", "/other/codex");
    QCOMPARE(engine::codexDir(), u"/other/codex"_s);
    const engine::SessionFolders all {
        u"/elsewhere/projects"_s, u"/other/codex"_s, QDir::homePath() + u"/.gemini"_s};
    QCOMPARE(engine::sessionFolders(), all);
}

QTEST_GUILESS_MAIN(TestPrices)
#include "tst_prices.moc"
