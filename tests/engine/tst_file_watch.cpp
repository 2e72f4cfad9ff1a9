#include "engine/runtime/file_watch.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using engine::FileWatch;

class TestFileWatch : public QObject
{
    Q_OBJECT

private slots:
    void whatGrowsIsToldOnce();
    void whatIsReplacedOrGoneIsTold();
    void whatIsNotWatchedIsNotTold();
    void theLastChangeIsThatOfTheYoungestFile();

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    void append(const QString& name, const QByteArray& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::Append));
        file.write(text);
    }

    QTemporaryDir m_folder;
};

void TestFileWatch::whatGrowsIsToldOnce()
{
    append(u"a"_s, "one\n");
    FileWatch watch;
    QSignalSpy changes(&watch, &FileWatch::changed);
    watch.watch({path(u"a"_s)});
    append(u"a"_s, "two\n");
    QVERIFY(changes.wait());
    QVERIFY(!changes.wait(3 * FileWatch::kIntervalMs));
    QCOMPARE(changes.size(), qsizetype {1});
}

void TestFileWatch::whatIsReplacedOrGoneIsTold()
{
    append(u"b"_s, "one\n");
    FileWatch watch;
    QSignalSpy changes(&watch, &FileWatch::changed);
    watch.watch({path(u"b"_s)});
    QVERIFY(QFile::remove(path(u"b"_s)));
    QVERIFY(changes.wait());
    append(u"b"_s, "more than before\n");
    QVERIFY(changes.wait());
}

void TestFileWatch::whatIsNotWatchedIsNotTold()
{
    append(u"c"_s, "one\n");
    FileWatch watch;
    QSignalSpy changes(&watch, &FileWatch::changed);
    watch.watch({path(u"c"_s)});
    watch.watch({});
    append(u"c"_s, "two\n");
    QVERIFY(!changes.wait(3 * FileWatch::kIntervalMs));
}

void TestFileWatch::theLastChangeIsThatOfTheYoungestFile()
{
    for (const auto& [name, secs] : {std::pair {u"d"_s, 1000}, std::pair {u"e"_s, 2000}}) {
        append(name, "x");
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::fromSecsSinceEpoch(secs),
                                 QFileDevice::FileModificationTime));
    }
    FileWatch watch;
    QVERIFY(!watch.lastChangeSecs());
    watch.watch({path(u"none"_s)});
    QVERIFY(!watch.lastChangeSecs());
    watch.watch({path(u"e"_s), path(u"d"_s), path(u"none"_s)});
    QCOMPARE(*watch.lastChangeSecs(), qint64 {2000});
}

QTEST_GUILESS_MAIN(TestFileWatch)
#include "tst_file_watch.moc"
