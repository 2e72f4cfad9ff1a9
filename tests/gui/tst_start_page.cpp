#include "gui/app/services.h"
#include "gui/app/settings.h"
#include "gui/app/start_entry_button.h"
#include "gui/app/start_lists.h"
#include "gui/app/start_page.h"
#include "gui/theme/theme.h"
#include "tests/support/test_paths.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;

class TestStartPage : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void recentTracesSayWhatIsGone();
    void examplesAreThoseOfTheIndex();
    void bundledExamplesAreAllThere();
    void sessionsOfClaudeCodeAreFound();
    void sessionsOfAllAgentsAreOneList();
    void ages_data();
    void ages();
    void clickAsksForThePath();
    void rowsAreReachedByKeyboard();
    void longListsOpenOnRequest();
    void withoutAnythingItSaysSo();
    void closingWhileListingIsFine();

private:
    QString makeFile(const QString& name, const QByteArray& content);
    StartPage& shownPage();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    tracestore::ImporterRegistry m_importers;
    tracestore::ExporterRegistry m_exporters;
    std::unique_ptr<Services> m_services;
    std::unique_ptr<StartPage> m_page;
};

namespace {

StartEntryButton* buttonTitled(const QWidget& page, const QString& title)
{
    const auto buttons = page.findChildren<StartEntryButton*>();
    for (StartEntryButton* button : buttons) {
        if (button->entry().title == title)
            return button;
    }
    return nullptr;
}

} // namespace

void TestStartPage::init()
{
    m_page.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_theme = std::make_unique<Theme>();
    m_settings = std::make_unique<Settings>(m_folder->filePath(u"desktop.ini"_s));
    m_services = std::make_unique<Services>(Services {*m_theme,
                                                      *m_settings,
                                                      m_importers,
                                                      m_exporters,
                                                      {},
                                                      u"dark"_s,
                                                      m_folder->filePath(u"examples"_s),
                                                      {m_folder->filePath(u"projects"_s), {}, {}}});
}

QString TestStartPage::makeFile(const QString& name, const QByteArray& content)
{
    const QString path = m_folder->filePath(name);
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write a file of the test");
    return path;
}

StartPage& TestStartPage::shownPage()
{
    m_page = std::make_unique<StartPage>(*m_services);
    QSignalSpy listed(m_page.get(), &StartPage::listed);
    m_page->resize(1000, 700);
    m_page->show();
    if (!listed.wait())
        qFatal("the lists did not come");
    return *m_page;
}

void TestStartPage::recentTracesSayWhatIsGone()
{
    const QString there = makeFile(u"a.json"_s, QByteArray(2048, ' '));
    const auto entries = recentEntries({there, m_folder->filePath(u"gone.json"_s)});
    QCOMPARE(entries.size(), 2);
    QVERIFY(entries[0].isThere);
    QCOMPARE(entries[0].title, u"a.json"_s);
    QCOMPARE(entries[0].figures, u"changed just now · 2.0 KiB"_s);
    QVERIFY(!entries[1].isThere);
    QCOMPARE(entries[1].figures, u"not there any more"_s);
}

void TestStartPage::examplesAreThoseOfTheIndex()
{
    makeFile(u"examples/one.json"_s, "{}");
    makeFile(u"examples/unnamed.json"_s, "{}");
    makeFile(u"examples/examples.json"_s,
             R"([{"file":"gone.json","title":"Gone","sentence":"."},
                 {"file":"one.json","title":"One","sentence":"The first."}])");
    const auto entries = exampleEntries(m_folder->filePath(u"examples"_s));
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries[0].title, u"One"_s);
    QCOMPARE(entries[0].detail, u"The first."_s);
    QVERIFY(exampleEntries({}).isEmpty());
}

void TestStartPage::bundledExamplesAreAllThere()
{
    const QString folder = QString::fromStdString(tests::examplesDir().string());
    const auto entries = exampleEntries(folder);
    QVERIFY(entries.size() >= 3);
    for (const StartEntry& entry : entries)
        QVERIFY2(!entry.title.isEmpty() && !entry.detail.isEmpty(), qPrintable(entry.path));
}

void TestStartPage::sessionsOfClaudeCodeAreFound()
{
    const QByteArray line = R"({"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s1",)"
                            R"("cwd":"/src/shop","version":"2.0.1",)"
                            R"("timestamp":"2026-01-02T03:04:05.000Z",)"
                            R"("message":{"role":"user","content":"Fix the till"}})"
                            "\n";
    const QString path = makeFile(u"projects/-src-shop/s1.jsonl"_s, line);
    makeFile(u"projects/-src-shop/notes.txt"_s, "no session");
    tracestore::Job job;
    const auto entries = sessionEntries({m_folder->filePath(u"projects"_s), {}, {}}, job);
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries[0].path, path);
    QCOMPARE(entries[0].title, u"Fix the till"_s);
    QCOMPARE(entries[0].detail, u"Claude Code · /src/shop"_s);
    QVERIFY(sessionEntries({m_folder->filePath(u"nowhere"_s), {}, {}}, job).isEmpty());
}

void TestStartPage::sessionsOfAllAgentsAreOneList()
{
    const auto ofClaude = [&](const QString& name, const QByteArray& prompt) {
        return makeFile(u"projects/p/%1.jsonl"_s.arg(name),
                        R"({"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s1",)"
                        R"("message":{"role":"user","content":")"
                            + prompt + "\"}}\n");
    };
    const QString oldest = ofClaude(u"a"_s, "Oldest");
    const QString codex = makeFile(u"codex/sessions/2026/03/01/rollout-b.jsonl"_s,
                                   R"({"timestamp":"2026-03-01T10:00:00Z","type":"session_meta",)"
                                   R"("payload":{"id":"b","cwd":"/src/shop"}})"
                                   "\n"
                                   R"({"timestamp":"2026-03-01T10:00:01Z","type":"event_msg",)"
                                   R"("payload":{"type":"user_message","message":"Between"}})"
                                   "\n");
    const QString newest = ofClaude(u"c"_s, "Newest");
    int hours = 3;
    for (const QString& path : {oldest, codex, newest}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(-3600 * hours--),
                                 QFileDevice::FileModificationTime));
    }
    tracestore::Job job;
    const auto entries = sessionEntries(
        {m_folder->filePath(u"projects"_s), m_folder->filePath(u"codex"_s), {}}, job);
    QCOMPARE(entries.size(), 3);
    QCOMPARE(entries[0].path, newest);
    QCOMPARE(entries[1].path, codex);
    QCOMPARE(entries[1].title, u"Between"_s);
    QCOMPARE(entries[1].detail, u"Codex · /src/shop"_s);
    QCOMPARE(entries[2].path, oldest);
}

void TestStartPage::ages_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("now") << qint64 {5} << u"just now"_s;
    QTest::newRow("minutes") << qint64 {125} << u"2 min ago"_s;
    QTest::newRow("hours") << qint64 {3 * 3600} << u"3 h ago"_s;
    QTest::newRow("a day") << qint64 {30 * 3600} << u"1 day ago"_s;
    QTest::newRow("days") << qint64 {5 * 86400} << u"5 days ago"_s;
    QTest::newRow("long") << qint64 {100 * 86400} << u"2026-02-10"_s;
}

void TestStartPage::ages()
{
    QFETCH(const qint64, seconds);
    QFETCH(const QString, text);
    const QDateTime now(QDate(2026, 5, 21), QTime(12, 0));
    QCOMPARE(formatAge(now.addSecs(-seconds), now), text);
}

void TestStartPage::clickAsksForThePath()
{
    const QString path = makeFile(u"a.json"_s, "{}");
    m_settings->addRecent(path);
    StartPage& page = shownPage();
    QSignalSpy requested(&page, &StartPage::pathRequested);
    StartEntryButton* button = buttonTitled(page, u"a.json"_s);
    QVERIFY(button != nullptr);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(requested.count(), 1);
    QCOMPARE(requested.first().first().toString(), path);
}

void TestStartPage::rowsAreReachedByKeyboard()
{
    m_settings->addRecent(makeFile(u"a.json"_s, "{}"));
    StartPage& page = shownPage();
    QSignalSpy requested(&page, &StartPage::pathRequested);
    StartEntryButton* button = buttonTitled(page, u"a.json"_s);
    QVERIFY(button->focusPolicy() & Qt::TabFocus);
    QVERIFY(!button->accessibleName().isEmpty());
    button->setFocus();
    QTest::keyClick(button, Qt::Key_Space);
    QCOMPARE(requested.count(), 1);
}

void TestStartPage::longListsOpenOnRequest()
{
    for (int i = 0; i < 15; ++i)
        m_settings->addRecent(makeFile(u"%1.json"_s.arg(i), "{}"));
    StartPage& page = shownPage();
    QCOMPARE(page.findChildren<StartEntryButton*>().size(), 8);
    const auto buttons = page.findChildren<QPushButton*>();
    const auto more = std::ranges::find(buttons, u"Show all 15"_s, &QPushButton::text);
    QVERIFY(more != buttons.end());
    (*more)->click();
    QTRY_COMPARE(page.findChildren<StartEntryButton*>().size(), 15);
}

void TestStartPage::withoutAnythingItSaysSo()
{
    StartPage& page = shownPage();
    QVERIFY(page.findChildren<StartEntryButton*>().isEmpty());
    const auto isSaid = [&] {
        const auto labels = page.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible()
                && label->text() == u"Traces that you open are listed here."_s;
        });
    };
    QTRY_VERIFY(isSaid());
}

void TestStartPage::closingWhileListingIsFine()
{
    m_settings->addRecent(makeFile(u"a.json"_s, "{}"));
    auto page = std::make_unique<StartPage>(*m_services);
    QSignalSpy listed(page.get(), &StartPage::listed);
    page.reset();
    QTest::qWait(50);
    QCOMPARE(listed.count(), 0);
}

QTEST_MAIN(TestStartPage)
#include "tst_start_page.moc"
