#include "tests/cli/run_kymo.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using tests::KymoRun;
using tests::runKymo;

class TestOrigin : public QObject
{
    Q_OBJECT

private slots:
    void aTextIsFollowedBack();
    void aFieldIsFollowedForward();
    void jsonSaysAll();
    void wrongUseIsTold();
    void windowsOfAllCalls();
    void theWindowOfOneCall();

private:
    [[nodiscard]] QString stepOf(const QString& name) const;

    const QString m_file = u"chat.json"_s; ///< of tests/data/cli
};

/// The number of the first step of that name.
QString TestOrigin::stepOf(const QString& name) const
{
    const KymoRun run = runKymo({u"show"_s, m_file, u"--json"_s});
    const QJsonArray steps = QJsonDocument::fromJson(run.out).object()[u"steps"_s].toArray();
    for (const QJsonValue& step : steps) {
        if (step[u"name"_s].toString() == name)
            return QString::number(step[u"id"_s].toInt());
    }
    return {};
}

void TestOrigin::aTextIsFollowedBack()
{
    const KymoRun run
        = runKymo({u"origin"_s, m_file, stepOf(u"refund"_s), u"--field"_s, u"args.order_id"_s});
    QCOMPARE(run.code, 0);
    const QString out = QString::fromUtf8(run.out);
    QVERIFY2(out.contains(u"* "_s + stepOf(u"find_order"_s) + u"  find_order, result, order.id"_s),
             run.out.constData());
    QVERIFY(out.contains(u"exact, by tool"_s));
    const KymoRun made
        = runKymo({u"origin"_s, m_file, stepOf(u"refund"_s), u"--text"_s, u"made-up-99417"_s});
    QCOMPARE(made.code, 0);
    QVERIFY2(made.out.contains("found nowhere before"), made.out.constData());
}

void TestOrigin::aFieldIsFollowedForward()
{
    const KymoRun run = runKymo({u"origin"_s,
                                 m_file,
                                 stepOf(u"find_order"_s),
                                 u"--field"_s,
                                 u"result.order.id"_s,
                                 u"--forward"_s});
    QCOMPARE(run.code, 0);
    QVERIFY2(run.out.contains("refund, arguments, order_id"), run.out.constData());
}

void TestOrigin::jsonSaysAll()
{
    const KymoRun run = runKymo({u"origin"_s, m_file, stepOf(u"refund"_s), u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[u"direction"_s].toString(), u"back"_s);
    QCOMPARE(root[u"by"_s].toString(), u"model"_s);
    QCOMPARE(root[u"pieces"_s].toArray().size(), 2);
    QCOMPARE(root[u"pieces"_s][0][u"path"_s].toString(), u"order_id"_s);
    const QJsonValue find = root[u"finds"_s][0];
    QCOMPARE(find[u"piece"_s].toInt(-1), 0);
    QCOMPARE(find[u"place"_s].toString(), u"result"_s);
    QCOMPARE(find[u"path"_s].toString(), u"order.id"_s);
    QCOMPARE(find[u"by"_s].toString(), u"tool"_s);
    QVERIFY(find[u"is_first"_s].toBool());
    QVERIFY(find[u"is_exact"_s].toBool());
    QVERIFY(find[u"confidence"_s].toDouble() > 0.5);
    QCOMPARE(root[u"pieces"_s][1][u"found"_s].toInt(-1), 0);
    QVERIFY(root[u"gaps"_s].isObject());
}

void TestOrigin::wrongUseIsTold()
{
    QVERIFY(runKymo({u"origin"_s, m_file}).code != 0);
    const KymoRun field
        = runKymo({u"origin"_s, m_file, stepOf(u"refund"_s), u"--field"_s, u"colour"_s});
    QVERIFY(field.code != 0);
    QVERIFY2(field.err.contains("no field of a step"), field.err.constData());
    const KymoRun value
        = runKymo({u"origin"_s, m_file, stepOf(u"refund"_s), u"--field"_s, u"args.nothing"_s});
    QVERIFY(value.code != 0);
    QVERIFY2(value.err.contains("no value at `nothing`"), value.err.constData());
    const KymoRun tool = runKymo({u"context"_s, m_file, stepOf(u"refund"_s)});
    QVERIFY(tool.code != 0);
    QVERIFY2(tool.err.contains("no call of a model"), tool.err.constData());
}

void TestOrigin::windowsOfAllCalls()
{
    const KymoRun run = runKymo({u"context"_s, m_file, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    const QJsonArray calls = root[u"agents"_s][0][u"calls"_s].toArray();
    QCOMPARE(calls.size(), 3);
    QVERIFY(calls[2][u"total"_s].toInt() > calls[0][u"total"_s].toInt());
    QVERIFY(!calls[0][u"is_scaled"_s].toBool(true));
    const KymoRun text = runKymo({u"context"_s, m_file});
    QCOMPARE(text.code, 0);
    QVERIFY2(text.out.contains("estimated"), text.out.constData());
}

void TestOrigin::theWindowOfOneCall()
{
    const KymoRun all = runKymo({u"context"_s, m_file, u"--json"_s});
    const QJsonArray calls = QJsonDocument::fromJson(all.out)[u"agents"_s][0][u"calls"_s].toArray();
    const QString last = QString::number(calls.last()[u"span"_s].toInt());
    const KymoRun run = runKymo({u"context"_s, m_file, last, u"--json"_s});
    QCOMPARE(run.code, 0);
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    const QJsonArray parts = root[u"parts"_s].toArray();
    QCOMPARE(parts.size(), 6);
    QCOMPARE(parts[0][u"kind"_s].toString(), u"system"_s);
    QCOMPARE(parts[0][u"change"_s].toString(), u"same"_s);
    QCOMPARE(parts[5][u"change"_s].toString(), u"new"_s);
    int sum = 0;
    for (const QJsonValue& part : parts)
        sum += part[u"tokens"_s].toInt();
    QCOMPARE(sum, root[u"total"_s].toInt());
    const KymoRun text = runKymo({u"context"_s, m_file, last});
    QCOMPARE(text.code, 0);
    QVERIFY2(text.out.contains("result of refund"), text.out.constData());
}

QTEST_GUILESS_MAIN(TestOrigin)
#include "tst_origin.moc"
