#include "tests/cli/run_kymo.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

namespace {

const QByteArray kAgent = R"({
  "name": "keyed", "pattern": "react",
  "providers": [
    {"name": "main", "kind": "openai-chat", "keyVariable": "KYMO_TEST_CHECK"},
    {"name": "gpu", "kind": "anthropic", "keyName": "my-gpu"}
  ],
  "model": {"provider": "main", "model": "m"},
  "prompt": {"behaviour": "Be kind."},
  "policies": {"fallback": {"models": [{"provider": "gpu", "model": "z"}]}}
}
)";

} // namespace

class TestCheck : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void keysAreToldWithTheirPlace();
    void noKeyIsAskedForWhereNoneIsNamed();
    void whatIsWrongIsToldWithItsLine();

private:
    QString put(const QByteArray& text) const
    {
        QFile file(m_folder->filePath(u"a.agent.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

/// A machine where nobody keeps keys.
void TestCheck::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    qputenv("KYMO_TEST_CHECK", "planted-key-44aa");
}

void TestCheck::cleanup()
{
    qunsetenv("KYMO_TEST_CHECK");
}

void TestCheck::keysAreToldWithTheirPlace()
{
    const QString file = put(kAgent);
    const KymoRun text = runKymo({u"check"_s, file});
    QCOMPARE(text.code, 0);
    const QList<QByteArray> lines = text.out.split('\n');
    QCOMPARE(lines.value(0),
             "Key KYMO_TEST_CHECK of provider main: in the environment (KYMO_TEST_CHECK).");
    QCOMPARE(lines.value(1), "Key my-gpu of provider gpu: not found. Set KYMO_KEY_MY_GPU.");
    QVERIFY(lines.value(2).startsWith("No key store answers"));
    const KymoRun json = runKymo({u"check"_s, u"--json"_s, file});
    const QJsonArray keys = QJsonDocument::fromJson(json.out).object().value(u"keys"_s).toArray();
    QCOMPARE(keys.size(), 2);
    const QJsonObject gpu = keys[1].toObject();
    QCOMPARE(gpu.value(u"place"_s).toString(), u"nowhere"_s);
    QCOMPARE(gpu.value(u"variable"_s).toString(), u"KYMO_KEY_MY_GPU"_s);
    QCOMPARE(keys[0].toObject().value(u"place"_s).toString(), u"environment"_s);
    QVERIFY(!text.out.contains("planted") && !json.out.contains("planted"));
}

void TestCheck::noKeyIsAskedForWhereNoneIsNamed()
{
    QByteArray agent = kAgent;
    agent.replace(R"(, "keyVariable": "KYMO_TEST_CHECK")", "");
    agent.replace(R"(, "keyName": "my-gpu")", "");
    const KymoRun run = runKymo({u"check"_s, put(agent)});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.startsWith("Nothing is wrong with "), run.out.constData());
}

void TestCheck::whatIsWrongIsToldWithItsLine()
{
    QByteArray agent = kAgent;
    agent.replace("react", "reakt");
    const KymoRun run = runKymo({u"check"_s, put(agent)});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.out.contains("a.agent.json:2:"), run.out.constData());
    QVERIFY(!run.out.contains("Key "));
}

QTEST_GUILESS_MAIN(TestCheck)

#include "tst_check.moc"
